import { build, type Metafile } from "esbuild";
import { beforeAll, describe, expect, test } from "vitest";
import { entries, filesIn, readJson, readText, root } from "./project.ts";

/** What imports what, of the built package; packages are not followed. */
let graph: Metafile["inputs"];

beforeAll(async () => {
  const entryPoints = [...Object.values(entries()), "./dist/index.workerd.js"];
  const options = { bundle: true, write: false, metafile: true, format: "esm", packages: "external", outdir: "out" } as const;
  const result = await build({ ...options, entryPoints, absWorkingDir: root, logLevel: "silent" });
  graph = result.metafile.inputs;
});

/** The files that a file needs before it runs: static imports, and theirs. */
function needs(start: string): Set<string> {
  const seen = new Set<string>();
  const queue = [start.replace("./", "")];
  for (let file = queue.pop(); file; file = queue.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    for (const { path, kind, external } of graph[file]?.imports ?? []) {
      if (kind === "import-statement") external ? seen.add(path) : queue.push(path);
    }
  }
  return seen;
}

test("the library imports only its declared dependencies, and Node's modules", () => {
  const declared = Object.keys(readJson("package.json").dependencies as object);
  const isDeclared = (path: string): boolean =>
    path.startsWith("node:") || declared.some((name) => path === name || path.startsWith(`${name}/`));
  const undeclared = Object.entries(graph).flatMap(([file, { imports }]) =>
    imports.filter(({ path, external }) => external && !isDeclared(path)).map(({ path }) => `${file}: ${path}`),
  );
  expect(undeclared.join("\n")).toBe("");
});

test("every declared dependency is imported", () => {
  const imported = Object.values(graph).flatMap(({ imports }) => imports.map(({ path }) => path));
  const unused = Object.keys(readJson("package.json").dependencies as object).filter(
    (name) => !imported.some((path) => path === name || path.startsWith(`${name}/`)),
  );
  expect(unused.join("\n")).toBe("");
});

describe("no entry but ./node and ./test needs Node's modules", () => {
  for (const [name, file] of Object.entries(entries())) {
    if (name === "./node" || name === "./test") continue;
    test(name, () => {
      expect([...needs(file)].filter((path) => path.startsWith("node:")).join("\n")).toBe("");
    });
  }
});

test("no file imports itself, by whatever way", () => {
  const cycles = Object.keys(graph).filter((file) =>
    graph[file]?.imports.some(({ path, kind, external }) => kind === "import-statement" && !external && needs(path).has(file)),
  );
  expect(cycles.join("\n")).toBe("");
});

test("who may know whom: imports go downwards only", () => {
  const layers = [
    /^(core\/(exceptions|rooms)$|platform$|utils\/|conf\/)/,
    /^core\/(sign|files|serializers)/,
    /^http\//,
    // The straight line around one view: an entry of a URL table answers itty-router by it, and it knows such a match.
    /^(urls\/match|core\/handlers\/(fetch|exception|view|types))$/,
    /^urls\//,
    /^(core\/(handlers\/|link$)|middleware\/|contrib\/|views\/)/,
    /^(test|node)\//,
  ];
  const layerOf = (file: string): number => {
    const layer = layers.findIndex((pattern) => pattern.test(file.replace(/^dist\/|\.js$/g, "")));
    return layer === -1 ? layers.length : layer; // the doors
  };
  const upwards = Object.entries(graph).flatMap(([file, { imports }]) =>
    imports
      .filter(({ path, external, kind }) => !external && kind === "import-statement" && layerOf(path) > layerOf(file))
      .map(({ path }) => `${file} -> ${path}`),
  );
  expect(upwards.join("\n")).toBe("");
});

test("no source file is longer than about 400 lines", () => {
  const long = filesIn("src", ".ts").filter((file) => readText(file).split("\n").length > 410);
  expect(long.join("\n")).toBe("");
});

test("the doors are export lines only", () => {
  for (const file of Object.values(entries())) {
    const source = readText(file.replace("./dist", "src").replace(/js$/, "ts")).replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
    const statements = source.split(";").filter((statement) => statement.trim());
    for (const statement of statements) expect(statement.trim(), file).toMatch(/^(export (type )?(\*|\{)|import ")/);
  }
});
