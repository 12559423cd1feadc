/**
 * Dispatch in process: a Request goes in, a Response comes out and is read. Making the Request is not counted.
 *
 *     node dispatch.mjs [case …]      bun dispatch.mjs      deno run -A dispatch.mjs
 */

import { interleave } from "./measure.mjs";
import { requests } from "./requests.mjs";

const BATCH = 250;

/** Runs the cases on this runtime. The first candidate is what the others are relative to. */
export async function dispatch(candidates, names, options) {
  const results = {};
  for (const name of names) {
    const runners = {};
    for (const candidate of candidates) {
      const make = await requestOf(candidate, name);
      const fetch = candidate.cases[name];
      await proveRight(candidate.name, name, fetch, make());
      runners[candidate.name] = async () => {
        const batch = Array.from({ length: BATCH }, make);
        const start = performance.now();
        for (const request of batch) await (await fetch(request)).text();
        return ((performance.now() - start) * 1e6) / BATCH;
      };
    }
    results[name] = await interleave(runners, options);
  }
  return results;
}

/** How to make the request of a case; a signed cookie is each candidate's own. */
export async function requestOf(candidate, name) {
  const [url, init] = requests[name];
  if (name !== "signed") return () => new Request(url, init);
  const cookie = (await candidate.signedCookie?.()) ?? (await (await import("./candidates/webcrypto.mjs")).signedCookie());
  return () => new Request(url, { ...init, headers: { ...init.headers, cookie } });
}

async function proveRight(candidate, name, fetch, request) {
  const response = await fetch(request);
  const text = await response.text();
  if (!requests[name][2](text, response)) throw new Error(`${candidate} answers ${name} with ${response.status} ${text.slice(0, 200)}`);
}
