// The test run: `npm test` for all of it, `node scripts/test.mjs <part…> [file filters…]` for a part.
//
// The behavioural suite (test/**, without the folders that belong to one runtime) runs on every runtime and must count
// the same on each. Then come the folders of one runtime, the wire (real servers and sockets) and the package itself.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bun, deno, nodeCurrent, nodeOldest, root, vitest } from "./binaries.mjs";
import { findChromium, installChromium } from "./chromium.mjs";

const PARTS = ["check", "node", "deno", "bun", "workerd", "wire", "browser", "package", "docs"];
const TIMEOUT = 12 * 60_000; // milliseconds for one step
const OUT = `${root}.cache/test/`;
const TMPDIR = mkdtempSync(join(tmpdir(), "djedge-test-")); // so that what is left in it at the end is ours

const args = process.argv.slice(2);
const filters = args.filter((arg) => !PARTS.includes(arg));
const wanted = new Set(args.filter((arg) => PARTS.includes(arg)));
const parts = wanted.size ? PARTS.filter((part) => wanted.has(part)) : PARTS;
const all = parts.length === PARTS.length && !filters.length;
let passed = 0;
let failed = 0;

const runtimes = [
  { name: "Node oldest", part: "node", command: [nodeOldest, vitest] },
  { name: "Node current", part: "node", command: [nodeCurrent, vitest] },
  { name: "Deno", part: "deno", command: [deno, "run", "-A", vitest] },
  { name: "Bun", part: "bun", command: [bun, "--bun", vitest] },
  { name: "workerd", part: "workerd", command: [nodeCurrent, vitest], config: "vitest.workerd.config.ts" },
].filter(({ part }) => parts.includes(part));

/** Runs a command to its end; gives its exit code and what it wrote. Never rejects. */
function run([command, ...rest], env = {}) {
  return new Promise((resolve) => {
    let text = "";
    const child = spawn(command, rest, {
      cwd: root,
      env: { ...process.env, NO_COLOR: "1", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const timer = setTimeout(() => child.kill("SIGKILL"), TIMEOUT);
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (chunk) => (text += chunk));
    child.on("error", (error) => resolve({ code: -1, text: String(error) }));
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code: code ?? -1, text: signal ? `${text}\nended by ${signal}` : text });
    });
  });
}

/** A step that is no test suite (build, types, lint): it passes or fails as one. */
async function step(name, command) {
  const start = performance.now();
  const { code, text } = await run(command);
  report({ name, start, passed: code === 0 ? 1 : 0, failed: code === 0 ? [] : [{ name, message: text.trim() }] });
}

/** One vitest run; gives the names of the tests that ran. */
async function suite(runtime, folder = "") {
  const start = performance.now();
  const name = `${runtime.name}${folder ? `: test/${folder}` : ""}`;
  const file = `${OUT}${name.replace(/\W+/g, "-").toLowerCase()}.json`;
  rmSync(file, { force: true });
  const workers = folder || parts.length === 1 ? [] : ["--maxWorkers=1"]; // two runtimes at a time, else two workers
  const options = [
    "run",
    "--reporter=json",
    `--outputFile=${file}`,
    ...workers,
    ...(folder === "wire" || folder === "browser" ? ["--no-file-parallelism"] : []),
  ];
  if (runtime.config) options.push("--config", runtime.config);
  const { code, text } = await run([...runtime.command, ...options, ...filters], { DJEDGE_SUITE: folder, TMPDIR });
  const result = { name, start, passed: 0, failed: [], skipped: [], names: [], notes: [], suites: new Map(), vectors: new Map() };
  if (existsSync(file)) collect(JSON.parse(readFileSync(file, "utf8")), result);
  if (!result.names.length && !result.failed.length && !(filters.length && folder)) {
    result.failed.push({ name: `${name} executed no test`, message: text.slice(-4000) });
  } else if (code !== 0 && !result.failed.length && result.names.length) {
    result.failed.push({ name: `${name} ended with code ${code}`, message: text.slice(-4000) });
  }
  report(result);
  return result;
}

function collect(json, result) {
  for (const { name: path, assertionResults, status, message } of json.testResults) {
    const file = path.replaceAll("\\", "/").split("/test/").slice(1).join("/test/") || path;
    const group = file.includes("/") ? file.slice(0, file.indexOf("/")) : "root";
    if (status === "failed" && !assertionResults.some((test) => test.status === "failed"))
      result.failed.push({ name: file, message });
    for (const test of assertionResults) {
      const name = `${file} > ${test.fullName}`;
      if (test.meta?.note) result.notes.push(test.meta.note);
      if (test.meta?.vectors) {
        const { area, holding, cases } = test.meta.vectors;
        const [before, of] = result.vectors.get(area) ?? [0, 0];
        result.vectors.set(area, [before + holding, of + cases]);
      }
      if (test.status === "passed") {
        result.passed++;
        result.names.push(name);
        result.suites.set(group, (result.suites.get(group) ?? 0) + 1);
      } else if (test.status === "failed") {
        result.names.push(name);
        result.failed.push({ name, message: test.failureMessages.join("\n") });
      } else result.skipped.push(name);
    }
  }
}

