/**
 * @file The positions of a fact in the report as text, which is printed on paper instead of the buttons.
 */

import { h } from "./dom.js";
import { logUnexpected } from "./problem.js";

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
 * Add the positions of records in the report to their cards, for paper; stops at the first record without a card.
 *
 * @param {HTMLElement} list
 * @param {AsyncIterable<{data: {id: string, evidence: Evidence[] | null}[]}>} pages records with their evidence
 * @param {import("./words.js").Words} words
 */
export async function addPositions(list, pages, words) {
  try {
    for await (const { data } of pages) {
      for (const { id, evidence } of data) {
        const card = list.querySelector(`[data-id="${id}"]`);
        if (card === null) return;
        const positions = printedPositions((evidence ?? []).filter(({ supports }) => supports === ""), words);
        card.querySelector(".cite-printed")?.remove();
        if (positions) card.append(positions);
      }
    }
  } catch (error) {
    // The list is of use without them.
    logUnexpected(error);
  }
}
