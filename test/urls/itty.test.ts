import { AutoRouter, IttyRouter, json, Router, withContent } from "itty-router";
import { describe, expect, test } from "vitest";
import { overrideSettings } from "../../src/conf/index.ts";
import { Http404, PermissionDenied } from "../../src/core/exceptions.ts";
import { asFetch } from "../../src/core/handlers/fetch.ts";
import { HttpRequest } from "../../src/http/request.ts";
import { HttpResponse } from "../../src/http/response.ts";
import { include, path, rePath } from "../../src/urls/conf.ts";
import { asResponse, withHttpRequest } from "../../src/urls/itty.ts";
import type { URLPattern } from "../../src/urls/types.ts";

const get = (url: string, init?: RequestInit): Request => new Request(`http://testserver${url}`, init);
const quiet = { debug() {}, info() {}, warn() {}, error() {} };

/** What a view sees. */
const seen: { request?: HttpRequest; kwargs?: object } = {};
const see = (request: HttpRequest, kwargs: object): HttpResponse => {
  Object.assign(seen, { request, kwargs });
  return new HttpResponse(JSON.stringify(kwargs));
};

const polls: URLPattern[] = [path("", see, { name: "index" }), path("<int:pk>/", see, { name: "detail", kwargs: { a: 1 } })];
const urlpatterns: URLPattern[] = [
  path("", () => new HttpResponse("home")),
  path("bands/<int:id>/<str:name>/", see, { name: "band" }),
  path("polls/<slug:site>/", include([polls, "polls"], { namespace: "here" })),
  rePath(/^year\/(?<year>[0-9]{4})\/$/, see),
  path("async/", async (request) => new HttpResponse(`${request.method} ${request.GET.get("q")}`)),
  path("native/", () => new Response("native")),
  path("missing/", () => {
    throw new Http404("no");
  }),
  path("secret/", () => {
    throw new PermissionDenied("no");
  }),
  path("broken/", () => {
    throw new Error("no");
  }),
  path("nothing/", (() => undefined) as never),
];

for (const [name, router] of [
  ["Router", Router({ routes: urlpatterns })],
  ["IttyRouter", IttyRouter({ routes: urlpatterns })],
  ["AutoRouter", AutoRouter({ routes: urlpatterns })],
  [
    "Router with withHttpRequest and asResponse",
    Router({ before: [withHttpRequest], routes: urlpatterns, finally: [asResponse] }),
  ],
  [
    "AutoRouter with withHttpRequest and asResponse",
    AutoRouter({ before: [withHttpRequest], routes: urlpatterns, format: asResponse }),
  ],
  [
    "AutoRouter with asResponse as its last stage",
    AutoRouter({ before: [withHttpRequest], routes: urlpatterns, finally: [asResponse] }),
  ],
] as const) {
  describe(`${name} over a URL table`, () => {
    const fetch = (url: string, init?: RequestInit): Promise<Response> => router.fetch(get(url, init));

    test("answers with Responses of the platform", async () => {
      const response = await fetch("/");
      expect(response).toBeInstanceOf(Response);
      expect([response.status, response.headers.get("content-type"), await response.text()]).toEqual([
        200,
        "text/html; charset=utf-8",
        "home",
      ]);
      expect(await (await fetch("/native/")).text()).toBe("native");
      expect(await (await fetch("/async/?q=a%20b", { method: "POST" })).text()).toBe("POST a b");
    });

    test("gives the view an HttpRequest, the kwargs of the decoded path, and the whole match", async () => {
      const response = await fetch("/bands/7/J%C3%A4rvi%20%2525/?page=2");
      expect(await response.json()).toEqual({ id: 7, name: "Järvi %25" });
      expect(seen.request).toBeInstanceOf(HttpRequest);
      expect(seen.request?.path).toBe("/bands/7/Järvi %25/");
      expect(seen.request?.GET.get("page")).toBe("2");
      const match = seen.request?.resolverMatch;
      expect([match?.func, match?.urlName, match?.route]).toEqual([see, "band", "bands/<int:id>/<str:name>/"]);
      expect(match?.kwargs).toBe(seen.kwargs);
    });

    test("looks into an include()", async () => {
      expect(await (await fetch("/polls/a-b/5/")).json()).toEqual({ site: "a-b", pk: 5, a: 1 });
      expect(seen.request?.resolverMatch?.viewName).toBe("here:detail");
      expect(seen.request?.resolverMatch?.route).toBe("polls/<slug:site>/<int:pk>/");
      expect(await (await fetch("/polls/a-b/")).json()).toEqual({ site: "a-b" });
      expect(await (await fetch("/year/2024/")).json()).toEqual({ year: "2024" });
    });

    test("answers HEAD without a body", async () => {
      const response = await fetch("/", { method: "HEAD" });
      expect([response.status, await response.text()]).toEqual([200, ""]);
    });

    test("answers errors as asFetch() does", async () => {
      await overrideSettings({ LOGGER: quiet }, async () => {
        expect((await fetch("/missing/")).status).toBe(404);
        expect((await fetch("/secret/")).status).toBe(403);
        expect((await fetch("/broken/")).status).toBe(500);
        expect((await fetch("/nothing/")).status).toBe(500);
      });
    });
  });
}

