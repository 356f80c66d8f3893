/**
 * @file The state of the page and its address. The query has the API's own names, so `/v1/events` in front of it makes it
 * a request.
 */

/** @typedef {import("./words.js").Config} Config */
/** @typedef {"event" | "location" | "outcome"} Kind */
/** @typedef {"events" | "outcomes"} Tab */

/**
 * @typedef {object} State
 * @property {"campaign" | "campaigns" | Kind} view
 * @property {string | null} id     of the campaign or the record
 * @property {Tab} tab              the list; a fragment of the address
 * @property {URLSearchParams} query filters by the names of the API, without the language
 * @property {string | null} lang   as the address has it; without it the browser's languages decide
 */

const PATHS = { campaign: "campaigns", event: "events", location: "locations", outcome: "outcomes" };

/** @type {Map<string, "campaign" | Kind>} */
const VIEWS = new Map(Object.entries(PATHS).map(([view, plural]) => [plural, /** @type {Kind} */ (view)]));

/** Parameters that the page sets itself. */
const RESERVED = ["lang", "limit", "cursor", "facet", "include"];

/** Parameters that messengers and mail programs add to links. */
const TRACKING = /^(utm_|isappinstalled$|from$|scene$|clicktime$|enterid$|fbclid$|gclid$)/;

/** Filters of both lists. The others are taken off when the list is changed. */
const SHARED = "q campaign pillar strand county location location_basis month date date_from date_to".split(" ");

/**
 * Read an address of the page; null if it is none, such as `/docs`.
 *
 * @param {Config} config
 * @param {URL} url
 * @returns {State | null}
 */
export function readState(config, url) {
  if (!url.pathname.startsWith(`${config.base}/`)) return null;
  const [plural = "", id, ...more] = url.pathname.slice(config.base.length + 1).split("/");
  if (more.length > 0) return null;
  // Where there are several campaigns, the path names that of the page.
  const reserved = config.only ? RESERVED : [...RESERVED, "campaign"];
  const query = new URLSearchParams();
  for (const [name, value] of url.searchParams) {
    const isFilter = !reserved.includes(name) && !TRACKING.test(name);
    if (isFilter && value !== "" && !query.has(name, value)) query.append(name, value);
  }
  const tab = /** @type {Tab} */ (url.hash === "#outcomes" ? "outcomes" : "events");
  const rest = { tab, query, lang: url.searchParams.get("lang") };
  if (plural === "" && id === undefined) {
    return { ...rest, ...(config.only ? { view: "campaign", id: config.campaign } : { view: "campaigns", id: null }) };
  }
  const view = VIEWS.get(plural);
  return view && id ? { ...rest, view, id: decoded(id) } : null;
}

/** A part of a path without percent-encoding; as it stands where that is wrong, for the API to refuse. @param {string} part */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/**
 * The address of a state.
 *
 * @param {Config} config
 * @param {State} state
 */
export function hrefOf(config, { view, id, tab, query, lang }) {
  const all = new URLSearchParams(query);
  if (lang) all.set("lang", lang);
  const text = all.toString();
  return `${config.base}${pathOf(config, view, id)}${text && "?"}${text}${tab === "outcomes" ? "#outcomes" : ""}`;
}

/**
 * @param {Config} config
 * @param {State["view"]} view
 * @param {string | null} id
 */
function pathOf(config, view, id) {
  if (view === "campaigns" || id === null || (view === "campaign" && config.only)) return "/";
  return `/${PATHS[view]}/${encodeURIComponent(id)}`;
}

/** The path of a record in the API. @param {Kind} kind @param {string} id */
export function apiPath(kind, id) {
  return `/v1/${PATHS[kind]}/${encodeURIComponent(id)}`;
}

/**
 * The same filters in the other list, as far as it has them.
 *
 * @param {State} state
 * @param {Tab} tab
 * @returns {State}
 */
export function withTab(state, tab) {
  return tab === state.tab ? state : { ...state, tab, query: sharedFilters(state.query) };
}

/**
 * The filters that events and outcomes have both.
 *
 * @param {URLSearchParams} query
 */
export function sharedFilters(query) {
  return new URLSearchParams([...query].filter(([name]) => SHARED.includes(name)));
}

/**
 * The same filters without one value, or with it.
 *
 * @param {URLSearchParams} query
 * @param {string} name
 * @param {string} value
 * @param {boolean} isChosen
 */
export function withFilter(query, name, value, isChosen) {
  const changed = new URLSearchParams([...query].filter((entry) => entry[0] !== name || entry[1] !== value));
  if (isChosen) changed.append(name, value);
  return changed;
}

/** The same filters without a parameter. @param {URLSearchParams} query @param {string} name */
export function without(query, name) {
  return new URLSearchParams([...query].filter((entry) => entry[0] !== name));
}

/**
 * The parameters of the request for the list: the filters of the address, and the campaign where there are several. The
 * API refuses `location_basis` without a filter or a facet by place.
 *
 * @param {Config} config
 * @param {URLSearchParams} query
 * @param {string[]} [facets]
 */
export function requestOf(config, query, facets = []) {
  const request = new URLSearchParams(query);
  if (!config.only && config.campaign !== null) request.set("campaign", config.campaign);
  if (!["location", "county", "bbox"].some((name) => request.has(name) || facets.includes(name))) request.delete("location_basis");
  return request;
}

/** Whether a record is open. @param {State} state @returns {state is State & {view: Kind, id: string}} */
export function isRecord(state) {
  return state.view !== "campaign" && state.view !== "campaigns";
}
