/**
 * @file The positions of a fact in the report as text, which is printed on paper instead of the buttons.
 */

import { h } from "./dom.js";

/** @typedef {import("./schema").components["schemas"]["Evidence"]} Evidence */

/**
 * @param {Evidence[]} evidence
 * @param {import("./words.js").Words} words
 */
export function printedPositions(evidence, words) {
  const positions = new Set(evidence.map(({ paragraph, sentence }) => words.t("record.position", { paragraph, sentence })));
  return positions.size > 0 && h("span", { class: "cite-printed" }, ` [${words.list([...positions])}]`);
}

/**
 * Add the positions of records in the report to their cards, for paper. Returns false once a record has no card.
 *
 * @param {HTMLElement} list
 * @param {{id: string, evidence: Evidence[] | null}[]} records with their evidence
 * @param {import("./words.js").Words} words
 */
export function addPositions(list, records, words) {
  return records.every(({ id, evidence }) => {
    const card = list.querySelector(`[data-id="${id}"]`);
    const positions = printedPositions((evidence ?? []).filter(({ supports }) => supports === ""), words);
    card?.querySelector(".cite-printed")?.remove();
    if (positions) card?.append(positions);
    return card !== null;
  });
}
