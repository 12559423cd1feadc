import { expect, test } from "vitest";
import { asFetch } from "../../src/core/handlers/fetch.ts";
import { StreamingHttpResponse } from "../../src/http/streaming.ts";

interface BunServer {
  readonly url: URL;
  stop(closeConnections: boolean): void;
}
declare const Bun: {
  serve(options: { port: number; idleTimeout: number; fetch(request: Request, server: BunServer): unknown }): BunServer;
};

/** Two pieces with more time between them than Bun keeps a silent connection of `idleTimeout: 1`. */
async function* pieces(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  yield new TextEncoder().encode("a");
  await new Promise((done) => setTimeout(done, 6000)); // milliseconds; Bun's timers tick every 4 s
  yield new TextEncoder().encode("b");
}

function bare(): Response {
  const iterator = pieces();
  const body = new ReadableStream({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
  return new Response(body);
}

test("a silent stream outlives the server's idle timeout, which is the one of a bare server", { timeout: 20_000 }, async () => {
  const read = async (fetch: (request: Request, server: BunServer) => unknown): Promise<string> => {
    const server = Bun.serve({ port: 0, idleTimeout: 1, fetch });
    try {
      const response = await globalThis.fetch(server.url);
      return await response.text();
    } catch {
      return "cut off";
    } finally {
      server.stop(true);
    }
  };
  expect(await Promise.all([read(asFetch(() => new StreamingHttpResponse(pieces()))), read(asFetch(bare)), read(bare)])).toEqual([
    "ab",
    "ab",
    "cut off",
  ]);
});
