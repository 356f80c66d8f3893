/**
 * @file The snapshots of campaigns in the browser's Cache Storage, from which the page is read without a network.
 */

/** @typedef {import("./schema").components["schemas"]} Schemas */

const CACHE = "explorer-data";

/** `stored_at` is an instant, ISO 8601. @typedef {{snapshots: Schemas["CampaignSnapshot"][], version: string, stored_at: string}} Stored */

/**
 * Store the snapshot of a campaign, unless that of this version is there or the reader saves data.
 *
 * @param {string} base   of the page
 * @param {string} campaign
 * @param {string} version of the data
 */
export async function storeSnapshot(base, campaign, version) {
  const connection = /** @type {{connection?: {saveData: boolean}}} */ (/** @type {unknown} */ (navigator)).connection;
  if (connection?.saveData || !("caches" in window)) return;
  const path = `${base}/v1/campaigns/${campaign}/snapshot`;
  const cache = await caches.open(CACHE);
  if ((await cache.match(path))?.headers.get("X-Data-Version") === version) return;
  const response = await fetch(path);
  if (!response.ok) return;
  const headers = { "Content-Type": "application/json", "X-Data-Version": version, "X-Stored-At": new Date().toISOString() };
  await cache.put(path, new Response(response.body, { headers }));
}

/**
 * Have the service worker's cache hold the pages of a campaign, one a language.
 *
 * @param {import("./words.js").Config} config
 * @param {string} campaign
 */
export async function storePages({ base, digest, languages }, campaign) {
  if (!("caches" in window)) return;
  const cache = await caches.open(`explorer-files-${digest}`);
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
