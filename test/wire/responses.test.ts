/**
 * Responses over real sockets, on each runtime: large streams, clients that leave, cookies, lengths, and ranges as curl
 * asks for them.
 */

import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { get as httpGet, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { holdings, runtimes, startApp } from "./programs.ts";
import { RawClient, type Server } from "./servers.ts";

const MEBIBYTE = 1_048_576;
const run = promisify(execFile);
const text = Array.from({ length: 20_000 }, (_, i) => `${String(i).padStart(6, "0")}\n`).join("");

const hasCurl = (() => {
  try {
    execFileSync("curl", ["--version"]);
    return true;
  } catch {
    return false;
  }
})();

describe.each(runtimes)("on %s", (runtime) => {
  let server: Server;

  let directory: string;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "djedge-responses-"));
    const file = join(directory, "large.bin");
    writeFileSync(file, new Uint8Array(64 * MEBIBYTE));
    writeFileSync(file, "the end", { flag: "a" });
    server = await startApp(runtime, "responses", { FILE: file });
  });
  afterAll(async () => {
    await server?.stop();
    rmSync(directory, { recursive: true });
  });

  const get = (path: string): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      httpGet(`${server.url}${path}`, { agent: false }, resolve).on("error", reject);
    });

  /** The head and all of the body, as they came over the wire. */
  async function exchange(path: string, head = "", method = "GET"): Promise<{ head: string; body: string }> {
    const client = await RawClient.connect(server.port);
    client.send(`${method} ${path} HTTP/1.1\r\nHost: a\r\n${head}Connection: close\r\n\r\n`);
    const answer = await client.end();
    const end = answer.indexOf("\r\n\r\n");
    return { head: `${answer.slice(0, end)}\r\n`, body: answer.slice(end + 4) };
  }

  test.each(["/big/256/", "/big/256/length/"])("256 MB are streamed at flat memory: %s", async (path) => {
    for await (const _ of await get("/big/16/")); // what a runtime needs to run at all
    const before = holdings(server).memory;
    let most = before;
    let size = 0;
    let next = 0;
    for await (const chunk of await get(path)) {
      size += (chunk as Uint8Array).length;
      if (size < next) continue;
      most = Math.max(most, holdings(server).memory);
      next = size + 16 * MEBIBYTE;
    }
    expect(size).toBe(256 * MEBIBYTE);
    expect((most - before) / MEBIBYTE).toBeLessThan(50);
  });

  test("a client that does not read stops the stream", async () => {
    const response = await get("/big/256/");
    response.pause();
    await sleep(100);
    const before = holdings(server).memory;
    await sleep(100);
    expect((holdings(server).memory - before) / MEBIBYTE).toBeLessThan(20);
    response.destroy();
  });

  test.each(["/ticks/", "/ticks/length/"])("a client that leaves runs the generator's finally: %s", async (path) => {
    const finished = async (): Promise<number> => {
      const counts = (await (await fetch(`${server.url}/finished/`)).json()) as Record<string, number>;
      return counts[path] ?? 0;
    };
    for (const leave of ["close", "reset"] as const) {
      const client = await RawClient.connect(server.port);
      client.send(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
      await client.until(/<tick>.*<tick>/s);
      client[leave]();
    }
    for (let tries = 0; tries < 200 && (await finished()) < 2; tries++) await sleep(10);
    expect(await finished()).toBe(2);
  });

  // A Worker has no disk.
  describe.runIf(runtime !== "workerd")("a file of the disk", () => {
    const isOpen = (): boolean => holdings(server).temporary.some((file) => file.startsWith(directory));

    async function closed(): Promise<boolean> {
      for (let tries = 0; tries < 200 && isOpen(); tries++) await sleep(10);
      return !isOpen();
    }

    test("is sent whole at flat memory, and closed", async () => {
      const before = holdings(server).memory;
      let most = before;
      let size = 0;
      for await (const chunk of await get("/disk/")) {
        size += (chunk as Uint8Array).length;
        if (size % (16 * MEBIBYTE) < MEBIBYTE) most = Math.max(most, holdings(server).memory);
      }
      expect(size).toBe(64 * MEBIBYTE + 7);
      expect((most - before) / MEBIBYTE).toBeLessThan(50);
      expect(await closed()).toBe(true);
    });

    test("is read from the middle, and closed", async () => {
      const { head, body } = await exchange("/disk/", "Range: bytes=-7\r\n");
      expect(head).toMatch(/^HTTP\/1\.1 206 /);
      expect(body.replace(/^7\r\n|\r\n0\r\n\r\n$/g, "")).toBe("the end");
      expect(await closed()).toBe(true);
    });

    test("is closed when the client leaves, or wants only the head", async () => {
      for (const leave of ["close", "reset"] as const) {
        const client = await RawClient.connect(server.port);
        client.send("GET /disk/ HTTP/1.1\r\nHost: a\r\n\r\n");
        await client.until((text) => text.length > MEBIBYTE);
        client.socket.pause();
        expect(isOpen()).toBe(true);
        client[leave]();
      }
      expect((await exchange("/disk/", "", "HEAD")).head).toMatch(/^content-length: 67108871\r$/im);
      expect((await exchange("/disk/", "Range: bytes=99999999-\r\n")).head).toMatch(/^HTTP\/1\.1 416 /);
      expect(await closed()).toBe(true);
    });
  });

  test("three cookies are three lines", async () => {
    const { head } = await exchange("/cookies/");
    expect(head.match(/^set-cookie: .*$/gim)?.map((line) => line.slice(12))).toEqual([
      "a=1; Path=/",
      'b="2\\054 and\\073 more"; HttpOnly; Path=/; SameSite=Lax',
      'c=""; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/',
    ]);
  });

  test.each([
    ["/text/", "140000"],
    ["/generator/length/", "13"],
    ["/stream/length/", "10"],
    ["/file/stream/", "10"],
  ])("content of a known length has a Content-Length: %s", async (path, length) => {
    const { head, body } = await exchange(path);
    // Bun has no way to send a stream with one.
    if (runtime === "bun" && path !== "/text/") expect(head).toMatch(/^(?:transfer-encoding: chunked|content-length: \d+)\r$/im);
    else {
      expect(head).toMatch(new RegExp(`^content-length: ${length}\r$`, "im"));
      expect(head).not.toMatch(/^transfer-encoding/im);
      expect(body.length).toBe(Number(length));
    }
  });

  test("a HEAD request gets the length, and no body", async () => {
    const { head, body } = await exchange("/text/", "", "HEAD");
    expect(head).toMatch(/^HTTP\/1\.1 200 /);
    expect(head).toMatch(/^content-length: 140000\r$/im);
    expect(head).toMatch(/^accept-ranges: bytes\r$/im);
    expect(body).toBe("");
  });

  test.each([204, 205, 304])("a %i has no body, and the next response is in its place", async (status) => {
    const client = await RawClient.connect(server.port);
    client.send(`GET /status/${status}/ HTTP/1.1\r\nHost: a\r\n\r\n`);
    await client.until(/\r\n\r\n/);
    client.send("GET /status/200/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    const answer = await client.end();
    expect(answer.replace(/\r\n0\r\n\r\n(?=HTTP)/, "\r\n")).toMatch(
      new RegExp(`^HTTP/1\\.1 ${status} [^\r\n]*\r\n(?:[\\w-]+: [^\r\n]*\r\n)*\r\n?\n?HTTP/1\\.1 200 (?:.|\r|\n)*body$`),
    );
  });

  test("a reason phrase of one's own is sent where the runtime can", async () => {
    const { head } = await exchange("/status/200/");
    expect(head).toMatch(/^(?:deno|bun)$/.test(runtime) ? /^HTTP\/1\.1 200 OK\r/ : /^HTTP\/1\.1 200 Own Words\r/);
  });

  describe.skipIf(!hasCurl)("by curl", () => {
    const curl = async (...args: string[]): Promise<string> =>
      (await run("curl", ["--silent", "--show-error", "--include", "--max-time", "20", ...args, `${server.url}/text/`])).stdout;

    test("a range is a 206", async () => {
      const answer = await curl("--range", "70000-70006");
      expect(answer).toMatch(/^HTTP\/1\.1 206 /);
      expect(answer).toMatch(/^content-range: bytes 70000-70006\/140000\r$/im);
      expect(answer).toMatch(/^content-length: 7\r$/im);
      expect(answer).toMatch(/\r\n\r\n010000\n$/);
    });

    test("several are multipart/byteranges", async () => {
      const answer = await curl("--range", "0-6,139993-");
      expect(answer).toMatch(/^HTTP\/1\.1 206 /);
      const boundary = /^content-type: multipart\/byteranges; boundary=(\S+)\r$/im.exec(answer)?.[1];
      const part = (range: string, content: string): string =>
        `--${boundary}\r\nContent-Type: text/plain\r\nContent-Range: bytes ${range}/140000\r\n\r\n${content}\r\n`;
      const body = `${part("0-6", "000000\n")}${part("139993-139999", "019999\n")}--${boundary}--\r\n`;
      expect(answer.slice(answer.indexOf("\r\n\r\n") + 4)).toBe(body);
      if (runtime !== "bun") expect(answer).toMatch(new RegExp(`^content-length: ${body.length}\r$`, "im"));
    });

    test("one that is not there is a 416", async () => {
      const answer = await curl("--range", "140000-");
      expect(answer).toMatch(/^HTTP\/1\.1 416 /);
      expect(answer).toMatch(/^content-range: bytes \*\/140000\r$/im);
    });

    test("a download goes on where it broke off, if the file is the same", async () => {
      const rest = await curl("--continue-at", "139993", "--header", 'If-Range: "v1"');
      expect(rest).toMatch(/^HTTP\/1\.1 206 (?:.|\r|\n)*\r\n\r\n019999\n$/);
      const whole = await curl("--range", "139993-", "--header", 'If-Range: "v0"');
      expect(whole).toMatch(/^HTTP\/1\.1 200 /);
      expect(whole.endsWith(text)).toBe(true);
    });
  });
});
