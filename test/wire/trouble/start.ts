/** Starts the application in trouble on Deno, Bun or Node, on the port that PORT names. */

import { app } from "./app.ts";

interface Runtimes {
  Deno?: { serve(options: object, handler: unknown): unknown };
  Bun?: { serve(options: object): unknown };
}

const { Deno, Bun } = globalThis as Runtimes;
const port = Number(process.env.PORT);
const hostname = "127.0.0.1";

if (Deno) Deno.serve({ port, hostname }, app.fetch);
else if (Bun) Bun.serve({ port, hostname, fetch: app.fetch, development: false });
else {
  const { serve } = await import("../../../src/node.ts");
  const server = await serve(app, { port, hostname, grace: 1 });
  process.on("SIGTERM", () => server.close().then(() => process.exit(0)));
}
