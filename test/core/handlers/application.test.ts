import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { overrideSettings, settings } from "../../../src/conf/index.ts";
import { BadRequest, Http404, ImproperlyConfigured, MiddlewareNotUsed } from "../../../src/core/exceptions.ts";
import { getFetchApplication } from "../../../src/core/handlers/application.ts";
import { asFetch } from "../../../src/core/handlers/fetch.ts";
import type { GetResponse, Middleware, View } from "../../../src/core/handlers/types.ts";
import { FileResponse } from "../../../src/http/fileresponse.ts";
import type { HttpRequest } from "../../../src/http/request.ts";
import { HttpResponse, type HttpResponseBase } from "../../../src/http/response.ts";
import { StreamingHttpResponse } from "../../../src/http/streaming.ts";
import { reverse } from "../../../src/urls/base.ts";
import { path } from "../../../src/urls/conf.ts";

const logged: string[] = [];
const record = (_: string, ...message: unknown[]): void => void logged.push(message.join(" "));

beforeEach(() => {
  logged.length = 0;
  settings.configure({ LOGGER: { debug: record, info: record, warn: record, error: record } });
});

afterEach(() => {
  settings.configure({ LOGGER: null });
});

type App = ReturnType<typeof getFetchApplication>;

async function get(app: App, target = "/", init?: RequestInit): Promise<[status: number, text: string, headers: Headers]> {
  const response = await app.fetch(new Request(`http://testserver${target}`, init));
  expect(response).toBeInstanceOf(globalThis.Response);
  return [response.status, await response.text(), response.headers];
}

/** A middleware that writes its name into a header on the way out. */
function mark(name: string): Middleware {
  return (getResponse) => async (request) => {
    const response = await getResponse(request);
    response.set("X-Marks", `${response.get("X-Marks") ?? ""}${name}`);
    return response;
  };
}

const ok: View = () => new HttpResponse("ok");

describe("getFetchApplication", () => {
  test("the path chooses the view, which gets what the route captured", async () => {
    const app = getFetchApplication({
      urlconf: [
        path("bands/<int:id>/", (request, { id }) => new HttpResponse(`${typeof id} ${id} ${request.resolverMatch?.urlName}`), {
          name: "band",
        }),
      ],
    });
    expect((await get(app, "/bands/7/"))[1]).toBe("number 7 band");
    expect((await get(app, "/bands/x/"))[0]).toBe(404);
  });

  test("fetch can be taken off the application", async () => {
    const { fetch } = getFetchApplication({ view: ok });
    expect(await (await fetch(new Request("http://a/"))).text()).toBe("ok");
  });

  test("one view answers every path", async () => {
    const app = getFetchApplication({ view: (request) => new HttpResponse(request.path) });
    expect((await get(app, "/any/where"))[1]).toBe("/any/where");
  });

  test("without urlconf or view it takes ROOT_URLCONF", () =>
    overrideSettings({ ROOT_URLCONF: [path("root/", ok)] }, async () => {
      expect(await get(getFetchApplication({}), "/root/")).toEqual(expect.arrayContaining([200, "ok"]));
    }));

  test("its URL table is that of reverse()", async () => {
    const app = getFetchApplication({
      urlconf: [path("here/<int:n>/", () => new HttpResponse(reverse("here", { kwargs: { n: 2 } })), { name: "here" })],
    });
    getFetchApplication({ urlconf: [path("there/<int:n>/", ok, { name: "here" })] });
    expect((await get(app, "/here/1/"))[1]).toBe("/here/2/");
  });

  test("a middleware may choose the URL table of a request", async () => {
    const other = [path("other/", () => new HttpResponse("other"))];
    const choose: Middleware = (getResponse) => (request) => {
      if (request.headers.get("x-other")) request.urlconf = other;
      return getResponse(request);
    };
    const app = getFetchApplication({ urlconf: [path("", ok)], middleware: [choose] });
    expect((await get(app, "/other/", { headers: { "x-other": "1" } }))[1]).toBe("other");
    expect((await get(app, "/other/"))[0]).toBe(404);
  });

  test("both urlconf and view, and unknown options, are refused", () => {
    expect(() => getFetchApplication({ urlconf: [], view: ok })).toThrow(ImproperlyConfigured);
    expect(() => getFetchApplication({ midleware: [] } as never)).toThrow(/"midleware".*"middleware"/);
  });

  test("what is no view, and what is no middleware, is refused at once", () => {
    expect(() => asFetch(undefined as never)).toThrow("asFetch() takes a view, not undefined.");
    expect(() => asFetch(ok, { settings: null as never })).toThrow("Settings must be an object, not null.");
    const make =
      (middleware: unknown): (() => void) =>
      () =>
        getFetchApplication({ view: ok, middleware } as never);
    expect(make(ok)).toThrow("The middleware of getFetchApplication() must be an array.");
    for (const one of ["django.middleware.common.CommonMiddleware", undefined]) {
      expect(make([one])).toThrow(
        expect.objectContaining({
          name: "ImproperlyConfigured",
          message: expect.stringContaining(`${JSON.stringify(one)} is no middleware`),
        }),
      );
    }
  });
});

