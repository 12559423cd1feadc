/**
 * The views, the same on every runtime.
 */

import {
  EventStreamResponse,
  FileResponse,
  Http404,
  type HttpRequest,
  HttpResponse,
  HttpResponseRedirect,
  JsonResponse,
  StreamingHttpResponse,
} from "djedge";
import { cacheControl, neverCache, requireGET, requireHttpMethods, requirePOST, requireSafe } from "djedge/decorators";
import { getToken } from "djedge/middleware";
import { reverse } from "djedge/urls";
import { catalogue, search } from "./catalogue.ts";
import { html, type SafeString } from "./html.ts";
import { layout, page } from "./layout.ts";
import { files as staticFiles } from "./static.ts";
import { storage } from "./storage.ts";

/** `GET /` */
export const home = requireSafe((request: HttpRequest) => {
  const cards = [
    ["search", "Search", "A form with GET and a QueryDict"],
    ["guestbook", "Guest book", "POST, a CSRF token and a session in a signed cookie"],
    ["cookies", "Cookies", "Plain and signed, set and deleted"],
    ["report", "Report", "A page that arrives in pieces"],
    ["events", "Events", "Server-sent events that resume"],
    ["files", "Files", "Uploads with progress, downloads with ranges"],
    ["report_csv", "report.csv", "A streamed CSV, as a download"],
    ["api_names", "/api/names/", "JSON, with dates"],
    ["old", "/old/", "A redirect to this page"],
    ["broken", "/broken/", "A view that throws: the debug page"],
  ] as const;
  return new HttpResponse(
    page(
      request,
      "Django’s django.http, on the edge",
      html`<p>This site is one list of <code>urlpatterns</code> and one file of views. Workers, Deno, Bun and Node serve it alike.</p>
<ul class="cards">${cards.map(([name, label, text]) => html`<li><a href="${reverse(name)}">${label}</a><br>${text}</li>`)}</ul>
<p class="dim">And what is <a href="/nowhere/">not there</a> is a 404.</p>`,
    ),
  );
});

/** `GET /search/?q=…` */
export const searchNames = requireGET((request: HttpRequest) => {
  const query = request.GET.get("q", "") as string;
  const found = query ? search(query) : catalogue;
  return new HttpResponse(
    page(
      request,
      "Search",
      html`<form class="row" role="search">
<label>A name or a word <input type="search" name="q" value="${query}" autofocus></label>
<button>Search</button>
</form>
<p aria-live="polite" class="dim">${found.length} of ${catalogue.length} names</p>
<table><thead><tr><th scope="col">Name</th><th scope="col">What it is</th></tr></thead>
<tbody>${found.map(({ name, text }) => html`<tr><td><code>${name}</code></td><td>${text}</td></tr>`)}</tbody></table>`,
    ),
  );
});

/** `GET` and `POST /guestbook/`: post, redirect, get. The entries live in the session. */
export const guestbook = requireHttpMethods(["GET", "HEAD", "POST"])(async (request: HttpRequest) => {
  const session = request.session;
  const entries = ((await session.get("entries")) as { name: string; text: string; at: string }[] | undefined) ?? [];
  let error: string | undefined;
  let fields = { name: "", text: "" };
  if (request.method === "POST") {
    const form = await request.POST;
    fields = { name: String(form.get("name", "")).trim(), text: String(form.get("text", "")).trim() };
    if (fields.name && fields.text) {
      const entry = { name: fields.name.slice(0, 40), text: fields.text.slice(0, 200), at: new Date().toISOString() };
      await session.set("entries", [entry, ...entries].slice(0, 5));
      return new HttpResponseRedirect(reverse("guestbook"));
    }
    error = "Both your name and a message are needed.";
  }
  return new HttpResponse(
    page(
      request,
      "Guest book",
      html`<p>Only you see your last five entries: they travel in a session cookie that is signed as Django signs it.</p>
${error && html`<p class="notice" role="alert">${error}</p>`}
<form method="post">${csrfInput(request)}
<label>Your name <input name="name" maxlength="40" autocomplete="name" required value="${fields.name}"></label>
<label>A message <textarea name="text" rows="3" maxlength="200" required>${fields.text}</textarea></label>
<button>Sign</button>
</form>
<h2>Entries</h2>
${entries.length === 0 && html`<p class="dim">None yet.</p>`}
<ul class="cards">${entries.map(({ name, text, at }) => html`<li><strong>${name}</strong> <span class="dim">${at.slice(0, 16).replace("T", " ")}</span><br>${text}</li>`)}</ul>`,
    ),
    { status: error ? 422 : 200 },
  );
});

