/**
 * @file Reads the API as long as the server responds, then the snapshot that was stored for this. Both give the same
 * results, so the rest of the page does not know which it is.
 */

import { NetworkError, ProblemError } from "./api.js";
import { readSnapshots } from "./snapshot.js";

/** @typedef {import("./words.js").Config} Config */
/** @typedef {import("./words.js").Words} Words */
/** @typedef {import("./api.js").Params} Params */
/** @typedef {ReturnType<typeof import("./api.js").createApi>} Api */
/** @typedef {{url: Api["url"], get: Api["get"], pages: Api["pages"]}} Source */

const FIRST_RETRY_SECONDS = 5;
const LONGEST_RETRY_SECONDS = 120;
const VERSION_CHECK_SECONDS = 300;

/** Statuses by which a proxy says that the service behind it is gone. */
const GONE = [502, 503, 504];

/**
 * @param {object} options
 * @param {Api} options.api
 * @param {Config} options.config
 * @param {Words} options.words
 * @param {ReturnType<typeof import("./status.js").createStatus>} options.status
 * @param {() => void} options.onBack     called when the server responds again and the page has nothing to show
 * @param {() => void} options.onReload   called when the reader wants the new data
 */
export function createConnection({ api, config, words, status, onBack, onReload }) {
  /** What is read instead of the server. @type {Source | null} */
  let offline = null;
  let isAway = false;
  /** While the snapshot is being read. @type {Promise<void> | null} */
  let leaving = null;
  /** Whether the page could not be filled, or is of other data than the server's. */
  let isLacking = false;
  /** Of the data on the page. @type {string | null} */
  let version = null;
  let isFresh = false;
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
    onReload();
  }

  /** Ask whether the server responds, and for the version of its data. */
  async function check() {
    clearTimeout(timer);
    try {
      await api.get("/v1/campaigns", { limit: 0 }, { fresh: true });
    } catch (error) {
      if (isAway) retryLater();
      else if (!isRefusal(error)) await away();
      return;
    }
    if (!isAway) return;
    [isAway, offline, delay] = [false, null, FIRST_RETRY_SECONDS];
    status.back();
    if (!isLacking) return;
    isLacking = false;
    onBack();
  }

  function retryLater() {
    clearTimeout(timer);
    timer = window.setTimeout(check, delay * 1000);
    delay = Math.min(delay * 2, LONGEST_RETRY_SECONDS);
  }

  /** Go on with the snapshot, if there is one. Requests that fail together share one attempt. */
  function away() {
    if (!isAway) retryLater();
    isAway = true;
    leaving ??= loadOffline().finally(() => (leaving = null));
    return leaving;
  }

  async function loadOffline() {
    const stored = await readSnapshots(config.base);
    if (stored.snapshots.length > 0 && offline === null) {
      // Fails if neither the server nor the service worker has the file.
      const module = await import("./offline.js").catch(() => null);
      offline = module && module.createOffline(stored.snapshots, config.language, words.t("page.not_stored"));
      version ??= stored.version;
      isLacking ||= version !== stored.version;
    }
    status.away({ stored: offline ? stored : null, retry: check });
  }

  /** @type {Api["get"]} */
  async function get(path, params, options = {}) {
    /** @type {unknown} */
    let failure = new NetworkError();
    if (!isAway) {
      try {
        return await api.get(path, params, isFresh ? { ...options, fresh: true } : options);
      } catch (error) {
        if (options.signal?.aborted || isRefusal(error)) throw error;
        failure = error;
      }
    }
    if (offline === null) await away();
    options.signal?.throwIfAborted();
    if (offline !== null) return offline.get(path, params);
    isLacking = true;
    throw failure;
  }

  window.addEventListener("online", check);
  window.addEventListener("offline", away);
  // The browser's cache would hide for a minute that there is no network.
  if (!navigator.onLine) away();
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && check());
  setInterval(() => document.visibilityState === "visible" && !isAway && check(), VERSION_CHECK_SECONDS * 1000);

  return {
    url: api.url,
    get,
    /** @type {Api["pages"]} */
    async *pages(path, params, options) {
      const query = new URLSearchParams(/** @type {URLSearchParams} */ (params));
      while (true) {
        const page = await get(path, query, options);
        yield page;
        if (page.meta.next_cursor === null) return;
        query.set("cursor", page.meta.next_cursor);
      }
    },
    check,
    /** The version of the data on the page. */
    get version() {
      return version ?? config.version;
    },
    get isAway() {
      return isAway;
    },
  };
}

/** Whether the server itself refused, so that asking elsewhere would be no better. @param {unknown} error */
function isRefusal(error) {
  return error instanceof ProblemError && !(GONE.includes(error.status) && error.retryAfter === null);
}
