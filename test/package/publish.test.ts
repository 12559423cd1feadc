import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bun, deno, nodeCurrent, nodeOldest } from "../../scripts/binaries.mjs";
import { entries, readJson, readText, root, run } from "./project.ts";

let folder: string;
let tarball: string;
let contents: string[];

/** The package as npm would publish it, unpacked into a project that has its dependencies and nothing else. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "djedge-package-"));
  const packed = await run("npm", ["pack", "--ignore-scripts", "--json", "--silent", "--pack-destination", folder]);
  const [info] = JSON.parse(packed.slice(packed.indexOf("["), packed.lastIndexOf("]") + 1)) as [
    { filename: string; files: { path: string }[] },
  ];
  tarball = join(folder, info.filename);
  contents = info.files.map((file) => file.path);
  mkdirSync(join(folder, "node_modules/djedge"), { recursive: true });
  await run("tar", ["-xzf", tarball, "-C", join(folder, "node_modules/djedge"), "--strip-components=1"]);
  for (const name of Object.keys(readJson("package.json").dependencies as object)) {
    const link = join(folder, "node_modules", name);
    mkdirSync(join(link, ".."), { recursive: true });
    symlinkSync(`${root}node_modules/${name}`, link);
  }
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "consumer", type: "module" }));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the package carries its build, its sources, the licence, and nothing of the workshop", () => {
  expect(contents).toEqual(
    expect.arrayContaining(["package.json", "README.md", "LICENSE", "CHANGELOG.md", "dist/index.js", "src/index.ts"]),
  );
  expect(
    contents.filter((path) => !/^(dist|src)\/|^(package\.json|README\.md|LICENSE|CHANGELOG\.md)$/.test(path)).join("\n"),
  ).toBe("");
});

test("publint finds nothing", async () => {
  const { messages, pkg } = await publint({ pkgDir: join(folder, "node_modules/djedge"), level: "suggestion", strict: true });
  expect(messages.map((message) => formatMessage(message, pkg)).join("\n")).toBe("");
});

test("@arethetypeswrong/cli finds nothing but that this package is ESM alone", async () => {
  await run(process.execPath, [`${root}node_modules/@arethetypeswrong/cli/dist/index.js`, tarball, "--profile", "esm-only"]);
});

test("deno publish --dry-run finds nothing", async () => {
  expect(await run(deno, ["publish", "--dry-run", "--allow-dirty", "--no-check=remote"])).toContain("Dry run complete");
});

test("every public symbol has its docstring, and no public type leans on a private one", async () => {
  const doors = Object.values(readJson("deno.json").exports as Record<string, string>);
  const output = await run(deno, ["doc", "--lint", ...doors]).catch((error: Error) => error.message);
  expect(problemsIn(output).join("\n")).toBe("");
});

/** "what is wrong at file:line", of what `deno doc --lint` writes, without what it sees more narrowly than a reader. */
function problemsIn(output: string): string[] {
  const found = output.matchAll(/^error\[([\w-]+)\]: (.*)\n\s*--> (.*):(\d+):\d+\n\s*\|\s*\n\s*\d+ \|(.*)/gm);
  return Array.from(found, ([, rule, message, path = "", line, source = ""]) => {
    const file = path.replace(root, "");
    // What a dependency exports is not ours to document; what computes types is seen by its results.
    if (file.startsWith("node_modules/") || (rule === "private-type-ref" && file === "src/urls/types.ts")) return [];
    return rule === "missing-jsdoc" && isDocumented(file, Number(line), source) ? [] : [`${message} at ${file}:${line}`];
  }).flat();
}

/** A docstring may be tags alone; that of a class, an overridden member or a first overload is that of the others. */
function isDocumented(file: string, line: number, source: string): boolean {
  if (/^\s*(constructor\(|override\b)|\boverride\b/.test(source)) return true;
  const [before = ""] = readText(file)
    .split("\n")
    .slice(line - 2);
  const name = /^\s*(?:export function )?(\w+)/;
  return before.trim().endsWith("*/") || /^\s*(\)|\}): .*;$/.test(before) || name.exec(before)?.[1] === name.exec(source)?.[1];
}

describe("a consumer's types resolve without skipLibCheck", () => {
  const DOM = ["DOM", "DOM.Iterable", "DOM.AsyncIterable"];
  for (const [module, moduleResolution, libraries] of [
    ["NodeNext", "NodeNext", DOM],
    ["ESNext", "Bundler", DOM],
    ["NodeNext", "NodeNext", []],
  ] as const) {
    test(`${moduleResolution}${libraries.length > 0 ? "" : ", with Node's types alone"}`, async () => {
      const names = Object.keys(entries()).map((name) => `djedge${name.slice(1)}`);
      const lines = names.map((name, i) => `import * as entry${i} from "${name}";\nconsole.log(entry${i});`);
      writeFileSync(join(folder, "consumer.ts"), `${lines.join("\n")}\n`);
      const compilerOptions = {
        ...{ module, moduleResolution, target: "ES2023", lib: ["ES2023", ...libraries] },
        ...{ strict: true, noEmit: true, skipLibCheck: false, types: ["node"], typeRoots: [`${root}node_modules/@types`] },
      };
      writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["consumer.ts"] }));
      await run(process.execPath, [`${root}node_modules/typescript/bin/tsc`, "-p", folder]);
    });
  }
});

describe("every entry imports from the published package", () => {
  const code = Object.keys(entries())
    .map((name) => `await import("djedge${name.slice(1)}");`)
    .join("\n");
  const runtimes: [name: string, program: string, args: string[]][] = [
    ["Node oldest", nodeOldest, []],
    ["Node current", nodeCurrent, []],
    ["Deno", deno, ["run", "-A", "--node-modules-dir=manual"]],
    ["Bun", bun, ["run"]],
  ];
  for (const [name, program, args] of runtimes) {
    test(name, async () => {
      writeFileSync(join(folder, "consumer.mjs"), `${code}\nconsole.log("all imported");\n`);
      expect(await run(program, [...args, "consumer.mjs"], { cwd: folder })).toContain("all imported");
    });
  }
});
