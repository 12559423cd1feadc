// What typical imports weigh in a Worker: `node scripts/size.mjs` prints it, minified and gzipped, beside the budgets of
// scripts/sizes.json (`limit` is what may not be passed, `goal` what is aimed at: bytes); `--files` also says which files weigh
// how much. Run `npm run build` first.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { root } from "./binaries.mjs";

/**
 * Bundles one program as wrangler would; gives its code and the bytes that each file has in it.
 *
 * @param {string} code
 * @returns {Promise<{ text: string, files: [file: string, bytes: number][] }>}
 */
export async function bundle(code) {
  const { outputFiles, metafile } = await build({
    stdin: { contents: code, resolveDir: root },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: "esm",
    target: "es2023",
    conditions: ["workerd", "worker", "browser"],
    external: ["node:*"],
    logLevel: "silent",
  });
  const files = Object.entries(Object.values(metafile.outputs)[0].inputs).map(([file, { bytesInOutput }]) => [
    file,
    bytesInOutput,
  ]);
  return { text: outputFiles[0].text, files };
}

/** The programs of scripts/sizes.json with what they weigh: bytes. */
export async function sizes() {
  const programs = JSON.parse(readFileSync(new URL("sizes.json", import.meta.url), "utf8"));
  return Promise.all(
    programs.map(async (program) => {
      const { text, files } = await bundle(program.code);
      return { ...program, files, minified: text.length, gzipped: gzipSync(text, { level: 9 }).length };
    }),
  );
}

/** One line on a program: what it weighs, and its budget. */
export function describe({ name, limit, goal, minified, gzipped }) {
  const budget = `${limit} allowed${goal && gzipped > goal ? `, ${goal} aimed at` : ""}`;
  return `${gzipped > limit ? "✗" : "✓"} ${name}: ${gzipped} bytes minified and gzipped (${budget}), ${minified} minified`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { files, ...program } of await sizes()) {
    console.log(describe(program));
    if (program.gzipped > program.limit) process.exitCode = 1;
    if (!process.argv.includes("--files")) continue;
    for (const [file, bytes] of files.sort((a, b) => b[1] - a[1])) if (bytes) console.log(`    ${bytes}  ${file}`);
  }
}