describe("an entry of a URL table", () => {
  test("that does not match gives way to the next route", async () => {
    const router = Router({ routes: [...urlpatterns] });
    router.get("/polls/a-b/x/", () => new Response("itty's own"));
    router.all("*", () => new Response("nothing", { status: 404 }));
    expect(await (await router.fetch(get("/polls/a-b/x/"))).text()).toBe("itty's own");
    expect((await router.fetch(get("/bands/x/y/"))).status).toBe(404);
    expect(await Router({ routes: urlpatterns }).fetch(get("/nope/"))).toBe(undefined);
  });

  test("is asked behind itty-router's own routes, too", async () => {
    const router = Router();
    router.get("/bands/own/", () => new Response("itty's own"));
    router.routes.push(...urlpatterns);
    expect(await (await router.fetch(get("/bands/own/"))).text()).toBe("itty's own");
    expect(await (await router.fetch(get("/bands/1/x/"))).json()).toEqual({ id: 1, name: "x" });
  });

  test("matches what URL makes of a hostile path, and nothing without a slash", () => {
    const [entry] = [path("<path:p>", see)];
    const match = (pathname: string) => pathname.match(entry[1])?.groups?.p;
    expect(match("/%2e%2E/%ff%00%zz")).toBe("../%FF\0%zz");
    expect(match("a/b")).toBe(undefined);
    expect(match("/")).toBe(undefined);
  });

  test("gives the handler the runtime's arguments", async () => {
    const env = { KEY: "value" };
    await Router({ routes: urlpatterns }).fetch(get("/bands/1/x/"), env, { waitUntil() {} });
    expect(seen.request?.env).toBe(env);
    await Router({ before: [withHttpRequest], routes: urlpatterns }).fetch(get("/bands/1/x/"), env, { waitUntil() {} });
    expect(seen.request?.env).toBe(env);
  });

  test("called without a match of its own gives nothing", async () => {
    const [, , [handler]] = path("a/", see);
    expect(await handler(get("/a/") as never)).toBe(undefined);
    expect(await handler({ ...get("/a/"), params: {} } as never)).toBe(undefined);
  });
});

describe("asFetch(view) in a route of itty-router's", () => {
  test("has itty's params as kwargs and in resolverMatch", async () => {
    for (const options of [{}, { before: [withHttpRequest], finally: [asResponse] }]) {
      const router = Router(options);
      router.get("/bands/:id/:name?", asFetch(see) as never);
      expect(await (await router.fetch(get("/bands/1/x"))).json()).toEqual({ id: "1", name: "x" });
      const match = seen.request?.resolverMatch;
      expect([match?.func, match?.route, { ...match?.kwargs }]).toEqual([see, "/bands/:id/:name?", { id: "1", name: "x" }]);
    }
  });
});

