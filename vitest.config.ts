import { defineConfig } from "vitest/config";

// The behavioural suite, and what one runtime has alone. `DJEDGE_SUITE` names a folder of the latter: node, deno, bun, wire, package.
const own = ["node", "deno", "bun", "workerd", "wire", "package"];
const suite = process.env.DJEDGE_SUITE;

export default defineConfig({
  test: {
    include: suite ? [`test/${suite}/**/*.test.ts`] : ["test/**/*.test.ts"],
    exclude: suite ? [] : own.map((name) => `test/${name}/**`),
    pool: "threads",
    maxWorkers: 2,
    testTimeout: suite ? 60_000 : 20_000,
    hookTimeout: 60_000,
  },
});
