/**
 * Pages, JSON, redirects and errors.
 */

import {
  Http404,
  type HttpRequest,
  HttpResponse,
  HttpResponsePermanentRedirect,
  HttpResponseRedirect,
  JsonResponse,
} from "djedge";
import { cacheControl, requireSafe } from "djedge/decorators";
import { reverse } from "djedge/urls";
import { catalogue, search as searchCatalogue } from "../catalogue.ts";
import { html } from "../html.ts";
import { page } from "../layout.ts";
import { files as staticFiles } from "../static/index.ts";

const CARDS = [
  [
    "Requests",
    [
      ["search", "Search", "A form with GET, read from a QueryDict"],
      ["guestbook", "Guest book", "A form with POST: a CSRF token, errors shown in place"],
      ["files", "Files", "Uploads that stream into the storage, with progress"],
    ],
  ],
  [
    "Responses",
    [
      ["report", "Report", "A page that arrives in pieces, and stops when you leave"],
      ["events", "Events", "Server-sent events that go on where they stopped"],
      ["download", "Download", "A file in ranges: pause, and resume"],
      ["report_csv", "report.csv", "50,000 rows, streamed as a download"],
      ["api_names", "/api/names/", "JSON, with dates"],
      ["old", "/old/", "A redirect to this page"],
    ],
  ],
  [
    "State",
    [
      ["cart", "Cart", "A session, in Workers KV or in a signed cookie"],
      ["cookies", "Cookies", "Plain and signed ones, set and deleted"],
    ],
  ],
  ["Errors", [["broken", "/broken/", "A view that throws: what a developer sees"]]],
] as const;

const EXAMPLE = `import { getFetchApplication, HttpResponse, type HttpRequest } from "djedge";
import { path } from "djedge/urls";

function hello(request: HttpRequest, { name }: { name: string }) {
  return new HttpResponse(\`Hello, \${name}, from \${request.path}\`, { contentType: "text/plain" });
}

export default getFetchApplication({ urlconf: [path("hello/<str:name>/", hello)] });`;

/** `GET /` */
export const home = requireSafe((request: HttpRequest) => {
  const sections = CARDS.map(
    ([title, cards]) => html`<h2>${title}</h2>
<ul class="cards">${cards.map(([name, label, text]) => html`<li class="link"><a href="${reverse(name)}">${label}</a><p>${text}</p></li>\n`)}${title === "Errors" && html`<li class="link"><a href="/nowhere/">/nowhere/</a><p>No such page: a 404, with the routes that were tried</p></li>`}</ul>`,
  );
  return new HttpResponse(
    page(
      request,
      "Django’s django.http, on the edge",
      html`<p class="lead">This site is one list of <code>urlpatterns</code> and one set of views. Cloudflare Workers, Deno, Bun and Node serve it alike.</p>
<pre tabindex="0" aria-label="A view and its application"><code>${EXAMPLE}</code></pre>
<p>This very view answers at <a href="${reverse("hello", { kwargs: { name: "Django" } })}">/hello/Django/</a>. There is more to try:</p>
${sections}`,
    ),
  );
});

/** `GET /hello/<str:name>/` */
export function hello(request: HttpRequest, { name }: { name: string }): HttpResponse {
  return new HttpResponse(`Hello, ${name}, from ${request.path}`, { contentType: "text/plain; charset=utf-8" });
}

/** `GET /search/?q=…` */
export const search = requireSafe((request: HttpRequest) => {
  const query = String(request.GET.get("q", ""));
  const found = searchCatalogue(query);
  return new HttpResponse(
    page(
      request,
      "Search",
      html`<p class="lead">What Django’s request and response page names, found by a word.</p>
<form class="row" role="search">
<label>A name or a word <input type="search" name="q" value="${query}"></label>
<button>Search</button>
</form>
<table class="pairs"><caption>${found.length} of ${catalogue.length} names${query && html` for “${query}”`}</caption>
<thead><tr><th scope="col">Name</th><th scope="col">What it is</th></tr></thead>
<tbody>${found.map(({ name, text }) => html`<tr><td><code>${name}</code></td><td>${text}</td></tr>\n`)}</tbody></table>
<p class="meta">The same <a href="${reverse("api_names", { query: query ? { q: query } : {} })}">as JSON</a>.</p>`,
    ),
  );
});

/** `GET /api/names/?q=…` */
export const apiNames = requireSafe((request: HttpRequest) => {
  const query = String(request.GET.get("q", ""));
  return new JsonResponse({ query, now: new Date(), names: searchCatalogue(query) });
});

/** `GET /api/names/<int:index>/` */
export const apiName = requireSafe((_request: HttpRequest, { index }: { index: number }) => {
  const entry = catalogue[index];
  if (!entry) throw new Http404(`There are ${catalogue.length} names, and ${index} is none of them`);
  return new JsonResponse({ index, ...entry });
});

/** `GET /old/` */
export const old = requireSafe(() => new HttpResponseRedirect(reverse("home")));

/** `GET /favicon.ico`: what browsers ask for where a page names no icon. */
export const favicon = requireSafe(() => new HttpResponsePermanentRedirect(reverse("static", { kwargs: { name: "icon.svg" } })));

/** `GET /broken/` */
export function broken(): never {
  try {
    JSON.parse("{ not: JSON }");
  } catch (cause) {
    throw new Error("This view is broken, so that you can see what a developer sees", { cause });
  }
  throw new Error("never reached");
}

/** `GET /static/<str:name>` */
export const staticFile = cacheControl({ public: true, maxAge: 60 })((_request: HttpRequest, { name }: { name: string }) => {
  const found = staticFiles.get(name);
  if (!found) throw new Http404(name);
  const [contentType, content] = found;
  return new HttpResponse(content, { contentType });
});
