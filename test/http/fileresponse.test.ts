import { describe, expect, test } from "vitest";
import {
  FileResponse,
  type FileResponseInit,
  type FileSource,
  HttpRequest,
  type HttpResponseBase,
  overrideSettings,
} from "../../src/index.ts";

const alphabet = "abcdefghijklmnopqrstuvwxyz";
const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

const asking = (headers: Record<string, string> = {}, method = "GET"): HttpRequest =>
  HttpRequest.fromRequest(new Request("http://testserver/", { method, headers }));

/** A file that can be cut, and what was asked of it. */
function source(text = alphabet, more: Partial<FileSource> = {}): FileSource & { calls: unknown[] } {
  const calls: unknown[] = [];
  return {
    calls,
    name: "alphabet.txt",
    size: text.length,
    stream() {
      calls.push("stream");
      return new Blob([text]).stream();
    },
    slice(start, end) {
      calls.push([start, end]);
      return new Blob([text.slice(start, end)]);
    },
    close: () => calls.push("close"),
    ...more,
  };
}

/** Waits until a file was closed: workerd, which pipes content of a known length, does so a little later. */
async function closing(file: { calls: unknown[] }): Promise<void> {
  for (let i = 0; i < 100 && !file.calls.includes("close"); i++) await new Promise((resolve) => setTimeout(resolve, 5));
}

interface Answer {
  status: number;
  text: string;
  headers: Record<string, string>;
}

async function answer(response: HttpResponseBase, request: HttpRequest): Promise<Answer> {
  const native = response.toResponse({ request });
  return {
    status: native.status,
    headers: Object.fromEntries(native.headers),
    text: new TextDecoder().decode(await native.arrayBuffer()),
  };
}

const ranged = (range: string, init?: FileResponseInit, headers: Record<string, string> = {}): Promise<Answer> =>
  answer(new FileResponse(bytes(alphabet), init), asking({ Range: range, ...headers }));

describe("a whole file", () => {
  test("is opened when it is sent, and closed when it is out", async () => {
    const file = source();
    const response = new FileResponse(file);
    expect(file.calls).toEqual([]);
    const { status, headers, text } = await answer(response, asking());
    expect([status, text]).toEqual([200, alphabet]);
    expect(headers).toEqual({
      "content-type": "text/plain",
      "content-length": "26",
      "content-disposition": 'inline; filename="alphabet.txt"',
      "accept-ranges": "bytes",
    });
    expect([file.calls, response.closed]).toEqual([["stream", "close"], true]);
  });

  test("is sent without the request too, and then says nothing of ranges", async () => {
    const native = new FileResponse(bytes(alphabet)).toResponse();
    expect([native.headers.has("Accept-Ranges"), await native.text()]).toEqual([false, alphabet]);
  });

  test("a HEAD request gets the headers, opens nothing, and closes it", async () => {
    const file = source();
    const { status, headers, text } = await answer(new FileResponse(file), asking({}, "HEAD"));
    expect([status, headers["content-length"], headers["accept-ranges"], text]).toEqual([200, "26", "bytes", ""]);
    expect(file.calls).toEqual(["close"]);
  });

  test.each([204, 304])("a %i opens nothing, and closes it", (status) => {
    const file = source();
    expect(new FileResponse(file, { status }).toResponse({ request: asking() }).body).toBe(null);
    expect(file.calls).toEqual(["close"]);
  });

  test("one that is never sent is closed by close(), once", () => {
    const file = source();
    const response = new FileResponse(file);
    response.close();
    response.close();
    expect(file.calls).toEqual(["close"]);
  });

  test("is closed when the client goes away", async () => {
    const file = source("x".repeat(200_000));
    const reader = new FileResponse(file).toResponse().body?.getReader();
    await reader?.read();
    await reader?.cancel();
    await closing(file);
    expect(file.calls).toEqual(["stream", "close"]);
  });

  test("is closed when it fails, by whatever way", async () => {
    const error = new Error("disk");
    const quiet = (): void => {};
    await overrideSettings({ LOGGER: { debug: quiet, info: quiet, warn: quiet, error: quiet } }, async () => {
      for (const stream of [
        () => Promise.reject(error),
        () => Promise.resolve(null),
        () => new ReadableStream({ pull: (controller) => controller.error(error) }),
        async function* () {
          yield bytes("a");
          throw error;
        },
        () => [{}],
      ]) {
        const file = source(alphabet, { stream });
        await expect(new FileResponse(file).toResponse().text()).rejects.toThrow();
        await new Promise((resolve) => setTimeout(resolve, 5));
        expect(file.calls).toEqual(["close"]);
      }
    });
  });

  test("one that is shorter or longer than it said breaks off", async () => {
    const quiet = (): void => {};
    await overrideSettings({ LOGGER: { debug: quiet, info: quiet, warn: quiet, error: quiet } }, async () => {
      for (const size of [25, 27]) {
        await expect(new FileResponse(source(alphabet, { size })).toResponse().text()).rejects.toThrow();
      }
    });
  });

  test("a stream that nothing wraps is handed on as it is", () => {
    const stream = new ReadableStream();
    expect(new FileResponse(stream).toResponse({ request: asking() }).body).toBe(stream);
    const object = { key: "a/b.txt", size: 5, body: stream };
    const response = new FileResponse(object);
    expect(response.get("Content-Disposition")).toBe('inline; filename="b.txt"');
    expect(response.fileToStream.stream()).toBe(stream);
  });

  test("an unread stream is cancelled by close() and by HEAD", async () => {
    let cancelled = 0;
    const stream = (): ReadableStream => new ReadableStream({ cancel: () => void cancelled++ });
    new FileResponse(stream()).close();
    new FileResponse({ key: "a", size: 1, body: stream() }).toResponse({ request: asking({}, "HEAD") });
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(cancelled).toBe(2);
  });

  test.each([["/etc/passwd"], [null], [undefined], [5], [{}]])("%j is no open file", (file) => {
    expect(() => new FileResponse(file as never)).toThrow(TypeError);
  });
});

