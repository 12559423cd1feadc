import { Gunzip, gzipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { FileResponse } from "../../src/http/fileresponse.ts";
import { HttpRequest } from "../../src/http/request.ts";
import { HttpResponse, type HttpResponseBase } from "../../src/http/response.ts";
import { StreamingHttpResponse } from "../../src/http/streaming.ts";
import { GZipMiddleware } from "../../src/middleware/gzip.ts";

const long = "a".repeat(500);
const request = (headers: Record<string, string> = { "Accept-Encoding": "gzip, deflate, br" }): HttpRequest =>
  HttpRequest.fromRequest(new Request("http://testserver/", { headers }));

async function answer(response: HttpResponseBase, to: HttpRequest = request()): Promise<HttpResponseBase> {
  return await new GZipMiddleware(() => response).call(to);
}

async function chunksOf(response: HttpResponseBase): Promise<Uint8Array<ArrayBuffer>[]> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of (response as StreamingHttpResponse).streamingContent as AsyncIterable<Uint8Array<ArrayBuffer>>) {
    chunks.push(chunk.slice());
  }
  return chunks;
}

/** The platform's own reader of gzip. */
async function gunzip(data: BlobPart[]): Promise<string> {
  return await new Response(new Blob(data).stream().pipeThrough(new DecompressionStream("gzip"))).text();
}

