/**
 * @file The explorer: shows the state that the address names, and follows the links of the page.
 */

import { createApi } from "./api.js";
import { createConnection } from "./connection.js";
import { byId, h, nextTask, replaceBody } from "./dom.js";
import { figureOf, figures } from "./figures.js";
import { createNavigation, restore } from "./navigation.js";
import { logUnexpected, problemView } from "./problem.js";
import { createResults } from "./results.js";
import { registerWorker, storeWhenIdle } from "./snapshot.js";
import { hrefOf, isRecord, readState, requestOf, without } from "./state.js";
import { createStatus } from "./status.js";
import { createWords } from "./words.js";

/** @typedef {import("./schema").components["schemas"]} Schemas */
/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Kind} Kind */

const config = /** @type {import("./words.js").Config} */ (JSON.parse(byId("config").textContent ?? ""));
const words = createWords(config);
const status = createStatus(words);
const api = createApi(config.base, config.language);
const source = createConnection({ api, config, words, status, onReconnect: showAgain, onReload: () => {
  showAgain();
  // The button that had the focus is gone.
  byId("main").focus({ preventScroll: true });
} });

const main = byId("main");
const printed = h("p", { class: "address" });
document.querySelector(".footer")?.prepend(printed);
const shortName = config.campaigns.find(({ id }) => id === config.campaign)?.short_name ?? "";
/** The title of the page without a record. */
const title = main.querySelector("h1")?.textContent ?? shortName;

let state = /** @type {State} */ (read(new URL(location.href)) ?? readState(config, new URL(`${config.base}/`, location.href)));
let opening = new AbortController();
/** The record that is open or loading, as `event/id`. */
let opened = "";
/** @type {ReturnType<typeof import("./detail.js").createDetail> | null} */
let detail = null;
/** Whether the page has just been loaded: the focus stays where it is. */
let isFirst = true;
let hasFigures = false;
/** Whether the list stands beside a record; on narrow screens the record stands alone. */
const wide = matchMedia("(width >= 1100px)");

/** The state of an address of this campaign in this language; other pages are loaded. @param {URL} url */
function read(url) {
  const state = readState(config, url);
  const campaign = state?.view === "campaign" ? state.id : config.campaign;
  const isOther = campaign !== config.campaign || (state?.lang ?? null) !== new URL(location.href).searchParams.get("lang");
  return isOther || state?.view === "campaigns" ? null : state;
}

/** @param {State} state */
const address = (state) => hrefOf(config, state);

/** The address of a record, or of the list of a month or a place. @param {Kind | "month" | "place"} kind @param {string} id */
function href(kind, id) {
  if (kind === "event" || kind === "location" || kind === "outcome") return address({ ...state, view: kind, id });
  const query = kind === "month" ? without(state.query, "month") : new URLSearchParams();
  query.append(kind === "month" ? "month" : "location", id);
  return address({ ...state, view: "campaign", id: config.campaign, tab: "events", query });
}

/** The page of a record by its path in the API. @param {string} path */
function page(path) {
  const [, kind, id = ""] = /\/(event|location|outcome)s\/([^/]+)$/.exec(path) ?? [];
  return kind ? href(/** @type {Kind} */ (kind), decodeURIComponent(id)) : null;
}

/** The address of the list from which a record was opened. */
const listAddress = () => address({ ...state, view: "campaign", id: config.campaign });

/** @param {Kind} kind @param {{id: string, title?: string, name?: string, label?: string}} record @param {import("./evidence.js").Fact} fact */
async function openEvidence(kind, record, fact) {
  const { id } = record;
  const module = await import("./evidence.js").catch(() => source.check());
  if (!module) return;
  const where = new URL(hrefOf(config, { view: kind, id, tab: "events", query: new URLSearchParams(), lang: state.lang }), location.href);
  module.openEvidence({ ...fact, record: { kind, id }, title: record.title ?? record.name ?? record.label ?? "", words, api: source, version: source.version, address: where.href });
}

/** Show a state; `position` is that of an earlier visit. @param {State} next @param {import("./navigation.js").Position | null} [position] */
async function show(next, position = null) {
  const wasRecord = isRecord(state);
  state = next;
  main.dataset.view = state.view;
  showAddress();
  const search = document.querySelector("#q");
  if (search instanceof HTMLInputElement) search.value = state.query.get("q") ?? "";
  const list = showCampaign();
  if (isRecord(state)) await showRecord(state, position === null);
  else closeRecord();
  await list;
  // Meanwhile another state may be shown.
  if (state !== next) return;
  if (position) restore(position);
  else if (wasRecord && !isRecord(state)) byId("list-title").focus();
}

/** Show figures and results; on a narrow screen not beside a record, unless they are loaded. */
async function showCampaign() {
  if (!isRecord(state) && !hasFigures) showFigures();
  if (!isRecord(state) || wide.matches || results.isShown) await results.show(state);
}

