import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  type FileContent,
  getFetchApplication,
  HttpRequest,
  HttpResponse,
  type HttpResponseBase,
  type Middleware,
  overrideSettings,
  StreamingHttpResponse,
  settings,
} from "../../src/index.ts";

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const request = (init?: RequestInit): HttpRequest => HttpRequest.fromRequest(new Request("http://testserver/", init));

async function* asyncly(...pieces: unknown[]): AsyncGenerator<unknown> {
  yield* pieces;
}

function* syncly(...pieces: unknown[]): Generator<unknown> {
  yield* pieces;
}

function streamOf(...chunks: unknown[]): ReadableStream {
  return new ReadableStream({
    pull(controller) {
      const chunk = chunks.shift();
      if (chunk === undefined) controller.close();
      else controller.enqueue(chunk);
    },
  });
}

/** The chunks of a body, as they come. */
async function chunksOf(response: Response): Promise<string[]> {
  const chunks: string[] = [];
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) chunks.push(decoder.decode(chunk));
  return chunks;
}

/** Lets everything happen that waits for nothing but a turn. */
test("close() of a subclass is called, whatever the content is", async () => {
  let closed = 0;
  class Own extends StreamingHttpResponse {
    override close(): void {
      closed++;
      super.close();
    }
  }
  const response = new Own(new Blob(["x"]).stream());
  expect([await response.toResponse().text(), closed, response.closed]).toEqual(["x", 1, true]);
});

test("content with destroy() alone, as Node's streams have it, is closed by that", () => {
  let destroyed = 0;
  const content = { destroy: () => destroyed++, async *[Symbol.asyncIterator]() {} };
  new StreamingHttpResponse(content).close();
  expect(destroyed).toBe(1);
});

test("what is no content is refused", () => {
  for (const content of [null, 5, {}])
    expect(() => new StreamingHttpResponse(content as never)).toThrow("StreamingHttpResponse takes an iterable");
});

const turns = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

let LOGGER: { debug: () => void; info: () => void; warn: () => void; error: ReturnType<typeof vi.fn<() => void>> };
let former: typeof settings.LOGGER;
beforeEach(() => {
  const quiet = (): void => {};
  LOGGER = { debug: quiet, info: quiet, warn: quiet, error: vi.fn() };
  former = settings.LOGGER;
  settings.configure({ LOGGER });
});
afterEach(() => settings.configure({ LOGGER: former }));

describe("content", () => {
  test.each<[string, () => FileContent]>([
    ["an array", () => ["a", bytes("b"), 3]],
    ["a generator", () => syncly("a", bytes("b"), 3)],
    ["a Set", () => new Set(["a", bytes("b"), 3])],
    ["an async generator", () => asyncly("a", bytes("b"), 3)],
    ["a ReadableStream of text and bytes, beside a closer", () => streamOf("a", bytes("b"), "3")],
  ])("%s is sent piece by piece", async (_, content) => {
    const response = new StreamingHttpResponse(content());
    response.resourceClosers.push(() => {});
    expect(await response.toResponse().text()).toBe("ab3");
    expect(response.closed).toBe(true);
  });

  test("text and bytes are one piece, not many", async () => {
    for (const content of ["ab", bytes("ab"), bytes("ab").buffer]) {
      expect(await chunksOf(new StreamingHttpResponse(content as FileContent).toResponse())).toEqual(["ab"]);
    }
  });

  test.each([[null], [5], [true], [{}], [() => {}]])("%j cannot be iterated: a TypeError", (content) => {
    expect(() => new StreamingHttpResponse(content as unknown as FileContent)).toThrow(TypeError);
  });

  test("nothing is an empty body", async () => {
    expect(await new StreamingHttpResponse().toResponse().text()).toBe("");
  });

  test("is encoded in the charset, chunk by chunk", async () => {
    const latin = { contentType: "text/plain; charset=iso-8859-1" };
    for (const content of [["é", "ü"], asyncly("é", "ü")]) {
      const body = await new StreamingHttpResponse(content, latin).toResponse().arrayBuffer();
      expect(new Uint8Array(body)).toEqual(Uint8Array.of(0xe9, 0xfc));
    }
  });

  test("empty pieces are no end", async () => {
    for (const content of [["", "a", new Uint8Array(0), "b", ""], asyncly("", "a", new Uint8Array(0), "b", "")]) {
      expect(await new StreamingHttpResponse(content as FileContent).toResponse().text()).toBe("ab");
    }
  });

  test("getvalue() is all of it", async () => {
    for (const content of [["a", "b"], asyncly("a", "b"), streamOf(bytes("a"), bytes("b"))]) {
      expect(await new StreamingHttpResponse(content).getvalue()).toEqual(bytes("ab"));
    }
  });

  test("isAsync tells async iterables and streams from what is at hand", () => {
    const kinds = [[], syncly(), asyncly(), streamOf()];
    expect(kinds.map((content) => new StreamingHttpResponse(content).isAsync)).toEqual([false, false, true, true]);
  });
});

