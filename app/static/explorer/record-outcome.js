/**
 * @file The facts of an outcome.
 */

import { h } from "./dom.js";
import { fact, small } from "./facts.js";
import { basisMark, printed } from "./figures.js";

/** @typedef {import("./schema").components["schemas"]} Schemas */
/** @typedef {Schemas["OutcomeRecord"]} Outcome */
/** @typedef {import("./facts.js").Context} Context */
/** @typedef {import("./facts.js").Parts} Parts */

/** @param {Outcome} outcome @param {Context} context @returns {Parts} */
export function outcomeParts(outcome, context) {
  const { words, names, href } = context;
  const { t } = words;
  const { scope, value, qualifier } = outcome;
  const of = scope.level === "event" ? h("a", { href: href("event", scope.id) }, scope.name) : scope.name;
  return {
    kicker: names("OutcomeKind", outcome.kind),
    title: outcome.label,
    lead: [outcome.as_stated === null ? "" : h("p", { class: "printed" }, printed(outcome.as_stated, words))],
    facts: [
      fact(t("record.basis"), basisMark(outcome.basis, words)),
      outcome.kind === "quantitative" &&
        fact(
          t("record.value"),
          value === null
            ? t("page.not_given")
            : [h("span", { class: "value" }, t(`record.count_${qualifier}`, { count: value })), " ", outcome.unit_name],
        ),
      fact(t("record.scope"), [of, small(names("ScopeLevel", scope.level))]),
      outcome.events.length > 0 &&
        scope.level !== "event" &&
        fact(
          t("record.events"),
          h("ul", {}, outcome.events.map((id) => h("li", {}, h("a", { href: href("event", id) }, names("event", id))))),
        ),
    ],
  };
}
