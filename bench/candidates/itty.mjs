import { AutoRouter } from "itty-router";
import { bytesOf, verify } from "./webcrypto.mjs";

const serve = (build) => {
  const app = AutoRouter();
  build(app);
  return (request) => app.fetch(request);
};

function cookiesOf(request) {
  const cookies = {};
  for (const part of (request.headers.get("cookie") ?? "").split(";")) {
    const at = part.indexOf("=");
    if (at > 0) cookies[part.slice(0, at).trim()] = decodeURIComponent(part.slice(at + 1).trim());
  }
  return cookies;
}

const text = (body) => new Response(body, { headers: { "content-type": "text/plain; charset=utf-8" } });

export const name = "itty-router";

export const cases = {
  hello: serve((app) => app.get("/", () => text("Hello, world"))),
  json: serve((app) => app.get("/items/:id/", ({ params, query }) => ({ id: Number(params.id), q: query.q, page: query.page }))),
  cookies: serve((app) =>
    app.get("/", (request) => {
      const { a, b, c } = cookiesOf(request);
      const response = text(`${a} ${b} ${c}`);
      response.headers.append("set-cookie", "theme=dark; Path=/");
      response.headers.append("set-cookie", "seen=1; HttpOnly; Max-Age=3600; Path=/; SameSite=Lax");
      return response;
    }),
  ),
  form: serve((app) => app.post("/", async (request) => Object.fromEntries(new URLSearchParams(await request.text())))),
  table: serve((app) => {
    for (let i = 0; i < 200; i++) app.get(`/resource${i}/:name/`, ({ params }) => text(`${i} ${params.name}`));
  }),
  signed: serve((app) =>
    app.get("/", async (request) => {
      const value = await verify("visits", cookiesOf(request).visits);
      const response = text(value);
      response.headers.append("set-cookie", `visits=${await bytesOf("visits", String(Number(value) + 1))}; Path=/`);
      return response;
    }),
  ),
};
