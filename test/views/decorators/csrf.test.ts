import { describe, expect, test } from "vitest";
import { overrideSettings } from "../../../src/conf/index.ts";
import { getFetchApplication } from "../../../src/core/handlers/application.ts";
import { asFetch } from "../../../src/core/handlers/fetch.ts";
import type { Middleware, View } from "../../../src/core/handlers/types.ts";
import { csrfExempt, csrfProtect, ensureCsrfCookie, neverCache, requiresCsrfToken } from "../../../src/decorators.ts";
import { HttpResponse } from "../../../src/http/response.ts";
import { CsrfViewMiddleware, getToken } from "../../../src/middleware.ts";

const SECRET = "aaaaaaaaaaaaaaaaZ9Z9Z9Z9Z9Z9Z9Z9";
const silent = { debug(): void {}, info(): void {}, warn(): void {}, error(): void {} };

const ok: View = () => new HttpResponse("ok");

async function send(
  method: string,
  view: View,
  middleware: Middleware[] = [],
  token?: string,
): Promise<[number, string | undefined]> {
  const headers = { cookie: `csrftoken=${SECRET}`, ...(token && { "x-csrftoken": token }) };
  const response = await overrideSettings({ ALLOWED_HOSTS: ["*"], LOGGER: silent }, () =>
    getFetchApplication({ view, middleware }).fetch(new Request("http://testserver/", { method, headers })),
  );
  return [response.status, response.headers.getSetCookie()[0]?.split(";")[0]];
}

describe("csrfExempt", () => {
  test("takes a view out of the protection, also under other decorators", async () => {
    for (const view of [csrfExempt(ok), neverCache(csrfExempt(ok)), csrfExempt(neverCache(ok))]) {
      expect(await send("POST", view as View, [CsrfViewMiddleware])).toEqual([200, undefined]);
    }
    expect((await send("POST", ok, [CsrfViewMiddleware]))[0]).toBe(403);
  });

  test("leaves the view itself as it was", async () => {
    csrfExempt(ok);
    expect((await send("POST", ok, [CsrfViewMiddleware]))[0]).toBe(403);
  });
});

describe("csrfProtect", () => {
  test("protects a view without the middleware", async () => {
    expect((await send("POST", csrfProtect(ok) as View))[0]).toBe(403);
    expect((await send("POST", csrfProtect(ok) as View, [], SECRET))[0]).toBe(200);
    expect((await send("GET", csrfProtect(ok) as View))[0]).toBe(200);
  });

  test("works on a view of asFetch, and sends the cookie", async () => {
    const view = csrfProtect((request) => new HttpResponse(getToken(request)));
    const response = await asFetch(view)(new Request("http://testserver/"));
    expect(response.headers.getSetCookie()[0]).toMatch(/^csrftoken=[a-zA-Z0-9]{32};/);
  });

  test("with csrfExempt around it, the check waits for the view's turn", async () => {
    let called = false;
    const inner = csrfProtect(ok);
    const view = csrfExempt((request, kwargs: Record<string, unknown>) => {
      called = true;
      return inner(request, kwargs);
    });
    expect((await send("POST", view, [CsrfViewMiddleware]))[0]).toBe(403);
    expect(called).toBe(true);
    expect((await send("POST", view, [CsrfViewMiddleware], SECRET))[0]).toBe(200);
  });

  test("beside the middleware it sends the cookie once", async () => {
    const view: View = csrfProtect((request) => new HttpResponse(getToken(request)));
    expect(await send("GET", view, [CsrfViewMiddleware])).toEqual([200, `csrftoken=${SECRET}`]);
  });

  test("a plain Response is protected too", async () => {
    const view = csrfProtect((request) => new Response(getToken(request)));
    expect(await send("GET", view as View)).toEqual([200, `csrftoken=${SECRET}`]);
  });
});

describe("ensureCsrfCookie", () => {
  test("sends the cookie without a token being asked for, and rejects nobody", async () => {
    for (const method of ["GET", "POST"]) {
      expect(await send(method, ensureCsrfCookie(ok) as View)).toEqual([200, `csrftoken=${SECRET}`]);
    }
  });
});

test("what rejects nobody leaves the body to the view", async () => {
  for (const decorate of [ensureCsrfCookie, requiresCsrfToken, csrfExempt]) {
    let text = "";
    const view = decorate(async (request) => {
      text = await new Response(request.stream).text();
      return new HttpResponse("ok");
    });
    const request = new Request("http://testserver/", { method: "POST", body: new URLSearchParams({ a: "1" }) });
    await getFetchApplication({ view: csrfExempt(view) as View, middleware: [CsrfViewMiddleware] }).fetch(request);
    expect(text).toBe("a=1");
  }
});

describe("requiresCsrfToken", () => {
  test("lets a view give tokens for the visitor's secret, and rejects nobody", async () => {
    const view = requiresCsrfToken((request) => new HttpResponse(getToken(request)));
    expect(await send("POST", view as View)).toEqual([200, `csrftoken=${SECRET}`]);
    expect(await send("POST", requiresCsrfToken(ok) as View)).toEqual([200, undefined]);
  });
});

test("a response that is rendered late is processed when its token is asked for", async () => {
  class Late extends HttpResponse {
    readonly token: () => string;
    constructor(token: () => string) {
      super();
      this.token = token;
    }
    render(): this {
      this.content = this.token();
      return this;
    }
  }
  for (const decorate of [csrfProtect, requiresCsrfToken, ensureCsrfCookie]) {
    const view = decorate((request) => new Late(() => getToken(request)));
    for (const fetch of [asFetch(view), getFetchApplication({ view: view as View }).fetch]) {
      const response = await overrideSettings({ ALLOWED_HOSTS: ["*"], LOGGER: silent }, () => fetch(new Request("http://h/")));
      expect([response.headers.getSetCookie().length, response.headers.get("vary")]).toEqual([1, "Cookie"]);
      expect(await response.text()).toMatch(/^[a-zA-Z0-9]{64}$/);
    }
  }
});

test("a rejection by csrfProtect sends no cookie of its own, as Django's", async () => {
  const view = csrfProtect(ok);
  const headers = { cookie: "csrftoken=bad" };
  const response = await overrideSettings({ ALLOWED_HOSTS: ["*"], LOGGER: silent }, () =>
    asFetch(view)(new Request("http://h/", { method: "POST", headers })),
  );
  expect([response.status, response.headers.getSetCookie()]).toEqual([403, []]);
});
