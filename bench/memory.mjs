/**
 * How far the resident memory of a server grows over what it had after a small request: megabytes, with bodies that are
 * made while they are sent. The reference drains the body, or makes it, by hand.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { Agent, request as httpRequest } from "node:http";
import { median } from "./measure.mjs";
import { boundary, filePieces } from "./multipart.mjs";
import { start } from "./runtimes.mjs";

const MB = 2 ** 20;
const GB = 2 ** 30;
const agent = new Agent({ keepAlive: false });

/** case → bytes, and what is sent of so many */
const bodies = {
  "256 MB up": { name: "up", bytes: 256 * MB, pieces: plain },
  "256 MB down": { name: "down", bytes: 256 * MB },
  "lines of 1 GB": { name: "lines", bytes: GB, pieces: lines },
  "4 GB multipart": { name: "multipart", bytes: 4 * GB, pieces: (bytes) => filePieces(1, bytes / MB) },
};

export const cases = Object.keys(bodies);
export const unit = "MB";

export async function measure(runtime, chosen) {
  const results = {};
  for (const key of chosen) {
    const row = {};
    for (const candidate of ["hand-written", "djedge"]) {
      const growths = [];
      for (let i = 0; i < 3; i++) growths.push(await growth(runtime, candidate, bodies[key]));
      row[candidate] = { median: median(growths), best: Math.min(...growths) };
    }
    for (const one of Object.values(row)) one.ratio = row["hand-written"].median / one.median;
    results[key] = row;
  }
  return results;
}

async function growth(runtime, candidate, { name, bytes, pieces }) {
  const server = await start(runtime, "memory.server.mjs");
  try {
    const url = (size) => `${server.url}${name}/${candidate}?bytes=${size}`;
    await exchange(url(8 * MB), pieces?.(8 * MB));
    const before = resident(server.pid, "VmRSS");
    // From here on, VmHWM is the highest since now.
    writeFileSync(`/proc/${server.pid}/clear_refs`, "5");
    const received = await exchange(url(bytes), pieces?.(bytes));
    const seen = pieces ? Number(received.text) : received.bytes;
    if (seen < bytes) throw new Error(`${candidate} saw ${seen} bytes of ${bytes} in ${name} on ${runtime}`);
    return resident(server.pid, "VmHWM") - before;
  } finally {
    server.stop();
  }
}

/** Sends pieces, as fast as they are taken, and reads the answer to its end. */
function exchange(url, pieces) {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": `multipart/form-data; boundary=${boundary}` };
    const request = httpRequest(url, { method: pieces ? "POST" : "GET", headers, agent });
    request.on("error", reject).on("response", (response) => {
      let bytes = 0;
      let text = "";
      response.on("error", reject).on("data", (chunk) => {
        bytes += chunk.length;
        if (bytes < 100) text += chunk;
      });
      response.on("end", () => resolve({ bytes, text }));
    });
    const send = () => {
      for (;;) {
        const { done, value } = pieces?.next() ?? { done: true };
        if (done) return request.end();
        if (!request.write(value)) return request.once("drain", send);
      }
    };
    send();
  });
}

function* plain(bytes) {
  const piece = new Uint8Array(MB).fill(120);
  for (let sent = 0; sent < bytes; sent += MB) yield piece;
}

/** Lines of 63 characters. */
function* lines(bytes) {
  const piece = new TextEncoder().encode(`${"x".repeat(63)}\n`.repeat(MB / 64));
  for (let sent = 0; sent < bytes; sent += MB) yield piece;
}

function resident(pid, field) {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(new RegExp(`${field}:\\s*(\\d+)`).exec(status)[1]) / 1024;
}
