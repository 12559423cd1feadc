/**
 * Load on all runtimes at the same time: 64 connections to each, on which JSON, forms, streams, events and uploads of 5 MB
 * come in turn, some of them left in the middle. A minute of it in the ordinary run; `npm run soak` for ten, or for
 * as many seconds as `DJEDGE_SOAK_SECONDS` says. No request may fail; afterwards nothing may be left.
 */

import { Agent, type IncomingMessage, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { holdings, startApp } from "./programs.ts";
import type { Server } from "./servers.ts";

const SECONDS = Number(process.env.DJEDGE_SOAK_SECONDS ?? 60);
const CONNECTIONS = 64;
const FILE_SIZE = 5_000_000;
const runtimes = ["workerd with R2", "deno", "bun", "node, a current one"];

const head = '--B\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n';
const upload = Buffer.concat([Buffer.from(head), Buffer.alloc(FILE_SIZE, 1), Buffer.from("\r\n--B--\r\n")]);

/** What is asked for, in this order over and over; each of the 64 begins at another place. */
type Kind = "json" | "form" | "stream" | "events" | "upload" | "broken upload" | "broken stream";
const turns: readonly Kind[] = (
  "json form json stream json form json events json form json stream json form json upload json form broken-stream json " +
  "json form json stream json form json events json form json stream json form json broken-upload json form json json"
)
  .replaceAll("broken-", "broken_")
  .split(" ")
  .map((word) => word.replace("_", " ") as Kind);

class Load {
  readonly counts: Record<string, number> = {};
  readonly failures: string[] = [];
  readonly #port: number;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  #ended = false;

  constructor(port: number) {
    this.#port = port;
  }

  /** Runs for so many seconds; resolves when the last request has been answered. */
  async run(seconds: number): Promise<void> {
    const lanes = Array.from({ length: CONNECTIONS }, (_, i) => this.#lane(i));
    await sleep(seconds * 1000);
    this.#ended = true;
    await Promise.all(lanes);
    this.#agent.destroy();
  }

  async #lane(start: number): Promise<void> {
    for (let i = start * 3; !this.#ended; i++) {
      const kind = turns[i % turns.length] as Kind;
      try {
        await this.#turn(kind, i);
        this.counts[kind] = (this.counts[kind] ?? 0) + 1;
      } catch (error) {
        this.failures.push(`${kind}: ${(error as Error).message}`);
        if (this.failures.length > 100) return;
      }
    }
  }

  async #turn(kind: Kind, i: number): Promise<void> {
    if (kind === "json") {
      const { n, q, who } = JSON.parse(await this.#text(`/json/${i}/?q=1&q=%C3%A9`, { headers: { cookie: `who=${i}` } }));
      if (n !== i || q[1] !== "é" || who !== String(i)) throw new Error(`wrong answer: ${n}, ${q}, ${who}`);
    } else if (kind === "form") {
      const body = `who=${i}&a=%C3%A9&b=${"x".repeat(i % 500)}`;
      const headers = { "content-type": "application/x-www-form-urlencoded", "content-length": String(body.length) };
      const { fields, visits } = JSON.parse(await this.#text("/form/", { method: "POST", headers }, body));
      if (fields.who[0] !== String(i) || visits !== 1) throw new Error(`wrong answer: ${JSON.stringify(fields)}, ${visits}`);
    } else if (kind === "upload") {
      const { size, name, sum } = JSON.parse(await this.#text("/upload/", { method: "POST", headers: uploadHeaders }, upload));
      if (size !== FILE_SIZE || name !== "a.bin" || sum !== 5) throw new Error(`wrong answer: ${size}, ${name}, ${sum}`);
    } else if (kind === "broken upload") {
      await this.#leave("/upload/", { method: "POST", headers: uploadHeaders }, upload.subarray(0, 3_000_000));
    } else if (kind === "stream") {
      const text = await this.#text("/stream/200/");
      if (text.split("\n").length !== 201) throw new Error(`${text.length} bytes of a stream`);
    } else {
      await this.#leave(kind === "events" ? "/events/" : "/stream/100000/", {}, undefined, /line 5 /);
    }
  }

  #text(path: string, options: object = {}, body?: string | Uint8Array): Promise<string> {
    return new Promise((resolve, reject) => {
      const sent = request(
        { ...options, host: "127.0.0.1", port: this.#port, path, agent: this.#agent },
        (response: IncomingMessage) => {
          let text = "";
          response.setEncoding("utf8");
          response.on("data", (chunk) => {
            text += chunk;
          });
          response.on("end", () =>
            response.statusCode === 200 ? resolve(text) : reject(new Error(`${response.statusCode} ${text.slice(0, 200)}`)),
          );
          response.on("error", reject);
        },
      );
      // A server may close a connection that idles at the moment at which the next request is on its way: any client asks again.
      const again = (): unknown => (sent.reusedSocket ? this.#text(path, options, body).then(resolve, reject) : undefined);
      sent.on("error", (error: NodeJS.ErrnoException) => (error.code === "ECONNRESET" && again()) || reject(error));
      sent.end(body);
    });
  }

  /** Sends a request, or a part of it, and leaves: at once, or when what comes back matches. */
  #leave(path: string, options: object, body?: Uint8Array, until?: RegExp): Promise<void> {
    return new Promise((resolve, reject) => {
      const sent = request({ ...options, host: "127.0.0.1", port: this.#port, path, agent: false }, (response) => {
        let text = "";
        response.on("data", (chunk) => {
          text += chunk;
          if (!until?.test(text)) return;
          sent.destroy();
          resolve();
        });
        response.on("error", () => {});
        response.on("end", () => reject(new Error(`ended: ${response.statusCode} ${text.slice(0, 200)}`)));
      });
      sent.on("error", (error) => (sent.destroyed ? resolve() : reject(error)));
      if (until) sent.end();
      else
        sent.write(body as Uint8Array, () => {
          sent.destroy();
          resolve();
        });
    });
  }
}

const uploadHeaders = { "content-type": "multipart/form-data; boundary=B", "content-length": String(upload.length) };

/** The least-squares slope of samples, in their unit a minute. */
function slope(samples: readonly { minute: number; value: number }[]): number {
  const mean = (numbers: number[]): number => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  const [x, y] = [mean(samples.map(({ minute }) => minute)), mean(samples.map(({ value }) => value))];
  const covariance = mean(samples.map(({ minute, value }) => (minute - x) * (value - y)));
  return covariance / mean(samples.map(({ minute }) => (minute - x) ** 2));
}

describe.concurrent.each(runtimes)("soak on %s", (runtime) => {
  let server: Server;

  beforeAll(async () => {
    server = await startApp(runtime, "soak");
  });
  afterAll(() => server?.stop());

  const left = async (): Promise<Record<string, number>> =>
    (await fetch(`${server.url}/open/`, { headers: { connection: "close" } })).json() as never;

  test(`${SECONDS} seconds of 64 connections: no request fails, nothing is left`, {
    timeout: (SECONDS + 120) * 1000,
  }, async () => {
    await new Load(server.port).run(2);
    await sleep(500);
    const before = { ...holdings(server), ...(await left()) };

    const load = new Load(server.port);
    const samples: { minute: number; value: number }[] = [];
    const start = performance.now();
    const sampling = setInterval(() => {
      samples.push({ minute: (performance.now() - start) / 60_000, value: holdings(server).memory / 1e6 });
    }, 500);
    await load.run(SECONDS);
    clearInterval(sampling);

    // Memory grows to its working size first.
    const later = samples.slice(samples.length / 2);
    const least = (part: typeof samples): number => Math.min(...part.map(({ value }) => value));
    const total = Object.values(load.counts).reduce((sum, count) => sum + count, 0);
    const kinds = Object.entries(load.counts).map(([kind, count]) => `${count} ${kind}`);
    console.log(
      `soak: ${runtime}: ${total} requests in ${SECONDS} s (${kinds.join(", ")}), ${load.failures.length} failed; memory ` +
        `${least(samples.slice(0, 5)).toFixed(0)} MB at first, ${least(later).toFixed(0)} to ${Math.max(...later.map(({ value }) => value)).toFixed(0)} MB ` +
        `in the second half, slope ${slope(later).toFixed(1)} MB/min`,
    );
    expect(load.failures.slice(0, 5)).toEqual([]);
    for (const kind of new Set(turns)) expect(load.counts[kind], kind).toBeGreaterThan(0);

    // What has ended is given a moment to be gone.
    const more = (): number => holdings(server).descriptors.length - before.descriptors.length;
    let open = await left();
    for (
      let tries = 0;
      (more() > 5 ||
        holdings(server).temporary.length > before.temporary.length ||
        Object.values(open).some((count, i) => count > (Object.values(before).slice(-4)[i] as number))) &&
      tries < 100;
      tries++
    ) {
      await sleep(100);
      open = await left();
    }
    expect(open).toEqual({ streams: 0, objects: 0, multipart: 0, timers: expect.any(Number) });
    expect(open.timers).toBeLessThanOrEqual((before as unknown as { timers: number }).timers);
    expect(holdings(server).temporary).toEqual(before.temporary);
    expect(more(), holdings(server).descriptors.join("\n")).toBeLessThanOrEqual(5);
    // A leak of one buffer a request would be gigabytes.
    if (samples.length > 20)
      expect(least(later)).toBeLessThan(2 * least(samples.slice(samples.length / 4, samples.length / 2)) + 100);
  });
});
