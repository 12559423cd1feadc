/**
 * The frame around every page.
 */

import type { HttpRequest } from "djedge";
import { getToken } from "djedge/middleware";
import { reverse } from "djedge/urls";
import { html, type SafeString } from "./html.ts";

const NAVIGATION = [
  ["search", "Search"],
  ["guestbook", "Guest book"],
  ["cart", "Cart"],
  ["cookies", "Cookies"],
  ["report", "Report"],
  ["events", "Events"],
  ["files", "Files"],
  ["download", "Download"],
] as const;

/** A whole page, in two halves, so that a streamed page can send the first at once. */
export function layout(request: HttpRequest, title: string): { head: SafeString; foot: SafeString } {
  const here = request.path;
  return {
    head: html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · djedge</title>
<link rel="icon" href="${staticUrl("icon.svg")}" type="image/svg+xml">
<link rel="stylesheet" href="${staticUrl("site.css")}">
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header><div class="bar">
<a class="brand" href="${reverse("home")}"><img src="${staticUrl("icon.svg")}" alt="" width="28" height="28">djedge</a>
<nav aria-label="Pages">${NAVIGATION.map(([name, label]) => {
      const url = reverse(name);
      return html`<a href="${url}"${url === here && html` aria-current="page"`}>${label}</a>`;
    })}</nav>
</div></header>
<main id="main" tabindex="-1">
<h1>${title}</h1>
`,
    foot: html`
</main>
<footer><div class="foot">Served by <strong>${runtime()}</strong>. The same views run on Workers, Deno, Bun and Node.</div></footer>
</body>
</html>
`,
  };
}

/** A page that is sent at once. */
export function page(request: HttpRequest, title: string, content: SafeString): string {
  const { head, foot } = layout(request, title);
  return `${head}${content}${foot}`;
}

/** What every form with POST holds: see `CsrfViewMiddleware`. */
export function csrfInput(request: HttpRequest): SafeString {
  return html`<input type="hidden" name="csrfmiddlewaretoken" value="${getToken(request)}">`;
}

/** A script of `static/scripts.ts`. */
export function script(name: string): SafeString {
  return html`<script src="${staticUrl(name)}" defer></script>`;
}

function staticUrl(name: string): string {
  return reverse("static", { kwargs: { name } });
}

function runtime(): string {
  const agent = globalThis.navigator?.userAgent ?? "Node.js";
  return agent === "Cloudflare-Workers" ? "workerd, the runtime of Cloudflare Workers" : agent.replace("/", " ");
}
