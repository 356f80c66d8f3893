/**
 * @file The results of one state: filters, list, timeline, map and share links, from one request where possible.
 */

import { ProblemError } from "./api.js";
import { byId, h, nextTask, replaceBody } from "./dom.js";
import { emptyView } from "./empty.js";
import { chips, createFilters, FACETS } from "./filters.js";
import { cards, tabs } from "./list.js";
import { createMore } from "./more.js";
import { logUnexpected, problemView } from "./problem.js";
import { share } from "./share.js";
import { requestOf, sharedFilters, withTab } from "./state.js";
import { timeline } from "./timeline.js";

/** @typedef {import("./schema").components["schemas"]} Schemas */
/** @typedef {import("./state.js").State} State */
/** @typedef {import("./filters.js").Facets} Facets */
/** @typedef {{data: any[], meta: Schemas["ListMeta"]}} Page */

const PAGE_SIZE = 50;

/** The counts of what is left out, each with the filter that adds it. */
const EXCLUDED = /** @type {const} */ ([
  ["derived_excluded", "location_basis", "any"],
  ["undated_excluded", "undated", "include"],
]);

/**
 * @param {object} options
 * @param {import("./connection.js").Source} options.source
 * @param {import("./words.js").Config} options.config
 * @param {import("./words.js").Words} options.words
 * @param {(state: State) => string} options.address
 * @param {(kind: import("./state.js").Kind | "month" | "place", id: string) => string} options.href
 * @param {(path: string) => string | null} options.page  the page of a record by its path in the API
 * @param {(href: string) => void} options.go
 * @param {(text: string) => void} options.announce
 */
