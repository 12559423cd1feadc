// Where the runtimes are that npm installed: the scripts and the wire tests start them from here.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
const modules = `${root}node_modules/`;
const node = (which) => {
  const installed = `${modules}node-${which}-${process.platform}-${process.arch}/bin/node`;
  return existsSync(installed) ? installed : process.execPath;
};

/** The oldest Node that is supported, and a current one; on a platform without packaged Nodes, the Node that runs this. */
export const nodeOldest = node("oldest");
export const nodeCurrent = node("current");
export const deno = `${modules}.bin/deno`;
export const bun = `${modules}.bin/bun`;
export const workerd = `${modules}.bin/workerd`;
/** Both are JavaScript: run them with `nodeCurrent`, since wrangler needs a newer Node than the library does. */
export const wrangler = `${modules}wrangler/bin/wrangler.js`;
export const vitest = `${modules}vitest/vitest.mjs`;
