// What every client reports; the test compares it with the service's own responses.

export interface Result {
  lists: Record<string, string[]>;
  filtered: string[];
  facets: Record<string, number>;
  detail: { id: string; evidence: number; outcomes: string[]; start: string | null };
  problem: { type: string; code: string; suggestion: string | null };
  revalidated: number;
  csv: string;
  hits: Record<string, string[]>;
  points: number;
}

interface Page<T> {
  data: T[];
  meta: { next_cursor: string | null };
}

/** Reads all pages of a list by their cursors, and returns the ids of the records. */
export async function walk<T extends { id: string }>(
  read: (cursor: string | undefined) => Promise<Page<T>>,
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

/** Returns what is particular to a hit: a text that only a record of its kind has. */
export function add(hits: Record<string, string[]>, kind: string, value: string): void {
  (hits[kind] ??= []).push(value);
}