/** `GET` and `POST /cookies/`: a signed counter, a plain cookie, and a way to delete it. */
export const cookies = requireHttpMethods(["GET", "HEAD", "POST"])(async (request: HttpRequest) => {
  if (request.method === "POST") {
    const form = await request.POST;
    const response = new HttpResponseRedirect(reverse("cookies"));
    if (form.has("forget")) {
      response.deleteCookie("flavour");
      response.deleteCookie("visits");
    } else {
      response.setCookie("flavour", String(form.get("flavour", "")).slice(0, 40), { maxAge: 86400 * 30, sameSite: "Lax" });
    }
    return response;
  }
  const visits = Number(request.getSignedCookie("visits", { default: "0", maxAge: 86400 * 30 })) + 1;
  const response = new HttpResponse(
    page(
      request,
      "Cookies",
      html`<p>You were here <strong>${visits}</strong> time${visits === 1 ? "" : "s"}. That number is in a signed cookie that no script can read and no one can change.</p>
<form method="post" class="row">${csrfInput(request)}
<label>Your favourite flavour <input name="flavour" maxlength="40" value="${request.COOKIES.flavour ?? ""}"></label>
<button>Set the cookie</button>
</form>
<form method="post">${csrfInput(request)}<button class="plain" name="forget" value="1">Delete my cookies</button></form>
<h2>What your browser sent</h2>
<table><thead><tr><th scope="col">Name</th><th scope="col">Value</th></tr></thead>
<tbody>${Object.entries(request.COOKIES).map(([name, value]) => html`<tr><td><code>${name}</code></td><td>${value}</td></tr>`)}</tbody></table>`,
    ),
  );
  response.setSignedCookie("visits", String(visits), { maxAge: 86400 * 30, httpOnly: true, sameSite: "Lax" });
  response.setCookie("seen", new Date().toISOString().slice(0, 10), { maxAge: 86400 * 30, sameSite: "Lax" });
  return response;
});

/** `GET /report/`: HTML that is sent while it is made. */
export const report = neverCache((request: HttpRequest) => {
  async function* rows(): AsyncGenerator<SafeString> {
    const { head, foot } = layout(request, "Report");
    let row = 0;
    try {
      yield head;
      yield html`<p>Each row is sent when it is ready; leave, and the generator stops.</p>
<table><thead><tr><th scope="col">Row</th><th scope="col">Made at</th></tr></thead><tbody>`;
      while (row < 10) {
        await pause(300, request.signal);
        row++;
        yield html`<tr><td class="number">${row}</td><td>${new Date().toISOString()}</td></tr>\n`;
      }
      yield html`</tbody></table><p class="notice">Done.</p>${foot}`;
    } finally {
      if (row < 10) console.log(`report: the client left after row ${row}`);
    }
  }
  return new StreamingHttpResponse(rows());
});

/** `GET /report.csv`: as Django's "streaming large CSV files". */
export const reportCsv = requireSafe(() => {
  function* lines(): Generator<string> {
    yield "row,square\r\n";
    for (let row = 1; row <= 50_000; row++) yield `${row},${row * row}\r\n`;
  }
  return new StreamingHttpResponse(lines(), {
    contentType: "text/csv; charset=utf-8",
    headers: { "Content-Disposition": 'attachment; filename="report.csv"' },
  });
});

/** `GET /api/names/?q=…` */
export const apiNames = requireSafe((request: HttpRequest) => {
  const query = String(request.GET.get("q", ""));
  return new JsonResponse({ query, now: new Date(), names: search(query) });
});

/** `GET /api/names/<int:index>/` */
export const apiName = requireSafe((_request: HttpRequest, { index }: { index: number }) => {
  const entry = catalogue[index];
  if (!entry) throw new Http404(`There are ${catalogue.length} names, and ${index} is none of them`);
  return new JsonResponse({ index, ...entry });
});

