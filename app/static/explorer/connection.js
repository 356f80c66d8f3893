/**
 * @file Reads the API, or the stored snapshot while the server does not respond. Both return the same results, so no
 * other module has to know which it is.
 */

import { NetworkError, pagesOf, ProblemError, queryOf } from "./api.js";
import { readSnapshots } from "./snapshot.js";

/** @typedef {import("./words.js").Config} Config */
/** @typedef {import("./words.js").Words} Words */
/** @typedef {import("./api.js").Params} Params */
/** @typedef {ReturnType<typeof import("./api.js").createApi>} Api */
/** @typedef {{url: Api["url"], get: Api["get"], pages: Api["pages"]}} Source */

const FIRST_RETRY_SECONDS = 5;
const LONGEST_RETRY_SECONDS = 120;
const VERSION_CHECK_SECONDS = 300;
const RESPONSE_TIMEOUT_MS = 15_000;

/** Set in a tab's session once the data have changed during it: the browser's cache may have pages of both versions. */
const UPDATED = "campaign-api-updated";

/** Statuses of a proxy whose service does not respond. */
const GATEWAY_ERRORS = [502, 503, 504];

/**
 * @param {object} options
 * @param {Api} options.api
 * @param {Config} options.config
 * @param {Words} options.words
 * @param {ReturnType<typeof import("./status.js").createStatus>} options.status
 * @param {() => void} options.onReconnect called when the server responds again and the page has to be filled again
 * @param {() => void} options.onReload    called when the reader wants the new data
 */
export function createConnection({ api, config, words, status, onReconnect, onReload }) {
  /** What is read instead of the server. @type {{get: Api["get"]} | null} */
  let offline = null;
  let isDisconnected = false;
  /** While the snapshot is being read. @type {Promise<void> | null} */
  let loading = null;
  /** Whether the page could not be filled, or shows data of several versions. */
  let needsReload = false;
  /** Of the data on the page. @type {string | null} */
  let version = null;
  const session = openSession();
  let isFresh = typeof session?.getItem(UPDATED) === "string";
  let delay = FIRST_RETRY_SECONDS;
  let timer = 0;

  api.onVersion = (current) => {
    version ??= current;
    if (current !== version) status.updated(reload);
  };

  function reload() {
    version = null;
    // Responses in the browser's cache are of the old version.
    isFresh = true;
    session?.setItem(UPDATED, "");
    onReload();
  }

  /** As `api.get`, but fails if the server does not respond in time. @type {Api["get"]} */
  const load = (path, params, options) => api.get(path, params, { ...options, timeout: RESPONSE_TIMEOUT_MS });

  /** Check whether the server responds, and which version its data have. */
  async function check() {
    clearTimeout(timer);
    try {
      await load("/v1/campaigns", { limit: 0 }, { fresh: true });
    } catch (error) {
      if (isDisconnected) retryLater();
      else if (!isRefusal(error)) await disconnect();
      return;
    }
    if (!isDisconnected) return;
    isDisconnected = false;
    offline = null;
    delay = FIRST_RETRY_SECONDS;
    status.reconnected();
    if (!needsReload) return;
    needsReload = false;
    onReconnect();
  }

  function retryLater() {
    clearTimeout(timer);
    timer = window.setTimeout(check, delay * 1000);
    delay = Math.min(delay * 2, LONGEST_RETRY_SECONDS);
  }

  /** Go on with the snapshot, if there is one. Requests that fail together share one attempt. */
  function disconnect() {
    if (!isDisconnected) retryLater();
    isDisconnected = true;
    loading ??= loadOffline().finally(() => (loading = null));
    return loading;
  }

  async function loadOffline() {
    const stored = await readSnapshots(config.base);
    if (stored.snapshots.length > 0 && offline === null) {
      // Fails if neither the server nor the service worker has the file.
      const module = await import("./offline.js").catch(() => null);
      offline = module && module.createOffline(stored.snapshots, config.language, words.t("page.not_stored"));
      version ??= stored.version;
      needsReload ||= version !== stored.version;
    }
    status.disconnected({ stored: offline ? stored : null, retry: check });
  }

  /** @type {Api["get"]} */
  async function get(path, params, options = {}) {
    /** @type {unknown} */
    let failure = new NetworkError();
    if (!isDisconnected) {
      try {
        return await load(path, params, isFresh ? { ...options, fresh: true } : options);
      } catch (error) {
        if (options.signal?.aborted || isRefusal(error)) throw error;
        failure = error;
      }
    }
    if (offline === null) await disconnect();
    options.signal?.throwIfAborted();
    if (offline === null) {
      needsReload = true;
      throw failure;
    }
    // The server finds more, and explains what it refuses.
    needsReload ||= queryOf(params).has("q");
    try {
      return await offline.get(path, params);
    } catch (error) {
      needsReload = true;
      throw error;
    }
  }

  window.addEventListener("online", check);
  window.addEventListener("offline", disconnect);
  // The browser's cache would hide for a minute that there is no network.
  if (!navigator.onLine) disconnect();
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && check());
  setInterval(() => document.visibilityState === "visible" && !isDisconnected && check(), VERSION_CHECK_SECONDS * 1000);

  return {
    url: api.url,
    get,
    /** @type {Api["pages"]} */
    pages: (path, params, options) => pagesOf(get, path, params, options),
    check,
    /** The version of the data on the page. */
    get version() {
      return version ?? config.version;
    },
  };
}

/** The storage of the tab's session; null where the browser refuses it, as with blocked cookies. */
function openSession() {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
}

/** Whether the server itself refused: the snapshot would be no better. @param {unknown} error */
function isRefusal(error) {
  return error instanceof ProblemError && !(GATEWAY_ERRORS.includes(error.status) && error.retryAfter === null);
}
