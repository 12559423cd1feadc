import { defineConfig } from "vitest/config";

/** Folders that are no part of the behavioural suite; `DJEDGE_SUITE` names the one to run instead of it (scripts/test.mjs). */
const own = ["node", "deno", "bun", "workerd", "wire", "browser", "package", "docs"];
const suite = process.env.DJEDGE_SUITE;
const { DJEDGE_FUZZ_RUNS: runs = 60, DJEDGE_FUZZ_SECONDS: seconds = 0, DJEDGE_FUZZ_SEED: seed } = process.env;

export default defineConfig({
  // The examples import the package by its name: here they get its source.
  resolve: {
    alias: [
      { find: /^djedge$/, replacement: new URL("src/index.ts", import.meta.url).pathname },
      { find: /^djedge\/(.+)$/, replacement: new URL("src/$1.ts", import.meta.url).pathname },
    ],
  },
  json: { stringify: true, namedExports: false }, // the vectors hold lone surrogates
  test: {
    include: [suite ? `test/${suite}/**/*.test.ts` : "test/**/*.test.ts"],
    exclude: suite ? [] : own.map((name) => `test/${name}/**`),
    pool: "threads",
    maxWorkers: 2,
    cache: false,
    testTimeout: suite ? 60_000 : 20_000,
    hookTimeout: 60_000,
    // Deno lacks what vitest calls last in a worker, and says so now and then before the worker is gone.
    onUnhandledError: ({ message = "" }) => !message.includes("parentPort.removeAllListeners"),
    provide: { fuzz: { runs: Number(runs), seconds: Number(seconds), seed: seed ? Number(seed) : null } }, // test/fuzz/fuzz.ts
  },
});
