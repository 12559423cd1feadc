/**
 * The frame around every page.
 */

import type { HttpRequest } from "djedge";
import { reverse } from "djedge/urls";
import { html, type SafeString } from "./html.ts";

const NAVIGATION = [
  ["search", "Search"],
  ["guestbook", "Guest book"],
  ["cookies", "Cookies"],
  ["report", "Report"],
  ["events", "Events"],
  ["files", "Files"],
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
<meta name="color-scheme" content="light dark">
<title>${title} · djedge</title>
<link rel="icon" href="${reverse("static", { kwargs: { name: "icon.svg" } })}" type="image/svg+xml">
<link rel="stylesheet" href="${reverse("static", { kwargs: { name: "site.css" } })}">
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header>
<a class="brand" href="${reverse("home")}">djedge</a>
<nav aria-label="Pages">${NAVIGATION.map(([name, label]) => {
      const url = reverse(name);
      return html`<a href="${url}"${url === here && html` aria-current="page"`}>${label}</a>`;
    })}</nav>
</header>
<main id="main">
<h1>${title}</h1>
`,
    foot: html`
</main>
<footer>Served by <strong>${runtime()}</strong> · the same views run on Workers, Deno, Bun and Node</footer>
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

function runtime(): string {
  const agent = globalThis.navigator?.userAgent ?? "Node.js";
  return agent === "Cloudflare-Workers" ? "Cloudflare Workers (workerd)" : agent.replace("/", " ");
}
