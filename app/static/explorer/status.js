/**
 * @file Bars above the page: no network, server gone, new data. Screen readers announce them too.
 */

import { byId, h } from "./dom.js";

/** @typedef {import("./words.js").Words} Words */

/**
 * @param {Words} words
 */
export function createStatus(words) {
  const { t } = words;
  const bars = byId("status");
  const live = byId("live");
  /** @type {Map<string, HTMLElement>} */
  const shown = new Map();

  /** @param {string} name @param {string} text @param {string} label @param {() => void | Promise<void>} press */
  function show(name, text, label, press) {
    if (shown.get(name)?.dataset.text === text) return;
    hide(name);
    const button = h("button", { type: "button", class: "button", onclick: async () => {
      button.setAttribute("aria-busy", "true");
      await press();
      button.removeAttribute("aria-busy");
      // It changed nothing.
      if (button.isConnected) announce(text);
    } }, label);
    const bar = h("div", { class: "bar-message", "data-text": text }, h("p", {}, text), button);
    shown.set(name, bar);
    bars.append(bar);
  }

  /** @param {string} name */
  function hide(name) {
    shown.get(name)?.remove();
    shown.delete(name);
  }

  /** Have a screen reader announce a text. @param {string} text */
  function announce(text) {
    live.textContent = text;
  }

  return {
    announce,

    /**
     * There is no network, or the server does not respond.
     *
     * @param {object} options
     * @param {{version: string, stored_at: string} | null} options.stored the data that the page goes on with
     * @param {() => Promise<void>} options.retry
     */
    disconnected({ stored, retry }) {
      const reason = navigator.onLine ? t("page.gone") : t("page.offline");
      const day = stored && new Intl.DateTimeFormat(words.locale, { dateStyle: "long" }).format(new Date(stored.stored_at));
      const data = stored && t("page.stored", { version: stored.version.slice(0, 8), date: day ?? "" });
      const next = navigator.onLine ? t("page.retries") : "";
      const gap = words.language === "en" ? " " : "";
      document.documentElement.classList.add("disconnected");
      show("connection", [reason, data, next].filter(Boolean).join(gap), t("page.retry_now"), retry);
    },

    /** The server responds again. */
    reconnected() {
      hide("connection");
      document.documentElement.classList.remove("disconnected");
      announce(t("page.back_online"));
    },

    /** The data have changed since the page was loaded. @param {() => void} reload */
    updated(reload) {
      show("updated", t("page.updated"), t("page.reload"), () => {
        hide("updated");
        reload();
      });
    },
  };
}
