/**
 * Dispatch in process: a Request goes in, with what the runtime's server gives beside it, a Response comes out and is read.
 * Making the Request is not counted.
 */

import { candidates } from "./candidates/index.mjs";
import { requests } from "./requests.mjs";

export const cases = Object.fromEntries(Object.keys(requests).map((name) => [name, () => dispatch(name)]));

/** The arguments after the request: Bun's server, Deno's info, env and context of a Worker; Node has no server for Fetch. */
const beside = [];

if (globalThis.Bun) beside.push(globalThis.Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() }));
if (globalThis.Deno) {
  const remoteAddr = { transport: "tcp", hostname: "127.0.0.1", port: 8000 };
  beside.push({ remoteAddr, completed: Promise.resolve() });
}

/** What a Worker was given, for the works that run in it. */
export function calledWith(env, ctx) {
  beside.splice(0, 2, env, ctx);
}

async function dispatch(name) {
  const works = {};
  for (const candidate of candidates) {
    const make = await requestOf(candidate, name);
    const fetch = candidate.cases[name];
    await proveRight(candidate, name, make());
    works[candidate.name] = { make, work: async (request) => (await fetch(request, ...beside)).text() };
  }
  // Compiled well before they are measured: the first case of a process would pay for all of them.
  return { batch: 1000, warmup: 40, works };
}

/** How to make the request of a case; a signed cookie is each candidate's own. */
export async function requestOf(candidate, name) {
  const [url, init] = requests[name];
  if (name !== "signed") return () => new Request(url, init);
  const signedCookie = candidate.signedCookie ?? (await import("./candidates/webcrypto.mjs")).signedCookie;
  const cookie = await signedCookie();
  return () => new Request(url, { ...init, headers: { ...init.headers, cookie } });
}

/** Throws where a candidate does not do its work. */
async function proveRight(candidate, name, request) {
  const response = await candidate.cases[name](request);
  const text = await response.text();
  if (!requests[name][2](text, response)) {
    throw new Error(`${candidate.name} answers ${name} with ${response.status} ${text.slice(0, 200)}`);
  }
}
