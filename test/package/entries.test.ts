import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { entries, readJson, readText, root, run } from "./project.ts";

const npm = readJson("package.json");
const jsr = readJson("deno.json");
const contract = [".", "./urls", "./signing", "./uploads", "./middleware", "./decorators", "./utils", "./test", "./node"];

test("package.json and deno.json have the entries of the contract, under the same names", () => {
  expect(Object.keys(entries())).toEqual(contract);
  expect(Object.keys(jsr.exports as object)).toEqual(contract);
});

test("an entry's source, JavaScript and declarations have the same name", () => {
  for (const [name, target] of Object.entries(entries())) {
    const base = name === "." ? "index" : name.slice(2);
    expect(target).toBe(`./dist/${base}.js`);
    expect((jsr.exports as Record<string, string>)[name]).toBe(`./src/${base}.ts`);
    for (const file of [`dist/${base}.js`, `dist/${base}.d.ts`, `src/${base}.ts`])
      expect(existsSync(root + file), file).toBe(true);
  }
});

test("every condition of every entry names a file that is built", () => {
  for (const conditions of Object.values(npm.exports as Record<string, string | Record<string, string>>)) {
    for (const file of typeof conditions === "string" ? [conditions] : Object.values(conditions)) {
      expect(existsSync(root + file), file).toBe(true);
    }
  }
});

test("package.json and deno.json have one version and the same dependencies", () => {
  expect(jsr.version).toBe(npm.version);
  const imports = Object.entries(npm.dependencies as Record<string, string>).map(([name, range]) => [
    name,
    `npm:${name}@${range}`,
  ]);
  expect(jsr.imports).toEqual(Object.fromEntries(imports));
});

test("the lock file is complete, the packages of other platforms too, as npm ci wants it", () => {
  const { packages } = readJson("package-lock.json") as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !packages[`node_modules/${name}`] && !packages[`${path}/node_modules/${name}`],
    ),
  );
  expect(missing.join("\n"), "run: npm run lock").toBe("");
});

test("every entry imports, by its name, and exports something", async () => {
  for (const name of Object.keys(entries())) {
    const specifier = `djedge${name.slice(1)}`;
    const count = await run(process.execPath, [
      "--input-type=module",
      "-e",
      `console.log(Object.keys(await import("${specifier}")).length)`,
    ]);
    expect(Number(count), specifier).toBeGreaterThan(0);
  }
});

test("what is bundled for Node is what the single files export, under the same names", async () => {
  for (const [name, file] of Object.entries(entries())) {
    const [bundled, single] = await Promise.all([`djedge${name.slice(1)}`, root + file].map((from) => import(from)));
    const named = (module: Record<string, unknown>): string[] =>
      Object.entries(module).map(([key, value]) => `${key}: ${typeof value} ${(value as { name?: string } | null)?.name ?? ""}`);
    expect(named(bundled as Record<string, unknown>)).toEqual(named(single as Record<string, unknown>));
  }
});

test("the root entry is two files for Node, without a package to look for", () => {
  const imports = (file: string): string[] =>
    [...readText(`dist/bundled/${file}.js`).matchAll(/^(?:import|export)\b[^;]*?from "([^"]+)"|^import "([^"]+)"/gm)].map(
      ([, from, bare]) => from ?? bare ?? "",
    );
  expect(imports("index")).toEqual(["./core.js"]);
  expect(imports("core")).toEqual([]);
});

test("every entry but ./node and ./test imports where Buffer, process and setImmediate are not there", async () => {
  const edge = Object.keys(entries()).filter((name) => name !== "./node" && name !== "./test");
  const imports = edge.map((name) => `await import("djedge${name.slice(1)}");`);
  const code = `for (const name of ["Buffer", "process", "setImmediate", "clearImmediate", "global"]) delete globalThis[name];${imports.join("")}`;
  await run(process.execPath, ["--input-type=module", "-e", code]);
});
