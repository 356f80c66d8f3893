// What every client finds; the test compares the report of it with the service's own responses.

/** What a client reads with its own functions; the values have its own types, which must be assignable to these. */
export interface Found {
  lists: Record<string, string[]>;
  filtered: {
    data: { id: string }[];
    meta: { facets: { category?: { id: string; count: number }[] | null } | null };
  };
  event: { id: string; evidence: unknown[] | null; outcomes: { id: string }[] | null; date: { start: string | null } };
  problem: { type: string; errors: { code: string; suggestion: string | null }[] };
  revalidated: number;
  csv: string;
  hits: Hit[];
  features: { geometry: Geometry | null }[];
}

type Hit =
  | { kind: "campaign"; record: { short_name: string } }
  | { kind: "event"; record: { date: { precision: string | null } } }
  | { kind: "location"; record: { country: string | null } }
  | { kind: "outcome"; record: { metric: string } };

type Geometry = { type: "Point"; coordinates: number[] } | { type: "MultiPoint"; coordinates: number[][] };

/** Reads all pages of a list by their cursors, and returns the ids of the records. */
export async function walk<T extends { id: string }>(
  read: (cursor: string | undefined) => Promise<{ data: T[]; meta: { next_cursor: string | null } }>,
): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    ids.push(...page.data.map((record) => record.id));
    cursor = page.meta.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return ids;
}

export function must<T>(value: T | null | undefined, name: string): T {
  if (value === null || value === undefined) {
    throw new Error(`${name} is missing`);
  }
  return value;
}

/** Returns a text that only a record of the hit's kind has. */
function particular(hit: Hit): string {
  switch (hit.kind) {
    case "campaign":
      return hit.record.short_name;
    case "event":
      return hit.record.date.precision ?? "";
    case "location":
      return hit.record.country ?? "";
    case "outcome":
      return hit.record.metric;
  }
}

/** Prints what a client has found, as the test expects it. */
export function report({ lists, filtered, event, problem, revalidated, csv, hits, features }: Found): void {
  const { code, suggestion } = must(problem.errors[0], "the first error");
  const texts: Record<string, string[]> = {};
  for (const hit of hits) {
    (texts[hit.kind] ??= []).push(particular(hit));
  }
  const result = {
    lists,
    filtered: filtered.data.map(({ id }) => id),
    facets: Object.fromEntries(must(filtered.meta.facets?.category, "the facet").map(({ id, count }) => [id, count])),
    detail: {
      id: event.id,
      evidence: must(event.evidence, "evidence").length,
      outcomes: must(event.outcomes, "outcomes").map(({ id }) => id),
      start: event.date.start,
    },
    problem: { type: problem.type, code, suggestion },
    revalidated,
    csv,
    hits: texts,
    points: features.reduce((sum, { geometry }) => sum + points(geometry), 0),
  };
  console.log(JSON.stringify(result));
}

function points(geometry: Geometry | null): number {
  if (geometry === null) {
    return 0;
  }
  return geometry.type === "Point" ? geometry.coordinates.length / 2 : geometry.coordinates.length;
}
