/**
 * @file The headline figures as cards that open the evidence, with a legend of their marks; a figure and the mark of its
 * basis, for other modules too.
 */

import { h } from "./dom.js";

/** @typedef {import("./schema").components["schemas"]} Schemas */
/** @typedef {Schemas["OutcomeRecord"]} Outcome */
/** @typedef {import("./words.js").Words} Words */

/** The marks in the order of the legend. @type {Schemas["Basis"][]} */
const BASES = ["stated", "derived", "not_given"];

/**
 * @param {object} options
 * @param {Outcome[]} options.outcomes
 * @param {Words} options.words
 * @param {(outcome: Outcome) => void} options.open shows the evidence of a figure
 * @returns {HTMLElement}
 */
export function figures({ outcomes, words, open }) {
  const cards = outcomes.map((outcome) => {
    const number = h("strong", { class: "value", lang: languageOf(outcome, words) }, figureOf(outcome, words));
    const label = h("span", { class: "label" }, outcome.label);
    const content = [number, label, basisMark(outcome.basis, words, { isTextHidden: true })];
    return h("li", {}, h("button", { type: "button", class: "card figure", "aria-haspopup": "dialog", onclick: () => open(outcome) }, content));
  });
  const marks = BASES.filter((basis) => outcomes.some((outcome) => outcome.basis === basis));
  const legend = h("p", { class: "legend" }, marks.map((basis) => basisMark(basis, words)));
  return h("div", {}, legend, h("ul", { class: "cards" }, cards));
}

/** The figure as the source prints it; the value of the record where it prints none. @param {Outcome} outcome @param {Words} words */
export function figureOf({ as_stated, value, qualifier, unit_name }, words) {
  const gap = /^\w/.test(unit_name ?? "") ? " " : "";
  return as_stated ?? (value === null ? "" : `${words.t(`record.count_${qualifier}`, { count: value })}${gap}${unit_name ?? ""}`);
}

/** The language of `figureOf`, where it is not that of the page. @param {Outcome} outcome @param {Words} words */
export function languageOf({ as_stated }, words) {
  return as_stated === null ? null : words.sourceLanguage;
}

/** What the source prints, in quotation marks. @param {string} text @param {Words} words */
export function printed(text, words) {
  return h("span", { lang: words.sourceLanguage }, words.quote(text));
}

/**
 * The mark of how a fact is known: stated, derived or not given.
 *
 * @param {Schemas["Basis"]} basis
 * @param {Words} words
 * @param {{isTextHidden?: boolean}} [options]
 */
export function basisMark(basis, words, { isTextHidden = false } = {}) {
  const text = words.t(`page.${basis}`);
  return h("span", { class: `mark ${basis}`, title: isTextHidden ? text : null }, isTextHidden ? h("span", { class: "hidden" }, text) : text);
}
