/** A hand-written handler: what one writes without a library. */

import { bytesOf, verify } from "./webcrypto.mjs";

const text = { "content-type": "text/plain; charset=utf-8" };
const json = { "content-type": "application/json" };

function cookiesOf(request) {
  const cookies = {};
  for (const part of (request.headers.get("cookie") ?? "").split(";")) {
    const at = part.indexOf("=");
    if (at > 0) cookies[part.slice(0, at).trim()] = decodeURIComponent(part.slice(at + 1).trim());
  }
  return cookies;
}

const routes = Array.from({ length: 200 }, (_, i) => [new RegExp(`^/resource${i}/([^/]+)/$`), i]);

export const name = "hand-written";

export const cases = {
  hello: async () => new Response("Hello, world", { headers: text }),

  json: async (request) => {
    const url = new URL(request.url);
    const [, , id] = url.pathname.split("/");
    const query = new URLSearchParams(url.search);
    return new Response(JSON.stringify({ id: Number(id), q: query.get("q"), page: query.get("page") }), { headers: json });
  },

  cookies: async (request) => {
    const { a, b, c } = cookiesOf(request);
    const headers = new Headers(text);
    headers.append("set-cookie", "theme=dark; Path=/");
    headers.append("set-cookie", "seen=1; HttpOnly; Max-Age=3600; Path=/; SameSite=Lax");
    return new Response(`${a} ${b} ${c}`, { headers });
  },

  form: async (request) => {
    const form = new URLSearchParams(await request.text());
    return new Response(JSON.stringify(Object.fromEntries(form)), { headers: json });
  },

  table: async (request) => {
    const { pathname } = new URL(request.url);
    for (const [pattern, i] of routes) {
      const match = pattern.exec(pathname);
      if (match) return new Response(`${i} ${match[1]}`, { headers: text });
    }
    return new Response("Not found", { status: 404 });
  },

  signed: async (request) => {
    const value = await verify("visits", cookiesOf(request).visits);
    const headers = new Headers(text);
    headers.append("set-cookie", `visits=${await bytesOf("visits", String(Number(value) + 1))}; Path=/`);
    return new Response(value, { headers });
  },
};