export function createResults({ source, config, words, address, href, page, go, announce }) {
  const { t } = words;
  const list = byId("list");
  const heading = byId("list-title");
  heading.tabIndex = -1;
  /** @type {State} */
  let state;
  /** The list on the page and its parameters. */
  let shown = "";
  /** @type {number | null} */
  let total = null;
  let loading = new AbortController();
  /** @type {Schemas["LocationRecord"][] | null} */
  let places = null;
  // The map is far down on a phone, so it is loaded when it comes near the screen.
  const nearMap = new Promise((resolve) => {
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      resolve(null);
    }, { rootMargin: "50%" });
    observer.observe(byId("map"));
  });
  const filters = createFilters({ words, choose: (query) => go(withQuery(query)) });

  /** The list with other filters, also while a record is open. @param {URLSearchParams} query */
  const withQuery = (query) => address({ ...state, view: "campaign", id: config.campaign, query });

  /** @param {URLSearchParams} query @param {string[]} facets @param {number} limit */
  const paramsOf = (query, facets, limit) => {
    const params = requestOf(config, query, facets);
    for (const facet of facets) params.append("facet", facet);
    params.set("limit", String(limit));
    return params;
  };

  /** @param {AbortSignal} signal */
  async function loadPlaces(signal) {
    if (places !== null) return places;
    const all = [];
    for await (const { data } of source.pages("/v1/locations", { campaign: config.campaign, limit: config.max_limit }, { signal })) all.push(...data);
    return (places = all);
  }

  /** @param {boolean} isForced */
  async function load(isForced) {
    const request = requestOf(config, state.query);
    const key = `${state.tab}?${request}`;
    if (key === shown && !isForced) {
      filters.select(state);
      return;
    }
    shown = key;
    loading.abort();
    loading = new AbortController();
    const { signal } = loading;
    list.setAttribute("aria-busy", "true");
    byId("timeline").hidden = byId("map").hidden = false;
    filters.select(state);
    replaceBody(byId("share"), ...share({ tab: state.tab, request, words, url: source.url, print }));
    const { tab, query } = state;
    const facets = tab === "events" ? [...FACETS.events, "location"] : FACETS.outcomes;
    const main = source.get(`/v1/${tab}`, paramsOf(query, facets, PAGE_SIZE), { signal });
    // The pictures are of events, whichever list is shown.
    const events = tab === "events" ? main : source.get("/v1/events", paramsOf(sharedFilters(query), ["month", "location"], PAGE_SIZE), { signal });
    events.then(({ meta }) => showMap(meta, signal)).catch((error) => {
      if (signal.aborted) return;
      logUnexpected(error);
      clear("map");
    });
    try {
      await showList(await main, signal);
      const { data, meta } = await events;
      await nextTask(signal);
      drawTimeline(data, meta);
    } catch (error) {
      if (signal.aborted) return;
      // The same state loads again.
      shown = "";
      fail(error);
    } finally {
      if (!signal.aborted) list.removeAttribute("aria-busy");
    }
  }

  /** @param {Schemas["ListMeta"]} meta @param {AbortSignal} signal */
  async function showMap(meta, signal) {
    await nearMap;
    signal.throwIfAborted();
    const [{ drawMap }, places] = await Promise.all([import("./map.js"), loadPlaces(signal)]);
    signal.throwIfAborted();
    const counts = new Map(meta.facets?.location?.map(({ id, count }) => [id, count]));
    const { tiles } = config;
    replaceBody(byId("map"), drawMap({ places, counts, words, href, tiles, datum: tiles?.datum }));
  }

  /** @param {Schemas["EventRecord"][]} events @param {Schemas["ListMeta"]} meta */
  function drawTimeline(events, meta) {
    const months = meta.facets?.month ?? [];
    replaceBody(byId("timeline"), timeline({ events, complete: events.length === meta.total, months, words, href }));
  }

  /** Hide a picture that will not come. @param {"timeline" | "map"} id */
  function clear(id) {
    const section = byId(id);
    section.hidden = section.querySelector(".skeleton") !== null;
  }

  /** @param {Page} page @param {AbortSignal} signal */
  async function showList({ data, meta }, signal) {
    const { tab } = state;
    const facets = /** @type {Facets} */ (meta.facets ?? {});
    const before = total;
    total = meta.total;
    const count = (/** @type {number} */ number) => t(tab === "events" ? "page.count" : "page.count_outcomes", { count: number });
    heading.textContent = count(total);
    if (before !== null) announce(before === total ? count(total) : t("page.changed", { before, after: count(total) }));
    filters.update(state, facets, total);
    await nextTask(signal);
    const options = { words, facets, href };
    const items = h("ol", { class: "cards" }, cards(data, options));
    const body = data.length > 0 ? items : emptyView({
      state, facets, words, href: withQuery, noun: count, suggestions: meta.suggestions, source, campaign: config.campaign, signal,
      count: async (query) => (await source.get(`/v1/${tab}`, paramsOf(query, [], 0), { signal })).meta.total,
    });
    render(body, chips({ state, facets, words, href: withQuery }), excluded(meta));
    if (meta.next_cursor !== null) appendMore(items, data, meta, options, signal);
  }

  /** Links to what the filters leave out without being about it. @param {Schemas["ListMeta"]} meta */
  function excluded(meta) {
    const entries = EXCLUDED.filter(([count]) => meta[count] > 0).map(([count, name, value]) => {
      const text = t(`page.${count}`, { count: meta[count] });
      const query = new URLSearchParams(state.query);
      query.set(name, value);
      // Outcomes without a dated event are in no time.
      const isFixed = name === "undated" && state.tab === "outcomes";
      return h("li", {}, isFixed ? text : h("a", { href: withQuery(query) }, text));
    });
    return entries.length > 0 ? h("ul", { class: "excluded" }, entries) : null;
  }

  /** Replace the list and what is above it; the focus moves to the counterpart of the element that had it. @param {HTMLElement} body @param {...(HTMLElement | null)} above */
  function render(body, ...above) {
    const active = document.activeElement;
    const focus = !list.contains(active) || active === heading ? null : active?.closest(".tabs") ? ".tabs [aria-current]" : "h2";
    const hrefOfTab = (/** @type {State["tab"]} */ tab) => address({ ...withTab(state, tab), view: "campaign", id: config.campaign });
    replaceBody(list, tabs({ tab: state.tab, words, href: hrefOfTab }), ...above, body);
    if (focus) /** @type {HTMLElement | null} */ (list.querySelector(focus))?.focus({ preventScroll: true });
  }

  /**
   * @param {HTMLOListElement} items @param {any[]} loaded @param {Schemas["ListMeta"]} meta
   * @param {Parameters<typeof cards>[1]} options @param {AbortSignal} signal
   */
  function appendMore(items, loaded, meta, options, signal) {
    const { tab, query } = state;
    list.append(createMore({
      words, size: PAGE_SIZE, items,
      toCards: (data) => cards(data, options),
      read(cursor) {
        const params = paramsOf(query, [], PAGE_SIZE);
        params.set("cursor", cursor);
        return source.get(`/v1/${tab}`, params, { signal });
      },
      onComplete: (all) => tab === "events" && drawTimeline(all, meta),
      onError(error, button) {
        if (signal.aborted) return;
        // A cursor belongs to one version of the data, and to the server.
        if (error instanceof ProblemError && error.status === 422) load(true);
        else button.replaceWith(problemView({ error, state, words, href: withQuery, page, retry: () => load(true) }));
      },
    }, loaded, meta));
  }

  /** Print the page with the positions of the listed records in the report, which only paper shows. */
  async function print() {
    const params = paramsOf(state.query, [], config.max_limit);
    params.set("include", "evidence");
    const module = await import("./positions.js").catch(logUnexpected);
    await module?.addPositions(list, source.pages(`/v1/${state.tab}`, params, { signal: loading.signal }), words);
    window.print();
  }

  /** @param {unknown} error */
  function fail(error) {
    total = null;
    heading.textContent = t(`page.${state.tab}`);
    filters.fail();
    const entries = chips({ state, facets: {}, words, href: withQuery });
    render(problemView({ error, state, words, href: withQuery, page, retry: () => load(true) }), entries);
    clear("timeline");
  }

  return {
    /** Whether a list is shown or loading. */
    get isShown() {
      return shown !== "";
    },

    /**
     * Show a state; does nothing if its list is there.
     *
     * @param {State} next
     * @param {{isForced?: boolean}} [options] whether to load it again
     */
    async show(next, { isForced = false } = {}) {
      state = next;
      if (isForced) places = null;
      await load(isForced);
    },
  };
}
