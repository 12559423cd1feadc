/**
 * Every link of the pages leads somewhere: to a file of the project, to a page of the site, and there to a heading.
 * What the site's generator makes (`/api/…`) it checks itself.
 */

import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { readText, root } from "../package/project.ts";

const pages = readdirSync(`${root}docs`).filter((name) => name.endsWith(".md"));
const readable = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", ...pages.map((name) => `docs/${name}`)];

/** The text of a page without its code. */
const prose = (page: string): string =>
  readText(page)
    .replace(/^```[\s\S]*?^```/gm, "")
    .replace(/`[^`\n]*`/g, "");

/** The ids that the headings of a page get. */
function anchors(page: string): string[] {
  return Array.from(
    readText(page)
      .replace(/^```[\s\S]*?^```/gm, "")
      .matchAll(/^#+ (.+)$/gm),
    ([, heading = ""]) =>
      heading
        .toLowerCase()
        .replace(/[’`]/g, (mark) => (mark === "’" ? "-" : ""))
        .replace(/[^\w\s-]/g, "")
        .trim()
        .replace(/\s+/g, "-"),
  );
}

test.each(readable)("%s links to what is there", (page) => {
  const broken: string[] = [];
  for (const [, link = ""] of prose(page).matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^https?:/.test(link)) continue;
    const [path = "", anchor] = link.split("#");
    let file = path === "" ? page : join(dirname(page), path);
    if (page.startsWith("docs/") && !existsSync(root + file)) file += ".md";
    if (!existsSync(root + file) || (anchor && !anchors(file).includes(anchor))) broken.push(link);
  }
  expect(broken).toEqual([]);
});

test("the site's menu leads to every page, and to nothing else", () => {
  const menu = Array.from(
    readText("docs/.vitepress/config.ts").matchAll(/^ {2}\["[^"]+", "([\w-]+)"\],$/gm),
    ([, page]) => `${page}.md`,
  );
  expect(menu.sort()).toEqual(pages.filter((page) => page !== "index.md").sort());
});
