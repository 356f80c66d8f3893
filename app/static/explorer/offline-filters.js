/**
 * @file Filters, plain-text search, order and facets over the records of a snapshot.
 */

/** @typedef {import("./offline.js").Data} Data */
/** @typedef {import("./offline.js").AnyRecord} AnyRecord */
/** @typedef {"events" | "outcomes" | "locations"} Resource */

const COUNTIES = ["county", "district"];

/**
 * @param {Data} data
 */
export function createFinder(data) {
  const events = new Map(data.events.map((event) => [event.id, event]));
  const locations = new Map(data.locations.map((location) => [location.id, location]));
  const names = namesOf(data);
  const months = new Intl.DateTimeFormat(data.language === "en" ? "en-GB" : data.language, { year: "numeric", month: "long", timeZone: "UTC" });
  /** @type {Map<AnyRecord, string>} */
  const texts = new Map();
  let [lastSearch, lastPatterns] = ["", /** @type {RegExp[]} */ ([])];

  /** The patterns of a search, made once for all records. @param {string} search */
  const patternsOf = (search) => {
    if (search !== lastSearch) [lastSearch, lastPatterns] = [search, wordsOf(search)];
    return lastPatterns;
  };

  /** A place and all that it lies in. @param {string} id @returns {string[]} */
  const withAncestors = (id) => {
    const parent = locations.get(id)?.parent;
    return parent ? [id, ...withAncestors(parent)] : [id];
  };

  /** The links of an event to places, those that count. @param {AnyRecord} event @param {boolean} isAny @returns {AnyRecord[]} */
  const linksOf = (event, isAny) => event.locations.filter((/** @type {AnyRecord} */ { basis }) => isAny || basis === "stated");

  /** The places of an event, by the links that count. @param {AnyRecord} event @param {boolean} isAny */
  const placesOf = (event, isAny) => [...new Set(linksOf(event, isAny).flatMap(({ id }) => withAncestors(id)))];

  /** The events that a record is about. @param {Resource} resource @param {AnyRecord} record @returns {AnyRecord[]} */
  const eventsOf = (resource, record) => {
    if (resource === "events") return [record];
    if (resource === "outcomes") return record.events.flatMap((/** @type {string} */ id) => events.get(id) ?? []);
    return data.events.filter((event) => placesOf(event, false).includes(record.id));
  };

  /** The values of a record for a parameter. @param {Resource} resource @param {AnyRecord} record @param {string} name @param {boolean} isAny @returns {string[]} */
  function valuesOf(resource, record, name, isAny) {
    const own = eventsOf(resource, record);
    switch (name) {
      case "campaign": return resource === "locations" ? data.campaigns.map(({ id }) => id) : [record.campaign];
      case "strand": return own.flatMap((event) => event.strand?.id ?? []);
      case "pillar": return [record.pillar, ...own.map((event) => event.pillar)].filter(Boolean);
      case "organiser": return record.organisers.map((/** @type {AnyRecord} */ { id }) => id);
      case "parent": return resource === "locations" ? [record.parent] : [record.part_of?.event];
      case "event": return own.map(({ id }) => id);
      case "scope": return [record.scope.level];
      case "basis": return [resource === "events" ? record.date.basis : record.basis];
      case "month": return [...new Set(own.flatMap(({ date }) => monthsOf(date)))];
      case "location": return [...new Set(own.flatMap((event) => placesOf(event, isAny)))];
      case "county": return valuesOf(resource, record, "location", isAny).filter((id) => COUNTIES.includes(locations.get(id)?.kind ?? ""));
      default: return [record[name]];
    }
  }

  /** Whether a record matches all filters but one. @param {Resource} resource @param {AnyRecord} record @param {URLSearchParams} query @param {string} [except] */
  function matches(resource, record, query, except) {
    const isAny = query.get("location_basis") === "any";
    for (const name of new Set(query.keys())) {
      const given = query.getAll(name);
      const [first = ""] = given;
      if (name === except || IGNORED.includes(name)) continue;
      if (name === "q") {
        const text = textOf(record);
        if (!patternsOf(first).every((pattern) => pattern.test(text))) return false;
      } else if (name === "has") {
        if (!given.every((part) => hasPart(record, part))) return false;
      } else if (name === "value_gte" || name === "value_lte") {
        if (record.value === null || (name === "value_gte" ? record.value < Number(first) : record.value > Number(first))) return false;
      } else if (name === "bbox") {
        const places = resource === "locations" ? [record] : linksOf(record, isAny);
        if (!places.some((place) => isInBox(place, first))) return false;
      } else if (!valuesOf(resource, record, name, isAny).some((value) => given.includes(value))) return false;
    }
    return true;
  }

  /** @param {AnyRecord} location @param {string} part */
  function hasPart(location, part) {
    if (part === "coordinates") return location.latitude !== null;
    const own = eventsOf("locations", location);
    if (part === "events") return own.length > 0;
    return data.outcomes.some((outcome) => own.some(({ id }) => outcome.events.includes(id)));
  }

  /** Whether the dates match `undated`, `date_from` and `date_to`, and `month`. @param {Resource} resource @param {AnyRecord} record @param {URLSearchParams} query @param {string} [except] */
  function matchesDates(resource, record, query, except) {
    const [from, to] = [query.get("date_from") ?? query.get("date"), query.get("date_to") ?? query.get("date")];
    const given = except === "month" ? [] : query.getAll("month");
    const own = eventsOf(resource, record).filter(({ date }) => date.start !== null);
    // A year or a month stands for its first day, or for its last.
    const isInside = own.some(({ date }) => (
      (!from || date.end >= firstDay(from)) &&
      (!to || date.start <= lastDay(to)) &&
      (given.length === 0 || monthsOf(date).some((month) => given.includes(month)))
    ));
    const isBounded = Boolean(from || to || given.length > 0);
    const undated = query.get("undated") ?? (isBounded ? "exclude" : "include");
    if (own.length === 0) return undated !== "exclude";
    return undated !== "only" && (isInside || !isBounded);
  }

  /** The texts of a record in all languages, but not its evidence. @param {AnyRecord} record */
  function textOf(record) {
    const known = texts.get(record);
    if (known !== undefined) return known;
    const translated = (record.translations ?? []).filter((/** @type {AnyRecord} */ { field }) => !field.startsWith("/evidence"));
    const all = translated.flatMap((/** @type {AnyRecord} */ { texts }) => texts.map((/** @type {AnyRecord} */ { text }) => text));
    const text = fold([record.id, ...printedIn({ ...record, evidence: null }), ...all].join(BETWEEN));
    texts.set(record, text);
    return text;
  }

  /** @param {Resource} resource @param {URLSearchParams} query @param {string} name */
  function facet(resource, query, name) {
    /** @type {Map<string, number>} */
    const counts = new Map(query.getAll(name).map((id) => [id, 0]));
    const isAny = query.get("location_basis") === "any";
    for (const record of data[resource]) {
      if (!matches(resource, record, query, name) || !matchesDates(resource, record, query, name)) continue;
      for (const id of new Set(valuesOf(resource, record, name, isAny))) if (id) counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    const values = [...counts].map(([id, count]) => {
      const place = name === "location" || name === "county" ? locations.get(id) : undefined;
      const label = name === "month" ? months.format(new Date(id)) : place?.name ?? names.get(`${name} ${id}`) ?? names.get(`${resource} ${name} ${id}`) ?? id;
      return { id, name: label, count, selected: query.getAll(name).includes(id), kind: place?.kind ?? null, parent: place?.parent ?? null };
    });
    return values.sort((a, b) => (name === "month" ? 0 : b.count - a.count) || compare(a.id, b.id));
  }

  /** The matching records in order, and the facets that `facet` names. @param {Resource} resource @param {URLSearchParams} query */
  return function find(resource, query) {
    const rest = data[resource].filter((record) => matches(resource, record, query));
    const matching = rest.filter((record) => matchesDates(resource, record, query));
    const undated = rest.filter((record) => eventsOf(resource, record).every(({ date }) => date.start === null));
    const wanted = query.getAll("facet");
    const facets = wanted.length === 0 ? null : Object.fromEntries(wanted.map((name) => [name, facet(resource, query, name)]));
    const isExcluded = resource !== "locations" && !undated.some((record) => matching.includes(record));
    return { matching: sorted(resource, matching, query.get("sort"), data.language), facets, undated_excluded: isExcluded ? undated.length : 0 };
  };
}

/** Parameters that filter nothing, and those of dates, which `matchesDates` checks together. */
const IGNORED = "lang limit cursor include facet sort location_basis month date date_from date_to undated".split(" ");

/** The parameters of each list. */
const PARAMETERS = {
  events: [...IGNORED, ..."q id campaign pillar strand category kind organiser parent location county bbox basis".split(" ")],
  outcomes: [...IGNORED, ..."q id campaign pillar strand event scope kind metric unit basis location county value_gte value_lte".split(" ")],
  locations: [...IGNORED, ..."q id campaign kind parent event bbox has".split(" ")],
};

const SORT_KEYS = {
  events: "date title category source id",
  outcomes: "value metric source id",
  locations: "name kind source id",
};
/** Parameters that are given once. */
const SINGLE = "q date date_from date_to undated location_basis bbox sort value_gte value_lte".split(" ");
const DAY = /^\d{4}(-\d\d(-\d\d)?)?$/;
const NUMBER = /^-?\d+(\.\d+)?$/;

/** What matches the values of parameters that are neither ids nor codes of records. @type {Record<string, RegExp | undefined>} */
const SYNTAX = {
  date: DAY,
  date_from: DAY,
  date_to: DAY,
  month: /^\d{4}-\d\d$/,
  bbox: /^-?\d+(\.\d+)?(,-?\d+(\.\d+)?){3}$/,
  value_gte: NUMBER,
  value_lte: NUMBER,
  undated: /^(include|exclude|only)$/,
  location_basis: /^(stated|any)$/,
  has: /^(events|outcomes|coordinates)$/,
};

/**
 * The first parameter that a list does not have, or that has a value which no list takes; the API refuses these too.
 *
 * @param {Resource} resource @param {URLSearchParams} query
 */
export function wrongIn(resource, query) {
  const keys = [...SORT_KEYS[resource].split(" "), "relevance"];
  for (const [parameter, value] of query) {
    if (SINGLE.includes(parameter) && query.getAll(parameter).length > 1) return { parameter, value, code: "repeated" };
    if (parameter === "q" && wordsOf(value).length === 0) return { parameter, value, code: "nothing_to_search" };
    if (!PARAMETERS[resource].includes(parameter)) return { parameter, value, code: "unknown_parameter" };
    const isWrong = parameter === "sort"
      ? !value.split(",").every((key) => keys.includes(key.replace(/^-/, "")))
      : SYNTAX[parameter]?.test(value) === false || (DATES.includes(parameter) && !exists(value)) || (parameter === "bbox" && !isBox(value));
    if (isWrong) return { parameter, value, code: "unknown_value" };
  }
  const [date, from, to, undated, least, most] = ["date", "date_from", "date_to", "undated", "value_gte", "value_lte"].map((name) => query.get(name));
  const wrong = date && (from || to) ? "date"
    : from && to && firstDay(from) > lastDay(to) ? "date_from"
    : undated === "only" && (date || from || to || query.has("month")) ? "undated"
    : least && most && Number(least) > Number(most) ? "value_gte" : null;
  if (wrong !== null) return { parameter: wrong, value: query.get(wrong), code: "conflict" };
}

const DATES = ["date", "date_from", "date_to", "month"];

/** The first day of a day, a month or a year. @param {string} value */
const firstDay = (value) => value + "-01-01".slice(value.length - 4);

/** The last day, which a month may not have: it is only compared. @param {string} value */
const lastDay = (value) => value + "-12-31".slice(value.length - 4);

/** Whether a day, a month or a year is in the calendar. @param {string} value */
function exists(value) {
  const day = new Date(firstDay(value));
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value);
}

