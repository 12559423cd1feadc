/**
 * `npm create djedge`: for each runtime one command makes a project, which passes its own first test, its type check, and serves.
 */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bun, deno, root } from "../../scripts/binaries.mjs";
import { start } from "../wire/servers.ts";
import { readJson, run } from "./project.ts";
import { installFrom, type Registry, startRegistry } from "./registry.ts";

let folder: string;
let registry: Registry;
let env: Record<string, string>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "djedge-starter-"));
  registry = await startRegistry([".", "create-djedge"], folder);
  const path = `${root}node_modules/.bin:${process.env.PATH}`;
  env = { ...installFrom(registry), PATH: path, DENO_DIR: join(folder, "deno-dir"), CI: "true", WRANGLER_SEND_METRICS: "false" };
});

afterAll(() => {
  registry.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Starter {
  runtime: string;
  install?: string[];
  test: string[];
  check: string[];
  serve: string[];
}

const starters: Starter[] = [
  {
    runtime: "workers",
    install: ["npm", "install"],
    test: ["npm", "test"],
    check: ["npm", "run", "check"],
    serve: ["npm", "start", "--", "--ip", "127.0.0.1", "--port", "{port}"],
  },
  { runtime: "deno", test: [deno, "task", "test"], check: [deno, "task", "check"], serve: [deno, "task", "start"] },
  {
    runtime: "bun",
    install: [bun, "install"],
    test: [bun, "test"],
    check: [bun, "run", "check"],
    serve: [bun, "start"],
  },
  {
    runtime: "node",
    install: ["npm", "install"],
    test: ["npm", "test"],
    check: ["npm", "run", "check"],
    serve: ["npm", "start"],
  },
];

test.each(starters)("npm create djedge for $runtime", { timeout: 240_000 }, async (starter) => {
  const cwd = join(folder, `my-${starter.runtime}`);
  // A cache of its own, so that npm takes the starter as it is now.
  const create = ["create", "--yes", "--cache", join(folder, "cache"), "djedge", `my-${starter.runtime}`, starter.runtime];
  expect(await run("npm", create, { cwd: folder, env })).toContain(`my-${starter.runtime} is ready`);

  const command = async ([program = "", ...args]: string[]): Promise<string> => run(program, args, { cwd, env });
  if (starter.install) await command(starter.install);
  // A runner that finds no tests is content, too.
  expect(await command(starter.test)).toMatch(/\bpass 2\b|\b2 pass/);
  await command(starter.check);

  const server = await start(starter.runtime, starter.serve, env, cwd);
  try {
    const page = await fetch(server.url);
    expect([page.status, await page.text()], server.output()).toEqual([200, expect.stringContaining("Hello, world")]);
    expect(await (await fetch(`${server.url}/api/squares/12/`)).json()).toEqual({ number: 12, square: 144 });
  } finally {
    await server.stop();
  }
});

test("npm create djedge refuses what it cannot make, and says why", async () => {
  const refused = (...args: string[]): Promise<string> =>
    run(process.execPath, [`${root}create-djedge/index.mjs`, ...args], { cwd: folder }).then(
      () => "made",
      (error: Error) => error.message,
    );
  expect(await refused()).toContain("Usage: npm create djedge <folder>");
  expect(await refused("site", "php")).toContain('There is no runtime "php"');
  expect(await refused("Über site")).toContain("is no name for a project");
  expect(await refused(`${root}create-djedge`, "node")).toContain("is not empty");
});

test("the starter has the package's version and licence", () => {
  expect(readJson("create-djedge/package.json").version).toBe(readJson("package.json").version);
  expect(readFileSync(`${root}create-djedge/LICENSE`, "utf8")).toBe(readFileSync(`${root}LICENSE`, "utf8"));
});
