import { describe, expect, test } from "vitest";
import { HttpRequest } from "../../src/http/request.ts";
import { HttpResponse, type HttpResponseBase } from "../../src/http/response.ts";
import { StreamingHttpResponse } from "../../src/http/streaming.ts";
import { ConditionalGetMiddleware } from "../../src/middleware/http.ts";

const request = (headers: Record<string, string> = {}, method = "GET"): HttpRequest =>
  HttpRequest.fromRequest(new Request("http://testserver/", { method, headers }));

async function answer(view: () => HttpResponseBase, to: HttpRequest): Promise<HttpResponseBase> {
  return await new ConditionalGetMiddleware(view).call(to);
}

describe("ConditionalGetMiddleware", () => {
  // The MD5 of the content, as Django 6.0 makes it.
  const tag = '"5d41402abc4b2a76b9719d911017c592"';

  test("gives an ETag to a GET, and answers 304 to it", async () => {
    const view = (): HttpResponseBase => new HttpResponse("hello");
    expect((await answer(view, request())).get("ETag")).toBe(tag);
    const response = await answer(view, request({ "If-None-Match": `"x", W/${tag}` }));
    expect([response.statusCode, response.get("ETag")]).toEqual([304, tag]);
    expect(await response.toResponse().text()).toBe("");
  });

  test("gives none to other methods, streams, empty responses and what must not be stored", async () => {
    const view = (): HttpResponseBase => new HttpResponse("hello");
    expect((await answer(view, request({}, "POST"))).has("ETag")).toBe(false);
    expect((await answer(view, request({}, "HEAD"))).has("ETag")).toBe(false);
    expect((await answer(() => new HttpResponse(""), request())).has("ETag")).toBe(false);
    expect((await answer(() => new StreamingHttpResponse(["hello"]), request())).has("ETag")).toBe(false);
    const secret = new HttpResponse("hello", { headers: { "Cache-Control": "private, No-Store" } });
    expect((await answer(() => secret, request())).has("ETag")).toBe(false);
  });

  test("the 304 keeps what RFC 9110 asks for, cookies too, and nothing else", async () => {
    const view = (): HttpResponseBase => {
      const response = new HttpResponse("hello", {
        headers: {
          "Cache-Control": "max-age=5",
          "Content-Language": "en",
          "Content-Location": "/x",
          Date: "Sun, 06 Nov 1994 08:49:37 GMT",
          ETag: '"a"',
          Expires: "Sun, 06 Nov 1994 08:49:38 GMT",
          "Last-Modified": "Sun, 06 Nov 1994 08:49:36 GMT",
          Vary: "Accept",
          "X-A": "1",
        },
      });
      response.setCookie("a", "1");
      return response;
    };
    const response = await answer(view, request({ "If-None-Match": '"a"' }));
    expect([...response.headers].map(([name]) => name)).toEqual([
      "Cache-Control",
      "Content-Location",
      "Date",
      "ETag",
      "Expires",
      "Last-Modified",
      "Vary",
    ]);
    expect(response.toResponse().headers.getSetCookie()).toEqual(["a=1; Path=/"]);
  });

  test("the 304 keeps all cookies of a platform's response, in their order", async () => {
    const given = new Response("hello", { headers: { ETag: '"a"' } });
    const lines = ["sid=old; Path=/", "sid=new; Path=/; Partitioned"];
    for (const line of lines) given.headers.append("Set-Cookie", line);
    const response = await answer(() => StreamingHttpResponse.fromResponse(given), request({ "If-None-Match": '"a"' }));
    expect([response.statusCode, response.toResponse().headers.getSetCookie()]).toEqual([304, lines]);
  });

  test("closes the stream that a 304 replaces", async () => {
    let cancelled = false;
    const body = new ReadableStream({
      cancel() {
        cancelled = true;
      },
    });
    const view = (): HttpResponseBase => new StreamingHttpResponse(body, { headers: { ETag: '"a"' } });
    expect((await answer(view, request({ "If-None-Match": '"a"' }))).statusCode).toBe(304);
    await new Promise((resolve) => setTimeout(resolve));
    expect(cancelled).toBe(true);
  });

  test("leaves responses outside 200 to 299 alone", async () => {
    const view = (): HttpResponseBase => new HttpResponse("gone", { status: 404, headers: { ETag: '"a"' } });
    expect((await answer(view, request({ "If-None-Match": '"a"' }))).statusCode).toBe(404);
  });
});
