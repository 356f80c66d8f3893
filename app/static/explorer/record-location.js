/**
 * @file The facts of a place.
 */

import { h } from "./dom.js";
import { fact, factButton, list, note, small, withElement } from "./facts.js";
import { basisMark, printed } from "./figures.js";

/** @typedef {import("./schema").components["schemas"]} Schemas */
/** @typedef {Schemas["LocationRecord"]} Place */
/** @typedef {import("./facts.js").Context} Context */
/** @typedef {import("./facts.js").Parts} Parts */

/** @param {Place} place @param {Context} context @returns {Parts} */
export function placeParts(place, context) {
  const { words, names, href } = context;
  const { t } = words;
  const { coordinates_source: credit, gcj02 } = place;
  const point =
    place.latitude === null
      ? [t("page.not_given")]
      : [h("span", { class: "value" }, `${place.latitude}, ${place.longitude}`), small("WGS 84")];
  const mentions = place.mentions.map((mention) =>
    h("li", {},
      mention.as_stated === null
        ? t("record.not_printed")
        : h("span", { class: "value" }, printed(mention.as_stated, words)),
      basisMark(mention.basis, words),
      mention.denotes && h("p", {}, t("record.denotes", { name: mention.denotes.name })),
      note(mention.note)),
  );
  const steps = place.path
    .slice(0, -1)
    .flatMap((step, index) => [index > 0 && " › ", h("a", { href: href("location", step.id) }, step.name)]);
  return {
    kicker: names("LocationKind", place.kind),
    title: place.name,
    lead: [
      place.full_name !== null ? h("p", { class: "summary" }, place.full_name) : "",
      h("p", {}, h("a", { href: href("place", place.id) }, t("record.events_here"))),
    ],
    facts: [
      steps.length > 0 && fact(t("record.inside"), steps),
      fact(t("record.in_report"), [list(mentions, t), factButton(context, place, "/mentions", place.name)]),
      place.address !== null && fact(t("record.address"), place.address),
      place.admin_code !== null &&
        fact(t("record.admin_code"), [
          h("span", { class: "value" }, place.admin_code),
          place.admin_code_scheme !== null && small(place.admin_code_scheme),
        ]),
      fact(t("record.coordinates"), [
        ...point,
        gcj02 && h("p", {}, h("span", { class: "value" }, `${gcj02.latitude}, ${gcj02.longitude}`), small("GCJ-02")),
        place.precision !== null &&
          h("p", {},
            names("CoordinatePrecision", place.precision),
            place.uncertainty_km !== null && small(t("record.within", { km: place.uncertainty_km }))),
        note(place.coordinates_note),
        place.fallback !== null &&
          h("p", {}, withElement(t("record.fallback"),
            h("a", { href: href("location", place.fallback) }, names("location", place.fallback)))),
        credit &&
          h("p", { class: "note" },
            credit.attribution ?? credit.name,
            " ",
            credit.licence_url === null ? credit.licence : h("a", { href: credit.licence_url }, credit.licence)),
      ]),
    ],
  };
}
