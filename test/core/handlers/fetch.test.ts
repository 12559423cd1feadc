import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { overrideSettings, settings } from "../../../src/conf/index.ts";
import { Http404, PermissionDenied } from "../../../src/core/exceptions.ts";
import { getFetchApplication } from "../../../src/core/handlers/application.ts";
import { asFetch } from "../../../src/core/handlers/fetch.ts";
import type { View } from "../../../src/core/handlers/types.ts";
import { HttpRequest } from "../../../src/http/request.ts";
import { HttpResponse, HttpResponseRedirect } from "../../../src/http/response.ts";
import { StreamingHttpResponse } from "../../../src/http/streaming.ts";
import {
  AuthenticationMiddleware,
  CommonMiddleware,
  ConditionalGetMiddleware,
  CurrentSiteMiddleware,
  GZipMiddleware,
  SecurityMiddleware,
  SessionMiddleware,
  XFrameOptionsMiddleware,
} from "../../../src/middleware.ts";
import { path } from "../../../src/urls.ts";

const url = "http://testserver/path/?a=1";

const logged: string[] = [];
const record = (_: string, ...message: unknown[]): void => void logged.push(message.join(" "));

beforeEach(() => {
  logged.length = 0;
  settings.configure({ LOGGER: { debug: record, info: record, warn: record, error: record } });
});

afterEach(() => {
  settings.configure({ LOGGER: null });
});