function report({ name, start, passed: good, failed: bad, skipped = [], suites = new Map(), notes = [] }) {
  passed += good;
  failed += bad.length;
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const by = [...suites].sort().map(([group, count]) => `${group} ${count}`);
  const aside = skipped.length ? `, ${skipped.length} skipped` : "";
  console.log(
    `${bad.length ? "✗" : "✓"} ${name}: ${good} passed, ${bad.length} failed${aside} (${seconds} s)${by.length > 1 ? `\n    ${by.join(" · ")}` : ""}`,
  );
  for (const note of notes) console.log(`    ${note}`);
  for (const test of skipped) console.log(`    skipped: ${test}`);
  for (const test of bad.slice(0, 40)) console.log(`\n  ✗ ${test.name}\n${indent(test.message)}\n`);
  if (bad.length > 40) console.log(`  … and ${bad.length - 40} more`);
}

function indent(message = "") {
  const lines = message.split("\n").slice(0, 60);
  return lines.map((line) => `      ${line}`).join("\n");
}

/** Every runtime has to run the same tests: one that is missing somewhere is a failure, by name. */
function compare(results) {
  const everywhere = new Set(results.flatMap((result) => result.names));
  for (const { name, names } of results) {
    const own = new Set(names);
    const missing = [...everywhere].filter((test) => !own.has(test));
    if (!missing.length) continue;
    failed++;
    console.log(`✗ ${name} ran ${own.size} of ${everywhere.size} tests; it lacks:\n${indent(missing.join("\n"))}`);
  }
}

/** How many of the vectors' cases hold, per area; where the runtimes differ, on each of them. */
function printVectors(results) {
  const areas = new Set(results.flatMap((result) => [...result.vectors.keys()]));
  if (areas.size) console.log("Vectors of Django (test/vectors), cases that hold:");
  for (const area of [...areas].sort()) {
    const counts = results.map(({ name, vectors }) => [name, vectors.get(area)?.join("/") ?? "not run"]);
    const equal = new Set(counts.map(([, count]) => count)).size === 1;
    console.log(
      `    ${area}: ${equal ? `${counts[0][1]} on ${counts.map(([name]) => name).join(", ")}` : counts.map((count) => count.join(" ")).join(", ")}`,
    );
  }
}

const has = (folder) => existsSync(`${root}test/${folder}`);
mkdirSync(OUT, { recursive: true });

if (parts.includes("check")) {
  await step("build", ["npm", "run", "--silent", "build"]);
  await step("check: types", ["npm", "run", "--silent", "check:types"]);
  await step("check: lint and format", ["npm", "run", "--silent", "check:lint"]);
} else if (["wire", "browser", "package", "docs"].some((part) => parts.includes(part)))
  await step("build", ["npm", "run", "--silent", "build"]);

const queue = [...runtimes];
const results = [];
const lane = async () => {
  for (let runtime = queue.shift(); runtime; runtime = queue.shift()) results.push(await suite(runtime));
};
await Promise.all(runtimes.length > 1 ? [lane(), lane()] : [lane()]);
compare(results);
printVectors(results);
// Only a whole run says of every entry of Django's page on every runtime that it holds.
if (runtimes.length === 5 && !filters.length) await step("conformance", ["node", "scripts/conformance.mjs", "--check"]);

for (const runtime of runtimes) if (has(runtime.part)) await suite(runtime, runtime.part);
for (const folder of ["wire", "browser", "package", "docs"]) {
  if (folder === "browser" && parts.includes(folder) && !findChromium() && !installChromium()) {
    console.log("- test/browser: left out, since there is no Chromium: install it, or name a Chromium or Chrome in CHROMIUM");
    continue;
  }
  if (parts.includes(folder) && has(folder)) await suite({ name: "Node current", command: [nodeCurrent, vitest] }, folder);
  else if (parts.includes(folder) && !all) await step(`test/${folder} exists`, ["false"]);
}

const left = readdirSync(TMPDIR).filter((name) => /^djedge|\.upload$/.test(name));
if (left.length) {
  failed++;
  console.log(`✗ ${left.length} temporary files are left behind:\n${indent(left.join("\n"))}`);
}
rmSync(TMPDIR, { recursive: true, force: true });

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed || !passed ? 1 : 0;