/** @param {State & {view: Kind, id: string}} shown @param {boolean} isNew whether the focus goes to its title */
async function showRecord(shown, isNew) {
  const key = `${shown.view}/${shown.id}`;
  if (key === opened) return;
  opened = key;
  opening.abort();
  opening = new AbortController();
  const { signal } = opening;
  const record = byId("record");
  record.setAttribute("aria-busy", "true");
  try {
    const { createDetail } = await import("./detail.js");
    detail ??= createDetail({ source, words, maxLimit: config.max_limit, href, openEvidence });
    const { id, title } = await detail.show(shown.view, shown.id, { campaign: config.campaign, back: listAddress(), signal });
    document.title = `${title} · ${shortName}`;
    // A record that was merged into another one is shown at the address of the other.
    if (id !== shown.id) history.replaceState(history.state, "", href(shown.view, id));
  } catch (error) {
    if (signal.aborted) return;
    opened = "";
    const retry = () => showRecord(shown, isNew);
    record.replaceChildren(
      problemView({ error, state, words, href: () => listAddress(), page, retry }),
      h("p", { class: "actions" }, h("a", { class: "button", href: listAddress() }, words.t("page.back"))),
    );
  }
  record.hidden = false;
  record.removeAttribute("aria-busy");
  if (isNew && !isFirst) {
    if (!wide.matches) window.scrollTo({ top: 0, behavior: "instant" });
    /** @type {HTMLElement | null} */ (record.querySelector("h2, h3"))?.focus();
  }
}

function closeRecord() {
  opening.abort();
  opened = "";
  byId("record").hidden = true;
  byId("record").replaceChildren();
  document.title = title;
}

async function showFigures() {
  hasFigures = true;
  const params = requestOf(config, new URLSearchParams({ kind: "quantitative", sort: "source", include: "evidence", limit: "12" }));
  try {
    const { data } = await source.get("/v1/outcomes", params);
    const open = (/** @type {Schemas["OutcomeRecord"]} */ outcome) => openEvidence("outcome", outcome, {
      figure: outcome.as_stated, value: outcome.as_stated === null ? figureOf(outcome, words) : "", label: outcome.label,
      basis: outcome.basis, note: outcome.note, evidence: outcome.evidence ?? [],
    });
    replaceBody(byId("figures"), figures({ outcomes: data, words, open }));
  } catch (error) {
    // The list explains the errors of the server.
    logUnexpected(error);
    replaceBody(byId("figures"));
  }
}

/** Load everything on the page again. */
function showAgain() {
  if (config.campaign === null) {
    location.reload();
    return;
  }
  opened = "";
  detail = null;
  showFigures();
  results.show(state, { isForced: true });
  if (isRecord(state)) showRecord(state, false);
  storeWhenIdle(config, config.campaign, source.version);
}

/** The links to the other languages show the same view; its address is printed. */
function showAddress() {
  for (const link of document.querySelectorAll(".languages a[hreflang]")) {
    link.setAttribute("href", address({ ...state, lang: link.getAttribute("hreflang") }));
  }
  printed.textContent = location.href;
}

const navigation = createNavigation(read, show);
/** Not on the list of campaigns. @type {ReturnType<typeof createResults>} */
let results;

document.querySelector(".search")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const input = /** @type {HTMLInputElement} */ (byId("q"));
  const text = input.value.trim();
  // On narrow screens the button first shows the input.
  if (text === (state.query.get("q") ?? "")) {
    input.focus();
    return;
  }
  const query = without(state.query, "q");
  if (text !== "") query.set("q", text);
  const shown = navigation.go(address({ ...state, view: "campaign", id: config.campaign, query }));
  byId("list-title").focus();
  await shown;
  // What was found is below the pictures, whose height has changed.
  byId("list").scrollIntoView({ block: "start", behavior: "instant" });
});

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  const isTyping = event.target instanceof Element && event.target.closest("input, textarea, select, dialog");
  if (event.key === "Escape" && isRecord(state) && !document.querySelector("dialog[open]") && !isTyping) navigation.leave(listAddress());
  if (event.key === "/" && !isTyping) {
    event.preventDefault();
    document.getElementById("q")?.focus();
  }
});

document.addEventListener("click", (event) => {
  const close = event.target instanceof Element && event.target.closest("#record .close");
  if (!close || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  navigation.leave(listAddress());
}, { capture: true });

if (config.campaign !== null) {
  results = createResults({ source, config, words, address, href, page, go: navigation.go, announce: status.announce });
  wide.addEventListener("change", showCampaign);
  await nextTask();
  await show(state, navigation.position);
  isFirst = false;
  storeWhenIdle(config, config.campaign, source.version);
} else {
  showAddress();
  // The filters of the address are those of the campaign that is chosen.
  const query = readState(config, new URL(location.href))?.query ?? new URLSearchParams();
  for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll("#list .card a"))) {
    const target = readState(config, new URL(link.href));
    if (target) link.href = address({ ...target, query });
  }
  if (navigation.position) restore(navigation.position);
  source.check();
}
registerWorker(config);
