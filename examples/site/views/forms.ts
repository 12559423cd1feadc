/**
 * Forms, sessions and cookies: post, redirect, get.
 */

import { type HttpRequest, HttpResponse, HttpResponseRedirect, settings } from "djedge";
import { requireHttpMethods } from "djedge/decorators";
import { reverse } from "djedge/urls";
import { html, type SafeString } from "../html.ts";
import { csrfInput, page } from "../layout.ts";

const MONTH = 30 * 86400; // seconds

const getOrPost = requireHttpMethods(["GET", "HEAD", "POST"]);

interface Entry {
  name: string;
  text: string;
  at: string;
}

/** `GET` and `POST /guestbook/`. The entries live in the visitor's session. */
export const guestbook = getOrPost(async (request: HttpRequest) => {
  const entries = ((await request.session.get("entries")) ?? []) as Entry[];
  const fields = { name: "", text: "" };
  const errors: Partial<typeof fields> = {};
  if (request.method === "POST") {
    const form = await request.POST;
    fields.name = String(form.get("name", "")).trim().slice(0, 40);
    fields.text = String(form.get("text", "")).trim().slice(0, 200);
    if (!fields.name) errors.name = "Please say who you are.";
    if (!fields.text) errors.text = "Please write a message.";
    if (!errors.name && !errors.text) {
      await request.session.set("entries", [{ ...fields, at: new Date().toISOString() }, ...entries].slice(0, 5));
      return new HttpResponseRedirect(reverse("guestbook"));
    }
  }
  const content = html`<p class="lead">Only you see what you write: your last five entries are kept in your session.</p>
<form class="stack" method="post" novalidate>${csrfInput(request)}
<label>Your name <input name="name" maxlength="40" autocomplete="name" required value="${fields.name}"${describedBy("name", errors.name)}>${errorText("name", errors.name)}</label>
<label>A message <textarea name="text" rows="3" maxlength="200" required${describedBy("text", errors.text)}>${fields.text}</textarea>${errorText("text", errors.text)}</label>
<button>Sign the guest book</button>
</form>
<h2>Your entries</h2>
${entries.length === 0 && html`<p class="meta">None yet.</p>`}
<ul class="cards">${entries.map(({ name, text, at }) => html`<li><strong>${name}</strong><p>${text}</p><p class="meta">${at.slice(0, 16).replace("T", " ")} UTC</p></li>`)}</ul>`;
  return new HttpResponse(page(request, "Guest book", content), { status: errors.name || errors.text ? 422 : 200 });
});

function describedBy(field: string, error: string | undefined): SafeString | undefined {
  return error === undefined ? undefined : html` aria-invalid="true" aria-describedby="${field}-error"`;
}

function errorText(field: string, error: string | undefined): SafeString | undefined {
  return error === undefined ? undefined : html`<span class="error" id="${field}-error">${error}</span>`;
}

const PRODUCTS: readonly { slug: string; name: string; cents: number }[] = [
  { slug: "pony", name: "Magic pony", cents: 1200 },
  { slug: "mug", name: "Mug, “DEBUG = True”", cents: 950 },
  { slug: "strings", name: "Guitar strings, gypsy jazz", cents: 1490 },
];

/** `GET` and `POST /cart/`: a session. */
export const cart = getOrPost(async (request: HttpRequest) => {
  const { session } = request;
  const counts = ((await session.get("cart")) ?? {}) as Record<string, number>;
  if (request.method === "POST") {
    const form = await request.POST;
    const slug = String(form.get("add", ""));
    if (form.has("empty")) await session.flush();
    else if (PRODUCTS.some((product) => product.slug === slug)) {
      await session.set("cart", { ...counts, [slug]: Math.min((counts[slug] ?? 0) + 1, 99) });
    }
    return new HttpResponseRedirect(reverse("cart"));
  }
  const visits = Number((await session.get("visits")) ?? 0) + 1;
  await session.set("visits", visits);
  const lines = PRODUCTS.filter(({ slug }) => counts[slug]).map((product) => ({ ...product, count: counts[product.slug] ?? 0 }));
  const total = lines.reduce((sum, { cents, count }) => sum + cents * count, 0);
  return new HttpResponse(
    page(
      request,
      "Cart",
      html`<p class="lead">This page was shown to you ${visits === 1 ? "once" : html`<strong>${visits}</strong> times`}, and remembers what you take. Your session is kept in ${settings.SESSION_STORE ? "Workers KV; the cookie holds its key" : "a cookie that is signed as Django signs it"}.</p>
<form method="post">${csrfInput(request)}
<ul class="cards">${PRODUCTS.map(({ slug, name, cents }) => html`<li><strong>${name}</strong><p class="meta">${money(cents)}</p><p><button class="small" name="add" value="${slug}" aria-label="Add: ${name}">Add</button></p></li>`)}</ul>
${
  lines.length === 0
    ? html`<p class="meta">Your cart is empty.</p>`
    : html`<table><caption>In your cart</caption>
<thead><tr><th scope="col">What</th><th scope="col" class="number">How many</th><th scope="col" class="number">Price</th></tr></thead>
<tbody>${lines.map(({ name, count, cents }) => html`<tr><td>${name}</td><td class="number">${count}</td><td class="number">${money(cents * count)}</td></tr>`)}</tbody>
<tfoot><tr><th scope="row" colspan="2">Total</th><td class="number"><strong>${money(total)}</strong></td></tr></tfoot></table>`
}
<p class="buttons"><button class="quiet" name="empty" value="1">Forget me: flush the session</button></p>
</form>`,
    ),
  );
});

function money(cents: number): string {
  return `€ ${(cents / 100).toFixed(2)}`;
}

/** `GET` and `POST /cookies/`: a signed counter, a plain cookie, and a way to delete them. */
export const cookies = getOrPost(async (request: HttpRequest) => {
  if (request.method === "POST") {
    const form = await request.POST;
    const response = new HttpResponseRedirect(reverse("cookies"));
    if (form.has("forget")) for (const name of ["flavour", "seen", "visits"]) response.deleteCookie(name);
    else response.setCookie("flavour", String(form.get("flavour", "")).slice(0, 40), { maxAge: MONTH, sameSite: "Lax" });
    return response;
  }
  const visits = Number(request.getSignedCookie("visits", { default: "0", maxAge: MONTH })) + 1;
  const sent = Object.entries(request.COOKIES);
  const content = html`<p class="lead">You were here ${visits === 1 ? "once" : html`<strong>${visits}</strong> times`}, says a signed cookie: no script can read it, and nobody can change it.</p>
<form method="post" class="row">${csrfInput(request)}
<label>Your favourite flavour <input name="flavour" maxlength="40" value="${request.COOKIES.flavour ?? ""}"></label>
<button>Set the cookie</button>
</form>
<form method="post">${csrfInput(request)}<button class="quiet" name="forget" value="1">Delete my cookies</button></form>
<h2>What your browser sent</h2>
${sent.length === 0 && html`<p class="meta">No cookies: this was your first visit. Load the page again.</p>`}
${sent.length > 0 && html`<table class="pairs"><thead><tr><th scope="col">Name</th><th scope="col">Value</th></tr></thead><tbody>${sent.map(([name, value]) => html`<tr><td><code>${name}</code></td><td><code>${value}</code></td></tr>`)}</tbody></table>`}`;
  const response = new HttpResponse(page(request, "Cookies", content));
  response.setSignedCookie("visits", String(visits), { maxAge: MONTH, httpOnly: true, sameSite: "Lax" });
  response.setCookie("seen", new Date().toISOString().slice(0, 10), { maxAge: MONTH, sameSite: "Lax" });
  return response;
});
