/**
 * @file The view in place of a list or a record: an error and how to go on.
 */

import { NetworkError, ProblemError } from "./api.js";
import { h } from "./dom.js";

/** @typedef {import("./schema").components["schemas"]} Schemas */
/** @typedef {import("./words.js").Words} Words */
/** @typedef {import("./state.js").State} State */
/** @typedef {(query: URLSearchParams) => string} Href */

/**
 * An error, with what would correct it.
 *
 * @param {object} options
 * @param {unknown} options.error
 * @param {State} options.state
 * @param {Words} options.words
 * @param {Href} options.href                       the view with another query
 * @param {(path: string) => string | null} options.page the page of a record by its path in the API
 * @param {() => void} options.retry
 * @returns {HTMLElement}
 */
export function problemView({ error, state, words, href, page, retry }) {
  const { t } = words;
  const again = h("button", { type: "button", class: "button", onclick: retry }, t("page.retry"));
  if (!(error instanceof ProblemError)) {
    logUnexpected(error);
    return h("div", { class: "problem", role: "alert" }, h("h3", { tabindex: -1 }, t("page.failed")), h("p", {}, t("page.gone")), again);
  }
  const { problem, requestId, status } = error;
  const errors = /** @type {Schemas["ParameterError"][]} */ (problem.errors ?? []);
  const details = errors.length > 0
    ? h("ul", { class: "errors" }, errors.map((one) => parameterError(one, state, words, href)))
    : h("p", {}, problem.detail ?? problem.title);
  const nearest = /** @type {string[]} */ (problem.nearest ?? []).flatMap((path) => {
    const address = page(path);
    return address === null ? [] : [h("li", {}, h("a", { href: address }, path.split("/").at(-1)))];
  });
  return h("div", { class: "problem", role: "alert" },
    h("h3", { tabindex: -1 }, status === 404 ? t("page.not_found") : status === 422 ? t("page.refused") : t("page.failed")),
    details,
    nearest.length > 0 && [h("p", {}, t("page.nearest")), h("ul", {}, nearest)],
    status >= 500 && again,
    requestId && h("p", { class: "request-id" }, t("page.request_id", { id: requestId })));
}

/** Log a defect of the page: an error that is not of the server, the network or an aborted request. @param {unknown} error */
export function logUnexpected(error) {
  const isAbort = error instanceof DOMException && error.name === "AbortError";
  if (!(isAbort || error instanceof ProblemError || error instanceof NetworkError)) console.error(error);
}

/** @param {Schemas["ParameterError"]} error @param {State} state @param {Words} words @param {Href} href */
function parameterError({ parameter, value, code, detail, suggestion }, state, words, href) {
  const { t } = words;
  const entries = [...state.query];
  // An error cuts a long value and percent-encodes one that is not text, so the query may not have what it repeats.
  const isAny = code === "unknown_parameter" || !state.query.has(parameter, value ?? "");
  const isWrong = (/** @type {[string, string]} */ [name, given]) => name === parameter && (isAny || given === value);
  const right = new URLSearchParams(entries.filter((entry) => !isWrong(entry)));
  const links = [h("a", { class: "button plain", href: href(right) }, t("page.leave_out", { name: parameter }))];
  if (suggestion !== null) {
    const corrected = entries.map((entry) => {
      if (!isWrong(entry)) return entry;
      return code === "unknown_parameter" ? [suggestion, entry[1]] : [parameter, suggestion];
    });
    links.unshift(h("a", { class: "button", href: href(new URLSearchParams(corrected)) }, t("page.use", { value: suggestion })));
  }
  return h("li", {}, h("p", {}, h("code", {}, parameter), " ", detail), h("p", { class: "actions" }, links));
}
