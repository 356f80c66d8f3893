/**
 * @file The facts of an event.
 */

import { h } from "./dom.js";
import { entry, evidenceButton, evidenceOf, fact, factButton, list, note, role, small, withElement } from "./facts.js";
import { basisMark, printed } from "./figures.js";

/** @typedef {import("./schema").components["schemas"]} Schemas */
/** @typedef {Schemas["EventRecord"]} Event */
/** @typedef {Schemas["OutcomeRecord"]} Outcome */
/** @typedef {import("./facts.js").Context} Context */
/** @typedef {import("./facts.js").Parts} Parts */

/** @param {Event} event @param {Context} context @returns {Parts} */
export function eventParts(event, context) {
  const { words, names, href } = context;
  const { t } = words;
  const { date, series_count: series, part_of: partOf } = event;
  const dated = evidenceOf(event, "/date").concat(
    evidenceOf(event, "").filter((item) => date.as_stated !== null && item.as_stated === date.as_stated),
  );
  const when = [
    date.basis !== "not_given" && h("span", { class: "value" }, words.date(date)),
    date.start !== null && vague(date.precision) && t("record.some_time"),
    basisMark(date.basis, words),
    date.as_stated !== null &&
      date.as_stated !== words.date(date) &&
      h("span", { class: "as-stated" }, withElement(t("record.printed"), printed(date.as_stated, words))),
    dated.length > 0 &&
      evidenceButton(context, {
        figure: date.as_stated,
        value: date.as_stated === words.date(date) ? "" : words.date(date),
        label: t("record.date"),
        basis: date.basis,
        note: date.note,
        evidence: dated,
      }),
    note(date.note),
    date.relative_to &&
      h("p", {}, withElement(t(`record.${date.relative_to.relation}`),
        h("a", { href: href("event", date.relative_to.event) }, names("event", date.relative_to.event)))),
  ];
  const places = event.locations.map((place, index, all) =>
    entry(
      context,
      event,
      `/locations/${index}`,
      place.note === all[index + 1]?.note ? { ...place, note: null } : place,
      [
        h("a", { href: href("location", place.id) }, place.name),
        role(names("LocationRole", place.role)),
        place.latitude === null && place.fallback && small(t("record.fallback", { name: place.fallback.name })),
        place.uncertainty_km !== null && small(t("record.within", { km: place.uncertainty_km })),
      ],
    ),
  );
  const organisers = event.organisers.map((organiser, index) =>
    entry(context, event, `/organisers/${index}`, organiser, [organiser.name, role(names("OrganiserRole", organiser.role))]),
  );
  const participants = event.participants.map((group, index) =>
    entry(context, event, `/participants/${index}`, { ...group, basis: null }, [
      group.name,
      group.count !== null &&
        h("span", { class: "value" },
          t(`record.count_${group.count_qualifier}`, { count: group.count }),
          " ",
          group.unit !== null && names("ParticipantUnit", group.unit)),
      role(names("ParticipantRole", group.role)),
    ]),
  );
  const strand = event.strand && entry(context, event, "/strand", event.strand, [names("strand", event.strand.id)]);
  return {
    kicker: t("record.kicker", {
      kind: names("EventKind", event.kind),
      category: names("EventCategory", event.category),
    }),
    title: event.title,
    lead: [h("p", { class: "summary" }, event.summary)],
    facts: [
      fact(t("record.date"), when),
      fact(t("record.places"), [list(places, t), incomplete(event.locations_complete, event.locations_note, t)]),
      fact(t("record.organisers"), list(organisers, t)),
      fact(t("record.participants"), list(participants, t)),
      event.forms.length > 0 &&
        fact(t("record.forms"), [
          words.list(event.forms),
          incomplete(event.forms_complete, null, t),
          factButton(context, event, "/forms", t("record.forms")),
        ]),
      event.purpose !== null &&
        fact(t("record.purpose"), [event.purpose, " ", factButton(context, event, "/purpose", t("record.purpose"))]),
      series !== null &&
        fact(t("record.series_count"), [
          t(`record.count_${event.series_count_qualifier}`, { count: series }),
          factButton(context, event, "/series_count", t("record.series_count")),
        ]),
      event.pillar !== null && fact(t("record.pillar"), [names("pillar", event.pillar), strand && h("ul", {}, strand)]),
      partOf &&
        fact(t("record.part_of"), [
          h("a", { href: href("event", partOf.event) }, names("event", partOf.event)),
          basisMark(partOf.basis, words),
          note(partOf.note),
        ]),
      event.programme !== null && fact(t("record.programme"), names("programme", event.programme)),
      event.channel !== null && fact(t("record.channel"), names("organisation", event.channel)),
      event.online && fact(t("record.online"), t("record.online_yes")),
      event.outcomes !== null &&
        event.outcomes.length > 0 &&
        fact(t("record.outcomes"), h("ul", {}, event.outcomes.map((outcome) => outcomeEntry(outcome, context)))),
    ],
  };
}

/** @param {Outcome} outcome @param {Context} context */
function outcomeEntry(outcome, { words, href }) {
  return h("li", {},
    outcome.as_stated !== null && [h("span", { class: "value" }, printed(outcome.as_stated, words)), " "],
    h("a", { href: href("outcome", outcome.id) }, outcome.label),
    basisMark(outcome.basis, words));
}

/** @param {string} precision */
const vague = (precision) => precision === "month" || precision === "season" || precision === "year";

/**
 * A note that a list is not complete: `why`, if the record has it.
 *
 * @param {boolean | null} complete @param {string | null} why @param {Context["words"]["t"]} t
 */
function incomplete(complete, why, t) {
  return note(why ?? (complete === false ? t("record.incomplete") : null));
}