/** @param {string} bbox */
function isBox(bbox) {
  const [west = 0, south = 0, east = 0, north = 0] = bbox.split(",").map(Number);
  return Math.max(Math.abs(west), Math.abs(east)) <= 180 && -90 <= south && south <= north && north <= 90;
}

/** Names of what facets count: by parameter and id, of codes by resource too. @param {Data} data */
function namesOf(data) {
  const vocabularies = { EventCategory: "category", EventKind: "events kind", OutcomeKind: "outcomes kind", LocationKind: "locations kind", ScopeLevel: "scope" };
  /** @type {Map<string, string>} */
  const names = new Map();
  for (const { vocabulary, code, name } of data.terms) {
    if (vocabulary in vocabularies) names.set(`${vocabularies[/** @type {keyof typeof vocabularies} */ (vocabulary)]} ${code}`, name);
  }
  for (const campaign of data.campaigns) {
    names.set(`campaign ${campaign.id}`, campaign.short_name);
    for (const pillar of campaign.pillars) {
      names.set(`pillar ${pillar.id}`, pillar.name);
      for (const strand of pillar.strands) names.set(`strand ${strand.id}`, strand.name);
    }
    for (const organisation of campaign.organisations) names.set(`organiser ${organisation.id}`, organisation.name);
  }
  for (const { unit, unit_name } of data.outcomes) if (unit && unit_name) names.set(`unit ${unit}`, unit_name);
  return names;
}

