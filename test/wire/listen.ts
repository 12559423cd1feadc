/** Serves an application on Deno, Bun or Node, on the port that PORT names. */

interface Runtimes {
  Deno?: { serve(options: object, handler: unknown): unknown };
  Bun?: { serve(options: object): unknown };
}

/** Anything with a `fetch` that a runtime can call. */
export async function listen(app: { readonly fetch: unknown }): Promise<void> {
  const { Deno, Bun } = globalThis as Runtimes;
  const port = Number(process.env.PORT);
  const hostname = "127.0.0.1";
  if (Deno) Deno.serve({ port, hostname }, app.fetch);
  else if (Bun) Bun.serve({ port, hostname, fetch: app.fetch, development: false, maxRequestBodySize: 2 ** 40 });
  else {
    const { serve } = await import("../../src/node.ts");
    const server = await serve(app as { fetch(request: Request): unknown }, { port, hostname, grace: 1 });
    process.on("SIGTERM", () => server.close().then(() => process.exit(0)));
  }
}
