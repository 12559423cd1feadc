/**
 * The benchmarks: `npm run bench`, with groups, cases and runtimes as arguments (`npm run bench -- dispatch cookies bun`);
 * without any, everything. Prints tables of ratios, writes them as JSON to `results/`, and the tables of the documentation.
 */

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { writeDocumentation } from "./documentation.mjs";
import * as firstbyte from "./firstbyte.mjs";
import * as http from "./http.mjs";
import { inProcess } from "./inprocess.driver.mjs";
import { groups as inner } from "./inprocess.mjs";
import * as memory from "./memory.mjs";
import { runtimes } from "./runtimes.mjs";
import * as size from "./size.mjs";
import * as start from "./start.mjs";
import { printTable } from "./table.mjs";

/** group → { cases, what its numbers are, the runtimes it is for, how it is measured } */
const groups = {
  ...Object.fromEntries(
    Object.entries(inner).map(([name, { cases }]) => [
      name,
      { cases: Object.keys(cases), unit: "µs", measure: (runtime, chosen) => inProcess(runtime, name, chosen) },
    ]),
  ),
  http,
  firstbyte,
  memory,
  start,
  size,
};

const args = process.argv.slice(2);
const among = (known) => {
  const named = known.filter((one) => args.includes(one));
  return named.length ? named : known;
};
const unknown = args.filter(
  (arg) => !groups[arg] && !runtimes.includes(arg) && !Object.values(groups).some(({ cases }) => cases.includes(arg)),
);
if (unknown.length) throw new Error(`Neither a group, nor a case, nor a runtime: ${unknown.join(", ")}`);

mkdirSync(new URL("results/", import.meta.url), { recursive: true });
const hasCase = (name) => !args.some((arg) => anyCase(arg)) || groups[name].cases.some((one) => args.includes(one));
const anyCase = (arg) => Object.values(groups).some(({ cases }) => cases.includes(arg));

for (const name of among(Object.keys(groups)).filter(hasCase)) {
  const group = groups[name];
  for (const runtime of among(runtimes).filter((one) => (group.runtimes ?? runtimes).includes(one))) {
    const results = await group.measure(runtime, among(group.cases));
    printTable(`${name}, ${runtime}`, group.unit, results);
    save(`results/${name}-${runtime}.json`, results);
  }
}
writeDocumentation();

/** Cases that were not measured this time keep their numbers. */
function save(file, results) {
  const url = new URL(file, import.meta.url);
  let former = {};
  try {
    former = JSON.parse(readFileSync(url, "utf8"));
  } catch {}
  writeFileSync(url, `${JSON.stringify({ ...former, ...results }, null, 1)}\n`);
}
