import { Hono } from "hono";
import { getCookie, getSignedCookie, setCookie, setSignedCookie } from "hono/cookie";

const serve = (build) => {
  const app = new Hono();
  build(app);
  return (request) => app.fetch(request);
};

export const name = "hono";

export const cases = {
  hello: serve((app) => app.get("/", (c) => c.text("Hello, world"))),
  json: serve((app) =>
    app.get("/items/:id/", (c) => c.json({ id: Number(c.req.param("id")), q: c.req.query("q"), page: c.req.query("page") })),
  ),
  cookies: serve((app) =>
    app.get("/", (c) => {
      const { a, b, c: third } = getCookie(c);
      setCookie(c, "theme", "dark");
      setCookie(c, "seen", "1", { maxAge: 3600, httpOnly: true, sameSite: "Lax" });
      return c.text(`${a} ${b} ${third}`);
    }),
  ),
  form: serve((app) => app.post("/", async (c) => c.json(await c.req.parseBody()))),
  table: serve((app) => {
    for (let i = 0; i < 200; i++) app.get(`/resource${i}/:name/`, (c) => c.text(`${i} ${c.req.param("name")}`));
  }),
  signed: serve((app) =>
    app.get("/", async (c) => {
      const value = await getSignedCookie(c, "bench-secret-key", "visits");
      await setSignedCookie(c, "visits", String(Number(value) + 1), "bench-secret-key");
      return c.text(String(value));
    }),
  ),
};

/** Its own form of a signed cookie. */
export async function signedCookie() {
  const app = new Hono();
  app.get("/", async (c) => {
    await setSignedCookie(c, "visits", "1", "bench-secret-key");
    return c.text("");
  });
  const response = await app.fetch(new Request("http://localhost/"));
  return response.headers.getSetCookie()[0].split(";")[0];
}