/**
 * In the order that `sort` names, by default that of the API: events by date, the undated last; the others by id.
 *
 * @param {Resource} resource @param {AnyRecord[]} records @param {string | null} sort @param {string} language
 */
function sorted(resource, records, sort, language) {
  // As the API sorts: in Chinese by pinyin, and without punctuation.
  const words = new Intl.Collator(language === "en" ? language : `${language}-u-co-pinyin`, { ignorePunctuation: true });
  /** @param {AnyRecord} record @param {string} key */
  const valueOf = (record, key) => {
    if (key === "date") return record.date.start;
    if (key === "source") return record.evidence?.[0]?.start ?? null;
    return record[key] ?? null;
  };
  const keys = (sort ?? (resource === "events" ? "date" : "id")).split(",").filter((key) => !key.endsWith("relevance"));
  return [...records].sort((a, b) => {
    for (const key of [...keys, "id"]) {
      const name = key.replace("-", "");
      const [first, second] = [valueOf(a, name), valueOf(b, name)];
      if (first === null || second === null) {
        if (first !== second) return first === null ? 1 : -1;
        continue;
      }
      const order = name === "title" || name === "name" ? words.compare(first, second) : compare(first, second);
      if (order !== 0) return key.startsWith("-") ? -order : order;
    }
    return 0;
  });
}

