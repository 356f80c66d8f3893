/**
 * @file The positions of a fact in the report as text, which is printed on paper instead of the buttons.
 */

import { h } from "./dom.js";

/**
 * @param {import("./schema").components["schemas"]["Evidence"][]} evidence
 * @param {import("./words.js").Words} words
 */
export function printedPositions(evidence, words) {
  const positions = new Set(evidence.map(({ paragraph, sentence }) => words.t("record.position", { paragraph, sentence })));
  return positions.size > 0 && h("span", { class: "cite-printed" }, ` [${words.list([...positions])}]`);
}
