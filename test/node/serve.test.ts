import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { asFetch } from "../../src/core/handlers/fetch.ts";
import { HttpResponse } from "../../src/http/response.ts";
import { NodeResponse } from "../../src/node/response.ts";
import { type NodeServer, type ServeOptions, serve } from "../../src/node.ts";
import { count, pause, until, Wire } from "./sockets.ts";

/** What an application makes under `serve()`: of this one the length is known. */
const Response = NodeResponse as unknown as typeof globalThis.Response;

type Handler = (
  request: Request,
  connection: { req: { socket: { remoteAddress?: string } } },
  ctx: { waitUntil(promise: Promise<unknown>): void },
) => unknown;

const running: NodeServer[] = [];

beforeEach(() => {
  for (const method of ["warn", "error"] as const) vi.spyOn(console, method).mockImplementation(() => {});
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
  vi.restoreAllMocks();
});

async function start(handler: Handler, options: ServeOptions = {}): Promise<NodeServer> {
  const server = await serve(handler as never, { port: 0, grace: 0.2, ...options });
  running.push(server);
  return server;
}

/** One request on a connection of its own; all that comes back. */
async function exchange(port: number, text: string): Promise<string> {
  return new Wire(port, text).end();
}

function get(path: string, ...headers: string[]): string {
  return `GET ${path} HTTP/1.1\r\nHost: a\r\n${headers.map((header) => `${header}\r\n`).join("")}\r\n`;
}

const CLOSE = "Connection: close";

/** A stream of these texts, one a turn of the event loop; what is left of it when it is cancelled goes to `done`. */
function stream(texts: Iterable<string> | AsyncIterable<string>, done?: () => void): ReadableStream<Uint8Array> {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      for await (const text of texts) {
        await pause(1);
        yield new TextEncoder().encode(text);
      }
    } finally {
      done?.();
    }
  }
  const iterator = chunks();
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await iterator.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await iterator.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}

async function* endless(text = "tick"): AsyncGenerator<string> {
  for (;;) yield text;
}

