/**
 * @file The timeline: dated events as one SVG, the same as a table, and the undated ones with the reason.
 *
 * A day is a dot, a range a bar, a month, season or year a pale bar: the event was some time in it. Hatched marks are
 * dates that the editors derived. Many events are drawn as one bar a month.
 */

import { h } from "./dom.js";
import { drawTimeline } from "./timeline-picture.js";

/** @typedef {import("./schema").components["schemas"]} Schemas */
/** @typedef {Schemas["EventRecord"]} Event */
/** @typedef {Schemas["FacetValue"]} Month */
/** @typedef {import("./words.js").Words} Words */
/**
 * @typedef {object} Options
 * @property {Event[]} events    those that are loaded
 * @property {boolean} complete  whether these are all that match
 * @property {Month[]} months    how many match in each month (`facet=month`)
 * @property {Words} words
 * @property {(kind: "event" | "month", id: string) => string} href
 */
/** More events are drawn as bars of months. */
const MAX_EVENTS = 100;

/**
 * @param {Options} options
 * @returns {HTMLElement}
 */
export function timeline(options) {
  const { events, words } = options;
  const dated = events
    .filter((event) => event.date.start !== null)
    .sort((a, b) => Date.parse(a.date.start ?? "") - Date.parse(b.date.start ?? ""));
  const undated = events.filter((event) => event.date.start === null);
  const asMonths = options.months.length > 0 && (!options.complete || dated.length > MAX_EVENTS);
  const picture = h("div", { class: "timeline-picture" });
  const table = asMonths ? monthTable(options) : eventTable(dated, options);
  const links = [...table.querySelectorAll("a")];
  const swap = h("button", {
    type: "button",
    class: "button plain",
    onclick: () => show(table.classList.contains("hidden")),
  });

  /**
   * The table is always there for screen readers; the Tab key reaches its links while it is seen.
   *
   * @param {boolean} asTable
   */
  function show(asTable) {
    picture.hidden = asTable;
    table.classList.toggle("hidden", !asTable);
    for (const link of links) link.tabIndex = asTable ? 0 : -1;
    swap.textContent = words.t(asTable ? "charts.as_picture" : "charts.as_table");
  }

  const root = h("div", { class: "picture" });
  const legend = h("p", { class: "legend" });
  if (dated.length || asMonths) {
    root.append(
      h("div", { class: "picture-head" },
        legend,
        swap),
      picture,
      table,
    );
    show(false);
    legend.append(...legendOf(asMonths, words));
    let width = 0;
    new ResizeObserver(() => {
      const available = picture.clientWidth;
      if (available === 0 || available === width) return;
      width = available;
      const { drawing, isByMonth } = drawTimeline(dated, width, asMonths, options);
      picture.replaceChildren(drawing);
      legend.replaceChildren(...legendOf(isByMonth, words));
    }).observe(picture);
  } else {
    root.append(h("p", {}, words.t("charts.no_dates")));
  }
  if (undated.length) root.append(undatedList(undated, options));
  return root;
}

/** @param {boolean} isByMonth whether columns of months are drawn, which have no marks @param {Words} words */
function legendOf(isByMonth, { t }) {
  if (isByMonth) return [t("charts.by_month")];
  return /** @type {const} */ (["stated", "derived"]).map((basis) => h("span", { class: `mark ${basis}` }, t(`charts.${basis}`)));
}

/** @param {Event[]} events @param {Options} options */
function eventTable(events, options) {
  const { words } = options;
  const rows = events.map((event) =>
    h("tr", {},
      h("td", {}, words.date(event.date)),
      h("td", {}, h("a", { href: options.href("event", event.id) }, event.title)),
      h("td", {}, h("span", { class: `mark ${event.date.basis}` }, words.t(`charts.${event.date.basis}`)))),
  );
  return tableOf(["charts.date", "charts.event", "charts.basis"], rows, words);
}

/** @param {Options} options */
function monthTable(options) {
  const { months, words } = options;
  const rows = months.map((month) =>
    h("tr", {},
      h("td", {}, h("a", { href: options.href("month", month.id) }, month.name)),
      h("td", {}, words.number(month.count))),
  );
  return tableOf(["charts.month", "charts.events_then"], rows, words);
}

/** @param {string[]} heads keys of the words @param {Node[]} rows @param {Words} words */
function tableOf(heads, rows, words) {
  const head = heads.map((key) => h("th", { scope: "col" }, words.t(key)));
  const caption = h("caption", { class: "hidden" }, words.t("charts.timeline"));
  return h("div", { class: "table-scroll" }, h("table", {}, caption, h("thead", {}, h("tr", {}, head)), h("tbody", {}, rows)));
}

/** @param {Event[]} events @param {Options} options */
function undatedList(events, options) {
  const rows = events.map((event) =>
    h("li", {},
      h("a", { href: options.href("event", event.id) }, event.title),
      event.date.note !== null && h("p", {}, event.date.note)),
  );
  const summary = h("summary", {}, options.words.t("charts.undated", { count: events.length }));
  return h("details", { class: "undated" }, summary, h("ul", { class: "reasons" }, rows));
}