describe("middleware", () => {
  test("the first is the outermost", async () => {
    const app = getFetchApplication({ view: ok, middleware: [mark("a"), mark("b"), mark("c")] });
    expect((await get(app))[2].get("x-marks")).toBe("cba");
  });

  test("functions and classes, sync and async, made once", async () => {
    let made = 0;
    class Class {
      readonly getResponse: GetResponse;
      constructor(getResponse: GetResponse) {
        made++;
        this.getResponse = getResponse;
      }
      call(request: HttpRequest): ReturnType<GetResponse> {
        return this.getResponse(request);
      }
    }
    class Inherited extends Class {}
    const arrow: Middleware = (getResponse) => {
      made++;
      return (request) => getResponse(request);
    };
    const object: Middleware = (getResponse) => {
      made++;
      return { call: async (request: HttpRequest) => getResponse(request) };
    };
    const app = getFetchApplication({ view: ok, middleware: [Class, Inherited, arrow, object, mark("m")] });
    await get(app);
    expect(await get(app)).toEqual(expect.arrayContaining([200, "ok"]));
    expect(made).toBe(4);
  });

  test("it sees a response where the view threw, at every layer", async () => {
    const seen: [string, number][] = [];
    const watch =
      (name: string): Middleware =>
      (getResponse) =>
      async (request) => {
        const response = await getResponse(request);
        seen.push([name, response.statusCode]);
        if (name === "middle") throw new BadRequest("no");
        return response;
      };
    const app = getFetchApplication({
      view: () => {
        throw new Http404();
      },
      middleware: [watch("outer"), watch("middle"), watch("inner")],
    });
    expect((await get(app))[0]).toBe(400);
    expect(seen).toEqual([
      ["inner", 404],
      ["middle", 404],
      ["outer", 400],
    ]);
  });

  test("it can set headers on a plain Response", async () => {
    const app = getFetchApplication({ view: () => Response.redirect("http://a/b", 303), middleware: [mark("m")] });
    const [status, , headers] = await get(app);
    expect([status, headers.get("location"), headers.get("x-marks")]).toEqual([303, "http://a/b", "m"]);
  });

  test("one that answers itself keeps the rest from running", async () => {
    const app = getFetchApplication({
      view: ok,
      middleware: [mark("a"), () => () => new HttpResponse("early", { status: 202 }), mark("b")],
    });
    const [status, text, headers] = await get(app);
    expect([status, text, headers.get("x-marks")]).toEqual([202, "early", "a"]);
  });

  test("one that returns nothing is an error that names it", async () => {
    const forgetful: Middleware = () => (() => undefined) as never;
    const app = getFetchApplication({ view: ok, middleware: [forgetful] });
    expect((await get(app))[0]).toBe(500);
    expect(logged.join(" ")).toContain("The middleware forgetful didn't return an HttpResponse object");
  });

  test("one that throws on the way out leaves no stream open", async () => {
    let closed = 0;
    const file = (): FileResponse => new FileResponse({ stream: () => [], close: () => closed++ });
    const late: Middleware = (getResponse) => async (request) => {
      await getResponse(request);
      throw new Error("too late");
    };
    const wrapping: Middleware = (getResponse) => async (request) =>
      new StreamingHttpResponse(((await getResponse(request)) as StreamingHttpResponse).streamingContent);
    for (const middleware of [[late], [late, late], [late, wrapping]]) {
      const app = getFetchApplication({ view: file, middleware });
      expect((await get(app))[0]).toBe(500);
    }
    expect(closed).toBe(3);
  });

  test("a response that cannot be sent is closed", async () => {
    let closed = 0;
    const close = (): number => closed++;
    const unsent: View[] = [
      () => new FileResponse({ stream: () => [], close }, { status: 101 }),
      () =>
        new FileResponse({
          stream() {
            throw new Error("no such file");
          },
          close,
        }),
    ];
    for (const view of unsent) expect((await get(getFetchApplication({ view })))[0]).toBe(500);
    expect(closed).toBe(2);
  });

  test("a factory that returns nothing is ImproperlyConfigured", () => {
    const nothing = (() => undefined) as never;
    expect(() => getFetchApplication({ view: ok, middleware: [nothing] })).toThrow(ImproperlyConfigured);
  });

  test("MiddlewareNotUsed leaves it out, with its hooks", async () => {
    class Unused {
      constructor() {
        throw new MiddlewareNotUsed("not here");
      }
      call(): HttpResponseBase {
        throw new Error("called");
      }
      processView(): HttpResponseBase {
        throw new Error("called");
      }
    }
    const app = (): App => getFetchApplication({ view: ok, middleware: [Unused, mark("m")] });
    expect(await get(app())).toEqual(expect.arrayContaining([200, "ok"]));
    expect(logged).toEqual([]);
    overrideSettings({ DEBUG: true }, app);
    expect(logged).toEqual(["MiddlewareNotUsed: Unused: not here"]);
  });

  test("it is made after the settings are known", async () => {
    await overrideSettings({}, async () => {
      const seen: string[] = [];
      const reads: Middleware = (getResponse) => {
        seen.push("made");
        return getResponse;
      };
      const app = getFetchApplication({
        view: ok,
        middleware: [reads],
        settings: () => {
          seen.push("settings");
          return {};
        },
      });
      await get(app);
      await get(app);
      expect(seen).toEqual(["settings", "made"]);
    });
  });
});

