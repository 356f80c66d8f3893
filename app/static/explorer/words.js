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
 * @property {string} sourceLanguage  of what the report prints
 * @property {string} locale          for Intl
 * @property {(key: string, values?: Record<string, string | number>) => string} t
 * @property {(date: Schemas["HonestDate"]) => string} date
 * @property {(number: number) => string} number
 * @property {(text: string) => string} quote
 * @property {(texts: string[]) => string} list
 */

/**
 * @param {Config} config
 * @returns {Words}
 */
export function createWords({ language, source_language: sourceLanguage, words }) {
  // As in the report's country, and in British English.
  const locale = language === "en" ? "en-GB" : `${language}-CN`;

  /** Few numbers need separators, and on a phone the first use of Intl takes longer than the rest of the script. @param {number} value */
  const number = (value) => (Number.isInteger(value) && Math.abs(value) < 1000 ? String(value) : value.toLocaleString(locale));

  /** A day with the name of its month. @param {string} day */
  function partsOf(day) {
    const [year = "", month = "", date = ""] = day.split("-").map((part) => String(Number(part)));
    return { year, month: t(`months.${month}`), day: date };
  }

  /** The first to the last day, month or year. @param {"day" | "month" | "year"} unit @param {string} start @param {string} end */
  function span(unit, start, end) {
    const [first, last] = [partsOf(start), partsOf(end)];
    const [from, to] = [t(`dates.${unit}`, first), t(`dates.${unit}`, last)];
    if (from === to) return from;
    if (unit === "year" || first.year !== last.year) return t("dates.range", { from, to });
    const key = unit === "month" ? "months_of_year" : first.month === last.month ? "days_of_month" : "days_of_year";
    return t(`dates.${key}`, { ...first, to_month: last.month, to_day: last.day });
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
      return value === undefined ? whole : typeof value === "number" ? number(value) : value;
    });
  }

  return {
    language,
    sourceLanguage,
    locale,
    t,
    date({ start, end, precision }) {
      if (start === null || end === null) return t("page.no_date");
      return span(precision === "year" ? "year" : precision === "day" || precision === "range" ? "day" : "month", start, end);
    },
    number,
    quote: (text) => (language === "zh-Hant" ? `「${text}」` : `“${text}”`),
    list(texts) {
      const first = texts.slice(0, -1).join(t("page.separator"));
      return first === "" ? texts.join("") : `${first}${t("page.last_separator")}${texts.at(-1)}`;
    },
  };
}
