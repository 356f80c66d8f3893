/**
 * @file Filters with the number of records that each choice has, beside the list or in a sheet on narrow screens; and
 * the chips of what is chosen. Elements are updated, not replaced, so that the focus stays.
 */

import { byId, h } from "./dom.js";
import { withFilter } from "./state.js";

/** @typedef {import("./schema").components["schemas"]} Schemas */
/** @typedef {import("./words.js").Words} Words */
/** @typedef {import("./state.js").State} State */
/** @typedef {Record<string, Schemas["FacetValue"][]>} Facets   by parameter */

/** The facets of each list, in the order of the groups. */
export const FACETS = {
  events: ["pillar", "strand", "category", "kind", "county", "month"],
  outcomes: ["pillar", "strand", "kind", "scope", "county", "month"],
};

const SHOWN = 8;
const WIDE = matchMedia("(width >= 1100px)");

/**
 * @param {object} options
 * @param {Words} options.words
 * @param {(query: URLSearchParams) => void} options.choose called when other filters are chosen
 */
export function createFilters({ words, choose }) {
  const { t } = words;
  /** @type {Map<string, Group>} */
  const groups = new Map();
  let query = new URLSearchParams();

  const aside = byId("filters");
  const form = h("form", { class: "facets", onsubmit: (/** @type {Event} */ event) => event.preventDefault(), onchange });
  const result = h("button", { type: "button", class: "button primary", onclick: () => {
    sheet.close();
    byId("list-title").focus();
  } }, t("page.back"));
  const head = h("div", { class: "sheet-head" },
    h("p", { class: "sheet-title", id: "sheet-title" }, t("page.filters")),
    h("button", { type: "button", class: "button plain", onclick: () => sheet.close() }, t("page.close")));
  const sheet = h("dialog", { class: "sheet", "aria-labelledby": "sheet-title" }, head, h("div", { class: "sheet-body" }), result);
  const opener = h("button", { type: "button", class: "button open-filters", "aria-haspopup": "dialog", onclick: () => sheet.showModal() }, t("page.filters"));
  // A click beside the sheet is on the dialog itself.
  sheet.addEventListener("click", (event) => event.target === sheet && sheet.close());
  aside.append(opener, sheet);
  WIDE.addEventListener("change", place);
  place();

  function place() {
    if (WIDE.matches) {
      sheet.close();
      aside.append(form);
    } else sheet.querySelector(".sheet-body")?.append(form);
  }

  /** @param {Event} event */
  function onchange({ target }) {
    if (target instanceof HTMLInputElement) choose(withFilter(query, target.name, target.value, target.checked));
  }

  return {
    /** Show no count, as there is no list. */
    fail() {
      result.textContent = t("page.back");
    },

    /**
     * Show what is chosen before its counts are known.
     *
     * @param {State} state
     */
    select(state) {
      query = state.query;
      for (const [name, group] of groups) group.check(state.query.getAll(name));
    },

    /**
     * Show the counts of a response.
     *
     * @param {State} state
     * @param {Facets} facets
     * @param {number} total
     */
    update(state, facets, total) {
      query = state.query;
      const names = FACETS[state.tab];
      for (const name of names) {
        const group = groups.get(name) ?? createGroup(name, words);
        groups.set(name, group);
        group.update(facets[name] ?? []);
      }
      for (const [name, { element }] of groups) if (!names.includes(name)) element.remove();
      // Groups are put into the form in their order; those that are there do not move.
      names.forEach((name, index) => {
        const { element } = /** @type {Group} */ (groups.get(name));
        if (form.children[index] !== element) form.insertBefore(element, form.children[index] ?? null);
      });
      const chosen = [...query.keys()].filter((name) => names.includes(name)).length;
      opener.textContent = chosen > 0 ? t("page.filters_chosen", { count: chosen }) : t("page.filters");
      const count = t(state.tab === "events" ? "page.count" : "page.count_outcomes", { count: total });
      result.textContent = t("page.show", { count });
    },
  };
}

