/**
 * Dispatch in process: a Request goes in, a Response comes out and is read. Making the Request is not counted.
 *
 *     node dispatch.mjs [case …]      bun dispatch.mjs      deno run -A dispatch.mjs
 */

import { candidates } from "./candidates/index.mjs";
import { interleave } from "./measure.mjs";
import { requests } from "./requests.mjs";

/** How to make the request of a case; a signed cookie is each candidate's own. */
export async function requestOf(candidate, name) {
  const [url, init] = requests[name];
  if (name !== "signed") return () => new Request(url, init);
  const signedCookie = candidate.signedCookie ?? (await import("./candidates/webcrypto.mjs")).signedCookie;
  const cookie = await signedCookie();
  return () => new Request(url, { ...init, headers: { ...init.headers, cookie } });
}

/** Throws where a candidate does not do its work. */
export async function proveRight(candidate, name, request) {
  const response = await candidate.cases[name](request);
  const text = await response.text();
  if (!requests[name][2](text, response)) {
    throw new Error(`${candidate.name} answers ${name} with ${response.status} ${text.slice(0, 200)}`);
  }
}

/** Runs the cases on this runtime: case → candidate → { ratio, best }. */
export async function dispatch(names = Object.keys(requests), { batch = 250, ...options } = {}) {
  const results = {};
  for (const name of names) {
    const runners = {};
    for (const candidate of candidates) {
      const make = await requestOf(candidate, name);
      await proveRight(candidate, name, make());
      const fetch = candidate.cases[name];
      runners[candidate.name] = async () => {
        const made = Array.from({ length: batch }, make);
        const start = performance.now();
        for (const request of made) await (await fetch(request)).text();
        return ((performance.now() - start) * 1e6) / batch;
      };
    }
    results[name] = await interleave(runners, options);
  }
  return results;
}

if (import.meta.main ?? process.argv[1] === import.meta.filename) {
  const names = process.argv.slice(2);
  console.log(JSON.stringify(await dispatch(names.length ? names : undefined)));
}
