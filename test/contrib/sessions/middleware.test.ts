import { describe, expect, test, vi } from "vitest";
import type { SessionBase } from "../../../src/contrib/sessions/base.ts";
import type { GetResponse } from "../../../src/core/handlers/types.ts";
import type { HttpRequest } from "../../../src/http/request.ts";
import { HttpResponse } from "../../../src/http/response.ts";
import { StreamingHttpResponse } from "../../../src/http/streaming.ts";
import { MemorySessionStore } from "../../../src/middleware.ts";
import { visit } from "./visit.ts";

const increment = async ({ session }: HttpRequest): Promise<HttpResponse> => {
  const count = Number(await session.get("count", 0)) + 1;
  await session.set("count", count);
  return new HttpResponse(String(count));
};

describe("SessionMiddleware", () => {
  test("a session lasts from request to request", async () => {
    let cookie: string | undefined;
    for (const expected of ["1", "2", "3"]) {
      const result = await visit(cookie, increment);
      expect(await result.response.text()).toBe(expected);
      ({ cookie } = result);
    }
  });

  test("a session that nobody touches is neither verified nor saved, and the response does not vary", async () => {
    const { response, line } = await visit("something:that:is-no-session", () => {});
    expect(response.headers.get("vary")).toBeNull();
    expect(line).toBeUndefined();
  });

  test("one that was only read varies, and is not saved", async () => {
    const { cookie } = await visit(undefined, increment);
    const { response, line } = await visit(cookie, async ({ session }) => void (await session.get("count")));
    expect(response.headers.get("vary")).toBe("Cookie");
    expect(line).toBeUndefined();
  });

  test("the cookie has the attributes of the settings", async () => {
    const settings = {
      SESSION_COOKIE_AGE: 60,
      SESSION_COOKIE_DOMAIN: ".example.com",
      SESSION_COOKIE_PATH: "/app/",
      SESSION_COOKIE_SECURE: true,
      SESSION_COOKIE_HTTPONLY: false,
      SESSION_COOKIE_SAMESITE: "Strict",
    };
    const { line } = await visit(undefined, increment, settings);
    expect(line?.replace(/=[^;]+; /, "=*; ").replace(/expires=[^;]+; /, "")).toBe(
      "sessionid=*; Domain=.example.com; Max-Age=60; Path=/app/; SameSite=Strict; Secure",
    );
    const flushed = await visit("a-session-key", ({ session }) => session.flush(), settings);
    expect(flushed.line).toBe(
      'sessionid=""; Domain=.example.com; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/app/; SameSite=Strict',
    );
  });

  test("a session that ends with the browser has a cookie without an age", async () => {
    const { line } = await visit(undefined, async ({ session }) => {
      await session.set("a", 1);
      await session.setExpiry(0);
    });
    expect(line).not.toMatch(/max-age|expires/i);
  });

  test("a response of status 500 and above saves nothing", async () => {
    for (const [status, saved] of [
      [499, true],
      [500, false],
      [503, false],
    ] as const) {
      const { line } = await visit(undefined, async ({ session }) => {
        await session.set("a", 1);
        return new HttpResponse("", { status });
      });
      expect(line !== undefined, String(status)).toBe(saved);
    }
  });

  test("a view that throws saves nothing either", async () => {
    const { response, line } = await visit(undefined, async ({ session }) => {
      await session.set("a", 1);
      throw new Error("broken");
    });
    expect([response.status, line]).toEqual([500, undefined]);
  });

  test("a change within a value is saved where modified is set", async () => {
    const { cookie } = await visit(undefined, ({ session }) => session.set("list", [1]));
    const push = async ({ session }: HttpRequest): Promise<void> => {
      ((await session.get("list")) as number[]).push(2);
    };
    expect((await visit(cookie, push)).line).toBeUndefined();
    const { cookie: changed } = await visit(cookie, async (request) => {
      await push(request);
      request.session.modified = true;
    });
    let list: unknown;
    await visit(changed, async ({ session }) => {
      list = await session.get("list");
    });
    expect(list).toEqual([1, 2]);
  });

  test.each([
    ["signed cookies", {}],
    ["a store", { SESSION_STORE: new MemorySessionStore() }],
  ])("a change whose promise nobody awaits is saved all the same: in %s, by a view of either kind", async (_, settings) => {
    const change = ({ session }: HttpRequest): void => {
      session.cycleKey();
      session.set("a", 1);
      session.update({ b: 2 });
    };
    for (const view of [change, async (request: HttpRequest) => change(request)]) {
      const { cookie } = await visit(undefined, view, settings);
      let items: unknown;
      const look = async ({ session }: HttpRequest): Promise<void> => {
        items = await session.items();
      };
      await visit(cookie, look, settings);
      expect(items).toEqual([
        ["a", 1],
        ["b", 2],
      ]);
    }
  });

  test("SESSION_SAVE_EVERY_REQUEST saves what nobody touched, and keeps the response out of shared caches", async () => {
    const { cookie } = await visit(undefined, increment);
    const { line, response } = await visit(cookie, () => {}, { SESSION_SAVE_EVERY_REQUEST: true });
    expect(line).toMatch(/^sessionid=/);
    expect(response.headers.get("vary")).toBe("Cookie");
    expect((await visit(undefined, () => {}, { SESSION_SAVE_EVERY_REQUEST: true })).line).toBeUndefined();
  });

  test("middleware outside of the view may change the session too", async () => {
    const middleware = (getResponse: GetResponse) => async (request: HttpRequest) => {
      const response = await getResponse(request);
      await request.session.set("late", true);
      return response;
    };
    expect((await visit(undefined, () => {}, {}, { middleware: [middleware] })).line).toMatch(/^sessionid=/);
  });

  test("the session of a streaming response is saved before the stream begins", async () => {
    const { line, response } = await visit(undefined, async ({ session }) => {
      await session.set("a", 1);
      return new StreamingHttpResponse(["a", "b"]);
    });
    expect(line).toMatch(/^sessionid=/);
    expect(await response.text()).toBe("ab");
  });

  test("a session that cannot be saved makes a 500", async () => {
    const { response, line } = await visit(undefined, ({ session }) => session.set("a", 1n));
    expect([response.status, line]).toEqual([500, undefined]);
  });

  test("requests that run side by side see their own sessions only", async () => {
    const cookies = await Promise.all(
      Array.from({ length: 20 }, async (_, i) => (await visit(undefined, ({ session }) => session.set("who", i))).cookie),
    );
    let waiting = 0;
    let open = (): void => {};
    const all = new Promise<void>((resolve) => {
      open = resolve;
    });
    const sessions = new Set<SessionBase>();
    const results = await Promise.all(
      cookies.map(async (cookie, i) => {
        let seen: unknown;
        const result = await visit(cookie, async ({ session }) => {
          sessions.add(session);
          const before = await session.get("who");
          await session.set("visited", i);
          // Nobody goes on before all are in the middle of their request.
          if (++waiting === cookies.length) open();
          await all;
          seen = [before, await session.get("who"), await session.get("visited")];
        });
        return [seen, result.cookie] as const;
      }),
    );
    expect(sessions.size).toBe(20);
    for (const [i, [seen, cookie]] of results.entries()) {
      expect(seen).toEqual([i, i, i]);
      await visit(cookie, async ({ session }) => {
        expect(await session.get("who")).toBe(i);
        expect(await session.get("visited")).toBe(i);
      });
    }
    expect.assertions(1 + 20 * 3);
  });

  test("reads the request's cookies, and no clock, before it is asked", async () => {
    const now = vi.spyOn(Date, "now");
    try {
      await visit("a:b:c", () => {
        now.mockClear();
      });
      expect(now).not.toHaveBeenCalled();
    } finally {
      now.mockRestore();
    }
  });
});
