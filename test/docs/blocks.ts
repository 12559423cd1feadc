/**
 * The code blocks of the documentation, made into programs.
 *
 * A block marked `ts` is a module of its own. In it, `expression; // → value` claims what the expression gives (awaited,
 * and compared deeply), and `expression; // throws Name` what it throws. The word after `ts` names another kind:
 *
 * - `ts deno`, `ts bun`, `ts node`: a program that serves HTTP on that runtime; it is started, and has to answer.
 * - `ts worker`: the module of a Worker; it is bundled, served on workerd, and has to answer.
 * - `ts types`: only type-checked, for what needs an account or a second server.
 */

import { readdirSync, readFileSync } from "node:fs";
import { root } from "../../scripts/binaries.mjs";

/** One block. */
export interface Block {
  /** The file and the line where it starts, such as `docs/urls.md:12`. */
  readonly where: string;
  readonly kind: "run" | "deno" | "bun" | "node" | "worker" | "types";
  readonly code: string;
}

const FENCE = /^```ts(?: (deno|bun|node|worker|types))?\n([\s\S]*?)^```$/gm;

/** Every TypeScript block of the README and the pages of `docs/`. */
export function blocks(): Block[] {
  const pages = readdirSync(`${root}docs`).filter((name) => name.endsWith(".md"));
  return ["README.md", ...pages.map((name) => `docs/${name}`)].flatMap((page) => {
    const text = readFileSync(root + page, "utf8");
    return [...text.matchAll(FENCE)].map(({ 1: kind = "run", 2: code = "", index }) => ({
      where: `${page}:${text.slice(0, index).split("\n").length}`,
      kind: kind as Block["kind"],
      code,
    }));
  });
}

/** The block as a program that throws where one of its claims does not hold. */
export function program(code: string): string {
  const lines = code.split("\n").map((line) => {
    const claim = /^(\s*)(?!\/\/)(.*?);\s*\/\/ (→|throws) (.+)$/.exec(line);
    if (!claim) return line;
    const [, indent, statement = "", kind, value = ""] = claim;
    const declared = /^(?:const|let) (\w+) = /.exec(statement);
    const expression = declared ? declared[1] : statement;
    // Only at the top of a module may one await.
    const wait = indent ? "" : "await ";
    const check =
      kind === "→"
        ? `$same(${wait}(${expression}), ${value});`
        : `${wait}$throws(${wait && "async "}() => (${expression}), ${JSON.stringify(value.split(/[ :]/)[0])});`;
    return `${indent}${declared ? `${statement}; ` : ""}${check}`;
  });
  return `${lines.join("\n")}\n${HELPERS}`;
}

const HELPERS = `
function $same(actual, expected) {
  const show = (value) => JSON.stringify(value, (_key, one) =>
    one === undefined ? "$undefined" : one instanceof Uint8Array ? { $bytes: [...one] } : one);
  if (show(actual) !== show(expected)) throw new Error("the page says " + show(expected) + ", but it is " + show(actual));
}
function $throws(work, name) {
  const judge = (error) => {
    if (error?.name !== name) throw new Error("the page says that it throws " + name + ", but it throws " + error?.name, { cause: error });
  };
  const missing = () => {
    throw new Error("the page says that it throws " + name + ", but it throws nothing");
  };
  let result;
  try {
    result = work();
  } catch (error) {
    return judge(error);
  }
  return result instanceof Promise ? result.then(missing, judge) : missing();
}
`;
