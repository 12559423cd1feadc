import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { asFetch } from "../../src/core/handlers/fetch.ts";
import { type NodeServer, serve } from "../../src/node/serve.ts";

const text = "hello ".repeat(50);
const packed = gzipSync(text);
const origin = createServer((_, res) => {
  res.writeHead(200, {
    "Content-Encoding": "gzip",
    "Content-Length": packed.length,
    "Set-Cookie": ["a=1, 2; Partitioned", "b=3"],
  });
  res.end(packed);
});
let proxy: NodeServer;

beforeAll(async () => {
  await new Promise<void>((resolve) => origin.listen(0, "127.0.0.1", resolve));
  const { port } = origin.address() as AddressInfo;
  const view = asFetch(async () => fetch(`http://127.0.0.1:${port}/`));
  proxy = await serve(view, { port: 0, hostname: "127.0.0.1" });
});

afterAll(async () => {
  await proxy.close();
  origin.close();
});

test("what fetch() has unpacked is not sent on as packed, and its cookies are whole", async () => {
  const response = await fetch(`http://127.0.0.1:${proxy.port}/`);
  expect(await response.text()).toBe(text);
  expect(response.headers.get("Content-Encoding")).toBe(null);
  expect(response.headers.getSetCookie().sort()).toEqual(["a=1, 2; Partitioned", "b=3"]);
});
