/**
 * @file One event, place or outcome: its facts with their basis, why a fact is missing, and a button to the evidence.
 */

import { h } from "./dom.js";
import { evidenceButton, supporting } from "./facts.js";
import { eventParts } from "./record-event.js";
import { placeParts } from "./record-location.js";
import { outcomeParts } from "./record-outcome.js";

/** @typedef {import("./schema").components["schemas"]} Schemas */
/** @typedef {import("./facts.js").Context} Context */
/**
 * @typedef {{kind: "event", record: Schemas["EventRecord"]} | {kind: "location", record: Schemas["LocationRecord"]}
 *   | {kind: "outcome", record: Schemas["OutcomeRecord"]}} Shown
 */

const PATHS = { event: "events", location: "locations", outcome: "outcomes" };

/**
 * The content of `#record`.
 *
 * @param {Shown & Context} options
 * @returns {DocumentFragment}
 */
export function recordView(options) {
  const { kind, record, words, api } = options;
  const path = `/v1/${PATHS[kind]}/${encodeURIComponent(record.id)}`;
  const { kicker, title, lead, facts } = partsOf(options);
  const view = document.createDocumentFragment();
  const basis = kind === "outcome" ? options.record.basis : "stated";
  const whole = supporting(record, "");
  view.append(
    h("p", { class: "kicker" }, kicker),
    h("h2", { id: "record-title", tabindex: -1 }, title),
    ...lead,
    h("dl", { class: "facts" }, facts),
    record.note !== null ? h("p", { class: "note" }, record.note) : "",
    h(
      "p",
      { class: "actions" },
      whole.length > 0 &&
        evidenceButton(
          options,
          {
            figure: kind === "outcome" ? options.record.as_stated : null,
            label: title,
            basis,
            note: kind === "outcome" ? record.note : null,
            evidence: whole,
          },
          words.t("record.evidence_whole"),
        ),
      h(
        "a",
        { class: "button plain", href: api.url(path).replace("?", "?include=evidence&"), target: "_blank" },
        words.t("record.as_json"),
      ),
      kind === "event" &&
        options.record.date.start !== null &&
        h(
          "a",
          { class: "button plain", href: api.url(`${path}.ics`), download: `${record.id}.ics` },
          words.t("record.calendar"),
        ),
    ),
  );
  return view;
}

/** @param {Shown & Context} options */
function partsOf(options) {
  if (options.kind === "event") return eventParts(options.record, options);
  if (options.kind === "location") return placeParts(options.record, options);
  return outcomeParts(options.record, options);
}
