/**
 * What each runtime tells of a request, and what it passes on: uploads through a proxy, `request.signal`, addresses,
 * hosts and paths, over real sockets.
 */

import { once } from "node:events";
import { createServer, type Server as HttpServer, type IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runtimes, startApp } from "./programs.ts";
import { RawClient, type Server } from "./servers.ts";

/** What the server behind was sent. */
interface Got {
  readonly request: IncomingMessage;
  text: string;
  broken: boolean;
}

/** The server behind the proxy: it keeps what it is sent, and answers with it. */
class Origin {
  readonly #server: HttpServer = createServer((request, response) => {
    const got: Got = { request, text: "", broken: false };
    this.got.push(got);
    request.setEncoding("latin1").on("data", (text: string) => {
      got.text += text;
    });
    request.on("error", () => {
      got.broken = true;
    });
    request.on("end", () => {
      const packs = /\bgzip\b/.test(String(request.headers["accept-encoding"])) && !request.url?.includes("plain");
      const text = `<origin ${request.method} ${request.url} ${got.text}>`;
      const body = packs ? gzipSync(text) : text;
      response.writeHead(201, {
        "content-type": "text/plain",
        "set-cookie": ["a=1", "b=2"],
        ...(packs && { "content-encoding": "gzip" }),
        ...(request.url?.includes("sized") && { "content-length": Buffer.byteLength(body) }),
      });
      response.end(body);
    });
  });
  readonly got: Got[] = [];
  url = "";

  async start(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    this.url = `http://127.0.0.1:${(this.#server.address() as { port: number }).port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/** Waits until something holds. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1000; tries++) {
    if (await holds()) return;
    await sleep(5);
  }
  throw new Error(`Waited in vain for ${holds}`);
}

const origin = new Origin();
beforeAll(() => origin.start());
afterAll(() => origin.stop());

describe.each(runtimes)("on %s", (runtime) => {
  let server: Server;

  beforeAll(async () => {
    server = await startApp(runtime, "proxy");
  });
  afterAll(() => server?.stop());

  const head = (line: string, ...headers: string[]): string =>
    `${line} HTTP/1.1\r\n${[...(headers.some((header) => /^host:/i.test(header)) ? [] : ["Host: a.test"]), ...headers].join("\r\n")}\r\n\r\n`;

  /** All that comes back on a connection of its own; Latin-1 is sent byte for byte. */
  async function exchange(line: string, ...headers: string[]): Promise<string> {
    const client = await RawClient.connect(server.port);
    client.send(Uint8Array.from(head(line, "Connection: close", ...headers), (char) => char.charCodeAt(0)));
    return client.end();
  }

  const json = async (path: string, ...headers: string[]): Promise<unknown> => {
    const text = await exchange(`GET ${path}`, ...headers);
    return JSON.parse(/[{[].*[\]}]/s.exec(Buffer.from(text, "latin1").toString())?.[0] ?? "null");
  };
  const counts = async (): Promise<Record<string, number>> => (await fetch(`${server.url}/counts/`)).json() as never;

  describe("toRequest()", () => {
    test("an upload streams through to the server behind, with method, path, query and headers", async () => {
      const client = await RawClient.connect(server.port);
      const before = origin.got.length;
      client.send(
        head("PATCH /proxy/%C3%A9?a=1%20b", `X-Origin: ${origin.url}`, "X-A: 1", "Cookie: c=d", "Transfer-Encoding: chunked"),
      );
      client.send(`2710\r\n${"x".repeat(10_000)}\r\n`);
      // It has this much before the rest is sent.
      await until(() => (origin.got[before]?.text.length ?? 0) >= 10_000);
      client.send("4\r\nlast\r\n0\r\n\r\n");
      const text = await client.until(/last>/);
      client.close();
      expect(text).toMatch(/^HTTP\/1\.1 201 /);
      expect(text).toContain("<origin PATCH /proxy/%C3%A9?a=1%20b xxx");
      expect(text.match(/^set-cookie: .*$/gim)).toHaveLength(2);
      expect(text).toMatch(/^x-content-type-options: nosniff/im);
      const { headers } = (origin.got[before] as Got).request;
      expect([headers["x-a"], headers.cookie]).toEqual(["1", "c=d"]);
      // The host is that of the URL that is fetched.
      expect(headers.host).toBe(new URL(origin.url).host);
    });

    test("a body that was read is replayed", async () => {
      const body = new URLSearchParams({ title: "Abbey Road" });
      const response = await fetch(`${server.url}/replay/`, { method: "POST", body, headers: { "x-origin": origin.url } });
      expect(await response.text()).toBe("<Abbey Road> <origin POST /replay/ title=Abbey+Road>");
    });

    test("a client that leaves in the middle of its upload breaks it off behind, too", async () => {
      const client = await RawClient.connect(server.port);
      const before = origin.got.length;
      client.send(head("POST /proxy/", `X-Origin: ${origin.url}`, "Content-Length: 100000"));
      client.send("x".repeat(10_000));
      await until(() => (origin.got[before]?.text.length ?? 0) >= 10_000);
      client.close();
      await until(() => origin.got[before]?.broken === true);
      expect(await exchange("GET /later/")).toContain("<now>");
    });

    test.each([[[]], [["x-bare"]]])("what the server behind has packed can be unpacked by the client %j", async (bare) => {
      for (const encoding of ["gzip", "identity"]) {
        const headers = {
          "x-origin": origin.url,
          "accept-encoding": encoding,
          ...Object.fromEntries(bare.map((name) => [name, "1"])),
        };
        // Elsewhere such a copy says that it is packed, and is not, whoever sends it.
        const views = ["proxy", "gzipped", "gzipped/plain", ...(runtime === "workerd" ? ["remade"] : [])];
        for (const view of views) {
          for (const path of [`/${view}/packed`, `/${view}/packed/sized`]) {
            const response = await fetch(server.url + path, { headers });
            expect([path, await response.text()]).toEqual([path, `<origin GET ${path} >`]);
            const isPacked = response.headers.get("content-encoding") === "gzip";
            if (view.startsWith("gzipped") && bare.length === 0) expect([path, isPacked]).toEqual([path, encoding === "gzip"]);
          }
        }
      }
    });
  });

  describe("request.signal", () => {
    test("does not abort after a response that was sent, of any kind", async () => {
      const paths = ["text", "stream", "sized", "file", "proxied", "plain", "body"];
      for (const path of paths) {
        const init = path === "body" ? { method: "POST", body: "x".repeat(100_000) } : { headers: { "x-origin": origin.url } };
        expect(await (await fetch(`${server.url}/signal/${path}/`, init)).text()).toMatch(/^<.*>$/);
      }
      await sleep(100);
      expect(Object.keys(await counts()).filter((name) => paths.includes(name))).toEqual([]);
    });

    test("aborts when the client leaves a stream", async () => {
      const client = await RawClient.connect(server.port);
      client.send(head("GET /signal/endless/"));
      await client.until(/<piece 3>/);
      client.close();
      await until(async () => (await counts()).endless === 1);
    });

    // workerd tells a view nothing of a client that leaves before the response begins.
    if (runtime === "workerd") return;
    test("aborts when the client leaves before the response", async () => {
      const client = await RawClient.connect(server.port);
      client.send(head("GET /signal/wait/"));
      await until(async () => (await counts()).waiting === 1);
      client.close();
      await until(async () => (await counts()).wait === 1);
    });
  });

  test("waitUntil() goes on after the response", async () => {
    const { later = 0 } = await counts();
    expect(await exchange("GET /later/")).toContain("<now>");
    await until(async () => ((await counts()).later ?? 0) > later);
  });

  describe("META", () => {
    const FORGED = [
      "X-Forwarded-For: 6.6.6.6",
      "X-Real-IP: 6.6.6.6",
      "Forwarded: for=6.6.6.6",
      "Remote-Addr: 6.6.6.6",
      "REMOTE_ADDR: 6.6.6.6",
    ];

    test("REMOTE_ADDR is what the runtime saw, whatever the client says", async () => {
      const { META } = (await json("/meta/", ...FORGED)) as { META: Record<string, string> };
      // A bare workerd knows no address: Cloudflare puts it into a header of its own.
      expect(META.REMOTE_ADDR).toBe(runtime === "workerd" ? undefined : "127.0.0.1");
      if (runtime !== "workerd") expect(Number(META.REMOTE_PORT)).toBeGreaterThan(0);
      const { META: cloudflare } = (await json("/meta/", "CF-Connecting-IP: 203.0.113.7")) as { META: Record<string, string> };
      expect(cloudflare.REMOTE_ADDR).toBe(runtime === "workerd" ? "203.0.113.7" : "127.0.0.1");
    });

    test("REMOTE_ADDR_HEADER names the one header to trust, in it the last address", async () => {
      const { META } = (await json("/meta/X-Forwarded-For/", "X-Forwarded-For: 6.6.6.6, 203.0.113.9")) as {
        META: Record<string, string>;
      };
      expect(META.REMOTE_ADDR).toBe("203.0.113.9");
    });

    test("has the names of CGI", async () => {
      const { META } = (await json("/meta/?a=b", "X-Bender: Bite", "X_Bender: forged", "Accept: a/b")) as {
        META: Record<string, string>;
      };
      expect(META).toMatchObject({
        ...{ REQUEST_METHOD: "GET", PATH_INFO: "/meta/", SCRIPT_NAME: "", QUERY_STRING: "a=b", SERVER_PROTOCOL: "HTTP/1.1" },
        ...{ HTTP_HOST: "a.test", HTTP_X_BENDER: "Bite", HTTP_ACCEPT: "a/b" },
      });
      expect(META.SERVER_NAME).toBeTruthy();
      expect(META.SERVER_PORT).toMatch(/^\d+$/);
    });

    test("a cookie in the bytes of UTF-8 is text", async () => {
      const { COOKIES } = (await json("/meta/", "Cookie: name=Zo\xc3\xab; plain=1")) as { COOKIES: Record<string, string> };
      expect(COOKIES).toEqual({ name: "Zoë", plain: "1" });
    });
  });

  test("a Host that is no host is refused, by the runtime or as a DisallowedHost", async () => {
    expect(await exchange("GET /host/", "Host: EXAMPLE.com:8000")).toMatch(/<EXAMPLE\.com:8000>/);
    for (const host of ["a/b@c", "a b", "a,b", "", "[::1", "a:b", "user:pw@h"]) {
      expect(await exchange("GET /host/", `Host: ${host}`), JSON.stringify(host)).toMatch(/^HTTP\/1\.1 400 /);
    }
  });

  test("the path is decoded once, and the query is left as it came", async () => {
    expect(await json("/path/%C3%A9%2520%2Fx?a=%C3%A9+%25&b=%E9")).toEqual({
      path: "/path/é%20/x",
      query: "a=%C3%A9+%25&b=%E9",
      fields: [
        ["a", "é %"],
        ["b", "\ufffd"],
      ],
    });
    // Bytes that are not UTF-8 stay encoded.
    expect(await json("/path/%ff%zz")).toMatchObject({ path: "/path/%FF%zz" });
    expect(await json("/path//x//")).toMatchObject({ path: "/path//x//" });
    // Nor is a slash in Host part of it, where the runtime is not one that makes a URL of both.
    if (runtime.startsWith("node")) expect(await json("/path/x", "Host: a/path/y")).toMatchObject({ path: "/path/x" });
  });
});
