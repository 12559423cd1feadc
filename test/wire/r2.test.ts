/** A client that leaves an upload into R2, on a real Worker with a real local bucket: no object and no part is left. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { nodeCurrent, root, wrangler } from "../../scripts/binaries.mjs";
import { RawClient, type Server, start } from "./servers.ts";

const MB = 2 ** 20;
const HEAD = '--B\r\nContent-Disposition: form-data; name="f"; filename="f.bin"\r\n\r\n';
const TAIL = "\r\n--B--\r\n";
const state = mkdtempSync(join(tmpdir(), "djedge-wire-r2-"));
let server: Server;

beforeAll(async () => {
  const options = ["--config", `${root}test/wire/r2/wrangler.toml`, "--persist-to", state, "--inspector-port", "0"];
  const command = [nodeCurrent, wrangler, "dev", "--ip", "127.0.0.1", "--port", "{port}", ...options];
  server = await start("wrangler", command, { CI: "true", WRANGLER_SEND_METRICS: "false" });
});
afterAll(async () => {
  await server?.stop();
  rmSync(state, { recursive: true, force: true });
});

async function left(): Promise<{ uploads: string[]; objects: number }> {
  return (await fetch(`${server.url}/state/`)).json() as Promise<{ uploads: string[]; objects: number }>;
}

async function send(length: number, sent: number): Promise<RawClient> {
  const client = await RawClient.connect(server.port);
  const type = "Content-Type: multipart/form-data; boundary=B";
  const total = HEAD.length + length + TAIL.length;
  client.send(`POST /upload/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${type}\r\nContent-Length: ${total}\r\n\r\n${HEAD}`);
  client.send(new Uint8Array(sent));
  return client;
}

test("a client that leaves half-way, politely or not, leaves neither an object nor a part", async () => {
  for (const [i, way] of (["close", "reset"] as const).entries()) {
    const client = await send(30 * MB, 12 * MB);
    while ((await left()).uploads.length === i) await sleep(20);
    client[way]();
    for (let tries = 0; (await left()).uploads.includes("open") && tries < 500; tries++) await sleep(20);
    const { uploads, objects } = await left();
    expect(uploads).toHaveLength(i + 1);
    expect(uploads[i]).toContain("The specified multipart upload does not exist");
    expect(objects).toBe(0);
  }
});

test("one that stays has its file stored", async () => {
  const client = await send(12 * MB, 12 * MB);
  client.send(TAIL);
  expect(await client.end(30_000)).toMatch(/^HTTP\/1\.1 200 (?:.|\r|\n)*stored/);
  expect((await left()).objects).toBe(1);
});
