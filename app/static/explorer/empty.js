/**
 * @file The view in place of a list that is empty: which filters or words to leave out, and filters that the search may
 * mean.
 */

import { h } from "./dom.js";
import { chosen } from "./filters.js";
import { logUnexpected } from "./problem.js";
import { withFilter, without } from "./state.js";

/** @typedef {import("./schema").components["schemas"]} Schemas */
/** @typedef {import("./words.js").Words} Words */
/** @typedef {import("./state.js").State} State */

/** Filters that the empty list tries to leave out. */
const MAX_TRIED = 6;

/**
 * @param {object} options
 * @param {State} options.state
 * @param {import("./filters.js").Facets} options.facets
 * @param {Words} options.words
 * @param {(query: URLSearchParams) => string} options.href   the view with another query
 * @param {(query: URLSearchParams) => Promise<number>} options.count
 * @param {(count: number) => string} options.noun    a number of records in words
 * @param {string[]} options.suggestions              words of the search that have records by themselves
 * @param {import("./connection.js").Source} options.source
 * @param {string | null} options.campaign            the id of the campaign
 * @param {AbortSignal} options.signal
 * @returns {HTMLElement}
 */
export function emptyView({ state, facets, words, href, count, noun, suggestions, source, campaign, signal }) {
  const { t } = words;
  const list = h("ul", { class: "drop" });
  const text = h("p", {}, t([...state.query].length === 0 ? "page.empty_all" : "page.empty"));
  const tried = chosen(state, facets, words).slice(0, MAX_TRIED).map(async ({ name, value, text }) => {
    const query = withFilter(state.query, name, value, false);
    const found = await count(query).catch(() => 0);
    if (found > 0) list.append(choice(query, t("page.without", { filter: text, count: noun(found) })));
  });
  Promise.all(tried).then(() => {
    if (list.children.length > 0) text.textContent = t("page.empty_without");
    else if (tried.length > 0) list.append(choice(new URLSearchParams(), t("page.clear")));
  });
  const found = suggestions.map((word) => choice(withFilter(without(state.query, "q"), "q", word, true), words.quote(word)));
  const byName = h("div", {});
  namedFilters(state.query).then((filters) => {
    if (filters.length === 0) return;
    byName.append(h("p", {}, t("page.named")), h("ul", { class: "drop" }, filters.map(({ query, text }) => choice(query, text))));
  });
  return h("div", { class: "empty" }, byName, text, list, found.length > 0 && [h("p", {}, t("page.words_found")), h("ul", { class: "drop" }, found)]);

  /** @param {URLSearchParams} query @param {string} label */
  function choice(query, label) {
    return h("li", {}, h("a", { class: "button", href: href(query) }, label));
  }

  /** Filters by pillars and strands whose names match the search, in any script or in pinyin. @param {URLSearchParams} query */
  async function namedFilters(query) {
    const q = query.get("q");
    if (q === null) return [];
    try {
      const { data } = await source.get("/v1/search", { q, kind: "campaign" }, { signal });
      return /** @type {Schemas["CampaignHit"][]} */ (data).flatMap(({ record, snippet }) => {
        const [, pillarIndex, strandIndex] = /^\/pillars\/(\d+)(?:\/strands\/(\d+))?\/name$/.exec(snippet?.field ?? "") ?? [];
        const pillar = record.pillars[Number(pillarIndex)];
        if (record.id !== campaign || !pillar) return [];
        const strand = pillar.strands[Number(strandIndex)];
        const [name, value] = strand ? ["strand", strand] : ["pillar", pillar];
        const text = t("page.filter", { name: t(`page.by_${name}`), value: value.name });
        return [{ query: withFilter(without(query, "q"), name, value.id, true), text }];
      });
    } catch (error) {
      // The list is of use without them. The stored snapshot has no such search.
      logUnexpected(error);
      return [];
    }
  }
}
