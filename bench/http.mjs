/**
 * The cases of dispatch over loopback: each candidate is a process of its own, and they are loaded in turns, by wrk where
 * it is installed (Debian has it), or else by autocannon. What is compared is microseconds a request.
 */

import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { getCookieSigner } from "djedge/signing";
import { candidates } from "./candidates/index.mjs";
import * as nodehttp from "./candidates/nodehttp.mjs";
import { requestOf } from "./dispatch.mjs";
import { startDjango } from "./django/start.mjs";
import { interleave } from "./measure.mjs";
import { requests } from "./requests.mjs";
import { cache, start } from "./runtimes.mjs";

const CONNECTIONS = 16;
const SECONDS = 1;
const execute = promisify(execFile);

/** Django before 6.0.6 salts a signed cookie with its name alone. */
const djangoCandidate = {
  name: "django",
  signedCookie: async () => `visits=${getCookieSigner({ salt: "visits" }).sign("1")}`,
};

export const cases = Object.keys(requests);
export const unit = "µs";

export async function measure(runtime, chosen) {
  const results = {};
  for (const name of chosen) {
    const servers = [];
    try {
      for (const candidate of runtime === "node" ? [...candidates, nodehttp] : candidates) {
        if (candidate.name === "floor") continue; // In process it shows more.
        servers.push([candidate, await start(runtime, "serve.mjs", [candidate.name, name])]);
      }
      const django = await startDjango(name);
      if (django.server) servers.push([djangoCandidate, django.server]);
      const works = {};
      for (const [candidate, server] of servers) {
        const load = await loadOf(candidate, name, server);
        works[candidate.name] = async () => 1e9 / (await load());
      }
      // A server compiles what is called often while it runs, and is as fast as it gets after some 100,000 requests.
      results[name] = await interleave(works, { rounds: 5, warmup: 3 });
      if (django.reason) results[name].note = `no Django: ${django.reason}`;
    } finally {
      for (const [, server] of servers) server.stop();
    }
  }
  return results;
}

/** A function that gives requests a second, once one request has shown that the answer is right. */
async function loadOf(candidate, name, { port }) {
  const [, , isRight] = requests[name];
  const request = (await requestOf(candidate, name))();
  const target = `http://127.0.0.1:${port}${request.url.slice("http://localhost:8000".length)}`;
  const headers = Object.fromEntries(request.headers);
  const { method } = request;
  const body = method === "POST" ? await request.text() : undefined;
  delete headers.host; // The client sets both.
  delete headers["content-length"];
  const response = await fetch(target, { method, headers, body });
  const text = await response.text();
  if (!isRight(text, response))
    throw new Error(`${candidate.name} answers ${name} with ${response.status} ${text.slice(0, 200)}`);
  return loader(target, method, headers, body);
}

/** A function that loads `target` for a second and gives requests a second. */
export async function loader(target, method, headers, body) {
  return (await hasWrk()) ? wrk(target, method, headers, body) : autocannon(target, method, headers, body);
}

let found;

function hasWrk() {
  found ??= execute("wrk", ["--version"]).then(
    () => true,
    ({ code }) => code !== "ENOENT", // It ends with 1 after telling its version.
  );
  return found;
}

function wrk(target, method, headers, body) {
  const script = `${cache}wrk-${new URL(target).port}.lua`;
  const lines = [`wrk.method = ${JSON.stringify(method)}`];
  for (const [key, value] of Object.entries(headers))
    lines.push(`wrk.headers[${JSON.stringify(key)}] = ${JSON.stringify(value)}`);
  if (body) lines.push(`wrk.body = ${JSON.stringify(body)}`);
  writeFileSync(script, lines.join("\n"));
  return async () => {
    const { stdout } = await execute("wrk", ["-t1", `-c${CONNECTIONS}`, `-d${SECONDS}s`, "-s", script, target]);
    if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(stdout);
    return Number(/Requests\/sec:\s*([\d.]+)/.exec(stdout)[1]);
  };
}

function autocannon(url, method, headers, body) {
  return async () => {
    const { default: load } = await import("autocannon");
    const { requests, errors, non2xx } = await load({ url, method, headers, body, connections: CONNECTIONS, duration: SECONDS });
    if (errors || non2xx) throw new Error(`${url}: ${errors} errors, ${non2xx} answers that are none`);
    return requests.average;
  };
}