describe("asFetch", () => {
  test("a view answers a Request with a Response of the platform", async () => {
    const fetch = asFetch((request) => new HttpResponse(`${request.method} ${request.path} ${request.GET.get("a")}`));
    const response = await fetch(new Request(url));
    expect(response).toBeInstanceOf(globalThis.Response);
    expect([response.status, await response.text()]).toEqual([200, "GET /path/ 1"]);
  });

  test("an async view, and one that throws before or after its first await", async () => {
    expect(await (await asFetch(async () => new HttpResponse("late"))(new Request(url))).text()).toBe("late");
    expect((await asFetch(() => Promise.reject(new Http404()))(new Request(url))).status).toBe(404);
    const late = asFetch(async () => {
      await null;
      throw new PermissionDenied();
    });
    expect((await late(new Request(url))).status).toBe(403);
  });

  test("a response that is rendered late is rendered, once", async () => {
    class Late extends HttpResponse {
      times = 0;
      async render(): Promise<this> {
        this.times++;
        this.content = `rendered ${this.times}`;
        return this;
      }
    }
    for (const view of [() => new Late(), async () => new Late()]) {
      expect(await (await asFetch(view)(new Request(url))).text()).toBe("rendered 1");
      expect(await (await getFetchApplication({ view }).fetch(new Request(url))).text()).toBe("rendered 1");
    }
    const broken = asFetch(() => Object.assign(new HttpResponse(), { render: () => undefined as never }));
    expect((await broken(new Request(url))).status).toBe(500);
    expect(logged.join(" ")).toContain("HttpResponse.render() didn't return");
  });

  test("a log line shows what cannot be seen, as Django's", async () => {
    await asFetch(() => Promise.reject(new Http404()))(new Request("http://h/a%E2%80%AEb%0Ac%F3%A0%80%81"));
    expect(logged).toEqual(["Not Found: /a\\u202eb\\u000ac\\U000e0001"]);
  });

  test("a plain Response is passed on as it is", async () => {
    const plain = new Response("plain", { status: 203 });
    expect(await asFetch(() => plain)(new Request(url))).toBe(plain);
  });

  test("HEAD has the headers of GET and no body, of a plain Response too", async () => {
    const head = new Request(url, { method: "HEAD" });
    const own = await asFetch(() => new HttpResponse("body", { headers: { "X-A": "b" } }))(head);
    expect([own.headers.get("x-a"), own.body]).toEqual(["b", null]);
    let cancelled = false;
    const body = new ReadableStream({
      cancel() {
        cancelled = true;
      },
    });
    const plain = await asFetch(() => new Response(body, { headers: { "X-A": "c" } }))(head);
    expect([plain.headers.get("x-a"), plain.body]).toEqual(["c", null]);
    expect(cancelled).toBe(true);
  });

  test("a view that returns nothing is an error that names it", async () => {
    const forgetful = () => undefined;
    await expect(asFetch(forgetful as never).getResponse(new HttpRequest())).resolves.toMatchObject({ statusCode: 500 });
    await overrideSettings({ DEBUG_PROPAGATE_EXCEPTIONS: true }, async () => {
      await expect(asFetch(forgetful as never)(new Request(url))).rejects.toThrow(
        "The view forgetful didn't return an HttpResponse object. It returned undefined instead.",
      );
    });
    for (const nothing of [null, 1, "text", {}, []]) {
      expect((await asFetch((() => nothing) as never)(new Request(url))).status).toBe(500);
    }
  });

  test("a Response that was sent before, or read, is an error that names the view", async () => {
    const kept = new Response("kept");
    const keeper = () => kept;
    const view = asFetch(keeper);
    expect(await (await view(new Request(url))).text()).toBe("kept");
    expect((await view(new Request(url))).status).toBe(500);
    expect(logged.join()).toContain("The view keeper returned a Response whose body has been read or sent already.");
  });

  test("it never rejects, whatever is thrown, and answers with a Response", async () => {
    for (const thrown of [new Error("x"), "text", null, undefined, 1, Symbol("s"), { a: 1 }, Object.create(null)]) {
      const response = await asFetch(() => {
        throw thrown;
      })(new Request(url));
      expect(response).toBeInstanceOf(globalThis.Response);
      expect(response.status).toBe(500);
    }
  });

  test("a response that cannot be sent is a 500", async () => {
    const response = await asFetch(() => new HttpResponse("x", { status: 199 }))(new Request(url));
    expect(response.status).toBe(500);
  });

  test("the body is not touched unless the view asks for it, whatever stands before the view", async () => {
    const view: View = (request) => new HttpResponse(`${request.method} ${request.path} ${request.META.CONTENT_TYPE}`);
    const middleware = [
      ...[SecurityMiddleware, CommonMiddleware, ConditionalGetMiddleware, GZipMiddleware, XFrameOptionsMiddleware],
      ...[SessionMiddleware, CurrentSiteMiddleware, AuthenticationMiddleware],
    ];
    const answers = [
      asFetch(view),
      getFetchApplication({ view }).fetch,
      getFetchApplication({ urlconf: [path("<path:any>", view)], middleware }).fetch,
    ];
    await overrideSettings({ ALLOWED_HOSTS: ["*"], SECRET_KEY: "secret" }, async () => {
      for (const answer of answers) {
        let touched = 0;
        const body = new ReadableStream(
          {
            pull() {
              touched++;
              throw new Error("pulled");
            },
            cancel: () => void touched++,
          },
          { highWaterMark: 0 },
        );
        const headers = { "content-type": "text/plain", "content-length": "7", host: "h" };
        const request = new Request(url, { method: "POST", body, headers, duplex: "half" } as RequestInit);
        expect(await (await answer(request)).text()).toBe("POST /path/ text/plain");
        expect([touched, request.bodyUsed, body.locked]).toEqual([0, false, false]);
      }
    });
  });

  test("env and ctx come from the Worker's arguments", async () => {
    const waited: unknown[] = [];
    const ctx = { waitUntil: (promise: unknown) => void waited.push(promise) };
    const promise = Promise.resolve();
    const view = asFetch((request) => {
      request.waitUntil(promise);
      return new HttpResponse((request.env as { NAME: string }).NAME);
    });
    expect(await (await view(new Request(url), { NAME: "worker" }, ctx)).text()).toBe("worker");
    expect(waited).toEqual([promise]);
  });

  test("under itty-router kwargs is request.params, and resolverMatch says the rest", async () => {
    const request = Object.assign(new Request(url), { params: { id: "7" }, route: "/bands/:id" });
    const response = await asFetch((request, kwargs: { id: string }) => {
      const { resolverMatch } = request;
      return new HttpResponse(`${kwargs.id} ${resolverMatch?.kwargs.id} ${resolverMatch?.route}`);
    })(request);
    expect(await response.text()).toBe("7 7 /bands/:id");
  });

  test("without a route kwargs is empty and has no prototype", async () => {
    const response = await asFetch((_, kwargs) => new HttpResponse(`${"constructor" in kwargs}`))(new Request(url));
    expect(await response.text()).toBe("false");
  });

  test("an unknown option is refused with the nearest", () => {
    expect(() => asFetch(() => new HttpResponse(), { setings: {} } as never)).toThrow(/"setings".*"settings"/);
  });

  test("request and response are closed when the body is out", async () => {
    const closed: string[] = [];
    const response = await asFetch((request) => {
      request.close = () => void closed.push("request");
      const response = new HttpResponse("x");
      response.resourceClosers.push(() => closed.push("response"));
      return response;
    })(new Request(url));
    await response.text();
    expect(closed).toEqual(["response", "request"]);
  });

  test.each(["ended", "cancelled", "failed"])("after a stream that %s, request and response are closed", async (how) => {
    const closed: string[] = [];
    let ended = false;
    async function* pieces(): AsyncGenerator<string> {
      try {
        yield "one";
        if (how === "failed") throw new Error("broken");
        yield "two";
      } finally {
        ended = true;
      }
    }
    const response = await asFetch((request) => {
      const close = request.close.bind(request);
      request.close = () => {
        closed.push("request");
        close();
      };
      const response = new StreamingHttpResponse(pieces());
      response.resourceClosers.push(() => closed.push("response"));
      return response;
    })(new Request(url));
    const reader = (response.body as ReadableStream).getReader();
    await reader.read();
    expect(closed).toEqual([]);
    if (how === "cancelled") await reader.cancel();
    else if (how === "failed") await expect(reader.read().then(() => reader.read())).rejects.toThrow();
    else while (!(await reader.read()).done);
    await vi.waitFor(() => expect(closed).toEqual(["response", "request"]));
    expect(ended).toBe(true);
  });

  test("cancelling the stream aborts request.signal; reading it to its end does not", async () => {
    const signals: AbortSignal[] = [];
    const view = asFetch((request) => {
      signals.push(request.signal);
      return new StreamingHttpResponse(["one", "two"]);
    });
    await (await view(new Request(url))).text();
    await (await view(new Request(url))).body?.cancel();
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, true]);
  });
});

