/**
 * @file What the browser stores for reading without a network: the snapshots of campaigns, and the service worker with the
 * pages and their files.
 */

/** @typedef {import("./schema").components["schemas"]} Schemas */

const CACHE = "explorer-data";

/** Milliseconds; Safari has no requestIdleCallback. */
const STORE_DELAY = 3000;

/** `stored_at` is an instant, ISO 8601. @typedef {{snapshots: Schemas["CampaignSnapshot"][], version: string, stored_at: string}} Stored */

/**
 * Store the snapshot and the pages of a campaign when the browser has nothing else to do.
 *
 * @param {import("./words.js").Config} config
 * @param {string} campaign
 * @param {string} version of the data on the page
 */
export function storeWhenIdle(config, campaign, version) {
  const store = async () => {
    try {
      await storeSnapshot(config.base, campaign, version);
      // The worker itself stores `/`, which is the page of an only campaign.
      if (!config.only) await storePages(config, campaign);
    } catch {
      // No network or no space: the next visit tries again, and nothing on the page needs it now.
    }
  };
  if ("requestIdleCallback" in window) requestIdleCallback(store, { timeout: 10_000 });
  else setTimeout(store, STORE_DELAY);
}

/**
 * Register the service worker once the page has loaded, so that it does not compete with it.
 *
 * @param {import("./words.js").Config} config
 */
export function registerWorker({ base, digest, languages }) {
  const query = new URLSearchParams({ digest, languages: languages.map(({ tag }) => tag).join() });
  const register = () => {
    // Fails in private windows of some browsers; the page works without it.
    navigator.serviceWorker?.register(`${base}/service-worker.js?${query}`, { scope: `${base}/` }).catch(() => {});
  };
  if (document.readyState === "complete") register();
  else window.addEventListener("load", register);
}

/**
 * Store the snapshot of a campaign, unless that of this version is stored or the reader saves data.
 *
 * @param {string} base   of the page
 * @param {string} campaign
 * @param {string} version of the data
 */
async function storeSnapshot(base, campaign, version) {
  const connection = /** @type {{connection?: {saveData: boolean}}} */ (/** @type {unknown} */ (navigator)).connection;
  if (connection?.saveData || !("caches" in window)) return;
  const path = `${base}/v1/campaigns/${campaign}/snapshot`;
  const cache = await caches.open(CACHE);
  if ((await cache.match(path))?.headers.get("X-Data-Version") === version) return;
  const response = await fetch(path);
  if (!response.ok) return;
  // The data may have changed since the page was loaded.
  const stored = response.headers.get("X-Data-Version") ?? version;
  const headers = { "Content-Type": "application/json", "X-Data-Version": stored, "X-Stored-At": new Date().toISOString() };
  await cache.put(path, new Response(response.body, { headers }));
}

/**
 * Put the pages of a campaign into the cache of the service worker, one a language.
 *
 * @param {import("./words.js").Config} config
 * @param {string} campaign
 */
async function storePages({ base, digest, languages }, campaign) {
  if (!("caches" in window)) return;
  const cache = await caches.open(`explorer-files${base}/-${digest}`);
  for (const { tag } of languages) {
    const path = `${base}/campaigns/${campaign}?lang=${tag}`;
    if (!(await cache.match(path, { ignoreVary: true }))) await cache.add(new Request(path, { headers: { Accept: "text/html" } }));
  }
}

/**
 * All snapshots that are stored, with the version and the age of the oldest.
 *
 * @param {string} base
 * @returns {Promise<Stored>}
 */
export async function readSnapshots(base) {
  /** @type {Stored} */
  const stored = { snapshots: [], version: "", stored_at: "" };
  if (!("caches" in window)) return stored;
  const cache = await caches.open(CACHE);
  for (const request of await cache.keys()) {
    const response = await cache.match(request);
    if (!response || !new URL(request.url).pathname.startsWith(`${base}/v1/`)) continue;
    stored.snapshots.push((await response.json()).data);
    const stored_at = response.headers.get("X-Stored-At") ?? "";
    if (stored.stored_at !== "" && stored.stored_at <= stored_at) continue;
    stored.stored_at = stored_at;
    stored.version = response.headers.get("X-Data-Version") ?? "";
  }
  return stored;
}
