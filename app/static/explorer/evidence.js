/**
 * @file The evidence of a fact in a dialog: the figure as printed, its position in the report, a paraphrase of the
 * sentence, whether it is stated or derived, the source, and a citation to copy.
 */

import { h } from "./dom.js";
import { basisMark, printed } from "./figures.js";
import { logUnexpected } from "./problem.js";
import { apiPath } from "./state.js";
import { drawStrip } from "./strip.js";

/** @typedef {import("./schema").components["schemas"]} Schemas */
/** @typedef {Schemas["Evidence"]} Evidence */
/** @typedef {[Evidence, ...Evidence[]]} Group   of one source or of one sentence */
/** @typedef {import("./words.js").Words} Words */
/**
 * @typedef {object} Fact
 * @property {string | null} figure  as printed; null where nothing is printed
 * @property {string} [value]        of the record; where no figure is printed, in its place
 * @property {string} label          what it is
 * @property {Schemas["Basis"]} basis
 * @property {string | null} note    how it was derived, or what else a reader needs to know
 * @property {Evidence[]} evidence
 */
/**
 * @typedef {object} Context
 * @property {{kind: import("./state.js").Kind, id: string}} record
 * @property {string} title    of the record
 * @property {Words} words
 * @property {import("./connection.js").Source} api
 * @property {string} version  of the data
 * @property {string} address  of the record's page, absolute
 */

/**
 * Show the dialog. It is removed when it closes.
 *
 * @param {Fact & Context} options
 */
export function openEvidence(options) {
  const { figure, value = "", label, basis, note, evidence, words, record, api } = options;
  const { t } = words;
  const shown = figure === null ? value : printed(figure, words);
  const json = api.url(apiPath(record.kind, record.id), { include: "evidence" });
  const body = h("div", { class: "sheet-body" },
    h("h2", { id: "evidence-title", tabindex: -1, autofocus: true },
      shown !== "" && [h("span", { class: "printed" }, shown), " "],
      h("span", { class: "label" }, label)),
    h("button", { type: "button", class: "close", "aria-label": t("record.close"), onclick: () => dialog.close() }, "×"),
    h("p", { class: "basis" }, basisMark(basis, words), note !== null && h("span", { class: "note" }, note)),
    evidence.length > 0
      ? h("ol", { class: "sentences" }, groupBy(evidence, ({ source }) => source).map((group) => sourceItem(group, options)))
      : h("p", {}, t("record.no_evidence")),
    h("p", { class: "actions" },
      copyButton(options),
      h("a", { class: "button plain", href: json, target: "_blank" }, t("record.as_json"))),
    h("p", { class: "address" }, citation(options)));
  const dialog = h("dialog", { class: "sheet evidence", "aria-labelledby": "evidence-title", onclose: () => dialog.remove() }, body);
  // A click beside the sheet is on the dialog itself.
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
}

/**
 * Groups in the order of their first members.
 *
 * @param {Evidence[]} evidence @param {(item: Evidence) => string} keyOf
 * @returns {Group[]}
 */
function groupBy(evidence, keyOf) {
  /** @type {Map<string, Group>} */
  const groups = new Map();
  for (const item of evidence) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return [...groups.values()];
}

/**
 * One source: the strip, the cited sentences in the order of the report, and what is known of the source.
 *
 * @param {Group} evidence @param {Context} context
 */
function sourceItem(evidence, { words, api }) {
  const { t } = words;
  const [first] = evidence;
  const strip = h("div", { class: "strip" });
  const inOrder = [...evidence].sort((a, b) => a.start - b.start);
  const items = groupBy(inOrder, ({ paragraph, sentence }) => `${paragraph}.${sentence}`).map((ranges) => {
    const [{ paragraph, sentence, paraphrase }] = ranges;
    const key = `${paragraph}.${sentence}`;
    const highlight = (/** @type {boolean} */ on) => strip.querySelector(`[data-key="${key}"]`)?.classList.toggle("lit", on);
    const [on, off] = [() => highlight(true), () => highlight(false)];
    const tabindex = evidence.length > ranges.length ? 0 : null;
    return h("li", { tabindex, onmouseenter: on, onmouseleave: off, onfocus: on, onblur: off },
      h("p", { class: "position" }, h("span", {}, t("record.position", { paragraph, sentence }))),
      h("p", { class: "paraphrase" }, paraphrase));
  });
  api.get(`/v1/sources/${encodeURIComponent(first.source)}`).then(({ data }) => {
    const total = data.sentences.length;
    strip.replaceChildren(drawStrip(data, evidence, t("record.strip", { total })));
    for (const item of items) item.querySelector(".position")?.append(` ${t("record.of_total", { total })}`);
  }).catch((error) => {
    // Without the source the sentences are still of use.
    logUnexpected(error);
    strip.remove();
  });
  return h("li", {},
    strip,
    h("ul", { class: "cited" }, items),
    h("p", { class: "paraphrase-note" }, t("record.paraphrase_note")),
    sourceLine(first, t));
}

/** @param {Evidence} evidence @param {Words["t"]} t */
function sourceLine({ source_title, publisher, url, not_given_note }, t) {
  return h("dl", { class: "source" },
    h("dt", {}, t("record.source")),
    h("dd", {},
      source_title !== null && [h("cite", {}, source_title), " · "],
      publisher,
      url !== null && [" · ", h("a", { href: url, rel: "noreferrer" }, t("record.read_source"))],
      not_given_note !== null && h("p", { class: "note" }, not_given_note)));
}

/**
 * Copies the figure, the source, the position, the address and the version of the data.
 *
 * @param {Fact & Context} options
 */
function copyButton(options) {
  const { t } = options.words;
  const text = citation(options);
  const button = h("button", { type: "button", class: "button", onclick: async () => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = t("record.copied");
    } catch {
      // Without permission, or on plain HTTP: the reader copies the text by hand.
      const area = h("textarea", { readonly: true, rows: 4, class: "citation", "aria-label": t("record.copy_citation") }, text);
      button.replaceWith(area);
      area.select();
    }
  } }, t("record.copy_citation"));
  return button;
}

/** @param {Fact & Context} options */
function citation(options) {
  const { title, label, evidence, words, version, address } = options;
  const { t } = words;
  const figure = [options.value, options.figure && words.quote(options.figure)].filter(Boolean).join(" ");
  const basis = t(`page.${options.basis}`);
  const [first] = evidence;
  const source = first && [
    first.source_title,
    first.publisher,
    t("record.position", { paragraph: first.paragraph, sentence: first.sentence }),
  ];
  // Sweden writes dates as ISO 8601 does; `toISOString` has the date of Greenwich.
  const date = new Date().toLocaleDateString("sv-SE");
  return [
    label === title ? null : title,
    figure === "" ? t("record.citation_label", { label, basis }) : t("record.citation_figure", { label, figure, basis }),
    source?.filter(Boolean).join(t("record.comma")),
    address,
    t("record.citation_version", { version, date }),
  ].filter(Boolean).join("\n");
}
