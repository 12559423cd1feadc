import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const readText = (path: string): string => readFileSync(`${root}${path}`, "utf8");
export const readJson = (path: string): Record<string, unknown> => JSON.parse(readText(path)) as Record<string, unknown>;

/** The files below a folder, as paths from the project's root. */
export function filesIn(folder: string, ending: string): string[] {
  const paths = readdirSync(`${root}${folder}`, { recursive: true, encoding: "utf8" });
  return paths.filter((path) => path.endsWith(ending)).map((path) => `${folder}/${path}`);
}

/** The entries of the package and the files they are built to: `{ "./urls": "./dist/urls.js" }`. */
export function entries(): Record<string, string> {
  const exported = readJson("package.json").exports as Record<string, string | { default: string }>;
  const code = Object.entries(exported).flatMap(([name, target]) => (typeof target === "string" ? [] : [[name, target.default]]));
  return Object.fromEntries(code);
}

/** Runs a program of the project; gives what it wrote, and throws with that where it fails. */
export async function run(
  program: string,
  args: string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<string> {
  const env = { ...process.env, NO_COLOR: "1", ...options.env };
  try {
    const { stdout, stderr } = await promisify(execFile)(program, args, { cwd: options.cwd ?? root, env, maxBuffer: 2 ** 26 });
    return stdout + stderr;
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`${program} ${args.join(" ")} failed:\n${stdout}${stderr}`, { cause: error });
  }
}
