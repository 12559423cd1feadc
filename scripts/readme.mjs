// Writes what README.md and docs/from-django.md say of the code; `--check` writes nothing, and fails where one of them is behind.
//
// The table "from Django to here" holds every name of Django's page (scripts/django.json) by the rules of translation, with its
// parameters and its sentence as `deno doc` reads them off the sources; a name that the sources do not have is an error.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { deno, root } from "./binaries.mjs";

const read = (file) => readFileSync(root + file, "utf8");
const json = (file) => JSON.parse(read(file));
const django = json("scripts/django.json");
/** The root entry, and where the bases are that it does not export. */
const SOURCES = ["src/index.ts", "src/http/extensions.ts", "src/http/response.ts"];
const options = { cwd: root, encoding: "utf8", maxBuffer: 2 ** 27, stdio: ["ignore", "pipe", "ignore"] };
const doc = JSON.parse(execFileSync(deno, ["doc", "--json", "--private", ...SOURCES], options));
const symbols = new Map();
for (const { symbols: some } of Object.values(doc.nodes))
  for (const { name, declarations } of some)
    if (declarations.every(({ kind }) => kind !== "reference")) symbols.set(name, declarations);

/** What Python spells with underscores on both sides. */
const SPECIAL = {
  __getitem__: "getItem",
  __setitem__: "set",
  __delitem__: "delete",
  __contains__: "has",
  __iter__: "[Symbol.asyncIterator]",
};
const translate = (name) => SPECIAL[name] ?? name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());

/** A member of a class, of what it extends, or of what middleware sets on a request; what has no docstring has its base's. */
function member(className, name) {
  const { def } = (symbols.get(className) ?? []).find(({ kind }) => kind === "class") ?? {};
  const base = def?.extends && member(def.extends, name);
  const found = [...(def?.methods ?? []), ...(def?.properties ?? [])].filter((one) => one.name === name && one.kind !== "setter");
  // An own member before a static one, and of overloads the one that takes the most.
  const rank = ({ isStatic, functionDef }) => (isStatic ? -1 : (functionDef?.params.length ?? 0));
  const [own] = found.sort((a, b) => rank(b) - rank(a));
  if (own) return { jsDoc: found.find(({ jsDoc }) => jsDoc)?.jsDoc ?? base?.jsDoc, ...own };
  if (base) return base;
  const extensions = symbols.get("SetByMiddleware") ?? [];
  const fields = extensions.flatMap(({ def }) => [...(def.properties ?? []), ...(def.methods ?? [])]);
  return className === "HttpRequest" ? fields.find((one) => one.name === name) : undefined;
}

/** `(key, options?)` */
function parameters(list) {
  const names = list.map((parameter) => {
    if (parameter.kind === "assign") return `${parameter.left.name ?? "options"}?`;
    if (parameter.kind === "rest") return `...${parameter.arg.name}`;
    return `${parameter.name ?? "options"}${parameter.optional ? "?" : ""}`;
  });
  return `(${names.join(", ")})`;
}

/** One row: what Django calls it, what it is here, and its sentence. */
function row(className, variable, name) {
  const bare = name.replace("()", "");
  if (bare === className) {
    const declared = symbols.get(className)?.find(({ kind }) => kind === "class");
    if (!declared) throw new Error(`The sources export no class ${className}.`);
    const from = constructorOf(className);
    const here = name === bare ? className : `new ${className}${parameters(from?.params ?? [])}`;
    return [name, here, sentence(declared.jsDoc?.doc)];
  }
  const found = member(className, translate(bare));
  if (!found) throw new Error(`${className} has no ${translate(bare)}, which is Django's ${bare}.`);
  const type = found.functionDef?.returnType ?? found.tsType;
  const waits = /^Promise/.test(type?.repr ?? type?.value?.typeName ?? "") ? "await " : "";
  if (bare === "__iter__") return [name, `for await (const line of ${variable})`, sentence(found.jsDoc?.doc)];
  const isCall = found.kind === "method" || (found.functionDef && found.kind !== "getter");
  const owner = found.isStatic ? className : variable;
  const call = isCall ? parameters(found.functionDef?.params ?? found.params ?? []) : "";
  return [name, `${waits}${owner}.${found.name}${call}`, sentence(found.jsDoc?.doc)];
}

