/** Has a group measured inside of a runtime. */

import { interleave } from "./measure.mjs";
import { run, startWorkerd } from "./runtimes.mjs";

/** @returns case → candidate → { ratio, median, best }, in nanoseconds a call */
export function inProcess(runtime, group, cases) {
  return runtime === "workerd" ? onWorkerd(group, cases) : run(runtime, "inprocess.mjs", [group, ...cases]);
}

async function onWorkerd(group, cases) {
  const server = await startWorkerd("inprocess.workerd.mjs");
  const ask = async (parameters) => {
    const response = await fetch(`${server.url}?${new URLSearchParams({ group, ...parameters })}`);
    if (!response.ok) throw new Error(`workerd answers ${JSON.stringify(parameters)} with ${response.status}`);
    return response.json();
  };
  try {
    const results = {};
    for (const name of cases) {
      const { candidates, batch, ...options } = await ask({ case: name });
      const works = candidates.map((candidate) => [candidate, () => ask({ case: name, candidate })]);
      // Its batches are larger, and what has been compiled stays so.
      const { rounds = 9, warmup = 3 } = options;
      results[name] = await interleave(Object.fromEntries(works), { rounds: Math.min(rounds, 9), warmup: Math.min(warmup, 3) });
    }
    return results;
  } finally {
    server.stop();
  }
}
