/**
 * @file The parts of a record's page: a fact, a list, a note, a button to the evidence.
 */

import { h } from "./dom.js";
import { basisMark } from "./figures.js";
import { printedPositions } from "./positions.js";

/** @typedef {import("./schema").components["schemas"]} Schemas */
/** @typedef {Schemas["EventRecord"]} Event */
/** @typedef {import("./dom.js").Child} Child */
/** @typedef {import("./evidence.js").Fact} Fact */
/**
 * What is the same for all parts of a record.
 *
 * @typedef {object} Context
 * @property {import("./words.js").Words} words
 * @property {(kind: string, id: string) => string} names
 *        the name of a code (`names("LocationRole", "venue")`) or of a part of the campaign: pillar, strand, programme,
 *        organisation, event; the id itself where none is known
 * @property {(kind: "event" | "location" | "outcome" | "place", id: string) => string} href
 *        the address of a record, or of the list of what happened at a place
 * @property {(fact: Fact) => void} openEvidence
 * @property {import("./connection.js").Source} api
 */
/**
 * What is particular to a kind of record.
 *
 * @typedef {object} Parts
 * @property {string} kicker
 * @property {string} title
 * @property {(Node | string)[]} lead
 * @property {Child[]} facts
 */

/** @param {string} name @param {Child | Child[]} content */
export function fact(name, content) {
  return h("div", {}, h("dt", {}, name), h("dd", {}, content));
}

/** @param {Child[]} entries @param {Context["words"]["t"]} t */
export function list(entries, t) {
  return entries.length ? h("ul", {}, entries) : h("span", { class: "mark not_given" }, t("page.not_given"));
}

/**
 * One of several, with its basis, note and evidence.
 *
 * @param {Context} context @param {Event} event @param {string} pointer
 * @param {{name?: string, id?: string, basis: Schemas["Basis"] | null, note: string | null}} item @param {Child[]} content
 */
export function entry(context, event, pointer, item, content) {
  return h("li", {},
    content,
    item.basis === "derived" && basisMark(item.basis, context.words),
    factButton(context, event, pointer, item.name ?? "", item.basis ?? "stated", item.note),
    note(item.note));
}

/** @param {string} text */
export const role = (text) => h("span", { class: "role" }, text);

/** @param {string} text */
export const small = (text) => h("span", { class: "small" }, text);

/** @param {string | null} text */
export const note = (text) => text !== null && h("p", { class: "note" }, text);

/** A sentence with an element in the place of its word in braces. @param {string} sentence @param {Node} element */
export function withElement(sentence, element) {
  const [before, after = ""] = sentence.split(/\{\w+\}/);
  return [before, element, after];
}

/**
 * The evidence of a part of a record; that of the whole record for "".
 *
 * @param {{evidence: Schemas["Evidence"][] | null}} record @param {string} pointer JSON Pointer (RFC 6901)
 */
export function evidenceOf({ evidence }, pointer) {
  return (evidence ?? []).filter(
    ({ supports }) => supports === pointer || (pointer !== "" && supports.startsWith(`${pointer}/`)),
  );
}

/**
 * A button to the evidence of a part of a record, where there is any.
 *
 * @param {Context} context @param {{evidence: Schemas["Evidence"][] | null}} record @param {string} pointer
 * @param {string} label @param {Schemas["Basis"]} [basis] @param {string | null} [why]
 */
export function factButton(context, record, pointer, label, basis = "stated", why = null) {
  const evidence = evidenceOf(record, pointer);
  const [first] = evidence;
  return first && evidenceButton(context, { figure: first.as_stated, label, basis, note: why, evidence });
}

/** @param {Context} context @param {Fact} item @param {string} [text] the button's text; a short one without it */
export function evidenceButton({ words, openEvidence }, item, text) {
  const name = text === undefined ? words.t("record.evidence_of", { label: item.label }) : null;
  const attributes = { type: "button", class: text ? "button" : "cite", "aria-label": name, "aria-haspopup": "dialog" };
  const button = h("button", { ...attributes, onclick: () => openEvidence(item) }, text ?? words.t("record.evidence"));
  return h("span", {}, button, printedPositions(item.evidence, words));
}
