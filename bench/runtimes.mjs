/** How the benchmarks start each runtime. All of them came with the library's own `npm ci`. */

import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { bun, deno, nodeCurrent, workerd } from "../scripts/binaries.mjs";

export const here = fileURLToPath(new URL(".", import.meta.url));
export const cache = `${here}.cache/`;
mkdirSync(cache, { recursive: true });

export const runtimes = ["node", "bun", "deno", "workerd"];

const commands = { node: [nodeCurrent], bun: [bun], deno: [deno, "run", "-A"] };
const quiet = { ...process.env, NODE_ENV: "production", NO_COLOR: "1" };

/** Runs a script on Node, Bun or Deno and gives what it wrote last, parsed as JSON. */
export async function run(runtime, script, args = []) {
  const [command, ...options] = commands[runtime];
  const child = spawn(command, [...options, script, ...args], { cwd: here, env: quiet, stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.on("close", resolve));
  let text = "";
  for await (const chunk of child.stdout) text += chunk;
  if (await ended) throw new Error(`${script} ${args.join(" ")} on ${runtime} ended with code ${child.exitCode}`);
  return JSON.parse(text.trim().split("\n").at(-1));
}

/** Starts the server in `script`, which tells `{ port }`; on workerd that of `script` with `.workerd` in its name. */
export async function start(runtime, script, args = []) {
  if (runtime === "workerd") return startWorkerd(script.replace(".mjs", ".workerd.mjs"), args);
  const [command, ...options] = commands[runtime];
  return started(
    spawn(command, [...options, script, ...args], { cwd: here, env: quiet, stdio: ["ignore", "pipe", "ignore"] }),
    1,
  );
}

/** Bundles a Worker as wrangler would, and serves it on workerd; `args` are its binding `args`. */
export async function startWorkerd(script, args = []) {
  const name = await bundle(script);
  const config = `${cache}${name}-${process.pid}-${Math.random()}.capnp`;
  writeFileSync(
    config,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .w)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")]
);
const w :Workerd.Worker = (
  modules = [(name = "main", esModule = embed "${name}.js")],
  bindings = [(name = "args", json = ${JSON.stringify(JSON.stringify(args))})],
  compatibilityDate = "2026-11-17"
);
`,
  );
  return started(spawn(workerd, ["serve", config, "--control-fd=3"], { stdio: ["ignore", "ignore", "ignore", "pipe"] }), 3);
}

const bundles = new Map();

function bundle(script) {
  const name = script.replace(/\W/g, "_");
  if (!bundles.has(name)) {
    const done = build({
      entryPoints: [here + script],
      outfile: `${cache}${name}.js`,
      bundle: true,
      format: "esm",
      conditions: ["workerd", "worker", "browser"],
      external: ["node:*", "cloudflare:*", "busboy", "@fastify/busboy", "parse-multipart-data"],
      logLevel: "error",
    });
    bundles.set(name, done);
  }
  return bundles.get(name).then(() => name);
}

/** Waits for the port that a server tells. */
async function started(child, fd) {
  const port = await new Promise((resolve, reject) => {
    let text = "";
    child.on("exit", (code) => reject(new Error(`${child.spawnargs.join(" ")} ended with code ${code}`)));
    child.on("error", reject);
    child.stdio[fd].on("data", (data) => {
      text += data;
      const found = /"port":\s*(\d+)/.exec(text);
      if (found) resolve(Number(found[1]));
    });
  });
  return { url: `http://127.0.0.1:${port}/`, port, pid: child.pid, stop: () => child.kill("SIGKILL") };
}
