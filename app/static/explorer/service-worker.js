/**
 * @file The service worker: stores the page and its files, so that they open without a network. It leaves the API alone;
 * the page itself reads the stored snapshot.
 *
 * The page registers it with its digest and languages in the query, so new files are a new worker. It waits until no
 * tab needs the old files.
 */

const worker = /** @type {any} */ (self);
const registered = new URL(worker.location.href);
const base = registered.pathname.replace(/\/service-worker\.js$/, "");
const digest = registered.searchParams.get("digest") ?? "";
const languages = (registered.searchParams.get("languages") ?? "").split(",");

/** Several services of one origin do not delete each other's files. `snapshot.js` has the same name. */
const PREFIX = `explorer-files${base}/-`;
const CACHE = PREFIX + digest;
const NAVIGATION_TIMEOUT_MS = 3000;

/** `/` is the home document of the API for clients that do not prefer HTML. */
const AS_PAGE = /** @type {RequestInit} */ ({ headers: { Accept: "text/html" }, cache: "no-cache" });

/** Only pages are stored under their addresses, so the `Accept` of a request does not matter. */
const ANY = { ignoreVary: true };

/** Pages of campaigns and records; of those below the list pages only the campaigns' are stored. */
const PAGE = /^\/(?:$|(?:campaigns|events|locations|outcomes)\/[^/]+$)/;
const STORED_PAGE = /^\/(?:$|campaigns\/[^/]+$)/;

worker.addEventListener("install", (/** @type {any} */ event) => event.waitUntil(install()));
worker.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(activate()));

worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== registered.origin || !url.pathname.startsWith(`${base}/`)) return;
  const path = url.pathname.slice(base.length);
  if (request.mode === "navigate" && PAGE.test(path)) event.respondWith(openPage(event, url, path));
  else if (path.startsWith("/explorer/") && path !== "/explorer/files.json") event.respondWith(openFile(event, path));
});

async function install() {
  const cache = await caches.open(CACHE);
  const listed = await (await fetch(`${base}/explorer/files.json`, { cache: "no-cache" })).json();
  const files = listed.files.map((/** @type {string} */ file) => `${base}/explorer/${listed.digest}/${file}`);
  await cache.addAll(files);
  await cache.addAll(languages.map((language) => new Request(shell("/", language), AS_PAGE)));
}

async function activate() {
  const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await worker.clients.claim();
}

/**
 * A page from the network; from the cache if there is none, or if it takes too long.
 *
 * @param {any} event @param {URL} url @param {string} path
 */
async function openPage(event, url, path) {
  const language = languageOf(url);
  const loading = fetch(event.request);
  // Begun at once, so that a response that is too late for this visit is stored for the next.
  event.waitUntil(loading.then((response) => {
    if (response.ok && STORED_PAGE.test(path)) return store(shell(path, language), response);
  }, () => {}));
  const late = new Promise((resolve) => setTimeout(resolve, NAVIGATION_TIMEOUT_MS, null));
  const response = await Promise.race([loading, late]).catch(() => null);
  // Statuses of proxies without a service behind them are as good as no network.
  if (response && response.status < 502) return response;
  const stored = await storedPage(path, language);
  if (stored) return stored;
  const last = response ?? (await loading.catch(() => null));
  const isGone = last === null || last.status >= 502;
  // Not the page of another campaign under the address of one that is not stored.
  if (isGone && path !== "/" && STORED_PAGE.test(path)) return Response.redirect(`${base}/${url.search}`);
  return last ?? loading;
}

/** Store a copy of a response, if there is space for it. @param {RequestInfo} request @param {Response} response */
async function store(request, response) {
  const copy = response.clone();
  await caches.open(CACHE).then((cache) => cache.put(request, copy)).catch(() => {});
}

/**
 * The stored page that can show a path: a record is shown by the page of its campaign, whose id its own begins with.
 *
 * @param {string} path @param {string} language
 */
async function storedPage(path, language) {
  const exact = await caches.match(shell(path, language), ANY);
  if (exact || STORED_PAGE.test(path)) return exact;
  const id = path.split("/").at(-1) ?? "";
  const pages = (await (await caches.open(CACHE)).keys()).map(({ url }) => new URL(url));
  const campaigns = pages.filter(({ pathname, search }) => pathname.startsWith(`${base}/campaigns/`) && search === `?lang=${language}`);
  const own = campaigns.find(({ pathname }) => id.startsWith(`${pathname.split("/").at(-1)}-`)) ?? campaigns[0];
  return caches.match(own?.href ?? shell("/", language), ANY);
}

/**
 * A file from the cache. A page that was stored earlier may request files of another digest; those of this one replace them.
 *
 * @param {any} event @param {string} path
 */
async function openFile(event, path) {
  const { request } = event;
  const stored = await caches.match(request, ANY);
  if (stored) return stored;
  try {
    const response = await fetch(request);
    if (response.ok && response.headers.get("Cache-Control")?.includes("immutable")) {
      event.waitUntil(store(request, response));
    }
    return response;
  } catch (error) {
    const current = await caches.match(`${base}/explorer/${digest}/${path.split("/").at(-1)}`, ANY);
    if (current) return current;
    throw error;
  }
}

/** The address under which a page is stored: without its filters. @param {string} path @param {string} language */
function shell(path, language) {
  return `${base}${path}?lang=${language}`;
}

/** The language of a page: that of its address, else of the browser, else of the source. @param {URL} url */
function languageOf(url) {
  for (const tag of [url.searchParams.get("lang"), ...worker.navigator.languages]) {
    if (tag !== null && languages.includes(tag)) return tag;
    const [language = "", ...subtags] = (tag ?? "").toLowerCase().split(/[-_]/);
    if (language === "zh") return subtags.some((/** @type {string} */ one) => /^(hant|tw|hk|mo|cht)$/.test(one)) ? "zh-Hant" : "zh-Hans";
    if (languages.includes(language)) return language;
  }
  return languages[0];
}
