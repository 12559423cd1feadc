import { env } from "cloudflare:test";
import { expect, test } from "vitest";
import { getFetchApplication, HttpResponse } from "../../src/index.ts";
import { type KVNamespaceLike, KVSessionStore, SessionMiddleware } from "../../src/middleware.ts";

const { KV } = env as unknown as { KV: KVNamespaceLike };

test("sessions live in Workers KV from request to request, and are gone after flush()", async () => {
  const app = getFetchApplication({
    view: async ({ path, session }) => {
      if (path === "/logout/") await session.flush();
      else await session.set("count", Number(await session.get("count", 0)) + 1);
      return new HttpResponse(String(await session.get("count", 0)));
    },
    middleware: [SessionMiddleware],
    settings: ({ KV }: { KV: KVNamespaceLike }) => ({
      SECRET_KEY: "secret",
      SESSION_STORE: () => new KVSessionStore(KV, "session:"),
    }),
  });
  let cookie = "";
  const get = async (path: string): Promise<string> => {
    const response = await app.fetch(new Request(`http://testserver${path}`, { headers: { cookie } }), { KV });
    cookie = response.headers.getSetCookie()[0]?.split(";")[0] ?? cookie;
    return response.text();
  };
  expect([await get("/"), await get("/"), await get("/")]).toEqual(["1", "2", "3"]);
  const key = `session:${cookie.split("=")[1]}`;
  expect(await KV.get(key)).toMatch(/^[\w-]+:[\w-]+:[\w-]+$/);
  const former = cookie;
  expect(await get("/logout/")).toBe("0");
  expect(await KV.get(key)).toBeNull();
  cookie = former;
  expect(await get("/")).toBe("1");
});
