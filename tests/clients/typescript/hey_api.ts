// @hey-api/openapi-ts makes types and a function for each operation.
import { client } from "./generated/client.gen";
import {
  exportEventsCsv,
  exportEventsGeojson,
  listCampaigns,
  listEvents,
  listLocations,
  listOutcomes,
  listSources,
  readEvent,
  searchRecords,
} from "./generated";
import type { ErrorCode, EventCategory, ProblemDocument } from "./generated";
import { must, report, walk } from "./result";

client.setConfig({ baseUrl: "BASE" });

const category: EventCategory = "symposium";

function read<T>({ data, error }: { data?: T; error?: ProblemDocument }): T {
  if (error) {
    throw new Error(`${error.status} ${error.type}: ${error.detail}`);
  }
  return must(data, "data");
}

const limit = 3;
const lists = {
  campaigns: await walk(async (cursor) => read(await listCampaigns({ query: { limit, cursor } }))),
  events: await walk(async (cursor) => read(await listEvents({ query: { limit, cursor } }))),
  locations: await walk(async (cursor) => read(await listLocations({ query: { limit, cursor } }))),
  outcomes: await walk(async (cursor) => read(await listOutcomes({ query: { limit, cursor } }))),
  sources: await walk(async (cursor) => read(await listSources({ query: { limit, cursor } }))),
};
const filtered = read(
  await listEvents({
    query: { location: ["maiji"], category: [category, "site_study", "media_visit"], lang: "zh-Hans", facet: ["category"] },
  }),
);
const { data: event } = read(
  await readEvent({ path: { id: "tianshui-police-open-day" }, query: { include: ["evidence", "outcomes"] } }),
);

// @ts-expect-error the value is misspelled
const invalid = must((await listOutcomes({ query: { scope: ["campain"] } })).error, "error");
if (invalid.type !== "urn:campaign-api:invalid-query" || invalid.status !== 422) {
  throw new Error(invalid.detail);
}
const { code, suggestion } = must(invalid.errors[0], "the first error");
const unknown: ErrorCode = "unknown_value";
if (code !== unknown) {
  throw new Error(code);
}

const etag = must(must((await listEvents()).response, "response").headers.get("ETag"), "ETag");
const again = must((await listEvents({ headers: { "If-None-Match": etag } })).response, "response");

const csv: string = read(await exportEventsCsv({ query: { lang: "en" }, parseAs: "text" }));

const hits = read(await searchRecords({ query: { q: "天水", limit: 200 } })).data;

const { features } = read(await exportEventsGeojson({ query: { datum: "gcj02" }, parseAs: "json" }));

report({ lists, filtered, event, problem: invalid, revalidated: again.status, csv, hits, features });
