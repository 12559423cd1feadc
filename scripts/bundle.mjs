// Bundles the package for Node, Deno and Bun (the condition "node"), which take their time for every file: the root entry
// is there in a quarter of it. Bundlers of Workers get the files one by one, so that they can leave some out.
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { rolldown } from "rolldown";
import { root } from "./binaries.mjs";

const dir = `${root}dist/bundled/`;
const { exports } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
const entries = Object.keys(exports)
  .filter((name) => exports[name].node)
  .map((name) => (name === "." ? "index" : name.slice(2)));

/** What the root entry needs itself; all other dependencies stay imports. */
const inlined = /^@noble\/hashes|^mrmime$/;
const notice = "/*! Holds @noble/hashes (MIT, (c) Paul Miller) and mrmime (MIT, (c) Luke Edwards). */";
/** What it does not need; the rest is one file, which all entries share. */
const apart = new RegExp(
  `^src/(?:(?:${entries.join("|")}|index.workerd)\\.ts|(?:node|test|middleware|contrib|views/decorators)/|` +
    "core/(?:signedobjects|signers|files/uploadhandler)|http/(?:multipart|buffered|boundary|part|uploads))",
);

const bundle = await rolldown({
  input: Object.fromEntries(entries.map((entry) => [entry, `${root}src/${entry}.ts`])),
  platform: "neutral",
  external: (id) => /^[^./]/.test(id) && !inlined.test(id),
  preserveEntrySignatures: "allow-extension",
  checks: { ineffectiveDynamicImport: false },
});
const { output } = await bundle.write({
  dir,
  sourcemap: true,
  comments: { legal: true, annotation: false, jsdoc: false },
  entryFileNames: "[name].js",
  chunkFileNames: "[name].js",
  banner: ({ name }) => (name === "core" ? notice : ""),
  codeSplitting: {
    includeDependenciesRecursively: false,
    groups: [{ name: "core", test: (id) => !apart.test(id.slice(root.length)) }],
  },
});
const written = new Set(output.map(({ fileName }) => fileName));
for (const file of readdirSync(dir)) if (!written.has(file)) rmSync(dir + file);
