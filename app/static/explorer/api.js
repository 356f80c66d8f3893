/**
 * @file A client of the Campaign API in one file that imports nothing. Copy it into a page of any origin:
 *
 *     const api = createApi("https://api.example.org", "en");
 *     const { data, meta } = await api.get("/v1/events", { category: "symposium", facet: ["county", "month"] });
 *     for await (const page of api.pages("/v1/events", { month: "2024-10" })) console.log(page.data);
 */

/** @typedef {string | number | boolean | null | undefined} Value */
/** @typedef {URLSearchParams | Record<string, Value | Value[]>} Params */

/** The server refused: `problem` is its `application/problem+json` (RFC 9457). */
export class ProblemError extends Error {
  /** @param {any} problem @param {Response} response */
  constructor(problem, response) {
    super(problem.detail ?? problem.title);
    this.status = response.status;
    /** `detail` is for people, in their language; `errors` names each wrong parameter and may suggest a right one. */
    this.problem = problem;
    /** Name this when you report an error: it is in the server's log. */
    this.requestId = response.headers.get("X-Request-ID");
    /** Seconds to wait before the next try, where the server names them (503). */
    this.retryAfter = Number(response.headers.get("Retry-After")) || null;
  }
}

/** No response, or none of the API's. */
export class NetworkError extends Error {}

/** The query of a request. An array is a repeated parameter; null and undefined are left out. @param {Params} [params] */
export function queryOf(params = {}) {
  const query = new URLSearchParams();
  for (const [name, values] of params instanceof URLSearchParams ? params : Object.entries(params)) {
    for (const value of [values].flat()) if (value !== null && value !== undefined) query.append(name, String(value));
  }
  return query;
}

/**
 * The pages of a list, one after another. A cursor belongs to one version of the data: after a change the server refuses
 * it (422), and the list has to be read again from its beginning.
 *
 * @param {(path: string, params: URLSearchParams, options?: {signal?: AbortSignal}) => Promise<any>} get
 * @param {string} path @param {Params} [params] @param {{signal?: AbortSignal}} [options]
 */
export async function* pagesOf(get, path, params, options) {
  const query = queryOf(params);
  while (true) {
    const page = await get(path, query, options);
    yield page;
    if (page.meta.next_cursor === null) return;
    query.set("cursor", page.meta.next_cursor);
  }
}

/**
 * @param {string} baseUrl   without a slash at its end; "" for the page's own origin
 * @param {string} language  zh-Hant, zh-Hans or en: of records and of errors
 */
export function createApi(baseUrl, language) {
  const api = {
    /** Called with the version of the data of each response. @type {(version: string) => void} */
    onVersion: () => {},

    /** The address of a request. @param {string} path @param {Params} [params] */
    url(path, params) {
      const query = queryOf(params);
      if (!query.has("lang")) query.append("lang", language);
      return `${baseUrl}${path}?${query}`;
    },

    /**
     * The JSON of a path. Responses may be used again for a minute; after that the browser sends their ETag by itself and
     * the server responds 304 while nothing has changed. `fresh` revalidates at once. `timeout` is how long the server may
     * take to respond, milliseconds.
     *
     * @param {string} path @param {Params} [params]
     * @param {{signal?: AbortSignal, fresh?: boolean, timeout?: number}} [options]
     * @returns {Promise<any>}
     */
    async get(path, params, { signal, fresh, timeout } = {}) {
      let response, body;
      // By hand: browsers before 2024 have no `AbortSignal.any`.
      const request = new AbortController();
      const abort = () => request.abort();
      signal?.addEventListener("abort", abort);
      const timer = timeout && setTimeout(abort, timeout);
      try {
        signal?.throwIfAborted();
        response = await fetch(api.url(path, params), { signal: request.signal, cache: fresh ? "no-cache" : "default" });
        clearTimeout(timer);
        body = await response.json();
      } catch (error) {
        if (signal?.aborted) throw error;
        throw new NetworkError("The server cannot be reached.", { cause: error });
      } finally {
        clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
      }
      if (!response.ok) throw new ProblemError(body, response);
      const version = response.headers.get("X-Data-Version") ?? body.meta?.version;
      if (version) api.onVersion(version);
      return body;
    },

    /** @param {string} path @param {Params} [params] @param {{signal?: AbortSignal}} [options] */
    pages: (path, params, options) => pagesOf(api.get, path, params, options),
  };
  return api;
}
