/**
 * @file One event, place or outcome: its facts with their basis, why a fact is missing, and buttons to the evidence.
 */

import { h } from "./dom.js";
import { evidenceButton, evidenceOf } from "./facts.js";
import { printedPositions } from "./positions.js";
import { eventParts } from "./record-event.js";
import { placeParts } from "./record-location.js";
import { outcomeParts } from "./record-outcome.js";
import { apiPath } from "./state.js";

/** @typedef {import("./schema").components["schemas"]} Schemas */
/** @typedef {import("./facts.js").Context} Context */
/**
 * @typedef {{kind: "event", record: Schemas["EventRecord"]} | {kind: "location", record: Schemas["LocationRecord"]}
 *   | {kind: "outcome", record: Schemas["OutcomeRecord"]}} Shown
 */

/**
 * The content of `#record`.
 *
 * @param {Shown & Context} options
 * @returns {DocumentFragment}
 */
export function recordView(options) {
  const { kind, record, words, api } = options;
  const { t } = words;
  const path = apiPath(kind, record.id);
  const { kicker, title, lead, facts } = partsOf(options);
  const outcome = kind === "outcome" ? options.record : null;
  const evidence = evidenceOf(record, "");
  const fact = { figure: outcome?.as_stated ?? null, label: title, basis: outcome?.basis ?? "stated", note: outcome?.note ?? null, evidence };
  const isDated = kind === "event" && options.record.date.start !== null;
  const view = document.createDocumentFragment();
  view.append(
    h("p", { class: "kicker" }, kicker),
    h("h2", { id: "record-title", tabindex: -1 }, title),
    ...lead,
    printedPositions(evidence, words) || "",
    h("dl", { class: "facts" }, facts),
    record.note !== null ? h("p", { class: "note" }, record.note) : "",
    h("p", { class: "actions" },
      evidence.length > 0 && evidenceButton(options, fact, t("record.evidence_whole")),
      h("a", { class: "button plain", href: api.url(path, { include: "evidence" }), target: "_blank" }, t("record.as_json")),
      isDated && h("a", { class: "button plain", href: api.url(`${path}.ics`), download: `${record.id}.ics` }, t("record.calendar"))),
  );
  return view;
}

/** @param {Shown & Context} options */
function partsOf(options) {
  if (options.kind === "event") return eventParts(options.record, options);
  if (options.kind === "location") return placeParts(options.record, options);
  return outcomeParts(options.record, options);
}