/**
 * @typedef {object} Group
 * @property {HTMLFieldSetElement} element
 * @property {(values: Schemas["FacetValue"][]) => void} update
 * @property {(chosen: string[]) => void} check
 */

/**
 * One facet: its values keep their order while their counts change.
 *
 * @param {string} name
 * @param {Words} words
 * @returns {Group}
 */
function createGroup(name, words) {
  const { t } = words;
  /** @type {Map<string, {row: HTMLElement, input: HTMLInputElement, label: Text, count: HTMLElement, hasRecords: boolean}>} */
  const options = new Map();
  let isOpen = false;
  const list = h("div", { class: "options" });
  const more = h("button", { type: "button", class: "button plain toggle", "aria-expanded": "false", onclick: () => {
    isOpen = !isOpen;
    arrange();
  } });
  const element = h("fieldset", { class: "facet" }, h("legend", {}, t(`page.by_${name}`)), list, more);

  /** @param {string} id */
  function add(id) {
    const input = h("input", { type: "checkbox", name, value: id });
    const label = document.createTextNode("");
    const count = h("span", { class: "count" });
    const row = h("label", { class: "option" }, input, h("span", { class: "option-name" }, label), " ", count);
    const option = { row, input, label, count, hasRecords: false };
    options.set(id, option);
    list.append(row);
    return option;
  }

  /** Show the options that are chosen or have records, at first at most eight. */
  function arrange() {
    const present = [...options.values()].filter(({ hasRecords, input }) => hasRecords || input.checked);
    const first = present.slice(0, SHOWN);
    for (const option of options.values()) {
      const { row, input } = option;
      row.hidden = !present.includes(option) || !(isOpen || input.checked || first.includes(option));
    }
    const rest = present.length - first.length;
    more.hidden = rest <= 0;
    more.textContent = isOpen ? t("page.fewer") : t("page.more_values", { count: rest });
    more.setAttribute("aria-expanded", String(isOpen));
    element.hidden = present.length === 0;
  }

  return {
    element,
    update(values) {
      for (const option of options.values()) option.hasRecords = false;
      for (const { id, name, count, selected } of values) {
        const option = options.get(id) ?? add(id);
        option.hasRecords = count > 0;
        option.label.data = name;
        option.count.textContent = words.number(count);
        option.input.checked = selected;
      }
      for (const [id, { input }] of options) if (!values.some((value) => value.id === id)) input.checked = false;
      arrange();
    },
    check(chosen) {
      for (const [id, { input }] of options) input.checked = chosen.includes(id);
    },
  };
}

/**
 * The chosen filters as chips: each is a link to the view without it.
 *
 * @param {object} options
 * @param {State} options.state
 * @param {Facets} options.facets
 * @param {Words} options.words
 * @param {(query: URLSearchParams) => string} options.href
 * @returns {HTMLElement | null}
 */
export function chips({ state, facets, words, href }) {
  const entries = chosen(state, facets, words);
  if (entries.length === 0) return null;
  const items = entries.map(({ name, value, text }) => {
    const label = words.t("page.take_off", { filter: text });
    return h("li", {}, h("a", { class: "chip", href: href(withFilter(state.query, name, value, false)), "aria-label": label },
      text, h("span", { "aria-hidden": "true" }, "×")));
  });
  const all = h("li", {}, h("a", { class: "button plain clear", href: href(new URLSearchParams()) }, words.t("page.clear")));
  return h("ul", { class: "chips" }, items, all);
}

/**
 * The chosen filters with their names for people.
 *
 * @param {State} state
 * @param {Facets} facets
 * @param {Words} words
 */
export function chosen(state, facets, words) {
  return [...state.query].filter(([name]) => name !== "sort").map(([name, value]) => {
    const known = facets[name]?.find(({ id }) => id === value)?.name;
    const label = words.t(`page.by_${name}`);
    const text = name === "q" ? words.quote(value) : (known ?? value);
    // Parameters that have no group are written as in the API.
    const isNamed = label !== `page.by_${name}`;
    return { name, value, text: words.t("page.filter", { name: isNamed ? label : name, value: text }) };
  });
}
