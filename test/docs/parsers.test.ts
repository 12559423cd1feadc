/** The table in docs/uploads.md of what each parser of forms gets right is what they do. */

import { readFileSync } from "node:fs";
import parseMultipartData from "parse-multipart-data";
import { expect, test } from "vitest";
import { root } from "../../scripts/binaries.mjs";
import { BufferedMultiPartParser } from "../../src/http/bufferedmultipart.ts";
import { BOUNDARY, bodies, bytes, type Form, outcome } from "../http/multipart.ts";

/** What a program would make of the package's answer. */
async function byPackage(body: string): Promise<Form> {
  const answer: Form = { fields: {}, files: {} };
  for (const { name, filename, data } of parseMultipartData.parse(Buffer.from(bytes(body)), BOUNDARY)) {
    if (filename) answer.files[filename] = data.toString("latin1");
    else if (name !== undefined) answer.fields[name] = [...(answer.fields[name] ?? []), data.toString()];
  }
  return answer;
}

async function verdict(parse: () => Promise<unknown>, expected: Form): Promise<string> {
  try {
    expect(await parse()).toEqual(expected);
    return "yes";
  } catch (error) {
    return (error as Error).name === "AssertionError" ? "**no**" : `**${(error as Error).name}**`;
  }
}

test("docs/uploads.md says of each parser what it does", async () => {
  const rows = ["| | `MultiPartParser` | `BufferedMultiPartParser` | parse-multipart-data alone |", "|---|---|---|---|"];
  for (const [name, [body, django]] of Object.entries(bodies)) {
    const verdicts = [
      await verdict(() => outcome(body), django),
      await verdict(() => outcome(body, { Parser: BufferedMultiPartParser }), django),
      await verdict(() => byPackage(body), django),
    ];
    rows.push(`| ${name} | ${verdicts.join(" | ")} |`);
  }
  const table = /<!-- parsers -->\n\n([\s\S]*?)\n\n<!-- \/parsers -->/.exec(readFileSync(`${root}docs/uploads.md`, "utf8"))?.[1];
  expect(table).toBe(rows.join("\n"));
});