describe("GZipMiddleware", () => {
  test("compresses a body, and says so", async () => {
    const response = (await answer(new HttpResponse(long))) as HttpResponse;
    expect(await gunzip([response.content as Uint8Array<ArrayBuffer>])).toBe(long);
    expect(response.get("Content-Encoding")).toBe("gzip");
    expect(response.get("Vary")).toBe("Accept-Encoding");
    expect(response.get("Content-Length")).toBe(String(response.content.length));
  });

  test("leaves alone a short body, one that has an encoding, and a client that takes no gzip", async () => {
    const short = await answer(new HttpResponse("a".repeat(199)));
    expect([short.has("Vary"), short.has("Content-Encoding")]).toEqual([false, false]);
    const encoded = await answer(new HttpResponse(long, { headers: { "Content-Encoding": "br" } }));
    expect([encoded.has("Vary"), encoded.get("Content-Encoding")]).toEqual([false, "br"]);
    const plain = await answer(new HttpResponse(long), request({}));
    expect([plain.get("Vary"), plain.has("Content-Encoding"), (plain as HttpResponse).text]).toEqual([
      "Accept-Encoding",
      false,
      long,
    ]);
  });

  test("asks a request for one header, and not for all", async () => {
    const headers = { get: (name: string) => (name === "accept-encoding" ? "gzip" : null), forEach: () => expect.unreachable() };
    const native = { url: "http://testserver/", method: "GET", headers } as unknown as Request;
    const response = await answer(new HttpResponse(long), HttpRequest.fromRequest(native));
    expect(response.get("Content-Encoding")).toBe("gzip");
  });

  test("leaves alone what does not shrink", async () => {
    const noise = crypto.getRandomValues(new Uint8Array(500));
    const response = (await answer(new HttpResponse(noise))) as HttpResponse;
    expect([response.has("Content-Encoding"), response.get("Vary"), response.content]).toEqual([false, "Accept-Encoding", noise]);
  });

  test("compresses a body always or never, whatever the length of the random name", async () => {
    let seed = 1;
    const printable = (): string => {
      seed = (seed * 48271) % 0x7fffffff;
      return String.fromCharCode(33 + (seed % 94));
    };
    // About as long when it is compressed.
    const text = Array.from({ length: 300 }, printable).join("");
    const encodings = new Set<string | undefined>();
    for (let i = 0; i < 500; i++) encodings.add((await answer(new HttpResponse(text))).get("Content-Encoding"));
    expect(encodings.size).toBe(1);
  });

  test("compresses a body that is shorter with the longest name, of 99 bytes and its end", async () => {
    let seed = 1;
    let digits = "";
    const encodings = new Map<number, string | undefined>();
    while (digits.length < 400) {
      seed = (seed * 48271) % 0x7fffffff;
      digits += seed % 10;
      const saved = digits.length - gzipSync(new TextEncoder().encode(digits), { level: 6 }).length;
      if (digits.length >= 200) encodings.set(saved, (await answer(new HttpResponse(digits))).get("Content-Encoding"));
    }
    expect([encodings.has(100), encodings.get(100), encodings.get(101)]).toEqual([true, undefined, "gzip"]);
  });

  test("leaves alone what has no body", async () => {
    for (const status of [204, 205, 304]) {
      const empty = StreamingHttpResponse.fromResponse(new Response(null, { status, headers: { ETag: '"a"' } }));
      const response = await answer(empty);
      expect([response.has("Content-Encoding"), response.get("ETag")]).toEqual([false, '"a"']);
    }
  });

  test("leaves alone a part of a file", async () => {
    const part = new StreamingHttpResponse([long], { status: 206, headers: { "Content-Range": "bytes 0-499/1000" } });
    expect((await answer(part)).has("Content-Encoding")).toBe(false);
  });

  test("makes a strong ETag weak", async () => {
    expect((await answer(new HttpResponse(long, { headers: { ETag: '"a"' } }))).get("ETag")).toBe('W/"a"');
    expect((await answer(new HttpResponse(long, { headers: { ETag: 'W/"a"' } }))).get("ETag")).toBe('W/"a"');
  });

  test("adds random bytes to the header, no more than it is told (BREACH)", async () => {
    const sizes = new Set<number>();
    for (let i = 0; i < 50; i++) sizes.add(((await answer(new HttpResponse(long))) as HttpResponse).content.length);
    expect(sizes.size).toBeGreaterThan(1);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(100);

    class Exact extends GZipMiddleware {
      static override maxRandomBytes = 0;
    }
    const exact = (await new Exact(() => new HttpResponse(long)).call(request())) as HttpResponse;
    expect(exact.content[3]).toBe(0); // no file name in the header (RFC 1952, section 2.3)
  });

  test("compresses a stream, whose length is no longer known", async () => {
    const stream = new StreamingHttpResponse([long, new Uint8Array(0), long], { headers: { "Content-Length": "1000" } });
    const response = await answer(stream);
    expect([response.has("Content-Length"), response.get("Content-Encoding")]).toEqual([false, "gzip"]);
    expect(await gunzip(await chunksOf(response))).toBe(long + long);
  });

  test("an empty stream is an empty gzip file", async () => {
    expect(await gunzip(await chunksOf(await answer(new StreamingHttpResponse([]))))).toBe("");
  });

  test("holds nothing back of what comes asynchronously", async () => {
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    async function* events(): AsyncGenerator<string> {
      yield "one\n";
      await gate;
      yield "two\n";
    }
    const response = (await answer(new StreamingHttpResponse(events()))) as StreamingHttpResponse;
    const compressed = (response.streamingContent as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
    let text = "";
    const gunzip = new Gunzip((data) => {
      text += new TextDecoder().decode(data);
    });
    const readUntil = async (expected: string): Promise<void> => {
      while (text !== expected) gunzip.push((await compressed.next()).value as Uint8Array);
    };
    await readUntil("one\n");
    open();
    await readUntil("one\ntwo\n");
    expect((await compressed.next()).done).toBe(false); // the end of the gzip file
  });

  test("what comes asynchronously, piece by piece, unpacks to the whole", async () => {
    const pieces = [3, 500, 21, 1, 9000, 40_000, 7].map((size, seed) =>
      Array.from({ length: size }, (_, i) => String.fromCharCode(33 + Math.floor(45 * (1 + Math.sin(seed + i * i))))).join(""),
    );
    async function* slowly(): AsyncGenerator<string> {
      yield* pieces;
    }
    expect(await gunzip(await chunksOf(await answer(new StreamingHttpResponse(slowly()))))).toBe(pieces.join(""));
  });

  test("ends the generator when nobody reads on", async () => {
    let ended = false;
    async function* endless(): AsyncGenerator<string> {
      try {
        for (;;) yield long;
      } finally {
        ended = true;
      }
    }
    const response = await answer(new StreamingHttpResponse(endless()));
    const reader = response.toResponse().body?.getReader();
    await reader?.read();
    await reader?.cancel();
    expect(ended).toBe(true);
  });

  test("a compressed file has no ranges, and where one is asked for, the file is not compressed", async () => {
    const send = async (headers: Record<string, string>): Promise<Response> => {
      const to = request({ "Accept-Encoding": "gzip", ...headers });
      return (await answer(new FileResponse(new File([long], "a.txt")), to)).toResponse({ request: to });
    };
    const whole = await send({});
    expect([whole.status, whole.headers.has("Accept-Ranges"), whole.headers.get("Vary")]).toEqual([
      200,
      false,
      "Accept-Encoding",
    ]);
    expect(await gunzip([await whole.arrayBuffer()])).toBe(long);
    const part = await send({ Range: "bytes=0-9" });
    expect([part.status, part.headers.get("Content-Encoding"), part.headers.get("Vary")]).toEqual([206, null, "Accept-Encoding"]);
    expect(await part.text()).toBe(long.slice(0, 10));
  });
});