describe("withHttpRequest() and asResponse()", () => {
  test("render what is rendered late", async () => {
    const late = (): HttpResponse => {
      const response = new HttpResponse();
      return Object.assign(response, { render: () => Object.assign(response, { content: "rendered" }) });
    };
    const { fetch } = Router({ before: [withHttpRequest], finally: [asResponse] }).get("/", late);
    expect(await (await fetch(get("/"))).text()).toBe("rendered");
  });

  test("give handlers of one's own the HttpRequest, and take their HttpResponse", async () => {
    const requests: unknown[] = [];
    const router = Router({ before: [withHttpRequest, (request) => void requests.push(request)], finally: [asResponse] });
    router.get("/bands/:id", (request) => {
      requests.push(request);
      const { id } = request.params;
      const response = new HttpResponse(`${request.path} ${id} ${request.GET.getlist("a")} ${request.query.a} ${request.route}`);
      response.setCookie("a", "b");
      return response;
    });
    const response = await router.fetch(get("/bands/%C3%A4?a=1&a=2"));
    expect(response).toBeInstanceOf(Response);
    expect(await response.text()).toBe("/bands/ä %C3%A4 1,2 1,2 /bands/:id");
    expect(response.headers.getSetCookie().length).toBe(1);
    expect(requests[0]).toBeInstanceOf(HttpRequest);
    expect(requests[1]).toBe(requests[0]);
  });

  test("take what the server of any runtime gives beside the request", async () => {
    const server = { requestIP: () => ({ address: "192.0.2.1", port: 4000 }), timeout() {} };
    const info = { remoteAddr: { hostname: "192.0.2.1", port: 4000 } };
    const adapter = { req: { socket: { remoteAddress: "192.0.2.1", remotePort: 4000 } } };
    const router = Router({ before: [withHttpRequest], finally: [asResponse] });
    router.get("/", (request) => new HttpResponse(`${request.META.REMOTE_ADDR} ${request.META.REMOTE_PORT}`));
    for (const beside of [server, info, adapter]) {
      expect(await (await router.fetch(get("/"), beside)).text()).toBe("192.0.2.1 4000");
    }
  });

  test("leave alone what is no response of ours", async () => {
    const own = new Response("own");
    expect(asResponse(own, get("/") as never)).toBe(own);
    for (const value of [undefined, null, "text", 0, { a: 1 }]) expect(asResponse(value, get("/") as never)).toBe(value);
    const router = Router({ before: [withHttpRequest], finally: [asResponse] });
    expect(await router.fetch(get("/nope"))).toBe(undefined);
  });

  test("asResponse() knows HEAD without withHttpRequest(), too", async () => {
    const router = Router({ finally: [asResponse] });
    router.all("*", () => new HttpResponse("text"));
    expect(await (await router.fetch(get("/", { method: "HEAD" }))).text()).toBe("");
    expect(await (await router.fetch(get("/"))).text()).toBe("text");
  });

  test("close the request when its response is out", async () => {
    let closed = 0;
    const router = Router({ before: [withHttpRequest], finally: [asResponse] });
    router.get("/", (request) => {
      const close = request.close.bind(request);
      request.close = () => {
        closed++;
        close();
      };
      return new HttpResponse("text");
    });
    await (await router.fetch(get("/"))).text();
    expect(closed).toBe(1);
  });

  test("errors of one's own handlers are for the router's catch", async () => {
    const router = Router({
      before: [withHttpRequest],
      catch: (error: Error) => new HttpResponse(error.message, { status: 418 }),
      finally: [asResponse],
    });
    router.get("/", () => {
      throw new Error("short and stout");
    });
    const response = await router.fetch(get("/"));
    expect([response.status, await response.text()]).toEqual([418, "short and stout"]);
  });

  test("an AutoRouter never sends the request's headers back", async () => {
    const secret = { headers: { cookie: "secret=1", "x-secret": "1" } };
    for (const options of [{}, { format: json }]) {
      const router = AutoRouter({ before: [withHttpRequest], ...options });
      router.get("/object", () => ({ a: 1 }));
      for (const url of ["/object", "/nope"]) {
        const response = await router.fetch(get(url, secret));
        expect(response.headers.get("cookie")).toBe(null);
        expect(response.headers.get("x-secret")).toBe(null);
        expect(response.headers.get("content-type")).toContain("json");
      }
    }
  });

  test("itty-router's withContent still reads the body of a request with a proxy of ours", async () => {
    const router = Router({ before: [withContent as never, withHttpRequest], finally: [asResponse] });
    router.post("/", (request) => new HttpResponse(request.method));
    const response = await router.fetch(
      get("/", { method: "POST", body: '{"a":1}', headers: { "content-type": "application/json" } }),
    );
    expect(await response.text()).toBe("POST");
  });
});