/** Months that a date may be in, such as `2024-10`. @param {{start: string | null, end: string | null}} date */
function monthsOf({ start, end }) {
  const months = [];
  if (start === null || end === null) return [];
  const day = new Date(`${start.slice(0, 7)}-01`);
  for (; day <= new Date(end); day.setUTCMonth(day.getUTCMonth() + 1)) months.push(day.toISOString().slice(0, 7));
  return months;
}

/** @param {AnyRecord} place @param {string} bbox */
function isInBox({ latitude, longitude }, bbox) {
  const [west = -180, south = -90, east = 180, north = 90] = bbox.split(",").map(Number);
  if (latitude === null || latitude < south || latitude > north) return false;
  return west <= east ? west <= longitude && longitude <= east : longitude >= west || longitude <= east;
}

/** Between the texts of a record; no word of a search matches across it. */
const BETWEEN = "\0";

/** What a record has as printed, which is the same in every language, and codes of divisions. @param {any} node @returns {string[]} */
function printedIn(node) {
  if (node === null || typeof node !== "object") return [];
  return Object.entries(node).flatMap(([key, value]) => {
    const isPrinted = typeof value === "string" && ["as_stated", "name_as_stated", "admin_code"].includes(key);
    return isPrinted ? [value] : printedIn(value);
  });
}

/** Without case and width of characters. @param {string} text */
function fold(text) {
  return text.normalize("NFKC").toLowerCase();
}

/**
 * Patterns of the words of a search: Chinese anywhere, also where punctuation or a space is between its characters;
 * numbers as a whole; other words by their beginning.
 *
 * @param {string} search
 */
function wordsOf(search) {
  const words = fold(search).split(/\s+/).map((word) => word.match(/\p{Script=Han}|\p{N}+|[^\p{P}\p{S}\p{N}\p{Script=Han}]+/gu) ?? []);
  return words.filter((runs) => runs.length > 0).map((runs) => new RegExp(runs.map((run) => {
    if (/\p{Script=Han}/u.test(run)) return run;
    return /\p{N}/u.test(run) ? `(?<!\\p{N})${run}(?!\\p{N})` : `(?<!\\p{Script=Latin})${run}`;
  }).join("[\\s\\p{P}\\p{S}]*"), "u"));
}

/** @param {string | number} a @param {string | number} b */
function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
