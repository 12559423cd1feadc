// Writes docs/conformance.md: every entry of Django's page (scripts/django.json), ticked per runtime by the tests that show it
// (test/http/djangopage.*), and how many of a real Django's answers hold (test/vectors), from the results that the test run left in
// .cache/test. `--check` writes nothing, and fails where the page is behind, or where an entry has no passing test on a runtime.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { root } from "./binaries.mjs";

const RUNTIMES = { workerd: "Workers", deno: "Deno", bun: "Bun", "node-oldest": "Node oldest", "node-current": "Node current" };
const PAGE = "docs/conformance.md";
const json = (file) => JSON.parse(readFileSync(root + file, "utf8"));
const problems = [];

/** What each runtime's run says: the tests of Django's page with their status, and the vectors by their area. */
const results = Object.keys(RUNTIMES).map((runtime) => {
  const { testResults } = json(`.cache/test/${runtime}.json`);
  const tests = new Map();
  const vectors = new Map();
  for (const { name: file, assertionResults } of testResults) {
    for (const { ancestorTitles, title, status, meta } of assertionResults) {
      if (file.includes("/djangopage.")) tests.set(`${ancestorTitles.join(": ")} > ${title}`, status);
      if (!meta?.vectors) continue;
      const { area, holding, cases } = meta.vectors;
      const [before, of] = vectors.get(area) ?? [0, 0];
      vectors.set(area, [before + holding, of + cases]);
    }
  }
  return { runtime, tests, vectors };
});

/** The tests whose titles name an entry: by Django's name or by ours, in a part of the page about its class. */
function testsOf(className, name, all) {
  const bare = name.replace("()", "");
  const ours = bare.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
  const word = new RegExp(`(^|[^\\w])(${[...new Set([bare, ours])].join("|")})(?![\\w])`);
  return all.filter((test) => {
    const [part, title] = test.split(" > ");
    const isAbout = new RegExp(`^${className}\\b`).test(part);
    const names = title.split(":")[0];
    if (bare === className) {
      const isWhole = isAbout && (/(objects|class|usage)$/.test(part) || title.startsWith("__init__")) && !names.includes(".");
      return isWhole || new RegExp(`\\b${className}(?![\\w.])`).test(names);
    }
    if (names === className) return word.test(title);
    return (
      (isAbout || new RegExp(`\\b${className}\\.`).test(names)) &&
      (word.test(names) || (title.includes(`${ours}()`) && word.test(title)))
    );
  });
}

const titles = [...new Set(results.flatMap(({ tests }) => [...tests.keys()]))];
const used = new Set();
const head = (first) => `| ${first} | ${Object.values(RUNTIMES).join(" | ")} |\n|---|${":-:|".repeat(results.length)}`;
const safe = (text) => text.replaceAll("|", "\\|").replaceAll("<", "&lt;").replaceAll("{", "&#123;");

/** `| what | ✓ | ✓ | … |` */
function row(what, tests) {
  const ticks = results.map(({ runtime, tests: status }) => {
    const holds = tests.length > 0 && tests.every((test) => status.get(test) === "passed");
    if (!holds) problems.push(`${what.split("<br>")[0]} is not shown on ${RUNTIMES[runtime]}`);
    return holds ? "✓" : "✗";
  });
  return `| ${what} | ${ticks.join(" | ")} |`;
}

const text = [
  "# Conformance",
  "",
  "Every entry of Django’s page on [request and response objects](https://docs.djangoproject.com/en/6.0/ref/request-response/), with the tests that show it",
  "(`test/http/djangopage.*.test.ts`), ticked where they passed. `scripts/conformance.mjs` writes this page from the results of a test run, and the test run fails where it is behind.",
];
for (const [className, { names }] of Object.entries(json("scripts/django.json"))) {
  text.push("", `## ${className}`, "", head("entry"));
  for (const name of names) {
    const tests = testsOf(className, name, titles);
    for (const test of tests) used.add(test);
    const said = tests.map((test) => `<br><small>${safe(test.split(" > ")[1])}</small>`);
    text.push(row(`\`${name}\`${said.join("")}`, tests));
  }
}
const rest = titles.filter((test) => !used.has(test));
if (rest.length)
  text.push(
    "",
    "## What else the page says",
    "",
    head("statement"),
    ...rest.map((test) => row(safe(test.replace(" > ", ": ")), [test])),
  );

text.push("", "## Answers of a real Django", "");
text.push("Inputs with what Django answered (`test/vectors`): how many of them get the same answer here.", "", head("area"));
for (const area of [...new Set(results.flatMap(({ vectors }) => [...vectors.keys()]))].sort()) {
  const counts = results.map(({ vectors }) => vectors.get(area) ?? [0, 0]);
  text.push(`| ${area} | ${counts.map(([holding, cases]) => `${holding} of ${cases}`).join(" | ")} |`);
}

const page = `${text.join("\n")}\n`;
const isBehind = !existsSync(root + PAGE) || readFileSync(root + PAGE, "utf8") !== page;
if (!process.argv.includes("--check")) writeFileSync(root + PAGE, page);
else if (isBehind) problems.push(`${PAGE} is behind the tests: run node scripts/conformance.mjs`);
if (problems.length) {
  console.error(problems.slice(0, 40).join("\n"));
  process.exitCode = 1;
}
