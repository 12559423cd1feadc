/** How the benchmarks start each runtime. All of them came with the library's own `npm ci`. */

import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { bun, deno, nodeCurrent, workerd } from "../scripts/binaries.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const cache = `${here}.cache/`;

export const runtimes = ["node", "bun", "deno", "workerd"];

const commands = { node: [nodeCurrent], bun: [bun], deno: [deno, "run", "-A"] };

/** Runs a script on a runtime and gives what it wrote, parsed as JSON. */
export async function run(runtime, script, args = []) {
  const [command, ...options] = commands[runtime];
  const child = spawn(command, [...options, script, ...args], { cwd: here, stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  for await (const chunk of child.stdout) text += chunk;
  if (child.exitCode) throw new Error(`${script} on ${runtime} ended with code ${child.exitCode}`);
  return JSON.parse(text);
}

/** Bundles a Worker as wrangler would, and serves it on workerd; gives its URL, its process and how to end it. */
export async function startWorkerd(script) {
  const name = script.replace(/\W/g, "_");
  await build({
    entryPoints: [here + script],
    outfile: `${cache}${name}.js`,
    bundle: true,
    format: "esm",
    conditions: ["workerd", "worker", "browser"],
    external: ["node:*", "cloudflare:*"],
    logLevel: "error",
  });
  const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .w)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")]
);
const w :Workerd.Worker = (modules = [(name = "main", esModule = embed "${name}.js")], compatibilityDate = "2026-11-17");
`;
  mkdirSync(cache, { recursive: true });
  writeFileSync(`${cache}${name}.capnp`, config);
  const child = spawn(workerd, ["serve", `${cache}${name}.capnp`, "--control-fd=3"], {
    stdio: ["ignore", "inherit", "inherit", "pipe"],
  });
  const port = await new Promise((resolve, reject) => {
    child.on("exit", (code) => reject(new Error(`workerd ended with code ${code}`)));
    child.stdio[3].on("data", (line) => resolve(JSON.parse(String(line).split("\n")[0]).port));
  });
  return { url: `http://127.0.0.1:${port}/`, pid: child.pid, stop: () => child.kill("SIGKILL") };
}
