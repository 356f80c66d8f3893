/**
 * @file The page's words, dates and numbers in the reader's language.
 */

/** @typedef {import("./schema").components["schemas"]} Schemas */

/**
 * What the server writes into the page.
 *
 * @typedef {object} Config
 * @property {string} base            path of the public base URL, "" at the root
 * @property {Schemas["Language"]} language
 * @property {{tag: Schemas["Language"], name: string}[]} languages
 * @property {string} digest          of the page's files
 * @property {string} version         of the data that the page was rendered from
 * @property {string | null} campaign the campaign of the page; null in the list of campaigns
 * @property {{id: string, short_name: string}[]} campaigns
 * @property {boolean} only           whether there is one campaign in all, so that `/` is its page
 * @property {Schemas["Language"]} source_language
 * @property {number} max_limit       the largest `limit` of a list
 * @property {{url: string, attribution: string, datum: "wgs84" | "gcj02"} | null} tiles
 * @property {Record<string, Record<string, string>>} words
 */

/**
 * @typedef {object} Words
 * @property {string} language
 * @property {string} locale          for Intl
 * @property {(key: string, values?: Record<string, string | number>) => string} t
 * @property {(date: Schemas["HonestDate"]) => string} date
 * @property {(month: string) => string} month
 * @property {(number: number) => string} number
 * @property {(text: string) => string} quote
 * @property {(texts: string[]) => string} list
 */

/**
 * @param {Config} config
 * @returns {Words}
 */
export function createWords({ language, words }) {
  // Numbers and dates as they are written in the report's country, and in British English.
  const locale = language === "en" ? "en-GB" : `${language}-CN`;
  const numbers = once(() => new Intl.NumberFormat(locale));
  const lists = once(() => new Intl.ListFormat(locale, { type: "conjunction", style: "short" }));
  const days = dates({ year: "numeric", month: "long", day: "numeric" });
  const months = dates({ year: "numeric", month: "long" });
  const years = dates({ year: "numeric" });

  /** @param {Intl.DateTimeFormatOptions} options */
  function dates(options) {
    return once(() => new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" }));
  }

  /** Intl writes Chinese ranges as digits with slashes. @param {Intl.DateTimeFormat} format @param {Date} first @param {Date} last */
  function range(format, first, last) {
    if (language === "en") return format.formatRange(first, last);
    const [from, to] = [format.format(first), format.format(last)];
    const [year] = /^\d+年/.exec(from) ?? [""];
    return from === to ? from : `${from}至${to.startsWith(year) ? to.slice(year.length) : to}`;
  }

  /**
   * The text of a key such as `page.count`, with its values; of `page.count_one` if `count` is 1. The key itself where no
   * text is known.
   *
   * @type {Words["t"]}
   */
  function t(key, values = {}) {
    const [table = "", name = ""] = key.split(".");
    const texts = words[table] ?? {};
    const template = (values.count === 1 && texts[`${name}_one`]) || texts[name];
    if (template === undefined) return key;
    return template.replace(/\{(\w+)\}/g, (/** @type {string} */ whole, /** @type {string} */ name) => {
      const value = values[name];
      return value === undefined ? whole : typeof value === "number" ? numbers().format(value) : value;
    });
  }

  return {
    language,
    locale,
    t,
    date({ start, end, precision }) {
      if (start === null || end === null) return t("page.no_date");
      const [first, last] = [new Date(start), new Date(end)];
      if (precision === "day" || precision === "range") return range(days(), first, last);
      if (precision === "year") return range(years(), first, last);
      return range(months(), first, last);
    },
    month: (month) => months().format(new Date(month)),
    number: (number) => numbers().format(number),
    quote: (text) => (language === "zh-Hant" ? `「${text}」` : `“${text}”`),
    list: (texts) => lists().format(texts),
  };
}

/**
 * A function that makes a format when it is first used: on a phone that takes longer than the rest of the script.
 *
 * @template T
 * @param {() => T} make
 * @returns {() => T}
 */
function once(make) {
  /** @type {T | undefined} */
  let made;
  return () => (made ??= make());
}
