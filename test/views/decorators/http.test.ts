import { describe, expect, test } from "vitest";
import { overrideSettings } from "../../../src/conf/index.ts";
import { asFetch } from "../../../src/core/handlers/fetch.ts";
import { HttpRequest } from "../../../src/http/request.ts";
import { HttpResponse, type HttpResponseBase } from "../../../src/http/response.ts";
import {
  condition,
  etag,
  lastModified,
  requireGET,
  requireHttpMethods,
  requirePOST,
  requireSafe,
} from "../../../src/views/decorators/http.ts";

const request = (method = "GET", headers: Record<string, string> = {}): HttpRequest =>
  HttpRequest.fromRequest(new Request("http://testserver/", { method, headers }));

const view = (): HttpResponseBase => new HttpResponse("ok");
const METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE"];

describe("requireHttpMethods", () => {
  test.each([
    ["requireGET", requireGET, ["GET"]],
    ["requirePOST", requirePOST, ["POST"]],
    ["requireSafe", requireSafe, ["GET", "HEAD"]],
    ["requireHttpMethods", requireHttpMethods(["PUT", "DELETE"]), ["PUT", "DELETE"]],
  ])("%s", async (_, decorator, allowed) => {
    for (const method of METHODS) {
      const response = (await decorator(view)(request(method), {})) as HttpResponseBase;
      expect([response.statusCode, response.get("Allow")]).toEqual(
        allowed.includes(method) ? [200, undefined] : [405, allowed.join(", ")],
      );
    }
  });

  test("a refusal is logged once, with its method", async () => {
    const logged: unknown[] = [];
    const silent = (): void => {};
    const LOGGER = { debug: silent, info: silent, error: silent, warn: (...given: unknown[]) => void logged.push(given) };
    await overrideSettings({ LOGGER }, () => asFetch(requireGET(view))(new Request("http://testserver/a/", { method: "POST" })));
    expect(logged).toEqual([["django.request", "Method Not Allowed (POST): /a/"]]);
  });

  test("hands on what the view is given, and what it returns", () => {
    const given: unknown[] = [];
    const response = new Response("plain");
    const seen = requireGET((...args) => {
      given.push(...args);
      return response;
    });
    const [first, kwargs] = [request(), { id: 1 }];
    expect(seen(first, kwargs)).toBe(response);
    expect(given).toEqual([first, kwargs]);
  });

  test("keeps the name of the view and the marks on it", () => {
    const marked = Object.assign(
      function detail() {
        return new HttpResponse();
      },
      { csrfExempt: true },
    );
    const decorated = requirePOST(marked) as typeof marked;
    expect([decorated.name, decorated.csrfExempt]).toEqual(["detail", true]);
  });
});

describe("condition", () => {
  const modified = new Date("2015-10-21T07:28:00.900Z");
  const date = "Wed, 21 Oct 2015 07:28:00 GMT";

  test("sets what it found on a read, and calls the view", async () => {
    const decorated = condition({ etagFunc: () => "abc", lastModifiedFunc: () => modified })(view);
    const response = (await decorated(request(), {})) as HttpResponseBase;
    expect([response.statusCode, response.get("ETag"), response.get("Last-Modified")]).toEqual([200, '"abc"', date]);
    const written = (await decorated(request("PUT"), {})) as HttpResponseBase;
    expect([written.has("ETag"), written.has("Last-Modified")]).toEqual([false, false]);
  });

  test("answers without the view where the client has it already", async () => {
    const never = (): never => {
      throw new Error("called");
    };
    const decorated = condition({ etagFunc: async () => '"abc"', lastModifiedFunc: async () => modified })(never);
    const status = async (method: string, headers: Record<string, string>): Promise<number> =>
      ((await decorated(request(method, headers), {})) as HttpResponseBase).statusCode;
    expect(await status("GET", { "If-None-Match": 'W/"abc"' })).toBe(304);
    expect(await status("GET", { "If-Modified-Since": date })).toBe(304);
    expect(await status("PUT", { "If-Match": '"xyz"' })).toBe(412);
    expect(await status("PUT", { "If-Unmodified-Since": "Tue, 20 Oct 2015 07:28:00 GMT" })).toBe(412);
  });

  test("keeps what the view has set, and takes nothing for an answer", async () => {
    const own = (): HttpResponseBase => new HttpResponse("ok", { headers: { ETag: '"own"', "Last-Modified": "own" } });
    const response = (await condition({ etagFunc: () => "a", lastModifiedFunc: () => modified })(own)(
      request(),
      {},
    )) as HttpResponseBase;
    expect([response.get("ETag"), response.get("Last-Modified")]).toEqual(['"own"', "own"]);
    const none = (await condition({ etagFunc: () => undefined, lastModifiedFunc: () => null })(view)(
      request(),
      {},
    )) as HttpResponseBase;
    expect([none.has("ETag"), none.has("Last-Modified")]).toEqual([false, false]);
  });

  test("sets headers on a plain Response, whose own cannot be changed", async () => {
    const plain = (): Response => Response.redirect("http://testserver/x");
    const response = (await etag(() => "a")(plain)(request(), {})) as HttpResponseBase;
    expect([response.statusCode, response.get("ETag")]).toEqual([302, '"a"']);
  });

  test("asks with the request and the kwargs", async () => {
    const asked: unknown[] = [];
    const byId = etag<{ id: number }>((_, { id }) => {
      asked.push(id);
      return `v${id}`;
    })(view);
    const response = (await byId(request("GET", { "If-None-Match": '"v7"' }), { id: 7 })) as HttpResponseBase;
    expect([asked, response.statusCode, response.get("ETag")]).toEqual([[7], 304, '"v7"']);
    const at = lastModified(() => modified)(view);
    expect(((await at(request("GET", { "If-Modified-Since": date }), {})) as HttpResponseBase).statusCode).toBe(304);
  });

  test("refuses options that it does not know", () => {
    expect(() => condition({ etagFun: () => "a" } as object)).toThrow(
      'condition() has no option "etagFun". Did you mean "etagFunc"?',
    );
  });

  test("names a view that returns nothing", async () => {
    const lost = (() => undefined) as unknown as typeof view;
    await expect(condition({ etagFunc: () => "a" })(lost)(request(), {})).rejects.toThrow("The view lost didn't return");
  });
});
