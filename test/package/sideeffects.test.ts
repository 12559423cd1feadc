import { build } from "esbuild";
import { expect, test } from "vitest";
import { root } from "./project.ts";

const app = `import { asFetch, HttpResponse } from "djedge"; export default { fetch: asFetch(() => new HttpResponse("hello")) };`;

/** A program as a bundler makes it, and what the bundler complains of. */
async function bundle(contents: string, conditions: string[]): Promise<{ text: string; warnings: string[] }> {
  const options = { bundle: true, write: false, format: "esm", splitting: true, outdir: "out", logLevel: "silent" } as const;
  const { outputFiles, warnings } = await build({
    ...options,
    stdin: { contents, resolveDir: root },
    conditions,
    external: ["node:*"],
  });
  return { text: outputFiles.map(({ text }) => text).join("\n"), warnings: warnings.map(({ text }) => text) };
}

test("a Worker has the multipart parser where it imports djedge/uploads, and not otherwise", async () => {
  const workers = ["workerd", "worker", "browser"];
  const plain = await bundle(app, workers);
  expect(plain).toMatchObject({ warnings: [], text: expect.not.stringContaining("class MultiPartParser ") });
  const linked = await bundle(`import "djedge/uploads";\n${app}`, workers);
  expect(linked).toMatchObject({ warnings: [], text: expect.stringMatching(/class _?MultiPartParser |MultiPartParser = class/) });
  expect(linked.text).toMatch(/rooms\.uploads = /);
});

test("any other bundle finds the multipart parser and the page for errors by itself", async () => {
  for (const condition of ["node", "browser"]) {
    const { text, warnings } = await bundle(app, [condition]);
    expect(warnings).toEqual([]);
    expect(text).toMatch(/rooms\.uploads \?\?= [^;]*import\(/);
    expect(text).toMatch(/rooms\.debug \?\?= /);
    expect(text).toMatch(/class _?ExceptionReporter |ExceptionReporter = class/);
  }
});