describe("chunks", () => {
  test("small pieces of an iterable that never waits go out together, up to about 64 KiB", async () => {
    function* rows(): Generator<string> {
      for (let i = 0; i < 20_000; i++) yield `${String(i).padStart(9)}\n`;
    }
    const chunks = await chunksOf(new StreamingHttpResponse(rows()).toResponse());
    expect(chunks.join("")).toBe([...rows()].join(""));
    expect(chunks.length).toBeLessThan(8);
    for (const chunk of chunks) expect(chunk.length).toBeLessThanOrEqual(65536 + 10);
  });

  test("text and bytes keep their order when they go out together", async () => {
    const pieces = ["a", bytes("b"), bytes("c"), "d", "é", bytes("f"), "g"];
    expect(await chunksOf(new StreamingHttpResponse(pieces).toResponse())).toEqual(["abcdéfg"]);
  });

  test("a piece of an async iterable goes out as it comes, and waits for no other", async () => {
    let go = (): void => {};
    async function* slow(): AsyncGenerator<string> {
      yield "first";
      await new Promise<void>((resolve) => {
        go = resolve;
      });
      yield "second";
    }
    const reader = new StreamingHttpResponse(slow()).toResponse().body?.getReader();
    expect((await reader?.read())?.value).toEqual(bytes("first"));
    go();
    expect((await reader?.read())?.value).toEqual(bytes("second"));
    expect((await reader?.read())?.done).toBe(true);
  });
});

describe("back-pressure", () => {
  test("nothing is made before somebody reads", async () => {
    let made = 0;
    const content = {
      async *[Symbol.asyncIterator]() {
        made++;
        yield "x";
      },
    };
    const { body } = new StreamingHttpResponse(content).toResponse();
    await turns();
    expect(made).toBe(0);
    await body?.cancel();
  });

  test.each(["sync", "async"])("a reader that stalls stops a generator, %s, within the high-water mark", async (kind) => {
    let made = 0;
    const size = 1000;
    function* make(): Generator<Uint8Array> {
      for (;;) {
        made += size;
        yield new Uint8Array(size);
      }
    }
    async function* makeAsync(): AsyncGenerator<Uint8Array> {
      yield* make();
    }
    const { body } = new StreamingHttpResponse(kind === "sync" ? make() : makeAsync()).toResponse();
    const reader = body?.getReader();
    let read = 0;
    for (let i = 0; i < 5; i++) {
      read += (await reader?.read())?.value?.length ?? 0;
      await turns();
      const before = made;
      await turns();
      expect(made).toBe(before);
      // What was read, 64 KiB ahead of it, and one chunk on its way.
      expect(made - read).toBeLessThanOrEqual(2 * 65536 + size);
    }
    await reader?.cancel();
  });
});