/** `GET /old/` */
export const old = requireSafe(() => new HttpResponseRedirect(reverse("home")));

/** `GET /broken/` */
export function broken(): never {
  throw new Error("This view is broken, so that you can see what a developer sees");
}

/** `GET /events/` */
export const events = requireSafe((request: HttpRequest) => {
  return new HttpResponse(
    page(
      request,
      "Events",
      html`<p>A tick a second, as server-sent events. Break the connection, and the browser goes on where it was: <output data-state>connecting…</output></p>
<ul data-events="${reverse("event_stream")}" aria-live="polite" aria-label="Ticks"></ul>
${script()}`,
    ),
  );
});

/** `GET /events/stream/` */
export const eventStream = requireSafe((request: HttpRequest) => {
  async function* ticks(): AsyncGenerator<{ event: string; id: string; data: unknown }> {
    const first = Number(request.lastEventId ?? 0) + 1;
    for (let number = first; !request.signal.aborted; number++) {
      yield { event: "tick", id: String(number), data: { number, at: new Date() } };
      await pause(1000, request.signal);
    }
  }
  return new EventStreamResponse(ticks(), { heartbeat: 15, retry: 1000 });
});

/** `GET` and `POST /files/` */
export const files = requireHttpMethods(["GET", "HEAD", "POST"])(async (request: HttpRequest) => {
  if (request.method === "POST") {
    for (const file of (await request.FILES).getlist("files")) {
      await storage(request).save(String(file.name), await file.blob());
    }
    return new HttpResponseRedirect(reverse("files"));
  }
  const stored = await storage(request).list();
  return new HttpResponse(
    page(
      request,
      "Files",
      html`<form method="post" enctype="multipart/form-data" data-progress>${csrfInput(request)}
<label>Files to upload <input type="file" name="files" multiple required></label>
<progress hidden value="0" max="1" aria-label="Upload"></progress>
<output></output>
<button>Upload</button>
</form>
<h2>Stored</h2>
${stored.length === 0 && html`<p class="dim">Nothing yet.</p>`}
<ul class="cards">${stored.map(({ name, size }) => {
        const url = reverse("file", { kwargs: { name } });
        return html`<li>${/\.(png|jpe?g|gif|webp|avif)$/i.test(name) && html`<img src="${url}" alt="" loading="lazy">`}
<a href="${url}">${name}</a><br><span class="dim">${size.toLocaleString("en")} bytes</span>
<form method="post" action="${reverse("delete_file", { kwargs: { name } })}">${csrfInput(request)}<button class="plain">Delete<span hidden> ${name}</span></button></form></li>`;
      })}</ul>
${script()}`,
    ),
  );
});

/** `GET /files/<str:name>`: with ranges, so that a broken download resumes and a video seeks. */
export const file = requireSafe(async (request: HttpRequest, { name }: { name: string }) => {
  const found = await storage(request).open(name);
  if (!found) throw new Http404(`No file is named ${name}`);
  // What strangers uploaded is shown only as an image; all else is a download.
  return new FileResponse(found, { filename: name, asAttachment: !/\.(png|jpe?g|gif|webp|avif|mp4|webm)$/i.test(name) });
});

/** `POST /files/<str:name>/delete/` */
export const deleteFile = requirePOST(async (request: HttpRequest, { name }: { name: string }) => {
  await storage(request).delete(name);
  return new HttpResponseRedirect(reverse("files"));
});

/** `GET /static/<str:name>` */
export const staticFile = cacheControl({ public: true, maxAge: 3600 })((_request: HttpRequest, { name }: { name: string }) => {
  const found = staticFiles.get(name);
  if (!found) throw new Http404(name);
  const [contentType, content] = found;
  return new HttpResponse(content, { contentType });
});

function csrfInput(request: HttpRequest): SafeString {
  return html`<input type="hidden" name="csrfmiddlewaretoken" value="${getToken(request)}">`;
}

function script(): SafeString {
  return html`<script src="${reverse("static", { kwargs: { name: "site.js" } })}" defer></script>`;
}

/** Resolves after `milliseconds`, or at once when `signal` aborts. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
  });
}
