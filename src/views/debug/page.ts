/**
 * The report of an error as a page: plain HTML and CSS, no script, light and dark, narrow and wide.
 *
 * @module
 */

import { escapeHtml } from "../../utils/html.ts";
import type { Frame, Link, Section, TracebackData } from "./types.ts";

const STYLE = `
:root { color-scheme: light dark; --text: #1b2733; --back: #fff; --soft: #f1f4f6; --line: #d3dbe2; --quiet: #52616f; --mark: #ffe9e3; --accent: #a8320f; --link: #0b4f79; }
@media (prefers-color-scheme: dark) { :root { --text: #e4eaf0; --back: #14191f; --soft: #1d242c; --line: #36414d; --quiet: #a3b1bf; --mark: #4a231a; --accent: #ff9a7a; --link: #8ccbff; } }
* { box-sizing: border-box; }
body { margin: 0; color: var(--text); background: var(--back); font: 1rem/1.5 system-ui, sans-serif; }
header, main, footer { max-width: 76rem; margin: 0 auto; padding: 1.5rem 1.25rem; }
header { border-bottom: 1px solid var(--line); }
h1 { margin: 0; font-size: 1.1rem; font-weight: 600; color: var(--accent); overflow-wrap: anywhere; }
.message { margin: .5rem 0 0; font-size: 1.4rem; line-height: 1.35; white-space: pre-wrap; overflow-wrap: anywhere; }
.request { margin: .75rem 0 0; color: var(--quiet); overflow-wrap: anywhere; }
h2 { margin: 2rem 0 .5rem; font-size: 1.1rem; }
h3 { margin: 1.5rem 0 .5rem; font-size: 1rem; overflow-wrap: anywhere; }
code, pre, td { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: .875rem; }
ol { padding-left: 2.5rem; }
li { overflow-wrap: anywhere; }
details { margin: .35rem 0; border: 1px solid var(--line); border-radius: 6px; background: var(--soft); }
summary { padding: .45rem .75rem; cursor: pointer; overflow-wrap: anywhere; }
summary:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 6px; }
.call { margin: .35rem 0; padding: .2rem .8rem; overflow-wrap: anywhere; }
.place { color: var(--quiet); }
pre { margin: 0; padding: .5rem 0; overflow-x: auto; border-top: 1px solid var(--line); background: var(--back); border-radius: 0 0 6px 6px; }
pre span { display: block; padding: 0 .75rem; width: max-content; min-width: 100%; }
pre .here { background: var(--mark); font-weight: 600; }
pre i { display: inline-block; width: 4ch; margin-right: 1.5ch; text-align: right; font-style: normal; color: var(--quiet); user-select: none; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: .3rem .75rem .3rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { width: 16rem; max-width: 40vw; font-weight: 500; font-size: .875rem; overflow-wrap: anywhere; }
td { white-space: pre-wrap; overflow-wrap: anywhere; }
.quiet, footer { color: var(--quiet); }
footer { border-top: 1px solid var(--line); font-size: .875rem; }
@media (max-width: 40rem) { th, td { display: block; width: auto; max-width: none; padding-right: 0; } th { padding-bottom: 0; border: 0; } }
`;

/** The report as a page. Everything in it that comes from elsewhere is escaped. */
export function renderPage(data: TracebackData): string {
  const [first, ...causes] = data.chain;
  const request = data.sections[0]?.title === "Request" ? data.sections[0].rows : [];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="none,noarchive">
<title>${escapeHtml(data.title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>${escapeHtml(data.title)}</h1>
<p class="message">${escapeHtml(first?.message || first?.name || "")}</p>
<p class="request">${data.statusCode} · ${request
    .slice(0, 2)
    .map(([, value]) => escapeHtml(value))
    .join(" ")}</p>
</header>
<main>
${data.tried ? renderRoutes(data) : ""}
${first && !data.tried ? renderLink(first, "Stack") : ""}
${causes.map((link) => renderLink(link, "Caused by")).join("\n")}
${data.sections.map(renderSection).join("\n")}
</main>
<footer><p>You see this report because <code>DEBUG</code> is <code>true</code> in the settings. Set it to <code>false</code>, and a standard page for status ${data.statusCode} takes its place.</p></footer>
</body>
</html>
`;
}

function renderRoutes({ tried = [], path = "" }: TracebackData): string {
  const routes = tried.map(
    ([route, name]) =>
      `<li><code>${escapeHtml(route) || "(empty)"}</code>${name && ` <span class="quiet">name: ${escapeHtml(name)}</span>`}</li>`,
  );
  const which = path === "" ? "The empty path" : `The current path, <code>${escapeHtml(path)}</code>,`;
  return `<h2>Routes</h2>
<p>These URL patterns were tried, in this order:</p>
<ol>${routes.join("\n")}</ol>
<p>${which} matched none of them.</p>`;
}

function renderLink({ name, message, frames }: Link, heading: string): string {
  const title = heading === "Stack" ? "" : `<h3>${escapeHtml(name)}: ${escapeHtml(message)}</h3>`;
  const firstOwn = frames.findIndex((frame) => frame.source.length > 0);
  const calls = frames.map((frame, index) => renderFrame(frame, index === firstOwn)).join("\n");
  return `<h2>${heading}</h2>\n${title}\n${calls || `<p class="quiet">No stack is known.</p>`}`;
}

function renderFrame({ name, file, line, column, source }: Frame, open: boolean): string {
  const place = file ? ` <span class="place">${escapeHtml(file)}:${line}:${column}</span>` : "";
  const head = `<code>${escapeHtml(name)}</code>${place}`;
  if (source.length === 0) return `<p class="call">${head}</p>`;
  const lines = source.map(
    ([number, text]) => `<span${number === line ? ` class="here"` : ""}><i>${number}</i>${escapeHtml(text)}</span>`,
  );
  return `<details${open ? " open" : ""}><summary>${head}</summary><pre tabindex="0">${lines.join("")}</pre></details>`;
}

function renderSection({ title, rows, empty = "None." }: Section): string {
  if (rows.length === 0) return `<h2>${escapeHtml(title)}</h2>\n<p class="quiet">${escapeHtml(empty)}</p>`;
  const body = rows
    .map(([name, value]) => `<tr><th scope="row">${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`)
    .join("\n");
  const table = `<table>${body}</table>`;
  // Long lists stay folded: what matters stands above them.
  if (rows.length > 12)
    return `<h2>${escapeHtml(title)}</h2>\n<details><summary>${rows.length} entries</summary>${table}</details>`;
  return `<h2>${escapeHtml(title)}</h2>\n${table}`;
}
