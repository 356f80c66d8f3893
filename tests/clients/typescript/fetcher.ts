// orval's own function parses every body as JSON; this one leaves texts as they are.

export async function fetcher<T>(url: string, options?: RequestInit): Promise<T> {
  const response = await fetch(`BASE${url}`, options);
  const isJson = /\bjson$|\+json$/.test(response.headers.get("Content-Type") ?? "");
  const data: unknown = isJson ? await response.json() : await response.text();
  return { data, status: response.status, headers: response.headers } as T;
}