describe("hooks", () => {
  const calls: string[] = [];
  beforeEach(() => {
    calls.length = 0;
  });

  class Hooks {
    readonly getResponse: GetResponse;
    readonly name: string = "a";
    constructor(getResponse: GetResponse) {
      this.getResponse = getResponse;
    }
    call(request: HttpRequest): ReturnType<GetResponse> {
      return this.getResponse(request);
    }
    processView(_request: HttpRequest, view: View, kwargs: Record<string, unknown>): HttpResponseBase | undefined {
      calls.push(`view ${this.name} ${view.name} ${JSON.stringify(kwargs)}`);
      return undefined;
    }
    async processException(_request: HttpRequest, error: unknown): Promise<HttpResponseBase | null> {
      calls.push(`exception ${this.name} ${(error as Error).message}`);
      return this.name === "a" ? new HttpResponse("rescued") : null;
    }
    processTemplateResponse(_request: HttpRequest, response: HttpResponseBase): HttpResponseBase {
      calls.push(`template ${this.name}`);
      return response;
    }
  }
  class Inner extends Hooks {
    override readonly name = "b";
  }

  test("processView runs outermost first, with the view and its kwargs", async () => {
    const view: View = function named() {
      return new HttpResponse("ok");
    };
    await get(getFetchApplication({ urlconf: [path("<int:n>/", view)], middleware: [Hooks, Inner] }), "/1/");
    expect(calls).toEqual(['view a named {"n":1}', 'view b named {"n":1}']);
  });

  test("a processView that answers keeps the view from running", async () => {
    const early: Middleware = (getResponse) =>
      Object.assign((request: HttpRequest) => getResponse(request), { processView: async () => new HttpResponse("early") });
    const view = vi.fn(ok);
    expect((await get(getFetchApplication({ view, middleware: [early, Inner] })))[1]).toBe("early");
    expect(view).not.toHaveBeenCalled();
    expect(calls).toEqual([]);
  });

  test("processException runs innermost first, until one answers", async () => {
    const view: View = async () => {
      throw new Error("broken");
    };
    expect(await get(getFetchApplication({ view, middleware: [Hooks, Inner] }))).toEqual(
      expect.arrayContaining([200, "rescued"]),
    );
    expect(calls.slice(-2)).toEqual(["exception b broken", "exception a broken"]);
    expect((await get(getFetchApplication({ view, middleware: [Inner] })))[0]).toBe(500);
  });

  class Late extends HttpResponse {
    isRendered = false;
    fails = false;
    async render(): Promise<this> {
      calls.push("render");
      if (this.fails) throw new Error("in render");
      this.isRendered = true;
      this.content = "rendered";
      return this;
    }
  }

  test("a response with render() is rendered, after processTemplateResponse from the innermost out", async () => {
    expect((await get(getFetchApplication({ view: () => new Late(), middleware: [Hooks, Inner] })))[1]).toBe("rendered");
    expect(calls.slice(-3)).toEqual(["template b", "template a", "render"]);
    expect((await get(getFetchApplication({ view: () => new Late() })))[1]).toBe("rendered");
  });

  test("an error of render() goes to processException", async () => {
    const view: View = () => Object.assign(new Late(), { fails: true });
    expect((await get(getFetchApplication({ view, middleware: [Hooks] })))[1]).toBe("rescued");
    expect(calls.at(-1)).toBe("exception a in render");
  });

  test("a processTemplateResponse that returns nothing is an error that names it", async () => {
    class Forgetful extends Hooks {
      override processTemplateResponse(): never {
        return undefined as never;
      }
      override async processException(): Promise<null> {
        return null;
      }
    }
    expect((await get(getFetchApplication({ view: () => new Late(), middleware: [Forgetful] })))[0]).toBe(500);
    expect(logged.join(" ")).toContain("Forgetful.processTemplateResponse didn't return");
  });
});
