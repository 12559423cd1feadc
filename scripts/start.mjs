// Serves the built demo site on one runtime: `node scripts/start.mjs workers | deno | bun | node`. PORT names the port, 8000
// if unset, and SITE_STATE the folder for what visitors leave behind.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { build } from "esbuild";
import { bun, deno, nodeCurrent, root, wrangler } from "./binaries.mjs";

const [runtime = "workers"] = process.argv.slice(2);
const { PORT: port = "8000", SITE_STATE: state = `${root}.cache/site` } = process.env;
const site = `${root}examples/site/`;

/** Any supported Node runs the site: the older ones cannot read TypeScript themselves. */
async function bundleForNode() {
  const outfile = `${root}.cache/site/node.mjs`;
  await build({
    entryPoints: [`${site}node.ts`],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    target: "node20",
    sourcemap: "inline",
  });
  return [process.execPath, "--enable-source-maps", outfile];
}

const commands = {
  workers: () => [
    nodeCurrent,
    wrangler,
    "dev",
    "--ip",
    "127.0.0.1",
    "--port",
    port,
    "--persist-to",
    state,
    "--show-interactive-dev-session=false",
  ],
  deno: () => [deno, "run", "--allow-all", `${site}deno.ts`],
  bun: () => [bun, `${site}bun.ts`],
  node: bundleForNode,
};
if (!Object.hasOwn(commands, runtime)) throw new Error(`There is no runtime "${runtime}": ${Object.keys(commands).join(", ")}.`);

const probe = createServer().listen(port, "127.0.0.1");
await once(probe, "listening").catch(() => {
  console.error(`Port ${port} is taken. Name another: PORT=8001 npm start`);
  process.exit(1);
});
probe.close();

const [command, ...args] = await commands[runtime]();
// Wrangler asks nothing, sends nothing, and looks for nothing beyond this machine.
const quiet = {
  CI: "true",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  NO_UPDATE_NOTIFIER: "1",
  WRANGLER_HIDE_BANNER: "true",
  WRANGLER_SEND_METRICS: "false",
};
if (runtime === "workers") console.log(`The demo site will be at http://127.0.0.1:${port}/`);
const child = spawn(command, args, { cwd: root, stdio: "inherit", env: { ...process.env, ...quiet, SITE_STATE: state } });
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
// A signal to npm ends the shell between it and this script, which hands nothing on.
const parent = process.ppid;
setInterval(() => process.ppid === parent || child.kill("SIGTERM"), 500).unref();
child.on("error", (error) => {
  throw error;
});
child.on("exit", (code) => process.exit(code ?? 0));
