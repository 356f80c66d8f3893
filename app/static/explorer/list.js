/**
 * @file The list of events or outcomes as cards, a page at a time.
 */

import { h } from "./dom.js";
import { basisMark, figureOf, languageOf } from "./figures.js";

/** @typedef {import("./schema").components["schemas"]} Schemas */
/** @typedef {import("./words.js").Words} Words */
/** @typedef {import("./state.js").Kind} Kind */
/** @typedef {import("./filters.js").Facets} Facets */

/**
 * @typedef {object} Options
 * @property {Words} words
 * @property {Facets} facets  for the names of codes
 * @property {(kind: Kind, id: string) => string} href
 */

/**
 * The links to both lists; the current one is marked.
 *
 * @param {object} options
 * @param {import("./state.js").Tab} options.tab
 * @param {Words} options.words
 * @param {(tab: import("./state.js").Tab) => string} options.href
 */
export function tabs({ tab, words, href }) {
  const links = /** @type {const} */ (["events", "outcomes"]).map((name) => (
    h("a", { href: href(name), "aria-current": name === tab ? "true" : null }, words.t(`page.${name}`))
  ));
  return h("nav", { class: "tabs", "aria-label": words.t("page.lists") }, links);
}

/**
 * Cards of records. More are appended, so that those that are there do not move and keep the focus.
 *
 * @param {(Schemas["EventRecord"] | Schemas["OutcomeRecord"])[]} records
 * @param {Options} options
 * @returns {HTMLElement[]}
 */
export function cards(records, options) {
  return records.map((record) => h("li", {}, "title" in record ? eventCard(record, options) : outcomeCard(record, options)));
}

/** @param {Schemas["EventRecord"]} event @param {Options} options */
function eventCard(event, { words, facets, href }) {
  const { date, locations } = event;
  const category = facets.category?.find(({ id }) => id === event.category)?.name ?? event.category;
  const when = date.start === null
    ? h("span", {}, words.t("page.no_date"))
    : h("time", { datetime: date.precision === "day" ? date.start : null }, words.date(date));
  const mark = date.basis === "derived" && basisMark("derived", words, { isTextHidden: true });
  const places = locations.map(({ name }) => name);
  const { locations_complete: isWhole } = event;
  const first = words.list(places.slice(0, 3));
  const isCut = places.length > 3;
  const shown = isCut && isWhole
    ? words.t("page.and_others", { names: first, count: places.length })
    : isCut || isWhole === false ? words.t("page.open_list", { names: first }) : first;
  return h("article", { class: "card", "data-id": event.id },
    h("p", { class: "card-head" }, when, mark, h("span", { class: "category" }, category)),
    h("h3", {}, h("a", { href: href("event", event.id) }, event.title)),
    places.length > 0 && h("p", { class: "where" }, shown),
    h("p", { class: "line" }, event.summary));
}

/** @param {Schemas["OutcomeRecord"]} outcome @param {Options} options */
function outcomeCard(outcome, { words, href }) {
  const figure = figureOf(outcome, words);
  return h("article", { class: "card outcome", "data-id": outcome.id },
    figure !== "" && h("p", { class: "value", lang: languageOf(outcome, words) }, figure),
    h("h3", {}, h("a", { href: href("outcome", outcome.id) }, outcome.label)),
    h("p", { class: "card-head" }, h("span", { class: "where" }, outcome.scope.name), basisMark(outcome.basis, words)));
}
