/**
 * @file The evidence of a fact in a dialog: the figure as printed, where it stands in the report, what the sentence
 * says, whether it is stated or derived, the source, and a citation to copy.
 */

import { h } from "./dom.js";
import { drawStrip } from "./strip.js";

/** @typedef {import("./schema").components["schemas"]} Schemas */
/** @typedef {Schemas["Evidence"]} Evidence */
/** @typedef {Schemas["SourceRecord"]} Source */
/** @typedef {[Evidence, ...Evidence[]]} Group   of one source or of one sentence */
/** @typedef {import("./words.js").Words} Words */
/**
 * @typedef {object} Fact
 * @property {string | null} figure  as printed; null where nothing is printed
 * @property {string} label          what it is
 * @property {string} basis          stated, derived or not_given
 * @property {string | null} note    how it was derived, or what else a reader needs to know
 * @property {Evidence[]} evidence
 */
/**
 * @typedef {object} Context
 * @property {{kind: "event" | "location" | "outcome", id: string}} record
 * @property {Map<string, Source>} [sources]  those that are loaded; the others are requested
 * @property {Words} words
 * @property {{url: (path: string) => string, get: (path: string) => Promise<any>}} api
 * @property {string} version  of the data
 * @property {string} address  of the record's page, absolute
 */

const PATHS = { event: "events", location: "locations", outcome: "outcomes" };

/**
 * Show the dialog. It is removed when it closes, and the focus returns to where it was.
 *
 * @param {Fact & Context} options
 * @returns {HTMLDialogElement}
 */
export function openEvidence(options) {
  const { figure, label, basis, note, evidence, words, record, api } = options;
  const { t } = words;
  const opener = document.activeElement;
  const close = h(
    "button",
    { type: "button", class: "close", "aria-label": t("record.close"), onclick: () => dialog.close() },
    "×",
  );
  const path = `/v1/${PATHS[record.kind]}/${encodeURIComponent(record.id)}`;
  const dialog = h(
    "dialog",
    { class: "sheet evidence", "aria-labelledby": "evidence-title", onclick: closeOutside, onclose: closed },
    h(
      "div",
      { class: "sheet-body" },
      h(
        "h2",
        { id: "evidence-title", tabindex: -1, autofocus: true },
        figure !== null && [h("span", { class: "printed" }, words.quote(figure)), " "],
        h("span", { class: "label" }, label),
      ),
      close,
      h(
        "p",
        { class: "basis" },
        h("span", { class: `mark ${basis}` }, t(`record.basis_${basis}`)),
        note !== null && h("span", { class: "note" }, note),
      ),
      evidence.length
        ? h(
            "ol",
            { class: "sentences" },
            groupBySource(evidence).map((group) => sourceOf(group, options)),
          )
        : h("p", {}, t("record.no_evidence")),
      h(
        "p",
        { class: "actions" },
        copyButton(options),
        h(
          "a",
          { class: "button plain", href: api.url(`${path}`).replace("?", "?include=evidence&"), target: "_blank" },
          t("record.as_json"),
        ),
      ),
    ),
  );

  /** @param {MouseEvent} event */
  function closeOutside(event) {
    if (event.target === dialog) dialog.close();
  }

  function closed() {
    dialog.remove();
    if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
  }

  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** @param {Evidence[]} evidence */
function groupBySource(evidence) {
  return groupBy(evidence, ({ source }) => source);
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
 * One source: the strip, the sentences that are cited, and what is known of the source.
 *
 * @param {Group} evidence @param {Context} context
 */
function sourceOf(evidence, { sources, words, api }) {
  const { t } = words;
  const [first] = evidence;
  const strip = h("div", { class: "strip" });
  const items = sentencesOf(evidence).map((ranges) => {
    const [{ paragraph, sentence, paraphrase }] = ranges;
    const place = h("span", {}, t("record.position", { paragraph, sentence }));
    const key = `${paragraph}.${sentence}`;
    const light = (/** @type {boolean} */ on) =>
      strip.querySelector(`[data-key="${key}"]`)?.classList.toggle("lit", on);
    return h(
      "li",
      {
        tabindex: evidence.length > ranges.length ? 0 : null,
        onmouseenter: () => light(true),
        onmouseleave: () => light(false),
        onfocus: () => light(true),
        onblur: () => light(false),
      },
      h("p", { class: "position" }, place),
      h("p", { class: "paraphrase" }, paraphrase),
    );
  });
  const draw = (/** @type {Source} */ source) => {
    const total = source.sentences.length;
    strip.replaceChildren(drawStrip(source, evidence, t("record.strip", { total })));
    for (const place of items.map((item) => item.querySelector(".position")))
      place?.append(` ${t("record.of_total", { total })}`);
  };
  const loaded = sources?.get(first.source);
  if (loaded) draw(loaded);
  else {
    const failed = () => strip.remove();
    api.get(`/v1/sources/${encodeURIComponent(first.source)}`).then(({ data }) => draw(data), failed);
  }
  return h(
    "li",
    {},
    strip,
    h("ul", { class: "cited" }, items),
    h("p", { class: "paraphrase-note" }, t("record.paraphrase_note")),
    sourceLine(first, t),
  );
}

/** @param {Evidence[]} evidence  of one source; ranges of one sentence stay together, in the order of the report */
function sentencesOf(evidence) {
  const inOrder = [...evidence].sort((a, b) => a.start - b.start);
  return groupBy(inOrder, ({ paragraph, sentence }) => `${paragraph}.${sentence}`);
}

/** @param {Evidence} evidence @param {Words["t"]} t */
function sourceLine({ source_title, publisher, url, not_given_note }, t) {
  return h(
    "dl",
    { class: "source" },
    h("dt", {}, t("record.source")),
    h(
      "dd",
      {},
      source_title !== null && [h("cite", {}, source_title), " · "],
      publisher,
      url !== null && [" · ", h("a", { href: url, rel: "noreferrer" }, t("record.read_source"))],
      not_given_note !== null && h("p", { class: "note" }, not_given_note),
    ),
  );
}

/**
 * Copies the figure, the source, the position, the address and the version of the data.
 *
 * @param {Fact & Context} options
 */
function copyButton({ figure, label, evidence, words, version, address }) {
  const { t } = words;
  const [first] = evidence;
  const text = [
    figure === null ? label : t("record.citation_figure", { label, figure: words.quote(figure) }),
    first &&
      [
        first.source_title,
        first.publisher,
        t("record.position", { paragraph: first.paragraph, sentence: first.sentence }),
      ]
        .filter(Boolean)
        .join(t("record.comma")),
    address,
    t("record.citation_version", { version, date: new Date().toISOString().slice(0, 10) }),
  ];
  const button = h("button", { type: "button", class: "button", onclick: copy }, t("record.copy_citation"));

  async function copy() {
    try {
      await navigator.clipboard.writeText(text.filter(Boolean).join("\n"));
      button.textContent = t("record.copied");
    } catch {
      // Without permission, or on plain HTTP: the reader copies the text by hand.
      const area = h(
        "textarea",
        { readonly: true, rows: 4, class: "citation", "aria-label": t("record.copy_citation") },
        text.filter(Boolean).join("\n"),
      );
      button.replaceWith(area);
      area.select();
    }
  }

  return button;
}
