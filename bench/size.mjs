/** Bundles for Workers, minified and gzipped: kilobytes. The budgets are the library's own promise. */

import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { here } from "./runtimes.mjs";

/** case → [budget in kB, candidate → source] */
const bundles = {
  "hello bundle": [
    6.0,
    {
      djedge: `import { asFetch, HttpResponse } from "djedge"; export default { fetch: asFetch(() => new HttpResponse("Hello")) };`,
      "hono/tiny": `import { Hono } from "hono/tiny"; export default new Hono().get("/", (c) => c.text("Hello"));`,
      h3: `import { H3 } from "h3"; const app = new H3().get("/", () => "Hello"); export default { fetch: (r) => app.fetch(r) };`,
      "itty-router": `import { AutoRouter } from "itty-router"; export default AutoRouter().get("/", () => "Hello");`,
    },
  ],
  "JSON bundle": [
    10,
    {
      djedge: `import { getFetchApplication, JsonResponse } from "djedge"; import { path } from "djedge/urls";
        export default getFetchApplication({ urlconf: [path("items/<int:id>/", (request, { id }) => {
          const response = new JsonResponse({ id, q: request.GET.get("q"), a: request.COOKIES.a });
          response.setCookie("seen", "1", { maxAge: 3600 });
          return response;
        })] });`,
      "hono/tiny": `import { Hono } from "hono/tiny"; import { getCookie, setCookie } from "hono/cookie";
        export default new Hono().get("/items/:id/", (c) => {
          setCookie(c, "seen", "1", { maxAge: 3600 });
          return c.json({ id: Number(c.req.param("id")), q: c.req.query("q"), a: getCookie(c, "a") });
        });`,
      h3: `import { getCookie, getQuery, getRouterParam, H3, setCookie } from "h3";
        const app = new H3().get("/items/:id/", (event) => {
          setCookie(event, "seen", "1", { maxAge: 3600 });
          return { id: Number(getRouterParam(event, "id")), q: getQuery(event).q, a: getCookie(event, "a") };
        });
        export default { fetch: (request) => app.fetch(request) };`,
    },
  ],
  "root bundle": [25, { djedge: `export * from "djedge";` }],
};

export const cases = Object.keys(bundles);
export const unit = "kB";
export const runtimes = ["workerd"];

export async function measure(_runtime, chosen) {
  const results = {};
  for (const name of chosen) {
    const [budget, sources] = bundles[name];
    const row = {};
    for (const [candidate, source] of Object.entries(sources)) {
      const kilobytes = await bundledSize(source);
      row[candidate] = { median: kilobytes, best: kilobytes };
    }
    for (const one of Object.values(row)) one.ratio = row.djedge.best / one.best;
    row.note = `budget ${budget} kB${row.djedge.best > budget ? ", EXCEEDED" : ""}`;
    results[name] = row;
  }
  return results;
}

async function bundledSize(contents) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: here },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    conditions: ["workerd", "worker", "browser"],
    external: ["node:*", "cloudflare:*"],
    logLevel: "error",
  });
  return gzipSync(outputFiles[0].contents, { level: 9 }).length / 1000;
}
