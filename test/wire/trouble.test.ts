/**
 * What goes wrong on real sockets, on each runtime: views that throw at any time, bodies that nobody reads, requests
 * before their turn, clients and servers that leave in the middle.
 */

import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runtimes, startApp } from "./programs.ts";
import { RawClient, type Server } from "./servers.ts";

describe.each(runtimes)("on %s", (runtime) => {
  let server: Server;

  beforeAll(async () => {
    server = await startApp(runtime, "trouble");
  });
  afterAll(() => server?.stop());

  const get = (path: string, ...headers: string[]): string =>
    `GET ${path} HTTP/1.1\r\nHost: a\r\n${headers.map((header) => `${header}\r\n`).join("")}\r\n`;

  /** All that comes back to one request on a connection of its own. */
  async function exchange(path: string): Promise<string> {
    const client = await RawClient.connect(server.port);
    client.send(get(path, "Connection: close"));
    return client.end();
  }

  async function ended(): Promise<number> {
    const response = await fetch(`${server.url}/ended/`);
    return ((await response.json()) as { ended: number }).ended;
  }

  test("a view that throws before its response is a 500 that tells nothing", async () => {
    for (const path of ["/before/", "/nothing/"]) {
      const text = await exchange(path);
      expect(text).toMatch(/^HTTP\/1\.1 500 /);
      expect(text).toContain("<h1>Server Error (500)</h1>");
      expect(text).not.toMatch(/secret|wire/);
    }
  });

  test("one that throws at the start of its stream, or in it, is a broken transfer", async () => {
    // workerd and Bun may lose what they took just before the error.
    const loses = runtime === "workerd" || runtime === "bun";
    for (const [path, counts] of [
      ["/first/", [0]],
      ["/during/", [3]],
      ["/at-once/", loses ? [0, 1, 2] : [2]],
    ] as const) {
      const text = await exchange(path);
      expect(counts).toContain(text.match(/<piece/g)?.length ?? 0);
      expect(text).not.toMatch(/\r\n0\r\n\r\n$/);
      expect(text).not.toContain("secret");
    }
  });

  test("one that throws after the last piece sends no more, and tells nothing", async () => {
    const text = await exchange("/after/");
    expect(text.match(/<piece/g)?.length).toBe(2);
    expect(text).not.toContain("secret");
    const closed = await exchange("/closer/");
    expect(closed).toMatch(/^HTTP\/1\.1 200 (?:.|\r|\n)*<closed>/);
    expect(closed).not.toContain("secret");
  });

  test("it goes on serving after all that", async () => {
    expect(await exchange("/number/1/")).toContain("<number 1>");
  });

  test("1,000 requests with bodies that nobody reads are answered, on one connection where the runtime keeps it", async () => {
    let client = await RawClient.connect(server.port);
    let connections = 1;
    const body = "x".repeat(2000);
    for (let i = 0; i < 1000; i++) {
      // Deno closes a connection whose body was not read.
      if (client.ended) {
        client = await RawClient.connect(server.port);
        connections++;
      }
      client.chunks.length = 0;
      client.send(`POST /now/${i}/ HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
      expect(await client.until((text) => text.includes(`<number ${i}>`))).toMatch(/^HTTP\/1\.1 200 /);
      if (runtime === "deno") await client.end();
    }
    client.close();
    if (runtime !== "deno") expect(connections).toBe(1);
  }, 60_000);

  test("pipelined requests are answered in their order", async () => {
    const client = await RawClient.connect(server.port);
    const numbers = Array.from({ length: 20 }, (_, i) => i);
    // Bun drops what is pipelined behind a response that it has to wait for.
    const view = runtime === "bun" ? "now" : "number";
    client.send(numbers.map((n) => get(`/${view}/${n}/`)).join(""));
    const text = await client.until((text) => text.replace(/\r\n[0-9a-f]+\r\n/gi, "").includes("<number 19>"));
    const answers = text.replace(/\r\n[0-9a-f]+\r\n/gi, "").match(/<number \d+>/g);
    expect(answers).toEqual(numbers.map((n) => `<number ${n}>`));
    client.close();
  });

  test("a client that leaves a stream, politely or not, runs its finally", async () => {
    const before = await ended();
    for (const leave of ["close", "reset"] as const) {
      const client = await RawClient.connect(server.port);
      client.send(get("/ticks/"));
      await client.until(/<tick>/);
      client[leave]();
    }
    for (let tries = 0; (await ended()) < before + 2 && tries < 200; tries++) await sleep(10);
    expect(await ended()).toBe(before + 2);
  });

  test("a server that stops with a stream open ends it, and stops", async () => {
    const client = await RawClient.connect(server.port);
    client.send(get("/ticks/"));
    await client.until(/<tick>/);
    await Promise.all([server.stop(), client.end()]);
    expect(client.text).not.toMatch(/\r\n0\r\n\r\n$/);
    await expect(RawClient.connect(server.port)).rejects.toThrow();
  });
});
