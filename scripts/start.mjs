// Serves the demo site: `npm start` on workerd, `npm run start:deno`, `start:bun`, `start:node` on the others.
// PORT names the port, 8000 if unset. Everything it needs came with `npm ci`.
import { spawn, spawnSync } from "node:child_process";
import { bun, deno, nodeCurrent, root, wrangler } from "./binaries.mjs";

const port = process.env.PORT ?? "8000";
const runtimes = {
  workers: [nodeCurrent, wrangler, "dev", "--ip", "127.0.0.1", "--port", port, "--local", "--show-interactive-dev-session=false"],
  deno: [deno, "run", "-A", "examples/site/deno.ts"],
  bun: [bun, "examples/site/bun.ts"],
  node: [nodeCurrent, "examples/site/node.ts"],
};

const runtime = process.argv[2] ?? "workers";
const command = runtimes[runtime];
if (!command) {
  console.error(`There is no runtime "${runtime}". Take one of: ${Object.keys(runtimes).join(", ")}.`);
  process.exit(2);
}

const options = { cwd: root, stdio: "inherit" };
const build = spawnSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`, "-p", "tsconfig.build.json"], options);
if (build.status !== 0) process.exit(build.status ?? 1);

if (runtime === "workers") console.log(`The demo site will be at http://127.0.0.1:${port}/`);
const child = spawn(command[0], command.slice(1), {
  ...options,
  // wrangler asks nothing, sends nothing, and looks for no newer version of itself
  env: { ...process.env, CI: "true", WRANGLER_SEND_METRICS: "false", WRANGLER_HIDE_BANNER: "true", NO_UPDATE_NOTIFIER: "1" },
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code) => process.exit(code ?? 0));
