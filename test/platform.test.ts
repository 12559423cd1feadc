import { describe, expect, test } from "vitest";
import { connection, isWorkerd, readSource } from "../src/platform.ts";

const request = new Request("http://a/", { headers: { "cf-connecting-ip": "203.0.113.9" } });

describe("connection", () => {
  test("the env and the ctx of a Worker", () => {
    const env = { KEY: "value" };
    const ctx = { waitUntil(): void {} };
    const found = connection(request, env, ctx);
    expect(found.env).toBe(env);
    expect(found.ctx).toBe(ctx);
    expect(connection(request, undefined, undefined).env).toBeUndefined();
    expect(connection(request, null, {}).ctx).toBeUndefined();
  });

  test("a header names the address on Cloudflare only", () => {
    expect(connection(request, {}, undefined).remoteAddr).toBe(isWorkerd() ? "203.0.113.9" : undefined);
  });

  test("Deno's info", () => {
    const found = connection(request, { remoteAddr: { transport: "tcp", hostname: "192.0.2.1", port: 4000 } }, undefined);
    expect([found.remoteAddr, found.remotePort]).toEqual(["192.0.2.1", 4000]);
    expect(found.ctx).toBeUndefined();
  });

  test("Bun's server, which is asked when the address is, and told not to cut a silent stream", () => {
    const asked: unknown[] = [];
    const server = {
      requestIP: (given: unknown) => {
        asked.push(given);
        return { address: "::1", family: "IPv6", port: 4001 };
      },
      timeout: (...given: unknown[]) => void asked.push(...given),
    };
    const found = connection(request, server, undefined);
    expect(asked).toEqual([]);
    expect([found.remoteAddr, found.remotePort]).toEqual(["::1", 4001]);
    asked.length = 0;
    found.keepAlive();
    expect(asked).toEqual([request, 255]); // seconds, the most there are
    expect(connection(request, { requestIP: () => null }, undefined).remoteAddr).toBeUndefined();
  });

  test("an adapter of node:http, with its waitUntil", () => {
    const ctx = { waitUntil(): void {} };
    const found = connection(request, { req: { socket: { remoteAddress: "127.0.0.1", remotePort: 4002 } }, res: {} }, ctx);
    expect([found.remoteAddr, found.remotePort]).toEqual(["127.0.0.1", 4002]);
    expect(found.ctx).toBe(ctx);
  });

  test("an env with names like those of others is an env", () => {
    const env = { req: "x", remoteAddr: "y", requestIP: "z" };
    expect(connection(request, env, undefined).env).toBe(env);
  });
});

test("readSource reads nothing but source", async () => {
  expect(await readSource("/etc/passwd")).toBeUndefined();
  expect(await readSource("/nowhere/at/all.ts")).toBeUndefined();
  expect(await readSource("https://example.com/a.js")).toBeUndefined();
});
