/**
 * The documentation builds from what the registry has: its API pages from the docstrings, its search, no dead link.
 */

import { existsSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { root, run } from "../package/project.ts";

test("npm --prefix docs ci && npm --prefix docs run build", { timeout: 300_000 }, async () => {
  await run("npm", ["--prefix", "docs", "ci", "--prefer-offline", "--no-audit", "--no-fund"]);
  await run("npm", ["--prefix", "docs", "run", "build"]);
  const site = `${root}docs/.vitepress/dist/`;
  for (const page of ["index.html", "getting-started.html", "api/djedge.html", "api/urls.html"])
    expect(existsSync(site + page), page).toBe(true);
  expect(readdirSync(`${site}assets/chunks`).some((file) => /localSearchIndex/.test(file))).toBe(true);
});