describe("a client that leaves", () => {
  test("runs the generator's finally, to its end, and aborts request.signal", async () => {
    const seen: string[] = [];
    async function* stream(): AsyncGenerator<string> {
      try {
        for (;;) {
          yield "x".repeat(70_000);
          await turns();
        }
      } finally {
        await turns();
        seen.push("finally");
      }
    }
    const asked = request();
    const response = new StreamingHttpResponse(stream());
    response.resourceClosers.push(() => seen.push("closed"));
    asked.signal.addEventListener("abort", () => seen.push("abort"));
    const reader = response.toResponse({ request: asked }).body?.getReader();
    await reader?.read();
    await reader?.cancel();
    expect(seen).toEqual(["abort", "finally", "closed"]);
    expect([asked.signal.aborted, (asked.signal.reason as Error).name, response.closed]).toEqual([true, "AbortError", true]);
  });

  test("before anything was read runs no line of the generator, and closes what there is", async () => {
    const seen: string[] = [];
    async function* stream(): AsyncGenerator<string> {
      seen.push("started");
      yield "x";
    }
    const response = new StreamingHttpResponse(stream());
    response.resourceClosers.push(() => seen.push("closed"));
    await response.toResponse().body?.cancel();
    expect([seen, response.closed]).toEqual([["closed"], true]);
  });

  test("interrupts a generator that waits for request.signal", async () => {
    const seen: string[] = [];
    const asked = request();
    async function* stream(): AsyncGenerator<string> {
      try {
        yield "x";
        await new Promise((_, reject) => asked.signal.addEventListener("abort", () => reject(asked.signal.reason)));
      } catch (error) {
        seen.push((error as Error).name);
      } finally {
        seen.push("finally");
      }
    }
    const reader = new StreamingHttpResponse(stream()).toResponse({ request: asked }).body?.getReader();
    await reader?.read();
    const second = reader?.read();
    await turns();
    await reader?.cancel();
    await second?.catch(() => {});
    expect(seen).toEqual(["AbortError", "finally"]);
    expect(LOGGER.error).not.toHaveBeenCalled();
  });

  test("a sync generator gets its finally too", async () => {
    let finished = 0;
    function* stream(): Generator<string> {
      try {
        for (;;) yield "x".repeat(70_000);
      } finally {
        finished++;
      }
    }
    const reader = new StreamingHttpResponse(stream()).toResponse().body?.getReader();
    await reader?.read();
    await reader?.cancel();
    expect(finished).toBe(1);
  });

  test("cancels a ReadableStream", async () => {
    let cancelled = 0;
    const stream = new ReadableStream({ pull: (controller) => controller.enqueue(bytes("x")), cancel: () => void cancelled++ });
    const response = new StreamingHttpResponse(stream);
    response.resourceClosers.push(() => {});
    const reader = response.toResponse().body?.getReader();
    await reader?.read();
    await reader?.cancel();
    expect(cancelled).toBe(1);
  });

  test("an error in the finally is logged, and everything is closed", async () => {
    async function* stream(): AsyncGenerator<string> {
      try {
        for (;;) yield "x".repeat(70_000);
      } finally {
        // biome-ignore lint/correctness/noUnsafeFinally: that is what is tested
        throw new Error("mine");
      }
    }
    const response = new StreamingHttpResponse(stream());
    const reader = response.toResponse().body?.getReader();
    await reader?.read();
    await reader?.cancel();
    expect(response.closed).toBe(true);
    expect(LOGGER.error).toHaveBeenCalledTimes(1);
  });
});

describe("a stream that ends by itself", () => {
  test("closes response and request, and does not abort request.signal", async () => {
    const seen: string[] = [];
    const asked = request();
    const response = new StreamingHttpResponse(asyncly("a"));
    response.resourceClosers.push(() => seen.push("closed"));
    asked.signal.addEventListener("abort", () => seen.push("abort"));
    expect(await response.toResponse({ request: asked }).text()).toBe("a");
    expect([seen, response.closed, asked.signal.aborted]).toEqual([["closed"], true, false]);
  });
});

describe("errors in the content", () => {
  test.each<[string, () => FileContent]>([
    [
      "a generator",
      function* () {
        yield "a";
        throw new Error("mine");
      },
    ],
    [
      "an async generator",
      async function* () {
        yield "a";
        throw new Error("mine");
      },
    ],
    ["a piece that has no text", () => asyncly("a", {})],
    ["a character that the charset lacks", () => asyncly("a", "\ud800")],
    ["a promise for a piece", () => syncly("a", Promise.resolve("b"))],
  ])("%s: the body breaks off, the error is logged, everything is closed", async (_, content) => {
    const response = new StreamingHttpResponse(content());
    await expect(response.toResponse().text()).rejects.toThrow();
    await turns();
    expect([response.closed, LOGGER.error.mock.calls.length]).toEqual([true, 1]);
    expect(String(LOGGER.error.mock.calls[0])).toContain("django.request");
  });

  test("of a generator's own show the path that was asked for", async () => {
    const response = new StreamingHttpResponse(
      (async function* () {
        yield "a";
        throw new Error("mine");
      })(),
    );
    const asked = HttpRequest.fromRequest(new Request("http://testserver/path/"));
    await expect(response.toResponse({ request: asked }).text()).rejects.toThrow();
    expect(LOGGER.error.mock.calls[0]?.join(" ")).toMatch(/\/path\/.*mine/s);
  });
});

