/**
 * What is measured inside of a runtime: `node inprocess.mjs dispatch json form`, likewise with bun and `deno run -A`.
 *
 * A group has cases; a case is a function that gives, once everything in it was proved right, the works that are compared:
 * candidate → { make: the input of one call, which is not counted; work: what is counted }. The first is what the others
 * are relative to.
 */

import * as dispatch from "./dispatch.mjs";
import { interleave } from "./measure.mjs";
import * as multipart from "./multipart.mjs";
import * as parsing from "./parsing.mjs";
import * as streaming from "./streaming.mjs";

export const groups = { dispatch, parsing, multipart, streaming };

/** Calls a work `count` times and gives nanoseconds a call. */
export async function run({ make = () => undefined, work }, count) {
  const inputs = Array.from({ length: count }, make);
  const start = await now();
  for (const input of inputs) {
    const result = work(input);
    if (result instanceof Promise) await result;
  }
  return (((await now()) - start) * 1e6) / count;
}

/** The clock of workerd goes on only with its input and output. */
async function now() {
  await globalThis.scheduler?.wait(0);
  return performance.now();
}

if (import.meta.main) {
  const [group, ...names] = process.argv.slice(2);
  const results = {};
  for (const name of names) {
    const { batch, works, ...options } = await groups[group].cases[name]();
    const timed = Object.entries(works).map(([candidate, work]) => [candidate, () => run(work, batch)]);
    results[name] = await interleave(Object.fromEntries(timed), options);
  }
  console.log(JSON.stringify(results));
  process.exit();
}
