/** The floor: the cheapest code found that answers with the bytes that djedge answers with. */

import { settings } from "djedge";
import { getCookieSigner } from "djedge/signing";

settings.configure({ SECRET_KEY: "bench-secret-key" });

export const routes = new Map(Array.from({ length: 200 }, (_, i) => [`resource${i}`, i]));

function pathAt(url) {
  return url.indexOf("/", url.indexOf("//") + 2);
}

export function queryOf(url) {
  const query = Object.create(null);
  let at = url.indexOf("?") + 1;
  while (at > 0 && at <= url.length) {
    let end = url.indexOf("&", at);
    if (end < 0) end = url.length;
    const equals = url.indexOf("=", at);
    query[decoded(url.slice(at, equals))] = decoded(url.slice(equals + 1, end));
    at = end + 1;
  }
  return query;
}

function decoded(text) {
  const spaced = text.includes("+") ? text.replaceAll("+", " ") : text;
  return spaced.includes("%") ? decodeURIComponent(spaced) : spaced;
}

export function cookiesOf(text) {
  const cookies = Object.create(null);
  let at = 0;
  while (at < text.length) {
    const equals = text.indexOf("=", at);
    let end = text.indexOf(";", equals);
    if (end < 0) end = text.length;
    cookies[text.slice(at, equals)] = text.slice(equals + 1, end);
    at = end + 2;
  }
  return cookies;
}

/** With `expires` beside `Max-Age`, as Django sends it. */
export function seenCookie() {
  const expires = new Date(Date.now() + 3_600_000).toUTCString();
  return `seen=1; expires=${expires}; HttpOnly; Max-Age=3600; Path=/; SameSite=Lax`;
}

export const name = "floor";

export const signer = () => {
  signer.made ??= getCookieSigner({ salt: "django.http.cookies.v2:0:visits" });
  return signer.made;
};

/** A signed cookie as a browser would send it back. */
export async function signedCookie() {
  return `visits=${signer().sign("1")}`;
}

export const cases = {
  hello: async () => new Response("Hello, world", { headers: { "content-type": "text/plain; charset=utf-8" } }),

  json: async (request) => {
    const { url } = request;
    const start = url.indexOf("/", pathAt(url) + 1) + 1;
    const id = Number(url.slice(start, url.indexOf("/", start)));
    const { q, page } = queryOf(url);
    return new Response(JSON.stringify({ id, q, page }), { headers: { "content-type": "application/json" } });
  },

  cookies: async (request) => {
    const { a, b, c } = cookiesOf(request.headers.get("cookie"));
    const response = new Response(`${a} ${b} ${c}`, { headers: { "content-type": "text/plain; charset=utf-8" } });
    response.headers.append("set-cookie", "theme=dark; Path=/");
    response.headers.append("set-cookie", seenCookie());
    return response;
  },

  form: async (request) => {
    const form = queryOf(`?${await request.text()}`);
    return new Response(JSON.stringify(form), { headers: { "content-type": "application/json" } });
  },

  table: async (request) => {
    const { url } = request;
    const start = pathAt(url) + 1;
    const end = url.indexOf("/", start);
    const route = routes.get(url.slice(start, end));
    return new Response(`${route} ${url.slice(end + 1, -1)}`, { headers: { "content-type": "text/plain; charset=utf-8" } });
  },

  signed: async (request) => {
    const value = signer().unsign(cookiesOf(request.headers.get("cookie")).visits);
    const response = new Response(value, { headers: { "content-type": "text/plain; charset=utf-8" } });
    response.headers.append("set-cookie", `visits=${signer().sign(String(Number(value) + 1))}; Path=/`);
    return response;
  },
};
