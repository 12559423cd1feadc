/** An application of these tests, started on each runtime: its folder has an `app.ts` that exports `app`. */

import { mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { build } from "esbuild";
import { bun, deno, nodeCurrent, nodeOldest, root, workerd } from "../../scripts/binaries.mjs";
import { type Server, start } from "./servers.ts";

const CONFIG = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  v8Flags = ["--max-heap-size=128"], # as much as a Worker may have on Cloudflare
  services = [(name = "main", worker = .program), (name = "internet", network = (allow = ["public", "local"]))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")]
);
const program :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "worker.js")],
  compatibilityDate = "2026-11-17",
  compatibilityFlags = ["no_nodejs_compat", "no_nodejs_compat_v2"]
);
`;

const commands: Record<string, (folder: string, out: string) => Promise<string[]>> = {
  workerd: async (folder, out) => {
    await bundleWorker(folder, out);
    writeFileSync(`${out}config.capnp`, CONFIG);
    return [workerd, "serve", `${out}config.capnp`, "--socket-addr=http=127.0.0.1:{port}"];
  },
  "workerd with R2": async (folder, out) => {
    await bundleWorker(folder, out);
    return [nodeCurrent, `${folder}/miniflare.mjs`, `${out}worker.js`];
  },
  deno: async (folder, out) => [deno, "run", "-A", await bundle(folder, out)],
  bun: async (folder, out) => [bun, await bundle(folder, out)],
  "node, the oldest": async (folder, out) => [nodeOldest, await bundle(folder, out)],
  "node, a current one": async (folder, out) => [nodeCurrent, await bundle(folder, out)],
};

export const runtimes: readonly string[] = Object.keys(commands).filter((name) => name !== "workerd with R2");

/** Starts the application in `test/wire/<name>/app.ts` on a runtime. */
export async function startApp(runtime: string, name: string, env: Record<string, string> = {}): Promise<Server> {
  // Each has a folder of its own, since several may start at the same time.
  const out = `${root}.cache/wire-${name}/${runtime.replace(/\W+/g, "-")}/`;
  mkdirSync(out, { recursive: true });
  const command = (await commands[runtime]?.(`${root}test/wire/${name}`, out)) ?? [];
  return start(runtime, command, env);
}

async function bundleWorker(folder: string, out: string): Promise<void> {
  const contents = `import { app } from "./app.ts"; export default app;`;
  const stdin = { contents, resolveDir: folder, loader: "ts" as const };
  await build({ stdin, bundle: true, format: "esm", outfile: `${out}worker.js`, conditions: ["workerd"], logLevel: "error" });
}

async function bundle(folder: string, out: string): Promise<string> {
  const outfile = `${out}start.mjs`;
  const contents = `import { app } from "./app.ts"; import { listen } from "../listen.ts"; await listen(app);`;
  const stdin = { contents, resolveDir: folder, loader: "ts" as const };
  await build({ stdin, bundle: true, format: "esm", platform: "node", packages: "external", outfile, logLevel: "error" });
  return outfile;
}

/** What the processes of a server hold, as Linux tells it; nothing elsewhere. */
export interface Holdings {
  /** Open files, sockets and pipes. */
  readonly descriptors: string[];
  /** Bytes of memory. */
  readonly memory: number;
  /** The most that `memory` ever was, or has been since `forgetPeak()`. */
  readonly peak: number;
  /** Open files below the directory of temporary files. */
  readonly temporary: string[];
}

/** What a server holds at this moment. Its processes are those of its group. */
export function holdings({ pid }: Server): Holdings {
  const descriptors: string[] = [];
  let [memory, peak] = [0, 0];
  const temporary: string[] = [];
  for (const process of pidsOf(pid)) {
    try {
      const links = readdirSync(`/proc/${process}/fd`).map((fd) => linkOf(`/proc/${process}/fd/${fd}`));
      descriptors.push(...links);
      temporary.push(...links.filter((link) => /^\/tmp\/(?!.*miniflare)/.test(link)));
      const status = readFileSync(`/proc/${process}/status`, "utf8");
      memory += Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024;
      peak += Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024;
    } catch {
      // It ended at this moment.
    }
  }
  return { descriptors, memory, peak, temporary };
}

/** Has the peak of a server's memory counted from this moment. */
export function forgetPeak({ pid }: Server): void {
  for (const process of pidsOf(pid)) {
    try {
      writeFileSync(`/proc/${process}/clear_refs`, "5");
    } catch {
      // Where that is not allowed, it counts from the start.
    }
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}

function pidsOf(group: number): string[] {
  const all = process.platform === "linux" ? readdirSync("/proc").filter((name) => /^\d+$/.test(name)) : [];
  return all.filter((pid) => {
    try {
      // After the name in parentheses: state, parent, process group.
      return (
        Number(
          readFileSync(`/proc/${pid}/stat`, "utf8")
            .replace(/^.*\) /s, "")
            .split(" ")[2],
        ) === group
      );
    } catch {
      return false;
    }
  });
}
