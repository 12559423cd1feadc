import { getQuery, getRouterParam, H3, parseCookies, setCookie } from "h3";
import { bytesOf, verify } from "./webcrypto.mjs";

const serve = (build) => {
  const app = new H3();
  build(app);
  return (request) => app.fetch(request);
};

export const name = "h3";

export const cases = {
  hello: serve((app) => app.get("/", () => "Hello, world")),
  json: serve((app) =>
    app.get("/items/:id/", (event) => {
      const { q, page } = getQuery(event);
      return { id: Number(getRouterParam(event, "id")), q, page };
    }),
  ),
  cookies: serve((app) =>
    app.get("/", (event) => {
      const { a, b, c } = parseCookies(event);
      setCookie(event, "theme", "dark");
      setCookie(event, "seen", "1", { maxAge: 3600, httpOnly: true, sameSite: "lax" });
      return `${a} ${b} ${c}`;
    }),
  ),
  form: serve((app) => app.post("/", async (event) => Object.fromEntries(new URLSearchParams(await event.req.text())))),
  table: serve((app) => {
    for (let i = 0; i < 200; i++) app.get(`/resource${i}/:name/`, (event) => `${i} ${getRouterParam(event, "name")}`);
  }),
  signed: serve((app) =>
    app.get("/", async (event) => {
      const value = await verify("visits", parseCookies(event).visits);
      setCookie(event, "visits", await bytesOf("visits", String(Number(value) + 1)));
      return value;
    }),
  ),
};
