import { expect, test } from "vitest";
import { readJson, readText, root, run } from "../package/project.ts";

test("README.md and docs/from-django.md say what the code has", async () => {
  await run(process.execPath, [`${root}scripts/readme.mjs`, "--check"]);
});

test("README.md says of every dependency why it is there, and of nothing else", () => {
  const [, table = ""] = readText("README.md").split("## What it depends on");
  const named = Array.from(table.matchAll(/^\| \[([^\]]+)\]\(/gm), ([, name = ""]) => name);
  expect(named.sort()).toEqual(Object.keys(readJson("package.json").dependencies as object).sort());
});

test("the home page counts the vectors as they are", () => {
  const areas = Array.from(readText("test/vectors/README.md").matchAll(/^\| [\w-]+ +\| (\d+) +\|/gm), ([, cases]) =>
    Number(cases),
  );
  const count = areas.reduce((sum, cases) => sum + cases, 0).toLocaleString("en");
  expect(readText("docs/index.md")).toContain(`Proved against ${count} answers`);
});
