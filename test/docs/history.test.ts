import { expect, test } from "vitest";
import { readText } from "../package/project.ts";
import { history } from "../security/history.ts";

test("docs/security-history.md has every issue of Django's security history, with what it means here", () => {
  const page = readText("docs/security-history.md");
  const rows = history.map(({ id, title, reason }) => `| ${id} | ${title} | ${reason ?? "tried: the attack fails"} |`);
  expect(rows.filter((row) => !page.includes(row)).join("\n")).toBe("");
});
