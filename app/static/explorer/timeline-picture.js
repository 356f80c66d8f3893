/**
 * @file Draws the timeline: events in lanes above an axis of months, or a column for each month.
 */

import { svg } from "./dom.js";

/** @typedef {import("./timeline.js").Event} Event */
/** @typedef {import("./timeline.js").Options} Options */
/**
 * @typedef {object} Item   an event with its position, in pixels
 * @property {Event} event
 * @property {number} left
 * @property {number} right
 * @property {string} label
 * @property {boolean} before  whether the label is on the left
 * @property {number} lane
 */

const DAY = 86_400_000; // milliseconds
const FONT = 13; // pixels
const DOT = 11;
const MAX_LANES = 14;
let drawings = 0;

/**
 * @param {Event[]} events     dated, in order
 * @param {number} width       in pixels
 * @param {boolean} asMonths   whether to draw months rather than events
 * @param {Options} options
 * @returns {{drawing: SVGSVGElement, isByMonth: boolean}} months are also drawn where the events need too many lanes
 */
export function drawTimeline(events, width, asMonths, options) {
  const { months } = options;
  const starts = asMonths ? months.map((month) => `${month.id}-01`) : events.map(day);
  const ends = asMonths ? starts : events.map((event) => event.date.end ?? day(event));
  const first = new Date(starts.reduce((a, b) => (a < b ? a : b)));
  const last = new Date(ends.reduce((a, b) => (a > b ? a : b)));
  const from = Date.UTC(first.getUTCFullYear(), first.getUTCMonth());
  const until = Date.UTC(last.getUTCFullYear(), last.getUTCMonth() + 1);
  /** @param {number} instant */
  const x = (instant) => ((instant - from) / (until - from)) * width;

  const items = asMonths ? [] : place(events, x, width);
  const lanes = Math.max(0, ...items.map((item) => item.lane + 1));
  if (lanes > MAX_LANES && months.length > 0) return drawTimeline(events, width, true, options);
  const isRoomy = lanes <= 3 || items.some((item) => item.label);
  const lane = !isRoomy ? 16 : matchMedia("(pointer: coarse)").matches ? 44 : 34;
  const body = asMonths ? 112 : Math.max(48, lanes * lane + 8);

  const hatch = `hatch-${++drawings}`;
  const marks = asMonths ? columns(x, body, options) : items.map((item) => mark(item, lane, hatch, options));
  const drawing = svg("svg", { width, height: body + 44, viewBox: `0 0 ${width} ${body + 44}`, "aria-hidden": "true" },
    svg("defs", {}, pattern(hatch)),
    axis(from, until, x, width, body, options.words),
    marks);
  return { drawing, isByMonth: asMonths };
}

