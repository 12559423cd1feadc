import { Elysia } from "elysia";
import { bytesOf, verify } from "./webcrypto.mjs";

const workerd = globalThis.navigator?.userAgent === "Cloudflare-Workers";
// workerd forbids the code that Elysia makes at run time
const serve = (build) => {
  const app = new Elysia({ aot: !workerd });
  build(app);
  return Object.assign((request) => app.fetch(request), { app });
};

export const name = "elysia";

export const cases = {
  hello: serve((app) => app.get("/", () => "Hello, world")),
  json: serve((app) => app.get("/items/:id/", ({ params, query }) => ({ id: Number(params.id), q: query.q, page: query.page }))),
  cookies: serve((app) =>
    app.get("/", ({ cookie }) => {
      const { a, b, c } = cookie;
      cookie.theme.set({ value: "dark", path: "/" });
      cookie.seen.set({ value: "1", maxAge: 3600, httpOnly: true, path: "/", sameSite: "lax" });
      return `${a.value} ${b.value} ${c.value}`;
    }),
  ),
  form: serve((app) => app.post("/", ({ body }) => body)),
  table: serve((app) => {
    for (let i = 0; i < 200; i++) app.get(`/resource${i}/:name/`, ({ params }) => `${i} ${params.name}`);
  }),
  signed: serve((app) =>
    app.get("/", async ({ cookie }) => {
      const value = await verify("visits", cookie.visits.value);
      cookie.visits.set({ value: await bytesOf("visits", String(Number(value) + 1)), path: "/" });
      return value;
    }),
  ),
};