function constructorOf(className) {
  const declared = symbols.get(className)?.find(({ kind }) => kind === "class");
  if (!declared) return undefined;
  return declared.def.constructors?.[0] ?? (declared.def.extends && constructorOf(declared.def.extends));
}

/** The first sentence of a docstring, fit for a table. */
function sentence(text = "") {
  const [paragraph = ""] = text.split("\n\n");
  const first = /^[\s\S]*?[.](?=\s|$)/.exec(paragraph)?.[0] ?? paragraph;
  return first
    .replace(/\{@link (\w+)\}/g, "`$1`")
    .replace(/\s+/g, " ")
    .replaceAll("|", "\\|")
    .replaceAll("<", "&lt;");
}

const table = (head, rows) => [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
const code = (text) => `\`${text}\``;

const sections = Object.entries(django).map(([className, { as: variable, names }]) => ({
  className,
  rows: names.map((name) => row(className, variable, name)),
}));

const readme = sections.map(
  ({ className, rows }) =>
    `<details><summary><code>${className}</code></summary>\n\n${table(
      ["Django", "here"],
      rows.map(([name, here]) => [code(name), code(here)]),
    )}\n\n</details>`,
);
const page = sections.map(
  ({ className, rows }) =>
    `## ${className}\n\n${table(
      ["Django", "here", ""],
      rows.map(([name, here, text]) => [code(name), code(here), text]),
    )}`,
);

const { devDependencies } = json("package.json");
const nodes = Object.entries(json("scripts/runtimes/package.json").optionalDependencies);
const node = (which) =>
  nodes
    .find(([name]) => name.startsWith(`node-${which}`))?.[1]
    .split("@")
    .at(-1);
const runtimes = table(
  ["runtime", "tested with"],
  [
    ["Cloudflare Workers", `workerd ${devDependencies.workerd}, with and without Node compatibility`],
    ["Deno", devDependencies.deno],
    ["Bun", devDependencies.bun],
    ["Node", `${node("oldest")}, the oldest that is supported, and ${node("current")}`],
  ],
);
const sizes = table(
  ["a Worker with", "at most, minified and gzipped"],
  json("scripts/sizes.json").map(({ name, limit }) => [name, `${(limit / 1000).toFixed(1)} kB`]),
);

/** `text` with what stands between the two marks of `name` replaced. */
function between(text, name, content) {
  const [start, end] = [`<!-- ${name}: scripts/readme.mjs -->`, `<!-- /${name} -->`];
  return `${text.slice(0, text.indexOf(start) + start.length)}\n${content}\n${text.slice(text.indexOf(end))}`;
}

/** What the benchmark last wrote into a file. What was measured is nothing that the code can be behind. */
const measured = (file) => /<!-- bench: dispatch -->\n([\s\S]*?)\n<!-- \/bench -->/.exec(read(file))?.[1] ?? "";
const speed = measured(process.argv.includes("--check") ? "README.md" : "docs/performance.md");

const parts = { django: `\n${readme.join("\n")}\n`, runtimes, sizes };
const files = {
  "README.md": Object.entries(parts)
    .reduce((text, [name, content]) => between(text, name, content), read("README.md"))
    .replace(/(<!-- bench: dispatch -->\n)[\s\S]*?(\n<!-- \/bench -->)/, (_, start, end) => start + speed + end),
  "docs/from-django.md": `# From Django to here

Every name of Django’s page on [request and response objects](https://docs.djangoproject.com/en/6.0/ref/request-response/), and how it is spelled here. The table is written by \`scripts/readme.mjs\` from the sources; [porting](./porting) has the rules.

${page.join("\n\n")}
`,
};

for (const [name, text] of Object.entries(files)) {
  const behind = read(name) !== text;
  if (!process.argv.includes("--check")) writeFileSync(root + name, text);
  else if (behind) {
    console.error(`${name} is behind the sources: run node scripts/readme.mjs`);
    process.exitCode = 1;
  }
}