test("what came before an error goes out before it", async () => {
  function* broken(): Generator<string> {
    yield "one ";
    yield "two ";
    throw new Error("broken");
  }
  async function* brokenAsync(): AsyncGenerator<string> {
    yield* broken();
  }
  for (const content of [broken(), brokenAsync()]) {
    const reader = new StreamingHttpResponse(content).toResponse().body?.getReader();
    let text = "";
    const read = async (): Promise<void> => {
      for (let next = await reader?.read(); next?.value; next = await reader?.read()) {
        text += new TextDecoder().decode(next.value as Uint8Array);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    };
    await expect(read()).rejects.toThrow("broken");
    expect(text).toBe("one two ");
  }
});

describe("Content-Length", () => {
  const withLength = (length: unknown, content: FileContent): Promise<string> =>
    new StreamingHttpResponse(content, { headers: { "Content-Length": length } }).toResponse().text();

  test("content of that length is sent", async () => {
    expect(await withLength(3, ["ab", "c"])).toBe("abc");
    expect(await withLength(3, asyncly("ab", "c"))).toBe("abc");
    expect(await withLength(0, [])).toBe("");
  });

  test("content of another length breaks off, lest it runs into the next response", async () => {
    for (const length of [2, 4]) {
      await expect(withLength(length, ["ab", "c"])).rejects.toThrow();
      await expect(withLength(length, asyncly("ab", "c"))).rejects.toThrow();
    }
    await turns();
    expect(LOGGER.error).toHaveBeenCalledTimes(4);
  });
});

describe("a ReadableStream that nothing wraps", () => {
  test("is the body as it is", () => {
    const stream = streamOf(bytes("x"));
    expect(new StreamingHttpResponse(stream).toResponse({ request: request() }).body).toBe(stream);
  });

  test("is cancelled by close(), and when only the head is sent", async () => {
    let cancelled = 0;
    const stream = (): ReadableStream => new ReadableStream({ cancel: () => void cancelled++ });
    new StreamingHttpResponse(stream()).close();
    new StreamingHttpResponse(stream()).toResponse({ request: request({ method: "HEAD" }) });
    new StreamingHttpResponse(stream(), { status: 204 }).toResponse();
    await turns();
    expect(cancelled).toBe(3);
  });
});

describe("close()", () => {
  test("ends what was given, once, whether or not it was read", async () => {
    const closed: string[] = [];
    const content = (name: string): FileContent & { close(): void } => ({
      *[Symbol.iterator]() {
        yield name;
      },
      close: () => void closed.push(name),
    });
    new StreamingHttpResponse(content("unread")).close();
    const read = new StreamingHttpResponse(content("read"));
    await read.toResponse().text();
    read.close();
    expect(closed).toEqual(["unread", "read"]);
  });

  test("ends what middleware has wrapped, too", async () => {
    const closed: string[] = [];
    async function* inner(): AsyncGenerator<string> {
      try {
        yield "a";
        yield "b";
      } finally {
        closed.push("inner");
      }
    }
    const response = new StreamingHttpResponse(inner());
    const { streamingContent } = response;
    response.streamingContent = (async function* () {
      for await (const chunk of streamingContent) yield new TextDecoder().decode(chunk).toUpperCase();
      closed.push("outer");
    })();
    expect(await response.toResponse().text()).toBe("AB");
    expect(closed).toEqual(["inner", "outer"]);
  });
});

describe("middleware", () => {
  const upper: Middleware = (getResponse) => async (asked) => {
    const response = (await getResponse(asked)) as StreamingHttpResponse;
    const { streamingContent } = response;
    response.streamingContent = (async function* () {
      for await (const chunk of streamingContent) yield new TextDecoder().decode(chunk).toUpperCase();
    })();
    return response;
  };

  test("wraps streamingContent of every kind, also of a plain Response", async () => {
    const views: (() => HttpResponseBase | Response)[] = [
      () => new StreamingHttpResponse(syncly("a", "b")),
      () => new StreamingHttpResponse(asyncly("a", "b")),
      () => new StreamingHttpResponse(streamOf(bytes("a"), bytes("b"))),
      () => new Response("ab"),
    ];
    await overrideSettings({ ALLOWED_HOSTS: ["*"] }, async () => {
      for (const view of views) {
        const response = await getFetchApplication({ view, middleware: [upper] }).fetch(new Request("http://localhost/"));
        expect(await response.text()).toBe("AB");
      }
    });
  });

  test("a client that leaves is told to the generator behind it", async () => {
    const seen: string[] = [];
    async function* endless(): AsyncGenerator<string> {
      try {
        for (;;) yield "x".repeat(70_000);
      } finally {
        seen.push("finally");
      }
    }
    await overrideSettings({ ALLOWED_HOSTS: ["*"] }, async () => {
      const app = getFetchApplication({ view: () => new StreamingHttpResponse(endless()), middleware: [upper] });
      const reader = (await app.fetch(new Request("http://localhost/"))).body?.getReader();
      await reader?.read();
      await reader?.cancel();
    });
    expect(seen).toEqual(["finally"]);
  });

  test("a view's HttpResponse can be sent as a stream", async () => {
    const response = new StreamingHttpResponse(new HttpResponse("abc"));
    expect(await response.toResponse().text()).toBe("abc");
  });
});

test("what is a list is read once, too", async () => {
  for (const content of [["abc", "def"], new Set(["abc", "def"]), "abcdef"]) {
    const response = new StreamingHttpResponse(content);
    expect(new TextDecoder().decode(await response.getvalue())).toBe("abcdef");
    expect((await response.getvalue()).length).toBe(0);
  }
});
