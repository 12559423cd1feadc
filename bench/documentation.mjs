/** Writes the tables of `docs/performance.md`, between the comments that name them, from the results at hand. */

import { readFileSync, writeFileSync } from "node:fs";
import { runtimes } from "./runtimes.mjs";

const page = new URL("../docs/performance.md", import.meta.url);
const peers = ["itty-router", "hono", "h3", "elysia"];

const titles = { node: "Node", bun: "Bun", deno: "Deno", workerd: "workerd" };

const tables = {
  /** Microseconds that a request takes more than the least code that gives the same bytes. */
  floor: () =>
    casesByRuntime("dispatch", (row) => {
      const [reference] = Object.values(row);
      const cost = reference.best * (1 / row.djedge.ratio - 1 / row.floor.ratio);
      return `${cost < 0 ? "−" : ""}${(Math.abs(cost) / 1000).toFixed(2)} µs (${(row.djedge.ratio / row.floor.ratio).toFixed(2)})`;
    }),
  dispatch: () => casesByRuntime("dispatch", againstPeers),
  http: () => casesByRuntime("http", againstPeers),
  parsing: () => casesByRuntime("parsing", againstAll),
  multipart: () => casesByRuntime("multipart", againstParsers),
  streaming: () => casesByRuntime("streaming", againstAll),
  firstbyte: () =>
    casesByRuntime("firstbyte", (row) => {
      const [hand, own] = [row["hand-written"], row.djedge].map(({ median }) => (median / 1e6).toFixed(1));
      return `${own} ms (${hand})`;
    }),
  memory: () => casesByRuntime("memory", (row) => `${row.djedge.median.toFixed(0)} (${row["hand-written"].median.toFixed(0)})`),
  size: () => {
    const results = read("size", "workerd");
    const lines = Object.entries(results).map(([name, { note, ...row }]) => {
      const sizes = Object.entries(row).map(([candidate, { best }]) => `${candidate} ${best.toFixed(1)}`);
      return `| ${name} | ${sizes.join(" · ")} | ${note.replace(/^budget | kB/g, "")} |`;
    });
    return ["| | kB | budget |", "|---|---|---|", ...lines];
  },
  start: () => {
    const results = { ...read("start", "node"), ...read("start", "workerd") };
    const lines = Object.entries(results).map(
      ([name, { djedge, hono }]) => `| ${name} | ${djedge.median.toFixed(1)} ms | ${hono.median.toFixed(1)} ms |`,
    );
    return ["| | djedge | hono |", "|---|---|---|", ...lines];
  },
};

export function writeDocumentation() {
  const text = readFileSync(page, "utf8");
  const written = text.replace(/(<!-- bench: (\w+) -->\n)[\s\S]*?(<!-- \/bench -->)/g, (_all, open, name, close) => {
    return `${open}${tables[name]().join("\n")}\n${close}`;
  });
  if (written !== text) writeFileSync(page, written);
}

function casesByRuntime(group, cell) {
  const results = Object.fromEntries(runtimes.map((runtime) => [runtime, read(group, runtime)]));
  const names = Object.keys(Object.assign({}, ...Object.values(results)));
  const lines = names.map((name) => {
    const cells = runtimes.map((runtime) => (results[runtime][name] ? cell(results[runtime][name]) : "–"));
    return `| ${name} | ${cells.join(" | ")} |`;
  });
  return [`| | ${runtimes.map((runtime) => titles[runtime]).join(" | ")} |`, `|---|${"---|".repeat(runtimes.length)}`, ...lines];
}

/** djedge's speed relative to the best of the peers, which is named. */
function againstPeers(row) {
  const [name, { ratio }] = best(Object.entries(row).filter(([peer]) => peers.includes(peer)));
  return `${(row.djedge.ratio / ratio).toFixed(2)} of ${name}`;
}

/** djedge's speed relative to the best of all others that do the same. */
function againstAll(row) {
  const others = Object.entries(row).filter(([peer]) => peer !== "djedge" && peer !== "drain only" && peer !== "note");
  const [name, { ratio }] = best(others);
  return `${(row.djedge.ratio / ratio).toFixed(2)} of ${name}`;
}

/** djedge's speed relative to the best of the parsers, which is named, and to the runtime's own. */
function againstParsers({ formData, ...row }) {
  return formData ? `${againstAll(row)} (${(row.djedge.ratio / formData.ratio).toFixed(2)})` : againstAll(row);
}

function best(entries) {
  return entries.reduce((former, entry) => (entry[1].ratio > former[1].ratio ? entry : former));
}

function read(group, runtime) {
  try {
    return JSON.parse(readFileSync(new URL(`results/${group}-${runtime}.json`, import.meta.url), "utf8"));
  } catch {
    return {};
  }
}
