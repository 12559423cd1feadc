import { test } from "vitest";
import { root, run } from "../package/project.ts";

test("README.md and docs/from-django.md say what the code has", async () => {
  await run(process.execPath, [`${root}scripts/readme.mjs`, "--check"]);
});
