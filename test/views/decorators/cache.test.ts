import { describe, expect, test } from "vitest";
import { asFetch } from "../../../src/core/handlers/fetch.ts";
import { HttpRequest } from "../../../src/http/request.ts";
import { HttpResponse, type HttpResponseBase } from "../../../src/http/response.ts";
import { cacheControl, gzipPage, neverCache, varyOnCookie, varyOnHeaders } from "../../../src/views/decorators/cache.ts";

const request = HttpRequest.fromRequest(new Request("http://testserver/", { headers: { "Accept-Encoding": "gzip" } }));
const view = (): HttpResponseBase => new HttpResponse("a".repeat(500));
const later = async (): Promise<HttpResponseBase> => view();
const plain = (): Response => Response.redirect("http://testserver/x");

describe.each([
  ["a view", view],
  ["an async view", later],
  ["a view that returns a plain Response", plain],
])("on %s", (_, inner) => {
  const ask = async (decorated: typeof inner): Promise<HttpResponseBase> =>
    (await (decorated as unknown as (request: HttpRequest, kwargs: object) => unknown)(request, {})) as HttpResponseBase;

  test("cacheControl adds directives", async () => {
    const response = await ask(cacheControl({ maxAge: 60, private: true })(inner) as typeof inner);
    expect(response.get("Cache-Control")).toBe("max-age=60, private");
  });

  test("neverCache forbids every cache", async () => {
    const response = await ask(neverCache(inner) as typeof inner);
    expect(response.get("Cache-Control")).toBe("max-age=0, no-cache, no-store, must-revalidate, private");
    expect(response.has("Expires")).toBe(true);
  });

  test("varyOnHeaders and varyOnCookie add names", async () => {
    const response = await ask(varyOnCookie(varyOnHeaders("Accept", "X-A")(inner)) as typeof inner);
    expect(response.get("Vary")).toBe("Accept, X-A, Cookie");
  });
});

test("gzipPage compresses, and hands the kwargs on", async () => {
  const given: unknown[] = [];
  const decorated = gzipPage((_: HttpRequest, kwargs: { id: number }) => {
    given.push(kwargs);
    return view();
  });
  const response = (await decorated(request, { id: 1 })) as HttpResponse;
  expect([response.get("Content-Encoding"), response.content.length < 500, given]).toEqual(["gzip", true, [{ id: 1 }]]);
});

test("gzipPage compresses what is rendered late", async () => {
  class Late extends HttpResponse {
    render(): this {
      this.content = "a".repeat(500);
      return this;
    }
  }
  const native = new Request("http://testserver/", { headers: { "Accept-Encoding": "gzip" } });
  const response = await asFetch(gzipPage(() => new Late()))(native);
  expect([response.headers.get("Content-Encoding"), response.headers.get("Vary")]).toEqual(["gzip", "Accept-Encoding"]);
});

test("the decorators keep the name of the view and the marks on it", () => {
  const marked = Object.assign(
    function detail() {
      return new HttpResponse();
    },
    { csrfExempt: true },
  );
  for (const decorate of [neverCache, varyOnCookie, gzipPage, cacheControl({ maxAge: 1 }), varyOnHeaders("A")]) {
    const decorated = decorate(marked) as unknown as typeof marked;
    expect([decorated.name, decorated.csrfExempt]).toEqual(["detail", true]);
  }
});

test("a view that returns nothing is named", () => {
  const lost = (() => undefined) as unknown as typeof view;
  expect(() => neverCache(lost)(request, {})).toThrow("The view lost didn't return an HttpResponse object");
});