describe("the settings of an application", () => {
  const view = () => new HttpResponse(settings.X_FRAME_OPTIONS);

  test("an object counts at once", () =>
    overrideSettings({}, async () => {
      const fetch = asFetch(view, { settings: { X_FRAME_OPTIONS: "one" } });
      expect(settings.X_FRAME_OPTIONS).toBe("one");
      expect(await (await fetch(new Request(url))).text()).toBe("one");
    }));

  test("a function of env is called once, on the first request", () =>
    overrideSettings({}, async () => {
      const calls: unknown[] = [];
      const fetch = asFetch(view, {
        settings: (env: { VALUE: string }) => {
          calls.push(env);
          return { X_FRAME_OPTIONS: env.VALUE };
        },
      });
      expect(calls).toEqual([]);
      expect(await (await fetch(new Request(url), { VALUE: "two" })).text()).toBe("two");
      expect(await (await fetch(new Request(url), { VALUE: "three" })).text()).toBe("two");
      expect(calls).toEqual([{ VALUE: "two" }]);
    }));

  test("one that fails is called again on the next request", () =>
    overrideSettings({}, async () => {
      let calls = 0;
      const fetch = asFetch(view, {
        settings: () => {
          if (++calls === 1) throw new Error("not yet");
          return { X_FRAME_OPTIONS: "four" };
        },
      });
      expect((await fetch(new Request(url))).status).toBe(500);
      expect(await (await fetch(new Request(url))).text()).toBe("four");
      await fetch(new Request(url));
      expect(calls).toBe(2);
    }));

  test("one that gives a promise is waited for, and no request waits for another's", () =>
    overrideSettings({}, async () => {
      let calls = 0;
      const fetch = asFetch(view, {
        settings: async () => {
          if (++calls === 1) await new Promise(() => {}); // A request that has since ended, as workerd has them.
          return { X_FRAME_OPTIONS: "five" };
        },
      });
      fetch(new Request(url));
      expect(await (await fetch(new Request(url))).text()).toBe("five");
      expect(await (await fetch(new Request(url))).text()).toBe("five");
      expect(calls).toBe(2);
    }));

  test("an unknown setting is refused", () => {
    expect(() => asFetch(view, { settings: { DEBUGG: true } as never })).toThrow(/DEBUGG.*DEBUG/);
  });
});

test("a redirect keeps its headers through fetch", async () => {
  const response = await asFetch(() => new HttpResponseRedirect("/there/"))(new Request(url));
  expect([response.status, response.headers.get("location")]).toEqual([302, "/there/"]);
});
