/**
 * The benchmarks: `npm run bench`, with cases and runtimes as arguments (`npm run bench -- cookies bun`).
 * Prints a table of ratios, and writes them as JSON to `results/`.
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { candidates } from "./candidates/index.mjs";
import { interleave } from "./measure.mjs";
import { requests } from "./requests.mjs";
import { run, runtimes, startWorkerd } from "./runtimes.mjs";

const args = process.argv.slice(2);
const chosen = (known) => {
  const named = args.filter((arg) => known.includes(arg));
  return named.length ? named : known;
};
const cases = chosen(Object.keys(requests));

for (const runtime of chosen(runtimes)) {
  const results = runtime === "workerd" ? await onWorkerd() : await run(runtime, "dispatch.mjs", cases);
  print(`dispatch in process, ${runtime}`, results);
  mkdirSync(new URL("results/", import.meta.url), { recursive: true });
  writeFileSync(new URL(`results/dispatch-${runtime}.json`, import.meta.url), JSON.stringify(results, null, 1));
}

async function onWorkerd() {
  const server = await startWorkerd("dispatch.workerd.mjs");
  const count = 1000;
  const time = async (name, candidate) => {
    const start = performance.now();
    const response = await fetch(`${server.url}?case=${name}&candidate=${encodeURIComponent(candidate)}&count=${count}`);
    if ((await response.text()) !== "done") throw new Error(`${candidate} fails in ${name} on workerd`);
    return ((performance.now() - start) * 1e6) / count;
  };
  try {
    const results = {};
    for (const name of cases) {
      const work = (candidate) => async () => (await time(name, candidate)) - (await time(name, "none"));
      results[name] = await interleave(Object.fromEntries(candidates.map((one) => [one.name, work(one.name)])), {
        rounds: 9,
        warmup: 2,
      });
    }
    return results;
  } finally {
    server.stop();
  }
}

/** Speed relative to the hand-written handler, which is also told in microseconds. */
function print(title, results) {
  console.log(`\n${title}: speed relative to the hand-written handler`);
  const names = candidates.map(({ name }) => name);
  console.log(["case".padEnd(9), "hand µs".padStart(9), ...names.slice(1).map((name) => name.padStart(12))].join(""));
  for (const [name, row] of Object.entries(results)) {
    const cells = names.slice(1).map((candidate) => (row[candidate]?.ratio.toFixed(2) ?? "–").padStart(12));
    console.log([name.padEnd(9), (row[names[0]].best / 1000).toFixed(2).padStart(9), ...cells].join(""));
  }
}
