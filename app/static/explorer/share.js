/**
 * @file This view as files, and the request that it is.
 */

import { h } from "./dom.js";

/** @typedef {import("./words.js").Words} Words */

const FORMATS = {
  events: ["csv", "xlsx", "jsonl", "geojson", "ics"],
  outcomes: ["csv", "xlsx", "jsonl"],
};

/**
 * @param {object} options
 * @param {import("./state.js").Tab} options.tab
 * @param {URLSearchParams} options.request the filters as the API takes them
 * @param {Words} options.words
 * @param {(path: string, params: URLSearchParams) => string} options.url
 * @param {() => void} options.print
 * @returns {HTMLElement[]}
 */
export function share({ tab, request, words, url, print }) {
  const { t } = words;
  const address = new URL(url(`/v1/${tab}`, request), location.href);
  /** @param {string} format @param {string} href */
  const link = (format, href) => h("li", {}, h("a", { class: "button", href }, t(`page.as_${format}`)));
  const links = [
    link("json", address.href),
    ...FORMATS[tab].map((format) => link(format, url(`/v1/${tab}.${format}`, request))),
  ];
  if (tab === "events") {
    // Calendar programs subscribe to this scheme, and ask again by themselves.
    const calendar = new URL(url("/v1/events.ics", request), location.href).href.replace(/^https?:/, "webcal:");
    links.push(link("calendar", calendar));
  }
  links.push(h("li", {}, h("button", { type: "button", class: "button", onclick: print }, t("page.print"))));
  return [
    h("ul", { class: "formats" }, links),
    h("p", { class: "needs-network" }, t("page.needs_network")),
    h("div", { class: "request" },
      h("p", { id: "request-label" }, t("page.request")),
      h("code", { "aria-labelledby": "request-label" }, `GET ${decodeURI(address.pathname + address.search)}`),
      copyButton(address.href, words)),
  ];
}

/** A button that copies a text and says so. @param {string} text @param {Words} words */
function copyButton(text, words) {
  const button = h("button", { type: "button", class: "button", onclick: async () => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = words.t("page.copied");
    } catch {
      button.textContent = words.t("page.not_copied");
    }
    setTimeout(() => (button.textContent = words.t("page.copy")), 2000);
  } }, words.t("page.copy"));
  return button;
}