/** Fill of a derived date: lines across the ground. @param {string} id */
function pattern(id) {
  return svg("pattern", { id, width: 4, height: 4, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
    svg("rect", { width: 4, height: 4, class: "hatch-ground" }),
    svg("line", { x1: 1, x2: 1, y2: 4, class: "hatch" }));
}

/** @param {Event} event */
const day = (event) => /** @type {string} */ (event.date.start);

/**
 * Put each event into the first lane where it meets no other.
 *
 * @param {Event[]} events @param {(instant: number) => number} x @param {number} width
 * @returns {Item[]}
 */
function place(events, x, width) {
  const labelled = events.length <= (width < 560 ? 10 : 24);
  const target = labelled ? 0 : events.length <= 40 ? 24 : 11;
  /** @type {number[]} */
  const ends = [];
  return events.map((event) => {
    let left = x(Date.parse(day(event)));
    let right = x(Date.parse(event.date.end ?? day(event)) + DAY);
    const size = event.date.precision === "day" ? DOT : Math.max(right - left, 16);
    [left, right] = [(left + right - size) / 2, (left + right + size) / 2];
    const before = width - right < left && width - right < 180;
    const label = labelled
      ? shorten(event.title, Math.min((before ? left : width - right) - 10, (width < 560 ? 21 : 28) * FONT))
      : "";
    const space = label ? textWidth(label) + 8 : 0;
    const start = Math.min(left - (before ? space : 0), (left + right - target) / 2);
    const end = Math.max(right + (before ? 0 : space), (left + right + target) / 2) + (label ? 12 : 1);
    let lane = ends.findIndex((taken) => taken <= start);
    if (lane < 0) lane = ends.length;
    ends[lane] = end;
    return { event, left, right, label, before, lane };
  });
}

/** @param {Item} item @param {number} lane height @param {string} hatch id of the pattern @param {Options} options */
function mark({ event, left, right, label, before, lane: row }, lane, hatch, options) {
  const { date, title } = event;
  const middle = row * lane + lane / 2 + 4;
  const vague = date.precision === "month" || date.precision === "season" || date.precision === "year";
  const style =
    date.basis === "derived" ? { class: "derived", fill: `url(#${hatch})` } : { class: vague ? "pale" : "stated" };
  const [height, radius] = vague ? [14, 2] : date.precision === "range" ? [9, 2] : [DOT, DOT / 2];
  const hit = lane < 20 ? 0 : Math.max(0, 44 - (right - left)) / 2;
  return svg("a", { href: options.href("event", event.id), tabindex: -1 },
    svg("title", {}, `${options.words.date(date)} ${title}`),
    lane >= 20 &&
      svg("rect", { class: "hit", x: left - hit, y: middle - lane / 2, width: right - left + 2 * hit, height: lane }),
    svg("rect", { ...style, x: left, y: middle - height / 2, width: right - left, height, rx: radius }),
    label &&
      svg(
        "text",
        { x: before ? left - 8 : right + 8, y: middle + FONT * 0.36, "text-anchor": before ? "end" : "start" },
        label,
      ));
}

/**
 * How many events each month has.
 *
 * @param {(instant: number) => number} x @param {number} body height @param {Options} options
 */
function columns(x, body, options) {
  const { months, words } = options;
  const most = Math.max(...months.map((month) => month.count));
  const someChosen = months.some((month) => month.selected);
  return months.map((month) => {
    const start = new Date(`${month.id}-01`);
    const left = x(start.getTime());
    const width = x(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1)) - left;
    const height = Math.max(2, (month.count / most) * (body - 24));
    const gap = Math.min(3, width / 5);
    return svg(
      "a",
      { href: options.href("month", month.id), tabindex: -1 },
      svg("title", {}, `${month.name}: ${words.t("charts.events", { count: month.count })}`),
      svg("rect", { class: "hit", x: left, y: 0, width, height: body }),
      svg("rect", {
        class: month.selected || !someChosen ? "column" : "pale",
        x: left + gap,
        y: body - height,
        width: width - 2 * gap,
        height,
      }),
      width > 22 &&
        svg("text", { x: left + width / 2, y: body - height - 6, "text-anchor": "middle" }, words.number(month.count)),
    );
  });
}

/**
 * Months, and the year where it begins.
 *
 * @param {number} from @param {number} until @param {(instant: number) => number} x @param {number} width
 * @param {number} y @param {import("./words.js").Words} words
 */
function axis(from, until, x, width, y, { t }) {
  const start = new Date(from);
  const total = Math.round((until - from) / (30.44 * DAY));
  const step = [1, 2, 3, 6, 12, 24, 60, 120].find((months) => (width / total) * months >= 40) ?? 120;
  const group = svg("g", {}, svg("line", { class: "baseline", x2: width, y1: y, y2: y }));
  let year = "";
  let end = -1; // of the last year
  for (let index = 0; index < total; index += 1) {
    const date = Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + index);
    const month = new Date(date).getUTCMonth();
    if (index && (step > 12 ? new Date(date).getUTCFullYear() % (step / 12) || month : month % step)) continue;
    const left = Math.round(x(date)) + 0.5;
    if (index) group.append(svg("line", { class: "grid", x1: left, x2: left, y2: y }));
    const name = t(`short_months.${month + 1}`);
    if (step < 12 && left + textWidth(name) <= width) group.append(svg("text", { class: "axis", x: left, y: y + 18 }, name));
    const yearOfMonth = t("dates.year", { year: String(new Date(date).getUTCFullYear()) });
    if (yearOfMonth === year) continue;
    year = yearOfMonth;
    // The last year begins further left if it would be cut off.
    const at = Math.min(left, width - textWidth(year));
    if (at > end) group.append(svg("text", { class: "axis", x: at, y: y + (step < 12 ? 36 : 18) }, year));
    end = at + textWidth(year);
  }
  return group;
}

/** @param {string} text */
function textWidth(text) {
  let width = 0;
  for (const character of text) width += character > "\u2e7f" ? FONT : FONT * 0.56;
  return width;
}

/** @param {string} text @param {number} room in pixels */
function shorten(text, room) {
  if (textWidth(text) <= room) return text;
  const characters = [...text];
  while (characters.length && textWidth(characters.join("")) + FONT > room) characters.pop();
  return characters.length > 2 ? `${characters.join("").trimEnd()}…` : "";
}
