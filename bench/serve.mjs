/**
 * Serves one case of one candidate over loopback with the runtime's own server, and tells its port: `serve.mjs hono json`.
 * On Node, which has none for Fetch, each candidate has the one that its makers offer.
 */

import { candidates } from "./candidates/index.mjs";
import { freePort } from "./freeport.mjs";

const [name, ...rest] = process.argv.slice(2);
const hostname = "127.0.0.1";
/** Bun refuses bodies over 128 MB, and shows its own page for errors. */
const limits = { development: false, idleTimeout: 255, maxRequestBodySize: 16 * 2 ** 30 };
const told = (port) => console.log(JSON.stringify({ port }));

export async function listen(handler, { server = "hono" } = {}) {
  if (globalThis.Bun) {
    if (handler.app?.listen) return told(handler.app.listen({ port: 0, hostname }).server.port);
    return told(globalThis.Bun.serve({ port: 0, hostname, ...limits, fetch: handler }).port);
  }
  if (globalThis.Deno) {
    return globalThis.Deno.serve({ port: 0, hostname, onListen: ({ port }) => told(port) }, handler);
  }
  if (server === "djedge") {
    const { serve } = await import("djedge/node");
    return told((await serve(handler, { port: 0, hostname })).port);
  }
  if (server === "h3") {
    const { serve } = await import("srvx/node");
    const served = serve({ fetch: handler, port: 0, hostname, silent: true });
    await served.ready();
    return told(Number(new URL(served.url).port));
  }
  if (server === "elysia") {
    const { node } = await import("@elysiajs/node");
    const { Elysia } = await import("elysia");
    const port = await freePort();
    return new Elysia({ adapter: node() }).use(handler.app).listen({ port, hostname }, () => told(port));
  }
  const { serve } = await import("@hono/node-server");
  return serve({ fetch: handler, port: 0, hostname }, ({ port }) => told(port));
}

if (import.meta.main) {
  if (name === "node:http") {
    const { createServer } = await import("node:http");
    const { cases } = await import("./candidates/nodehttp.mjs");
    const server = createServer(cases[rest[0]]).listen(0, hostname, () => told(server.address().port));
  } else {
    await listen(candidates.find((one) => one.name === name).cases[rest[0]], { server: name });
  }
}
