/** Starting: from the spawn of workerd to its first answer, and the import of the root entry on Node; milliseconds. */

import { interleave } from "./measure.mjs";
import { run, startWorkerd } from "./runtimes.mjs";

export const cases = ["import", "first answer"];
export const unit = "ms";
export const runtimes = ["node", "workerd"];

const candidates = ["hono", "djedge"];

export async function measure(runtime, chosen) {
  const results = {};
  if (runtime === "node" && chosen.includes("import"))
    results.import = await compare((name) => run("node", "start.import.mjs", [name]));
  if (runtime === "workerd" && chosen.includes("first answer")) results["first answer"] = await compare(firstAnswer);
  return results;
}

function compare(time) {
  return interleave(Object.fromEntries(candidates.map((name) => [name, () => time(name)])), { rounds: 15, warmup: 2 });
}

async function firstAnswer(name) {
  const start = performance.now();
  const server = await startWorkerd(`start.${name}.mjs`);
  try {
    const response = await fetch(server.url);
    if ((await response.text()) !== "Hello") throw new Error(`${name} answers ${response.status}`);
    return performance.now() - start;
  } finally {
    server.stop();
  }
}
