// Functions with fetch, and schemas of zod that check responses when they arrive.
module.exports = {
  client: {
    input: "openapi.json",
    output: { target: "generated/client.ts", client: "fetch", override: { mutator: { path: "fetcher.ts", name: "fetcher" } } },
  },
  zod: { input: "openapi.json", output: { target: "generated/zod.ts", client: "zod" } },
};
