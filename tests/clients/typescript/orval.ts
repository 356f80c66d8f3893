// orval makes types and functions, and schemas of zod that check each response.
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
} from "./generated/client";
import type { ErrorCode, EventCategory, ProblemDocument } from "./generated/client";
import * as zod from "./generated/zod";
import { must, report, walk } from "./result";

const category: EventCategory = "symposium";

interface Schema {
  parse(value: unknown): unknown;
}

/** Returns the body of a 200, after zod has checked it. */
function read<T>(schema: Schema, response: { status: 200; data: T } | { status: number; data: ProblemDocument | void }): T {
  if (response.status !== 200) {
    throw new Error(`${response.status} ${JSON.stringify(response.data)}`);
  }
  schema.parse(response.data);
  return response.data as T;
}

const limit = 3;
const lists = {
  campaigns: await walk(async (cursor) => read(zod.listCampaignsResponse, await listCampaigns({ limit, cursor }))),
  events: await walk(async (cursor) => read(zod.listEventsResponse, await listEvents({ limit, cursor }))),
  locations: await walk(async (cursor) => read(zod.listLocationsResponse, await listLocations({ limit, cursor }))),
  outcomes: await walk(async (cursor) => read(zod.listOutcomesResponse, await listOutcomes({ limit, cursor }))),
  sources: await walk(async (cursor) => read(zod.listSourcesResponse, await listSources({ limit, cursor }))),
};
const filtered = read(
  zod.listEventsResponse,
  await listEvents({ location: ["maiji"], category: [category, "site_study", "media_visit"], lang: "zh-Hans", facet: ["category"] }),
);
const { data: event } = read(
  zod.readEventResponse,
  await readEvent("tianshui-police-open-day", { include: ["evidence", "outcomes"] }),
);

// @ts-expect-error the value is misspelled
const refused = await listOutcomes({ scope: ["campain"] });
if (refused.status !== 422 || refused.data.type !== "urn:campaign-api:invalid-query") {
  throw new Error(String(refused.status));
}
const { code, suggestion } = must(refused.data.errors[0], "the first error");
const unknown: ErrorCode = "unknown_value";
if (code !== unknown) {
  throw new Error(code);
}

const etag = must((await listEvents()).headers.get("ETag"), "ETag");
const again = await listEvents(undefined, { headers: { "If-None-Match": etag } });

const written = await exportEventsCsv({ lang: "en" });
if (written.status !== 200) {
  throw new Error(String(written.status));
}
const csv: string = written.data;

const hits = read(zod.searchRecordsResponse, await searchRecords({ q: "天水", limit: 200 })).data;

// orval makes a schema of zod for application/json alone.
const unchecked: Schema = { parse: (value) => value };
const { features } = read(unchecked, await exportEventsGeojson({ datum: "gcj02" }));

report({ lists, filtered, event, problem: refused.data, revalidated: again.status, csv, hits, features });
