// openapi-typescript makes the types, openapi-fetch sends the requests.
import createClient from "openapi-fetch";

import type { components, paths } from "./generated/schema";
import { must, report, walk } from "./result";

type Schemas = components["schemas"];

const client = createClient<paths>({ baseUrl: "BASE" });

// The enums of the document are closed types: a wrong value does not compile.
const category: Schemas["EventCategory"] = "symposium";
const status: Schemas["ProblemDocument"]["status"] = 422;
// @ts-expect-error there is no such facet
const wrong: keyof Schemas["Facets"] = "categori";

function read<T>({ data, error }: { data?: T; error?: Schemas["ProblemDocument"] }): T {
  if (error) {
    throw new Error(`${error.status} ${error.type}: ${error.detail}`);
  }
  return must(data, "data");
}

const limit = 3;
const lists = {
  campaigns: await walk(async (cursor) => read(await client.GET("/v1/campaigns", { params: { query: { limit, cursor } } }))),
  events: await walk(async (cursor) => read(await client.GET("/v1/events", { params: { query: { limit, cursor } } }))),
  locations: await walk(async (cursor) => read(await client.GET("/v1/locations", { params: { query: { limit, cursor } } }))),
  outcomes: await walk(async (cursor) => read(await client.GET("/v1/outcomes", { params: { query: { limit, cursor } } }))),
  sources: await walk(async (cursor) => read(await client.GET("/v1/sources", { params: { query: { limit, cursor } } }))),
};
const filtered = read(
  await client.GET("/v1/events", {
    params: { query: { location: ["maiji"], category: [category, "site_study", "media_visit"], lang: "zh-Hans", facet: ["category"] } },
  }),
);
const { data: event } = read(
  await client.GET("/v1/events/{id}", {
    params: { path: { id: "tianshui-police-open-day" }, query: { include: ["evidence", "outcomes"] } },
  }),
);

const refused = await client.GET("/v1/outcomes", {
  // @ts-expect-error the value is misspelled
  params: { query: { scope: ["campain"] } },
});
const invalid = must(refused.error, "error");
if (invalid.type !== "urn:campaign-api:invalid-query" || invalid.status !== status) {
  throw new Error(invalid.detail);
}
const { code, suggestion } = must(invalid.errors[0], "the first error");
const unknown: Schemas["ErrorCode"] = "unknown_value";
if (code !== unknown) {
  throw new Error(code);
}

const first = await client.GET("/v1/events");
const etag = must(first.response.headers.get("ETag"), "ETag");
const again = await client.GET("/v1/events", { params: { header: { "If-None-Match": etag } } });

const csv: string = read(await client.GET("/v1/events.csv", { params: { query: { lang: "en" } }, parseAs: "text" }));

const hits = read(await client.GET("/v1/search", { params: { query: { q: "天水", limit: 200 } } })).data;

const { features } = read(await client.GET("/v1/events.geojson", { params: { query: { datum: "gcj02" } } }));

report({ lists, filtered, event, problem: invalid, revalidated: again.response.status, csv, hits, features });
