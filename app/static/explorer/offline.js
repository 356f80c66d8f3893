/**
 * @file The API's lists and records out of a stored snapshot: the same paths, parameters and results, for reading
 * without a network. Search is by plain text.
 */

import { ProblemError, queryOf } from "./api.js";
import { createFinder, wrongIn } from "./offline-filters.js";

/** @typedef {import("./schema").components["schemas"]} Schemas */

/** A record of any resource. @typedef {{id: string, [field: string]: any}} AnyRecord */

/**
 * @typedef {object} Data
 * @property {string} language
 * @property {Schemas["CampaignRecord"][]} campaigns
 * @property {Schemas["SourceRecord"][]} sources
 * @property {Schemas["LocationRecord"][]} locations
 * @property {Schemas["EventRecord"][]} events
 * @property {Schemas["OutcomeRecord"][]} outcomes
 * @property {{vocabulary: string, code: string, name: string, meaning: string}[]} terms
 */

const RESOURCES = /** @type {const} */ (["campaigns", "sources", "locations", "events", "outcomes"]);

/** Of the API. */
const DEFAULT_LIMIT = 50;

/**
 * @param {Schemas["CampaignSnapshot"][]} snapshots
 * @param {Schemas["Language"]} language
 * @param {string} [notStored]   the text of the error about what the snapshot does not have
 */
export function createOffline(snapshots, language, notStored = "This is not in the stored snapshot.") {
  const data = dataOf(structuredClone(snapshots), language);
  const find = createFinder(data);

  /** @type {ReturnType<typeof import("./api.js").createApi>["get"]} */
  async function get(path, params) {
    const query = queryOf(params);
    const [, resource, id, ...rest] = path.replace(/^\//, "").split("/");
    if (rest.length === 0 && resource === "terms") return list(termsOf(query), query, null);
    const name = RESOURCES.find((name) => name === resource);
    if (name && rest.length === 0) return id === undefined ? records(name, query) : record(name, decodeURIComponent(id), query);
    throw notFound();
  }

  /** @param {typeof RESOURCES[number]} resource @param {URLSearchParams} query */
  function records(resource, query) {
    if (resource === "campaigns" || resource === "sources") {
      return list(data[resource].map((record) => withParts(resource, record, query)), query, null);
    }
    const wrong = wrongIn(resource, query);
    if (wrong) throw refused(wrong.parameter, wrong.value, wrong.code);
    const { matching, facets, undated_excluded } = find(resource, query);
    const page = list(matching, query, facets, undated_excluded);
    page.data = page.data.map((/** @type {AnyRecord} */ record) => withParts(resource, record, query));
    return page;
  }

  /** @param {typeof RESOURCES[number]} resource @param {string} id @param {URLSearchParams} query */
  function record(resource, id, query) {
    const found = /** @type {AnyRecord[]} */ (data[resource]).find((record) => record.id === id);
    if (!found) throw notFound();
    return { data: withParts(resource, found, query), meta: { version: "", language }, links: { self: "", collection: "" } };
  }

  /** The record with the parts that `include` names. @param {string} resource @param {AnyRecord} record @param {URLSearchParams} query */
  function withParts(resource, record, query) {
    const parts = query.getAll("include");
    const whole = { ...record };
    for (const part of ["evidence", "translations"]) if (!parts.includes(part)) whole[part] = null;
    if (resource !== "events") return whole;
    const none = new URLSearchParams();
    if (parts.includes("outcomes")) {
      const own = data.outcomes.filter(({ events }) => events.includes(record.id));
      whole.outcomes = own.map((outcome) => withParts("outcomes", outcome, none));
    }
    if (parts.includes("locations")) {
      whole.locations = record.locations.map((/** @type {Schemas["EventLocation"]} */ link) => {
        const place = data.locations.find(({ id }) => id === link.id);
        return { ...link, record: place ? withParts("locations", place, none) : null };
      });
    }
    return whole;
  }

  /** @param {URLSearchParams} query */
  function termsOf(query) {
    const vocabularies = query.getAll("vocabulary");
    return data.terms.filter(({ vocabulary }) => vocabularies.length === 0 || vocabularies.includes(vocabulary));
  }

  /**
   * One page of a list. A cursor is the number of the first record.
   *
   * @param {unknown[]} all @param {URLSearchParams} query @param {unknown} facets @param {number} [undated_excluded]
   * @returns {any}
   */
  function list(all, query, facets, undated_excluded = 0) {
    const limit = Number(query.get("limit") ?? DEFAULT_LIMIT);
    const first = Number(query.get("cursor") ?? 0);
    // A cursor of the server's.
    if (Number.isNaN(first)) throw refused("cursor", query.get("cursor"), "outdated_cursor");
    const end = first + limit;
    const next_cursor = limit > 0 && end < all.length ? String(end) : null;
    const counts = { undated_excluded, derived_excluded: 0, facets, facets_cut: [], facets_derived_excluded: {}, suggestions: [] };
    const meta = { total: all.length, limit, next_cursor, version: "", language, ...counts };
    return { data: all.slice(first, end), meta, links: { self: "", next: null } };
  }

  /** @param {number} status @param {object} members */
  function problem(status, members) {
    const document = { type: "about:blank", title: notStored, status, detail: notStored, errors: [], nearest: [], ...members };
    return new ProblemError(document, new Response(null, { status }));
  }

  const notFound = () => problem(404, {});

  /** @param {string} parameter @param {string | null} value @param {string} code */
  function refused(parameter, value, code) {
    return problem(422, { errors: [{ parameter, value, code, detail: "", suggestion: null }] });
  }

  return { get };
}

/**
 * All records of the snapshots, with their texts in one language.
 *
 * @param {Schemas["CampaignSnapshot"][]} snapshots @param {Schemas["Language"]} language
 * @returns {Data}
 */
function dataOf(snapshots, language) {
  /** @param {(snapshot: Schemas["CampaignSnapshot"]) => any[]} part @param {string} key */
  const all = (part, key) => [...new Map(snapshots.flatMap(part).map((record) => [record[key], record])).values()];
  const terms = snapshots.flatMap((snapshot) => snapshot.terms.map(({ vocabulary, code, names }) => ({
    vocabulary, code, name: names[language], meaning: "",
  })));
  const data = {
    language,
    campaigns: all(({ campaign }) => [campaign], "id"),
    sources: all(({ sources }) => sources, "id"),
    locations: all(({ locations }) => locations, "id"),
    events: all(({ events }) => events, "id"),
    outcomes: all(({ outcomes }) => outcomes, "id"),
    terms: [...new Map(terms.map((term) => [`${term.vocabulary} ${term.code}`, term])).values()],
  };
  for (const resource of RESOURCES) for (const record of data[resource]) translate(record, language);
  return data;
}

/** Put the texts of one language into a record. @param {AnyRecord} record @param {string} language */
function translate(record, language) {
  for (const { field, texts } of /** @type {Schemas["Translation"][]} */ (record.translations ?? [])) {
    const text = texts.find((text) => text.language === language)?.text;
    if (text === undefined) continue;
    // `field` is a JSON pointer, such as `/organisers/0/name`.
    const steps = field.slice(1).split("/");
    const last = /** @type {string} */ (steps.pop());
    const parent = steps.reduce((value, step) => value?.[step], /** @type {any} */ (record));
    if (parent) parent[last] = text;
  }
}
