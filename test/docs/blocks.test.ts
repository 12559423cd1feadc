/**
 * The documentation is true: every code block of the README and of `docs/` is type-checked and run.
 */

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";
import { beforeAll, expect, test } from "vitest";
import { bun, deno, nodeCurrent, root, workerd } from "../../scripts/binaries.mjs";
import { run } from "../package/project.ts";
import { start } from "../wire/servers.ts";
import { type Block, blocks, program } from "./blocks.ts";

const all = blocks();
const folder = ".cache/docs/";
const name = ({ where }: Block): string => where.replace(/\W+/g, "_");

beforeAll(() => {
  rmSync(root + folder, { recursive: true, force: true });
  mkdirSync(`${root}${folder}types`, { recursive: true });
  for (const block of all) {
    writeFileSync(`${root}${folder}types/${name(block)}.ts`, `${block.code}\nexport {};\n`);
    writeFileSync(`${root}${folder}${name(block)}.ts`, block.kind === "run" ? program(block.code) : block.code);
  }
  const compilerOptions = { isolatedDeclarations: false, declaration: false, noImplicitReturns: false, types: ["node"] };
  const config = { extends: "../../../tsconfig.json", compilerOptions, include: ["*.ts", `${root}test/docs/globals.d.ts`] };
  writeFileSync(`${root}${folder}types/tsconfig.json`, JSON.stringify(config));
});

test("every block passes the type checker", async () => {
  expect(await run(process.execPath, [`${root}node_modules/typescript/bin/tsc`, "-p", `${folder}types`])).toBe("");
});

test.concurrent.each(all.filter(({ kind }) => kind === "run"))("$where does what it says", async (block) => {
  await run(nodeCurrent, [`${root}${folder}${name(block)}.ts`]);
});

test.each(all.filter(({ kind }) => ["deno", "bun", "node"].includes(kind)))("$where serves on $kind", async (block) => {
  const command = { deno: [deno, "run", "-A"], bun: [bun], node: [nodeCurrent] }[block.kind as "deno" | "bun" | "node"];
  // The page names port 8000; the test takes a free one.
  const file = `${root}${folder}${name(block)}.ts`;
  writeFileSync(
    file,
    block.code.replace(/\b8000\b/g, 'Number(globalThis.process?.env?.PORT ?? globalThis.Deno?.env.get("PORT"))'),
  );
  await answers(block, [...command, file]);
});

test.each(all.filter(({ kind }) => kind === "worker"))("$where serves on workerd", async (block) => {
  const file = `${root}${folder}${name(block)}`;
  const conditions = ["workerd", "worker", "browser"];
  await build({
    entryPoints: [`${file}.ts`],
    outfile: `${file}.js`,
    bundle: true,
    format: "esm",
    conditions,
    external: ["node:*"],
  });
  const config = (port: string): string => `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .w)],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")]
);
const w :Workerd.Worker = (modules = [(name = "main", esModule = embed "${name(block)}.js")], compatibilityDate = "2026-11-17");
`;
  writeFileSync(`${file}.capnp`, config("0"));
  await answers(block, [workerd, "serve", `${file}.capnp`, "--socket-addr", "http=127.0.0.1:{port}"]);
});

/** Starts a server and asks it for its first page; any answer but an error of the server is an answer. */
async function answers(block: Block, command: string[]): Promise<void> {
  const server = await start(block.where, command);
  try {
    const response = await fetch(server.url, { redirect: "manual" });
    expect(response.status, `${await response.text()}\n${server.output()}`).toBeLessThan(500);
  } finally {
    await server.stop();
  }
}
