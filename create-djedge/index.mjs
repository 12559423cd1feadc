#!/usr/bin/env node
// `npm create djedge <folder> [workers | deno | bun | node]`: copies the templates of this package, and asks nothing.
import { randomBytes } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";

const here = import.meta.dirname;
const { version } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
/** For each runtime: how one installs, tests and starts a project of it. */
const RUNTIMES = {
  workers: ["npm install", "npm test", "npm start"],
  deno: ["deno task test", "deno task start"],
  bun: ["bun install", "bun test", "bun start"],
  node: ["npm install", "npm test", "npm start"],
};
const USAGE = `Usage: npm create djedge <folder> [${Object.keys(RUNTIMES).join(" | ")}]`;

function fail(message) {
  console.error(message);
  process.exit(1);
}

const [folder, runtime = "workers", ...rest] = process.argv.slice(2);
if (folder === "--help" || folder === "-h") {
  console.log(USAGE);
  process.exit(0);
}
if (!folder || rest.length) fail(USAGE);
if (!Object.hasOwn(RUNTIMES, runtime)) fail(`There is no runtime "${runtime}".\n${USAGE}`);
const target = resolve(folder);
const name = basename(target).toLowerCase();
if (!/^[a-z][a-z0-9-]*$/.test(name)) fail(`"${name}" is no name for a project: letters, digits and hyphens are.`);
if (existsSync(target) && readdirSync(target).length) fail(`${target} is not empty.`);

mkdirSync(target, { recursive: true });
for (const template of ["all", runtime]) cpSync(join(here, "templates", template), target, { recursive: true });
// npm leaves a .gitignore out of packages, so it travels under another name.
renameSync(join(target, "gitignore"), join(target, ".gitignore"));

const [install, ...commands] = [...RUNTIMES[runtime]];
const words = { name, version, start: commands.at(-1), commands: [install, ...commands].join("\n") };
for (const file of readdirSync(target, { recursive: true, withFileTypes: true })) {
  if (!file.isFile()) continue;
  const path = join(file.parentPath, file.name);
  writeFileSync(
    path,
    readFileSync(path, "utf8").replace(/\{\{(\w+)\}\}/g, (_, word) => words[word]),
  );
}
// A key of this project's own, for this machine alone; git does not see the file.
const env = `SECRET_KEY=${randomBytes(32).toString("hex")}\nDEBUG=1\nALLOWED_HOSTS=\n`;
writeFileSync(join(target, runtime === "workers" ? ".dev.vars" : ".env"), env);

console.log(`${name} is ready. Next:\n`);
for (const command of [`cd ${folder}`, install, ...commands]) console.log(`  ${command}`);