describe("serve: requests", () => {
  test("method, target, headers and body arrive as they were sent", async () => {
    const { port } = await start(async (request) => {
      const body = request.body ? await new Response(request.body).text() : null;
      return new Response(JSON.stringify([request.method, request.url, request.headers.get("x-a"), body]));
    });
    const text = await exchange(
      port,
      `POST /a/../%ff?q=%zz HTTP/1.1\r\nHost: Example.COM:9\r\nX-A: 1\r\nX-A: 2\r\n${CLOSE}\r\nContent-Length: 3\r\n\r\nabc`,
    );
    expect(text.split("\r\n\r\n")[1]).toBe(JSON.stringify(["POST", "http://Example.COM:9/a/../%ff?q=%zz", "1, 2", "abc"]));
  });

  test("path and query are those of the target, in whichever form it comes", async () => {
    const { port } = await start(
      asFetch((request) => {
        expect([request.scheme, new URL(request.toRequest().url).host]).toEqual(["http", "a"]);
        return new HttpResponse(JSON.stringify([request.path, request.META.QUERY_STRING, request.META.SERVER_NAME]));
      }),
    );
    const answers: [target: string, path: string, query: string, name: string][] = [
      ["/a/../%62?b=/c?d", "/a/../b", "b=/c?d", "a"],
      ["//x/y", "//x/y", "", "a"],
      // Host says the host, and the socket whether it is HTTPS: a target is what a client makes of it.
      ["http://other:9/x?y", "/x", "y", "a"],
      ["https://other?next=/x", "/", "next=/x", "a"],
    ];
    for (const [target, ...seen] of answers) {
      expect((await exchange(port, get(target, CLOSE))).split("\r\n\r\n")[1]).toBe(JSON.stringify(seen));
    }
  });

  test("headers are what was sent and nothing else, whatever their names", async () => {
    const names = ["constructor", "__proto__", "tostring", "content-type", "cookie"];
    const { port } = await start((request) => new Response(JSON.stringify(names.map((name) => request.headers.get(name)))));
    expect(await exchange(port, get("/", CLOSE))).toMatch(/\[null,null,null,null,null\]$/);
    const sent = ["Constructor: a", "__Proto__: b", "Content-Type: c", "Content-Type: d", "Cookie: e=f", "Cookie: g=h"];
    expect(await exchange(port, get("/", CLOSE, ...sent))).toMatch(/\["a","b",null,"c, d","e=f; g=h"\]$/);
  });

  test("the client's address comes from the connection", async () => {
    const { port } = await start((_, { req }) => new Response(req.socket.remoteAddress ?? "none"));
    expect(await exchange(port, get("/", CLOSE))).toMatch(/127\.0\.0\.1$/);
  });

  test("a GET has no body, and text() and json() of a POST work", async () => {
    const { port } = await start(async (request) => new Response(request.body === null ? "none" : (await request.json()).a));
    expect(await exchange(port, get("/", CLOSE))).toMatch(/none$/);
    expect(await exchange(port, `POST / HTTP/1.1\r\nHost: a\r\n${CLOSE}\r\nContent-Length: 9\r\n\r\n{"a":"b"}`)).toMatch(/b$/);
  });

  test("a chunked body is read to its end", async () => {
    const { port } = await start(async (request) => new Response(await new Response(request.body).text()));
    const text = await exchange(
      port,
      `PUT / HTTP/1.1\r\nHost: a\r\n${CLOSE}\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n`,
    );
    expect(text).toMatch(/abcde$/);
  });

  test("the body is read no faster than it is asked for", async () => {
    let proceed = (): void => {};
    const waiting = new Promise<void>((resolve) => {
      proceed = resolve;
    });
    const { port } = await start(async (request) => {
      const reader = (request.body as ReadableStream<Uint8Array>).getReader();
      let size = (await reader.read()).value?.byteLength ?? 0;
      await waiting;
      for (let read = await reader.read(); !read.done; read = await reader.read()) size += read.value.byteLength;
      return new Response(String(size));
    });
    const size = 64 * 2 ** 20;
    const wire = new Wire(port, `POST / HTTP/1.1\r\nHost: a\r\n${CLOSE}\r\nContent-Length: ${size}\r\n\r\n`);
    const chunk = new Uint8Array(2 ** 20);
    for (let sent = 0; sent < size; sent += chunk.byteLength) wire.send(chunk);
    await pause(200);
    // What the sockets of both sides hold is far less than what was sent.
    expect(wire.socket.writableLength).toBeGreaterThan(size / 4);
    proceed();
    expect(await wire.end()).toMatch(new RegExp(`${size}$`));
  });

  test("a whole body is had at once, whether it came with its head, after it, or in parts", async () => {
    const { port } = await start(async (request) => {
      const whole = request.url.endsWith("/bytes") ? await request.bytes() : new Uint8Array(await request.arrayBuffer());
      const again = await request.bytes().catch((error: Error) => error.name);
      return new Response(`${request.bodyUsed} ${whole.buffer.byteLength >= whole.byteLength} ${String(whole)} ${again}`);
    });
    for (const path of ["/bytes", "/buffer"]) {
      for (const parts of [["abc"], ["", "abc"], ["a", "bc"], ["", "a", "b", "c"]]) {
        const wire = new Wire(port, `POST ${path} HTTP/1.1\r\nHost: a\r\n${CLOSE}\r\nContent-Length: 3\r\n\r\n${parts[0]}`);
        for (const part of parts.slice(1)) {
          await pause(10);
          wire.send(part);
        }
        expect(await wire.end(), `${path} ${parts}`).toMatch(/true true 97,98,99 TypeError$/);
      }
      const empty = await exchange(port, `POST ${path} HTTP/1.1\r\nHost: a\r\n${CLOSE}\r\nContent-Length: 0\r\n\r\n`);
      expect(empty).toMatch(/true true {2}TypeError$/);
    }
  });

  test("a body that breaks off is an error of the read", async () => {
    let error: unknown;
    const { port } = await start(async (request) => {
      try {
        await new Response(request.body).arrayBuffer();
      } catch (caught) {
        error = caught;
      }
      return new Response("");
    });
    const wire = new Wire(port, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc");
    await pause(30);
    wire.destroy();
    await until(() => error !== undefined, "the error");
    expect(error).toBeInstanceOf(Error);
  });

  test("100 Continue is sent when the body is asked for", async () => {
    const { port } = await start(async (request) => {
      if (request.url.endsWith("/unread")) return new Response("no");
      if (request.url.endsWith("/text")) return new Response(await request.text());
      return new Response(await new Response(request.body).text());
    });
    const expecting = (path: string): string =>
      `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n`;
    const read = new Wire(port, expecting("/read"));
    await read.until((text) => text === "HTTP/1.1 100 Continue\r\n\r\n");
    read.send("abc");
    expect(await read.until((text) => text.endsWith("abc"))).toContain("HTTP/1.1 200 OK");
    read.destroy();
    const other = new Wire(port, expecting("/text"));
    await other.until((text) => text === "HTTP/1.1 100 Continue\r\n\r\n");
    other.send("def");
    await other.until((text) => text.endsWith("def"));
    other.destroy();
    const unread = await exchange(port, expecting("/unread"));
    expect(unread).toMatch(/^HTTP\/1\.1 200 OK/);
    expect(unread).toMatch(/connection: close/i);
  });
});

describe("serve: responses", () => {
  test("text goes out with its length and its headers, each Set-Cookie on a line of its own", async () => {
    const { port } = await start(() => {
      const headers = new Headers({ "content-type": "text/plain", "x-a": "b" });
      headers.append("set-cookie", "a=1");
      headers.append("set-cookie", "b=2");
      return new Response("héllo", { status: 201, statusText: "Made", headers });
    });
    const text = await exchange(port, get("/", CLOSE));
    expect(text).toMatch(/^HTTP\/1\.1 201 Made\r\n/);
    expect(text).toMatch(/\r\nset-cookie: a=1\r\nset-cookie: b=2\r\n/);
    expect(text).toMatch(/\r\nx-a: b\r\n/);
    expect(text).toMatch(/\r\ncontent-length: 6\r\n/);
    expect(text.endsWith("\r\n\r\nh\u00c3\u00a9llo")).toBe(true);
  });

  test.each([204, 205, 304])("status %i has no body", async (status) => {
    const { port } = await start(() => new Response(null, { status }));
    const text = await exchange(port, get("/", CLOSE));
    expect(text.endsWith("\r\n\r\n")).toBe(true);
    expect(text).not.toMatch(/transfer-encoding/i);
  });

  test("HEAD sends the head of GET, with its length", async () => {
    let cancelled = false;
    const body = (): ReadableStream =>
      new ReadableStream({
        cancel: () => {
          cancelled = true;
        },
      });
    const { port } = await start((request) =>
      request.url.endsWith("/stream") ? new Response(body()) : new Response(null, { headers: { "content-length": "5" } }),
    );
    const text = await exchange(port, `HEAD / HTTP/1.1\r\nHost: a\r\n${CLOSE}\r\n\r\n`);
    expect(text).toMatch(/\r\ncontent-length: 5\r\n/);
    expect(text.endsWith("\r\n\r\n")).toBe(true);
    expect(await exchange(port, `HEAD /stream HTTP/1.1\r\nHost: a\r\n${CLOSE}\r\n\r\n`)).toMatch(/\r\n\r\n$/);
    expect(cancelled).toBe(true);
  });

  test("a length that is too long breaks the connection off", async () => {
    const { port } = await start(() => new Response(stream(["abc"]), { headers: { "content-length": "5" } }));
    const text = await exchange(port, get("/"));
    expect(text).toMatch(/\r\ncontent-length: 5\r\n/);
    expect(text.endsWith("\r\n\r\nabc")).toBe(true);
  });

  test("what is over the length is cut off, and the next response is its own", async () => {
    let ended = false;
    const { port } = await start((request) =>
      request.url.endsWith("/next")
        ? new Response("next")
        : new Response(
            stream(endless("HTTP/1.1 200 OK\r\n\r\n"), () => {
              ended = true;
            }),
            { headers: { "content-length": "5" } },
          ),
    );
    const text = await exchange(port, get("/") + get("/next", CLOSE));
    expect(text).toMatch(/\r\n\r\nHTTP\/HTTP\/1\.1 200 OK\r\n(?:.+\r\n)+\r\nnext$/);
    expect(ended).toBe(true);
  });

  test.each([
    ["an object", { "Content-Length": "3", "Transfer-Encoding": "chunked" }],
    [
      "pairs",
      [
        ["Content-Length", "3"],
        ["Transfer-Encoding", "chunked"],
      ] as [string, string][],
    ],
  ])("a header is known in any case, from %s, also where a view has looked at the headers", async (_, headers) => {
    const { port } = await start((request) => {
      const response = new Response("abc", { headers });
      if (request.url.endsWith("/looked")) response.headers.get("x-a");
      return response;
    });
    for (const path of ["/", "/looked"]) {
      const text = await exchange(port, get(path, CLOSE));
      expect(text.match(/content-length: 3\r\n/gi)).toHaveLength(1);
      expect(text).not.toMatch(/transfer-encoding/i);
    }
  });

  test("a header is Latin-1 whatever the body is", async () => {
    const bodies: Record<string, () => BodyInit> = {
      text: () => "é",
      bytes: () => new TextEncoder().encode("é"),
      stream: () => stream(["é"]),
    };
    const { port } = await start((request) => {
      const body = bodies[request.url.split("/").at(-1) as string] as () => BodyInit;
      return new Response(body(), { headers: { "X-Title": "café" } });
    });
    for (const body of Object.keys(bodies)) {
      const text = await exchange(port, get(`/${body}`, CLOSE));
      expect([body, /x-title: (.*)\r\n/i.exec(text)?.[1], text.includes("\xc3\xa9")]).toEqual([body, "café", true]);
    }
  });

  test("the chunks of a stream may be text and any view of bytes", async () => {
    const good = ["text ", new TextEncoder().encode("buffer ").buffer, new Uint16Array([0x6969, 0x2121])];
    const { port } = await start((request) => {
      const chunks: unknown[] = request.url.endsWith("/bad") ? ["x", {}] : good;
      const body = new ReadableStream({
        start(controller) {
          for (const chunk of chunks) controller.enqueue(chunk);
          controller.close();
        },
      });
      return new Response(body);
    });
    expect(await exchange(port, get("/", CLOSE))).toMatch(/\r\ntext .*buffer .*ii!!\r\n0\r\n\r\n$/s);
    expect(await exchange(port, get("/bad", CLOSE))).not.toMatch(/0\r\n\r\n$/);
  });

  test("hop-by-hop headers of an application are not sent", async () => {
    const { port } = await start(
      () => new Response("abc", { headers: { "transfer-encoding": "chunked", "keep-alive": "x", upgrade: "y" } }),
    );
    const text = await exchange(port, get("/", CLOSE));
    expect(text).not.toMatch(/transfer-encoding|keep-alive|upgrade/i);
    expect(text).toMatch(/content-length: 3\r\n/);
  });

  test("a stream arrives piece by piece, and its head does not wait for it", async () => {
    let proceed = (): void => {};
    async function* slow(): AsyncGenerator<string> {
      await new Promise<void>((resolve) => {
        proceed = resolve;
      });
      yield "one";
      await pause(30);
      yield "two";
    }
    const { port } = await start(() => new Response(stream(slow())));
    const wire = new Wire(port, get("/", CLOSE));
    await wire.until((text) => text.includes("\r\n\r\n"));
    expect(wire.received).not.toContain("one");
    proceed();
    await wire.until((text) => text.includes("one"));
    expect(wire.received).not.toContain("two");
    expect(await wire.end()).toMatch(/two\r\n0\r\n\r\n$/);
  });

  test("a stream is pulled no faster than the client reads", async () => {
    let pulled = 0;
    const chunk = new Uint8Array(64 * 1024);
    const { port } = await start(
      () =>
        new Response(
          new ReadableStream(
            {
              pull(controller) {
                if (++pulled > 2000) controller.close();
                else controller.enqueue(chunk);
              },
            },
            { highWaterMark: 0 },
          ),
        ),
    );
    const wire = new Wire(port);
    wire.socket.pause();
    wire.send(get("/"));
    await until(() => pulled > 0, "the first pull");
    await pause(200);
    expect(pulled).toBeLessThan(400);
    wire.destroy();
  });
});

describe("serve: what goes wrong", () => {
  test("a handler that throws, rejects or answers with no Response gives a 500 that tells nothing", async () => {
    const { port } = await start((request) => {
      if (request.url.endsWith("/throw")) throw new Error("secret");
      if (request.url.endsWith("/reject")) return Promise.reject(new Error("secret"));
      return "secret";
    });
    for (const path of ["/throw", "/reject", "/text"]) {
      const text = await exchange(port, get(path, CLOSE));
      expect(text).toMatch(/^HTTP\/1\.1 500 /);
      expect(text).not.toContain("secret");
    }
  });

  test("a stream that fails before its first piece, or later, breaks the connection off, and the server goes on", async () => {
    async function* failing(pieces: number): AsyncGenerator<string> {
      for (let i = 0; i < pieces; i++) yield "piece";
      throw new Error("secret");
    }
    const { port } = await start((request) => {
      const pieces = Number(request.url.slice(-1));
      return pieces === 9 ? new Response("well") : new Response(stream(failing(pieces)));
    });
    for (const pieces of [0, 2]) {
      const text = await exchange(port, get(`/${pieces}`));
      expect(count(text, "piece")).toBe(pieces);
      expect(text).not.toMatch(/0\r\n\r\n$|secret/);
    }
    expect(await exchange(port, get("/9", CLOSE))).toMatch(/well$/);
  });

  test("who still reads the body when the response is out is told", async () => {
    const ends: Record<string, string> = {};
    const note = (name: string, reading: Promise<unknown>): void => {
      const told = (end: unknown): void => {
        ends[name] = end instanceof Error ? end.message : "read";
      };
      reading.then(told, told);
    };
    const { port } = await start((request) => {
      const name = request.url.split("/").at(-1) as string;
      if (name === "bytes") note(name, request.bytes());
      else if (name === "stream") note(name, new Response(request.body).bytes());
      else {
        const [one, two] = (request.body as ReadableStream).tee();
        note("one", new Response(one).bytes());
        note("two", new Response(two).bytes());
      }
      return new Response("done");
    });
    for (const name of ["bytes", "stream", "tee"]) {
      const wire = new Wire(port, `POST /${name} HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n`);
      wire.send("x".repeat(1000));
      await wire.until((text) => text.includes("done"));
      wire.send("x".repeat(299_000));
      // The connection serves on.
      wire.send(get("/bytes", CLOSE));
      expect(count(await wire.end(), "HTTP/1.1 200")).toBe(2);
    }
    const over = "The response has ended before the body of the request was read.";
    await until(() => Object.keys(ends).length === 4, "all ends");
    expect(ends).toEqual({ bytes: "read", stream: over, one: over, two: over });
  });

  test("a client that leaves cancels the stream and aborts the signal", async () => {
    let ended = false;
    let reason: unknown;
    const { port } = await start((request) => {
      request.signal.addEventListener("abort", () => {
        reason = request.signal.reason;
      });
      return new Response(
        stream(endless(), () => {
          ended = true;
        }),
      );
    });
    const wire = new Wire(port, get("/"));
    await wire.until((text) => text.includes("tick"));
    wire.destroy();
    await until(() => ended && reason !== undefined, "the end of the stream");
    expect(reason).toBeInstanceOf(Error);
  });

  test("a client that leaves ends what its pipelined requests have begun, too", async () => {
    let open = 0;
    const { port } = await start(() => {
      open++;
      return new Response(stream(endless("x".repeat(70_000)), () => open--));
    });
    const wire = new Wire(port, get("/").repeat(20));
    wire.socket.pause();
    await until(() => open === 20, "all requests");
    await pause(20);
    wire.destroy();
    await until(() => open === 0, "the end of all streams");
  });

  test("a pipelined response that fails before its turn ends the connection", async () => {
    async function* failing(): AsyncGenerator<string> {
      yield "head";
      throw new Error("no more");
    }
    const { port } = await start((request) =>
      request.url.endsWith("/fails") ? new Response(stream(failing())) : new Response(stream(["one", "two", "three"])),
    );
    const text = await exchange(port, get("/") + get("/fails") + get("/never"));
    expect(text).toContain("three");
    expect(text).not.toMatch(/head\r\n0\r\n/);
    expect(count(text, "HTTP/1.1 200")).toBeLessThan(3);
  });

  test("a client that leaves before the answer aborts the signal; one that has its answer does not", async () => {
    const aborted: string[] = [];
    const { port } = await start(async (request) => {
      request.signal.addEventListener("abort", () => aborted.push(request.url));
      if (request.url.endsWith("/slow")) await until(() => request.signal.aborted, "the abort");
      return new Response("done");
    });
    await exchange(port, get("/quick", CLOSE));
    const wire = new Wire(port, get("/slow"));
    await pause(30);
    wire.destroy();
    await until(() => aborted.length > 0, "the abort");
    expect(aborted).toEqual(["http://a/slow"]);
  });

  test("a client that leaves aborts every request it has pipelined", async () => {
    const aborted = new Set<string>();
    const { port } = await start((request) => {
      request.signal.addEventListener("abort", () => aborted.add(request.url.slice(-1)));
      return new Response(stream(endless()));
    });
    const wire = new Wire(port, get("/1") + get("/2") + get("/3"));
    await wire.until((text) => text.includes("tick"));
    wire.destroy();
    await until(() => aborted.size === 3, "three aborts");
  });
});

describe("serve: one connection, many requests", () => {
  test("1,000 requests with bodies that nobody reads", async () => {
    let served = 0;
    const { port } = await start(() => new Response(`answer ${++served};`));
    const body = "x".repeat(1000);
    const request = `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const wire = new Wire(port);
    for (let i = 1; i <= 1000; i++) {
      wire.send(request);
      await wire.until((text) => text.endsWith(`answer ${i};`));
    }
    expect(count(wire.received, "HTTP/1.1 200 OK")).toBe(1000);
    wire.destroy();
  });

  test("bodies that were begun and left", async () => {
    const { port } = await start(async (request) => {
      const reader = (request.body as ReadableStream).getReader();
      await reader.read();
      if (request.url.endsWith("/cancel")) await reader.cancel();
      return new Response("answered");
    });
    const wire = new Wire(port);
    for (let i = 1; i <= 20; i++) {
      wire.send(
        `POST ${i % 2 ? "/cancel" : "/leave"} HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n${"x".repeat(300_000)}`,
      );
      await wire.until((text) => count(text, "answered") === i);
    }
    wire.destroy();
  });

  test("a body too long to be read away ends the connection after the answer", async () => {
    const { port } = await start(() => new Response("too long", { status: 413 }));
    const wire = new Wire(port, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 60000000\r\n\r\n");
    await wire.until((text) => text.endsWith("too long"));
    const chunk = new Uint8Array(2 ** 16);
    for (let i = 0; i < 200 && !wire.closed; i++) {
      wire.send(chunk);
      await pause(1);
    }
    expect(await wire.end()).toMatch(/^HTTP\/1\.1 413 /);
  });

  test("pipelined requests are answered in their order", async () => {
    const { port } = await start(async (request) => {
      const number = Number(request.url.slice("http://a/".length));
      await pause((number * 7) % 5);
      return number % 3 ? new Response(`<${number}>`) : new Response(stream([`<${number}`, ">"]));
    });
    const wire = new Wire(port, Array.from({ length: 30 }, (_, i) => get(`/${i}`)).join(""));
    const text = await wire.until((received) => received.includes("<29>"));
    expect(text.replace(/\r\n[0-9a-f]+\r\n/g, "").match(/<\d+>/g)).toEqual(Array.from({ length: 30 }, (_, i) => `<${i}>`));
    wire.destroy();
  });

  test("HTTP/1.0 gets a body without chunks, and the end of the connection", async () => {
    const { port } = await start(() => new Response(stream(["a", "b"])));
    expect(await exchange(port, "GET / HTTP/1.0\r\n\r\n")).toMatch(/\r\n\r\nab$/);
  });
});

describe("serve: start and stop", () => {
  test("the port is there at once where it can be, and after waiting", async () => {
    const starting = serve(() => new Response(""), { port: 0, hostname: "127.0.0.1" });
    running.push(starting);
    const server = await starting;
    expect(server.port).toBeGreaterThan(0);
    expect(starting.port).toBe(server.port);
    expect(server.server.listening).toBe(true);
  });

  test("a port that is taken rejects", async () => {
    const { port } = await start(() => new Response(""));
    await expect(serve(() => new Response(""), { port })).rejects.toThrow("EADDRINUSE");
  });

  test("an unknown option is refused with the nearest", () => {
    expect(() => serve(() => new Response(""), { prot: 1 } as never)).toThrow(/"prot".*"port"/);
  });

  test("stopping lets a stream end that ends by itself", async () => {
    const { port, close } = await start(() => new Response(stream(["one", "two", "three"])), { grace: 5 });
    const wire = new Wire(port, get("/"));
    await wire.until((text) => text.includes("one"));
    const [text] = await Promise.all([wire.end(), close()]);
    expect(text).toMatch(/three\r\n0\r\n\r\n$/);
  });

  test("stopping breaks off a stream that does not end, and its generator's finally has run", async () => {
    let ended = false;
    const { port, close } = await start(
      () =>
        new Response(
          stream(endless(), () => {
            ended = true;
          }),
        ),
    );
    const wire = new Wire(port, get("/"));
    await wire.until((text) => text.includes("tick"));
    await close();
    expect(ended).toBe(true);
    expect(await wire.end()).not.toMatch(/0\r\n\r\n$/);
  });

  test("stopping does not wait for idle connections, and takes no new ones", async () => {
    const { port, close } = await start(() => new Response("well"), { grace: 60 });
    const wire = new Wire(port, get("/"));
    await wire.until((text) => text.endsWith("well"));
    await close();
    await wire.end();
    expect(await new Wire(port, get("/")).end()).toBe("");
  });

  test("stopping waits for what was given to waitUntil()", async () => {
    let written = false;
    const { port, close } = await start((_, __, ctx) => {
      ctx.waitUntil(
        pause(50).then(() => {
          written = true;
        }),
      );
      return new Response("well");
    });
    await exchange(port, get("/", CLOSE));
    await close();
    expect(written).toBe(true);
  });

  test("one that is stopped before it listens can be awaited all the same", async () => {
    const server = serve(() => new Response(""), { port: 0, signal: AbortSignal.abort() });
    expect((await server).server.listening).toBe(false);
  });

  test("grace may be endless, and is no less than nothing", async () => {
    for (const grace of [-1, Number.NaN]) {
      expect(() => serve(() => new Response(""), { port: 0, grace })).toThrow("grace must be a number of seconds");
    }
    const { port, close } = await start(() => new Response(stream(["one", "two", "three"])), { grace: Number.POSITIVE_INFINITY });
    const wire = new Wire(port, get("/"));
    await wire.until((text) => text.includes("one"));
    await close();
    expect(await wire.end()).toContain("three");
  });

  test("a signal stops the server", async () => {
    const controller = new AbortController();
    const { server } = await start(() => new Response(""), { signal: controller.signal });
    controller.abort();
    await until(() => !server.listening, "the stop");
  });
});