describe("headers", () => {
  const headers = (file: unknown, init?: FileResponseInit): Record<string, string> =>
    Object.fromEntries(new FileResponse(file as never, init).headers);

  test("come from the base name, of any kind of path", () => {
    expect(headers({ name: "/var/é/my.csv", stream: () => [] })).toEqual({
      "Content-Type": "text/csv",
      "Content-Disposition": 'inline; filename="my.csv"',
    });
    expect(headers(new Uint8Array(0), { filename: "dir/x.json" })["Content-Disposition"]).toBe('inline; filename="x.json"');
    expect(headers({ name: 3, stream: () => [] })).toEqual({ "Content-Type": "application/octet-stream" });
    expect(headers({ name: "dir/", stream: () => [] })).toEqual({ "Content-Type": "application/octet-stream" });
  });

  test("the file's own type counts where its name tells none; contentType counts always", () => {
    const file = (name: string): File => new File(["x"], name, { type: "image/x-own" });
    expect(headers(file("a"))["Content-Type"]).toBe("image/x-own");
    expect(headers(file("a.png"))["Content-Type"]).toBe("image/png");
    expect(headers(file("a.png"), { contentType: "x/y" })["Content-Type"]).toBe("x/y");
    expect(headers(file("a.png"), { headers: { "Content-Type": "x/y" } })["Content-Type"]).toBe("image/png");
  });

  test("a file cannot make itself a page: what a browser would run is named by the name, or by contentType", () => {
    for (const type of [
      "text/html",
      "image/svg+xml",
      "application/xhtml+xml; charset=utf-8",
      "text/javascript",
      "application/xml",
    ]) {
      const file = new Blob(["<script>"], { type });
      for (const filename of ["evil", "evil.bin", "evil.xyz"]) {
        expect(new FileResponse(file, { filename }).get("Content-Type")).toBe("application/octet-stream");
      }
      expect(new FileResponse(file, { contentType: type }).get("Content-Type")).toBe(type);
    }
    expect(new FileResponse(new Blob([], { type: "image/x-own" }), { filename: "a" }).get("Content-Type")).toBe("image/x-own");
  });

  test("compressed files have the type of their compression, lest a browser unpacks them", () => {
    expect(headers(new File([], "a.tar.gz"))["Content-Type"]).toBe("application/gzip");
    expect(headers(new File([], "a.svgz"))["Content-Type"]).toBe("application/gzip");
  });

  test("a Content-Disposition of one's own stays where the file has no name", () => {
    const init = { headers: { "Content-Disposition": "mine" } };
    expect(headers(new Uint8Array(0), init)["Content-Disposition"]).toBe("mine");
    expect(headers(new Uint8Array(0), { ...init, asAttachment: true })["Content-Disposition"]).toBe("attachment");
  });
});

