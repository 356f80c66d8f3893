/**
 * @file The button below a list that has more: it appends the next page.
 */

import { h } from "./dom.js";

/** @typedef {import("./schema").components["schemas"]["ListMeta"]} Meta */
/** @typedef {any[]} Records */

/**
 * @param {object} options
 * @param {import("./words.js").Words} options.words
 * @param {number} options.size                      of a page
 * @param {HTMLOListElement} options.items           the list
 * @param {(records: Records) => HTMLElement[]} options.toCards
 * @param {(cursor: string) => Promise<{data: Records, meta: Meta}>} options.read
 * @param {(all: Records) => void} options.onComplete called when all records are there
 * @param {(error: unknown, button: HTMLElement) => void} options.onError
 * @param {Records} loaded                           the records that are there
 * @param {Meta} meta                                of their last page
 * @returns {HTMLElement}
 */
export function createMore(options, loaded, meta) {
  const { words, size, items, toCards, read, onComplete, onError } = options;
  const left = meta.total - loaded.length;
  const button = h("button", { type: "button", class: "more", onclick: async () => {
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    try {
      const next = await read(meta.next_cursor ?? "");
      const added = toCards(next.data);
      items.append(...added);
      added[0]?.querySelector("a")?.focus({ preventScroll: true });
      const all = [...loaded, ...next.data];
      if (next.meta.next_cursor === null) {
        button.remove();
        onComplete(all);
      } else button.replaceWith(createMore(options, all, next.meta));
    } catch (error) {
      onError(error, button);
    }
  } }, words.t("page.more", { count: Math.min(left, size), left }));
  return button;
}