describe("ranges (RFC 9110, section 14)", () => {
  test.each([
    ["bytes=0-4", "abcde", "bytes 0-4/26"],
    ["bytes=20-", "uvwxyz", "bytes 20-25/26"],
    ["bytes=-3", "xyz", "bytes 23-25/26"],
    ["bytes=0-", alphabet, "bytes 0-25/26"],
    ["bytes=25-1000", "z", "bytes 25-25/26"],
    ["bytes=-1000", alphabet, "bytes 0-25/26"],
    ["bytes=30-40,2-3", "cd", "bytes 2-3/26"],
  ])("%s is a 206 with %j", async (range, text, contentRange) => {
    const { status, headers, text: body } = await ranged(range, { filename: "a.txt", headers: { ETag: '"e"' } });
    expect([status, body]).toEqual([206, text]);
    expect(headers).toEqual({
      etag: '"e"',
      "content-type": "text/plain",
      "content-length": String(text.length),
      "content-disposition": 'inline; filename="a.txt"',
      "accept-ranges": "bytes",
      "content-range": contentRange,
    });
  });

  test.each([
    [{ offset: 5, length: 3 }, 206, "bytes 5-7/26"],
    [{ suffix: 2 }, 206, "bytes 24-25/26"],
    [{ offset: 20 }, 206, "bytes 20-25/26"],
    [{ offset: 0, length: 26 }, 200, null],
    [undefined, 200, null],
  ])("an R2 object that was got by the range %j is %i", async (range, status, contentRange) => {
    const [, start = 0, end = 25] = /(\d+)-(\d+)/.exec(contentRange ?? "")?.map(Number) ?? [];
    const text = alphabet.slice(start, end + 1);
    const body = new Blob([text]).stream();
    const response = new FileResponse({ key: "a.txt", size: 26, body, ...(range && { range }) }).toResponse({
      request: asking(),
    });
    expect([response.status, response.headers.get("Content-Range")]).toEqual([status, contentRange]);
    expect([response.headers.get("Content-Length"), await response.text()]).toEqual([String(text.length), text]);
  });

  test("are found without reading all headers", async () => {
    const headers = { get: (name: string) => (name === "range" ? "bytes=0-4" : null), forEach: () => expect.unreachable() };
    const native = { url: "http://testserver/", method: "GET", headers } as unknown as Request;
    const { status, text } = await answer(new FileResponse(bytes(alphabet)), HttpRequest.fromRequest(native));
    expect([status, text]).toEqual([206, "abcde"]);
  });

  test("several are multipart/byteranges, in the order asked for, with their length", async () => {
    const { status, headers, text } = await ranged("bytes=20-21, -1, 0-0", { contentType: "text/x; charset=utf-8" });
    expect([status, headers["content-length"], headers["content-range"]]).toEqual([206, String(text.length), undefined]);
    const boundary = /^multipart\/byteranges; boundary=([\w-]+)$/.exec(headers["content-type"] ?? "")?.[1];
    const part = (range: string, content: string): string =>
      `--${boundary}\r\nContent-Type: text/x; charset=utf-8\r\nContent-Range: bytes ${range}/26\r\n\r\n${content}\r\n`;
    expect(text).toBe(`${part("20-21", "uv")}${part("25-25", "z")}${part("0-0", "a")}--${boundary}--\r\n`);
  });

  test.each(["bytes=26-", "bytes=100-200", "bytes=-0", "bytes=26-30,40-50"])("%s is a 416 that tells the size", async (range) => {
    const { status, headers, text } = await ranged(range, { filename: "a.txt", headers: { "Cache-Control": "no-store" } });
    expect([status, text]).toEqual([416, ""]);
    expect(headers).toMatchObject({ "content-range": "bytes */26", "content-length": "0", "cache-control": "no-store" });
    expect([headers["content-type"], headers["content-disposition"]]).toEqual([undefined, undefined]);
  });

  test.each(["bytes=5-4", "bytes=x", "bytes=", "items=0-1", "bytes=0-1,", "bytes=0 -1", "bytes=0-25,0-25"])(
    "%s is malformed, of another unit, or more than the file: the file, or what is sound in it",
    async (range) => {
      const { status, text } = await ranged(range);
      if (range === "bytes=0-1,") expect([status, text]).toEqual([206, "ab"]);
      else expect([status, text]).toEqual([200, alphabet]);
    },
  );

  test.each(["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])("%s has none", async (method) => {
    const { status, text } = await answer(new FileResponse(bytes(alphabet)), asking({ Range: "bytes=0-1" }, method));
    expect([status, text]).toEqual([200, alphabet]);
  });

  test("HEAD has none, but tells of them", async () => {
    const { status, headers } = await answer(new FileResponse(bytes(alphabet)), asking({ Range: "bytes=0-1" }, "HEAD"));
    expect([status, headers["content-length"], headers["accept-ranges"], headers["content-range"]]).toEqual([
      200,
      "26",
      "bytes",
      undefined,
    ]);
  });

  test("another status has none", async () => {
    for (const status of [201, 206, 404]) {
      const got = await ranged("bytes=0-1", { status });
      expect([got.status, got.text, got.headers["accept-ranges"]]).toEqual([status, alphabet, undefined]);
    }
  });

  test("a file without a size, or that cannot be cut, has none, and does not say so", async () => {
    for (const more of [{ size: undefined }, { slice: undefined }]) {
      const { slice, size, ...rest } = source();
      const file = { ...rest, ...("size" in more ? { slice } : { size }) } as FileSource;
      const got = await answer(new FileResponse(file), asking({ Range: "bytes=0-1" }));
      expect([got.status, got.text, got.headers["accept-ranges"]]).toEqual([200, alphabet, undefined]);
    }
  });

  test("an empty file has none", async () => {
    const got = await answer(new FileResponse(new Uint8Array(0)), asking({ Range: "bytes=0-" }));
    expect([got.status, got.text]).toEqual([200, ""]);
  });

  test("Accept-Ranges: none sends the whole file", async () => {
    const got = await ranged("bytes=0-1", { headers: { "Accept-Ranges": "none" } });
    expect([got.status, got.text, got.headers["accept-ranges"]]).toEqual([200, alphabet, "none"]);
  });

  test("If-Range lets them count by a strong ETag or the very date", async () => {
    const etag = { headers: { ETag: '"e"' } };
    const date = "Sat, 29 Oct 1994 19:43:31 GMT";
    const status = async (ifRange: string, headers: Record<string, string>): Promise<number> =>
      (await ranged("bytes=0-1", { headers }, { "If-Range": ifRange })).status;
    expect(await status('"e"', etag.headers)).toBe(206);
    expect(await status('"other"', etag.headers)).toBe(200);
    expect(await status('W/"e"', { ETag: 'W/"e"' })).toBe(200);
    expect(await status('"e"', {})).toBe(200);
    expect(await status(date, { "Last-Modified": date })).toBe(206);
    expect(await status("Sat, 29 Oct 1994 19:43:32 GMT", { "Last-Modified": date })).toBe(200);
    expect(await status("nonsense", { "Last-Modified": date })).toBe(200);
  });

  test("cookies and other headers come with a 206 and a 416", async () => {
    for (const range of ["bytes=0-1", "bytes=0-0,2-2", "bytes=99-"]) {
      const response = new FileResponse(bytes(alphabet), { headers: { "X-A": 1 } });
      response.setCookie("a", "1");
      response.setCookie("b", "2");
      const native = response.toResponse({ request: asking({ Range: range }) });
      expect([native.headers.get("X-A"), native.headers.getSetCookie()]).toEqual(["1", ["a=1; Path=/", "b=2; Path=/"]]);
      await native.body?.cancel();
    }
  });

  test("no more is read than is sent: the source cuts itself", async () => {
    const file = source();
    const { text } = await answer(new FileResponse(file), asking({ Range: "bytes=2-3,25-" }));
    expect(text).toMatch(/\r\n\r\ncd\r\n.*\r\n\r\nz\r\n/s);
    expect(file.calls).toEqual([[2, 4], [25, 26], "close"]);
  });

  test("what slice() gives may be a stream, bytes, a file, or the promise of one", async () => {
    const part = alphabet.slice(1, 3);
    const given = [
      bytes(part),
      bytes(part).buffer,
      [bytes(part)],
      new Blob([part]),
      new Blob([part]).stream(),
      { body: new Blob([part]).stream() },
    ];
    for (const value of [...given, Promise.resolve(new Blob([part]))]) {
      const file = source(alphabet, { slice: () => value });
      expect((await answer(new FileResponse(file), asking({ Range: "bytes=1-2" }))).text).toBe(part);
    }
  });

  test("a range is closed when the client goes away in it", async () => {
    const file = source("x".repeat(300_000));
    const reader = new FileResponse(file)
      .toResponse({ request: asking({ Range: "bytes=0-99999,100000-199999" }) })
      .body?.getReader();
    await reader?.read();
    await reader?.read();
    await reader?.cancel();
    await closing(file);
    expect(file.calls).toEqual([[0, 100000], "close"]);
  });

  test("a compressed file is cut in one piece only", async () => {
    const init = { headers: { "Content-Encoding": "br" } };
    expect(await ranged("bytes=0-1", init)).toMatchObject({ status: 206, text: "ab", headers: { "content-encoding": "br" } });
    expect(await ranged("bytes=0-1,3-4", init)).toMatchObject({ status: 200, text: alphabet });
  });

  test("content that middleware put around it has none", async () => {
    const response = new FileResponse(bytes(alphabet));
    const { streamingContent } = response;
    response.streamingContent = (async function* () {
      for await (const chunk of streamingContent) yield new TextDecoder().decode(chunk).toUpperCase();
    })();
    const { status, text } = await answer(response, asking({ Range: "bytes=0-1" }));
    expect([status, text]).toEqual([200, alphabet.toUpperCase()]);
  });

  test("a Blob of many bytes is cut anywhere", async () => {
    const data = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7919) % 251);
    const response = new FileResponse(new Blob([data]));
    const native = response.toResponse({ request: asking({ Range: "bytes=123456-234567" }) });
    expect(new Uint8Array(await native.arrayBuffer())).toEqual(data.subarray(123456, 234568));
  });
});
