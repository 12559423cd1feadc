/**
 * Every statement and example of Django's page, from "HttpResponse objects" to "HttpResponseBase class": one test for each
 * entry, under the page's own headings.
 */

import { describe, expect, test } from "vitest";
import {
  BadHeaderError,
  DjangoJSONEncoder,
  FileResponse,
  getFetchApplication,
  HttpRequest,
  HttpResponse,
  HttpResponseBadRequest,
  HttpResponseBase,
  HttpResponseForbidden,
  HttpResponseGone,
  HttpResponseNotAllowed,
  HttpResponseNotFound,
  HttpResponseNotModified,
  HttpResponsePermanentRedirect,
  HttpResponseRedirect,
  HttpResponseServerError,
  JsonResponse,
  overrideSettings,
  ResponseHeaders,
  SimpleCookie,
  StreamingHttpResponse,
} from "../../src/index.ts";
import { patchCacheControl, patchVaryHeaders } from "../../src/utils.ts";

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const text = (content: Uint8Array): string => new TextDecoder().decode(content);

/** The `Set-Cookie` lines of a response. */
const cookies = (response: HttpResponseBase): string[] => response.toResponse().headers.getSetCookie();

/** A generator of text that says when it was closed. */
function* lines(closed: string[] = []): Generator<string> {
  try {
    yield "a\n";
    yield "b\n";
  } finally {
    closed.push("closed");
  }
}

async function* asyncLines(): AsyncGenerator<string> {
  yield* lines();
}

describe("HttpResponse objects: usage", () => {
  test("passing strings: the page as text", () => {
    const response = new HttpResponse("Here's the text of the web page.");
    expect(text(response.content)).toBe("Here's the text of the web page.");
    expect(new HttpResponse("Text only, please.", { contentType: "text/plain" }).getItem("Content-Type")).toBe("text/plain");
  });

  test("passing bytestrings and memoryviews: any bytes are accepted", () => {
    const expected = bytes("Bytestrings are also accepted.");
    for (const content of [expected, expected.buffer, new DataView(expected.buffer)]) {
      expect(new HttpResponse(content).content).toEqual(expected);
    }
    expect(new HttpResponse(expected.subarray(0, 4)).text).toBe("Byte");
  });

  test("write() adds content incrementally, as to a file", () => {
    const response = new HttpResponse();
    response.write("<p>Here's the text of the web page.</p>");
    response.write("<p>Here's another paragraph.</p>");
    expect(response.text).toBe("<p>Here's the text of the web page.</p><p>Here's another paragraph.</p>");
  });

  test("passing iterators: consumed immediately, stored as one content, closed with the response", () => {
    const closed: string[] = [];
    const response = new HttpResponse(lines(closed));
    expect(closed).toEqual(["closed"]);
    expect([response.text, response.text]).toEqual(["a\nb\n", "a\nb\n"]);
    let calls = 0;
    const file = {
      *[Symbol.iterator]() {
        yield "x";
      },
      close: () => void calls++,
    };
    const other = new HttpResponse(file);
    expect(other.text).toBe("x");
    other.close();
    other.close();
    expect(calls).toBe(1);
  });
});

describe("HttpResponse objects: headers", () => {
  test("response.headers: set and delete a header", () => {
    const response = new HttpResponse();
    response.headers.set("Age", 120);
    expect(response.headers.getItem("age")).toBe("120");
    response.headers.delete("Age");
    expect(response.headers.has("Age")).toBe(false);
  });

  test("the response itself as a dictionary: delete() of an absent header raises nothing", () => {
    const response = new HttpResponse();
    response.set("Age", 120);
    expect([response.getItem("AGE"), response.has("age"), response.headers.get("age")]).toEqual(["120", true, "120"]);
    response.delete("Age");
    response.delete("Age");
    expect(response.has("Age")).toBe(false);
  });

  test("headers in the constructor", () => {
    const response = new HttpResponse("x", { headers: { Age: 120 } });
    expect([...response.items()]).toEqual([
      ["Age", "120"],
      ["Content-Type", "text/html; charset=utf-8"],
    ]);
  });

  test("Cache-Control and Vary by patchCacheControl() and patchVaryHeaders()", () => {
    const response = new HttpResponse("", { headers: { "Cache-Control": "max-age=60", Vary: "Cookie" } });
    patchCacheControl(response, { private: true });
    patchVaryHeaders(response, ["Accept-Language", "cookie"]);
    expect([response.get("Cache-Control"), response.get("Vary")]).toEqual(["max-age=60, private", "Cookie, Accept-Language"]);
  });

  test("newlines in a header value raise BadHeaderError", () => {
    const response = new HttpResponse();
    expect(() => response.set("X", "a\nb")).toThrow(BadHeaderError);
    expect(() => response.headers.set("X", "a\rb")).toThrow(BadHeaderError);
    expect(() => new HttpResponse("", { headers: { X: "a\r\nb" } })).toThrow(BadHeaderError);
  });

  test("telling the browser to treat the response as a file attachment", () => {
    const data = bytes("data");
    const response = new HttpResponse(data, {
      headers: { "Content-Type": "application/vnd.ms-excel", "Content-Disposition": 'attachment; filename="foo.xls"' },
    });
    expect([...response.items()]).toEqual([
      ["Content-Type", "application/vnd.ms-excel"],
      ["Content-Disposition", 'attachment; filename="foo.xls"'],
    ]);
  });
});

describe("HttpResponse objects: attributes", () => {
  test("HttpResponse.content: the content in bytes, encoded from text where it has to be", () => {
    const response = new HttpResponse("é");
    expect(response.content).toEqual(Uint8Array.of(0xc3, 0xa9));
    response.content = ["a", bytes("b"), 1];
    expect(text(response.content)).toBe("ab1");
  });

  test("HttpResponse.text: the content as text, by the charset or UTF-8", () => {
    expect(new HttpResponse(bytes("é")).text).toBe("é");
    expect(new HttpResponse(Uint8Array.of(0xe9), { contentType: "text/plain; charset=iso-8859-1" }).text).toBe("é");
    expect(() => new HttpResponse(Uint8Array.of(0xe9)).text).toThrow(expect.objectContaining({ name: "UnicodeDecodeError" }));
  });

  test("HttpResponse.cookies: a SimpleCookie of what is set", () => {
    const response = new HttpResponse();
    expect([response.cookies instanceof SimpleCookie, response.cookies.size]).toEqual([true, 0]);
    response.setCookie("a", "1");
    response.cookies.set("b", "2");
    expect(cookies(response)).toEqual(["a=1; Path=/", "b=2"]);
  });

  test("HttpResponse.headers: looked up in any case, without Set-Cookie", () => {
    const response = new HttpResponse();
    response.setCookie("a", "1");
    expect(response.headers).toBeInstanceOf(ResponseHeaders);
    expect([response.headers.get("CONTENT-type"), response.headers.has("Set-Cookie"), response.has("Set-Cookie")]).toEqual([
      "text/html; charset=utf-8",
      false,
      false,
    ]);
  });

  test("HttpResponse.charset: from the content type, or DEFAULT_CHARSET; it encodes the content", async () => {
    expect(new HttpResponse().charset).toBe("utf-8");
    const latin = new HttpResponse("é", { contentType: 'text/plain; charset="iso-8859-1"' });
    expect([latin.charset, latin.content]).toEqual(["iso-8859-1", Uint8Array.of(0xe9)]);
    await overrideSettings({ DEFAULT_CHARSET: "koi8-r" }, () => {
      const response = new HttpResponse("Я");
      expect([response.charset, response.getItem("Content-Type"), response.content]).toEqual([
        "koi8-r",
        "text/html; charset=koi8-r",
        Uint8Array.of(0xf1),
      ]);
    });
  });

  test("HttpResponse.status_code: setting it changes the reason phrase, unless that was set", () => {
    const response = new HttpResponse();
    response.statusCode = 404;
    expect(response.reasonPhrase).toBe("Not Found");
    response.reasonPhrase = "Gone fishing";
    response.statusCode = 500;
    expect(response.reasonPhrase).toBe("Gone fishing");
  });

  test("HttpResponse.reason_phrase: HTTP's default unless it is set", () => {
    expect(new HttpResponse().reasonPhrase).toBe("OK");
    expect(new HttpResponse("", { status: 418 }).reasonPhrase).toBe("I'm a Teapot");
    expect(new HttpResponse("", { status: 299 }).reasonPhrase).toBe("Unknown Status Code");
    expect(new HttpResponse("", { reason: "Fine" }).reasonPhrase).toBe("Fine");
  });

  test("HttpResponse.streaming: always false", () => {
    expect(new HttpResponse().streaming).toBe(false);
  });

  test("HttpResponse.closed: true once the response has been closed", () => {
    const response = new HttpResponse();
    expect(response.closed).toBe(false);
    response.close();
    expect(response.closed).toBe(true);
  });
});

describe("HttpResponse objects: methods", () => {
  test("__init__: content, contentType, status, reason, charset, headers", () => {
    const empty = new HttpResponse();
    expect([empty.content.length, empty.statusCode, empty.getItem("Content-Type")]).toEqual([0, 200, "text/html; charset=utf-8"]);
    const response = new HttpResponse("é", {
      contentType: "text/plain",
      status: 201,
      reason: "Made",
      charset: "iso-8859-1",
      headers: { Age: 1 },
    });
    expect([response.content, response.statusCode, response.reasonPhrase, response.charset, [...response.items()]]).toEqual([
      Uint8Array.of(0xe9),
      201,
      "Made",
      "iso-8859-1",
      [
        ["Age", "1"],
        ["Content-Type", "text/plain"],
      ],
    ]);
  });

  test("__init__: content that is no text is converted to it, and then to bytes", () => {
    expect(new HttpResponse(3.14).text).toBe("3.14");
    expect(new HttpResponse(10n ** 20n).text).toBe("100000000000000000000");
    expect(new HttpResponse(new URL("http://a/b")).text).toBe("http://a/b");
  });

  test("__init__: the content type is made of DEFAULT_CHARSET, or of the charset that is given", () => {
    expect(new HttpResponse("", { charset: "iso-8859-1" }).getItem("Content-Type")).toBe("text/html; charset=iso-8859-1");
  });

  test("__init__: a content type beside one in headers is an error", () => {
    expect(() => new HttpResponse("", { contentType: "a/b", headers: { "content-type": "c/d" } })).toThrow(
      expect.objectContaining({ name: "ValueError" }),
    );
  });

  test("__init__: a status that is none is an error", () => {
    for (const status of [99, 600, 0, -1, "1000"]) {
      expect(() => new HttpResponse("", { status })).toThrow(expect.objectContaining({ name: "ValueError" }));
    }
    for (const status of ["OK", {}, Number.NaN])
      expect(() => new HttpResponse("", { status: status as number })).toThrow(TypeError);
  });

  test("__setitem__: sets the header", () => {
    const response = new HttpResponse();
    response.set("X-A", "1");
    response.set("x-a", 2);
    expect([...response.headers].filter(([name]) => /x-a/i.test(name))).toEqual([["x-a", "2"]]);
  });

  test("__delitem__: fails silently where there is no such header", () => {
    expect(new HttpResponse().delete("X-A")).toBe(undefined);
  });

  test("__getitem__: the value in any case, KeyError without one", () => {
    const response = new HttpResponse("", { headers: { "X-A": "1" } });
    expect(response.getItem("x-A")).toBe("1");
    expect(() => response.getItem("X-B")).toThrow(expect.objectContaining({ name: "KeyError" }));
  });

  test("get: the value, or the alternate", () => {
    const response = new HttpResponse("", { headers: { "X-A": "1" } });
    expect([response.get("x-a"), response.get("X-B"), response.get("X-B", "other")]).toEqual(["1", undefined, "other"]);
  });

  test("has_header: a check without regard to case", () => {
    const response = new HttpResponse();
    expect([response.hasHeader("content-TYPE"), response.has("content-TYPE"), response.hasHeader("X")]).toEqual([
      true,
      true,
      false,
    ]);
  });

  test("items: the headers as pairs", () => {
    expect([...new HttpResponse("", { headers: { A: 1 } }).items()]).toEqual([
      ["A", "1"],
      ["Content-Type", "text/html; charset=utf-8"],
    ]);
  });

  test("setdefault: sets a header that is not there", () => {
    const response = new HttpResponse("", { headers: { A: 1 } });
    response.setdefault("a", 2);
    response.setdefault("b", 3);
    expect([response.get("A"), response.get("B")]).toEqual(["1", "3"]);
  });

  test("set_cookie: maxAge, expires, path, domain, secure, httpOnly, sameSite", () => {
    const response = new HttpResponse();
    response.setCookie("a", "b", {
      maxAge: 5,
      expires: "Thu, 01 Jan 1970 00:00:00 GMT",
      path: "/p",
      domain: "example.com",
      secure: true,
      httpOnly: true,
      sameSite: "Strict",
    });
    expect(cookies(response)).toEqual([
      "a=b; Domain=example.com; expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Max-Age=5; Path=/p; SameSite=Strict; Secure",
    ]);
  });

  test("set_cookie: expires is computed from maxAge, and maxAge from a Date", () => {
    const response = new HttpResponse();
    response.setCookie("age", "1", { maxAge: 3600 });
    response.setCookie("date", "1", { expires: new Date(Date.now() + 60_000) });
    const { age, date } = Object.fromEntries(response.cookies);
    const left = (new Date(age?.expires ?? "").getTime() - Date.now()) / 1000;
    expect(left > 3590 && left <= 3600).toBe(true);
    expect([59, 60, 61]).toContain(date?.maxAge);
  });

  test("set_signed_cookie: getSignedCookie() reads it, with the same salt", async () => {
    await overrideSettings({ SECRET_KEY: "secret" }, () => {
      const response = new HttpResponse();
      response.setSignedCookie("a", "value", { salt: "s", maxAge: 60, httpOnly: true });
      const request = new HttpRequest();
      request.COOKIES.a = response.cookies.get("a")?.value;
      expect(request.getSignedCookie("a", { salt: "s" })).toBe("value");
      expect(() => request.getSignedCookie("a", { salt: "t" })).toThrow(expect.objectContaining({ name: "BadSignature" }));
      expect(cookies(response)[0]).toMatch(/; HttpOnly; Max-Age=60; Path=\/$/);
    });
  });

  test("delete_cookie: by the same path and domain", () => {
    const response = new HttpResponse();
    response.deleteCookie("a", { path: "/p", domain: "example.com" });
    response.deleteCookie("__Host-b", { sameSite: "None" });
    expect(cookies(response)).toEqual([
      'a=""; Domain=example.com; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/p',
      '__Host-b=""; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/; SameSite=None; Secure',
    ]);
  });

  test("close: called at the end of the request by the server", () => {
    const response = new HttpResponse("x");
    let calls = 0;
    response.resourceClosers.push(() => void calls++);
    response.toResponse();
    expect([response.closed, calls]).toEqual([true, 1]);
  });

  test("write: the response as a file-like object", () => {
    const response = new HttpResponse("a");
    response.write(bytes("b"));
    response.write(1);
    expect(response.text).toBe("ab1");
  });

  test("flush: does nothing", () => {
    const response = new HttpResponse("a");
    response.flush();
    expect(response.text).toBe("a");
  });

  test("tell: the position, in bytes", () => {
    const response = new HttpResponse("é");
    expect(response.tell()).toBe(2);
    response.write("b");
    expect(response.tell()).toBe(3);
  });

  test("getvalue: the content, as of a stream", () => {
    expect(text(new HttpResponse("a").getvalue())).toBe("a");
  });

  test("readable: always false", () => {
    expect(new HttpResponse().readable()).toBe(false);
  });

  test("seekable: always false", () => {
    expect(new HttpResponse().seekable()).toBe(false);
  });

  test("writable: always true", () => {
    expect(new HttpResponse().writable()).toBe(true);
  });

  test("writelines: adds a list of lines, without separators", () => {
    const response = new HttpResponse("0");
    response.writelines(["a", bytes("b"), "c\n"]);
    expect(response.text).toBe("0abc\n");
  });
});

describe("HttpResponse subclasses", () => {
  test("HttpResponseRedirect: 302 to an absolute, a rooted or a relative URL, in url and Location", () => {
    for (const url of ["https://www.yahoo.com/search/", "/search/", "search/"]) {
      const response = new HttpResponseRedirect(url);
      expect([response.statusCode, response.url, response.getItem("Location"), response.content.length]).toEqual([
        302,
        url,
        url,
        0,
      ]);
    }
  });

  test("HttpResponseRedirect: 307 with preserveRequest", () => {
    expect(new HttpResponseRedirect("/", { preserveRequest: true }).statusCode).toBe(307);
    expect(new HttpResponseRedirect("/", { preserveRequest: false }).statusCode).toBe(302);
  });

  test("HttpResponsePermanentRedirect: 301, and 308 with preserveRequest", () => {
    expect(new HttpResponsePermanentRedirect("/a").statusCode).toBe(301);
    expect(new HttpResponsePermanentRedirect("/a", { preserveRequest: true }).statusCode).toBe(308);
  });

  test("HttpResponseNotModified: 304, takes no content", () => {
    const response = new HttpResponseNotModified();
    expect([response.statusCode, response.has("Content-Type"), response.content.length]).toEqual([304, false, 0]);
    expect(() => {
      response.content = "x";
    }).toThrow(expect.objectContaining({ name: "AttributeError" }));
  });

  test("HttpResponseBadRequest: 400", () => {
    expect(new HttpResponseBadRequest("x").statusCode).toBe(400);
  });

  test("HttpResponseNotFound: 404", () => {
    expect(new HttpResponseNotFound("x").statusCode).toBe(404);
  });

  test("HttpResponseForbidden: 403", () => {
    expect(new HttpResponseForbidden("x").statusCode).toBe(403);
  });

  test("HttpResponseNotAllowed: 405 with the list of allowed methods", () => {
    const response = new HttpResponseNotAllowed(["GET", "POST"], { content: "no" });
    expect([response.statusCode, response.getItem("Allow"), response.text]).toEqual([405, "GET, POST", "no"]);
  });

  test("HttpResponseGone: 410", () => {
    expect(new HttpResponseGone("x").statusCode).toBe(410);
  });

  test("HttpResponseServerError: 500", () => {
    expect(new HttpResponseServerError("x").statusCode).toBe(500);
  });

  test("a custom subclass with render() is rendered by the handler, and must return a response", async () => {
    class Template extends HttpResponse {
      render(): HttpResponse {
        this.content = "rendered";
        return this;
      }
    }
    const answer = (response: HttpResponse): Promise<Response> =>
      getFetchApplication({ view: () => response }).fetch(new Request("http://localhost/"));
    await overrideSettings({ ALLOWED_HOSTS: ["*"] }, async () => {
      expect(await (await answer(new Template("raw"))).text()).toBe("rendered");
    });
  });

  test("custom response classes: a status of one's own", () => {
    class HttpResponseNoContent extends HttpResponse {
      static override statusCode = 204;
    }
    const response = new HttpResponseNoContent();
    expect([response.statusCode, response.reasonPhrase, response.toResponse().status]).toEqual([204, "No Content", 204]);
  });
});

describe("JsonResponse objects", () => {
  test("the content type is application/json", () => {
    expect(new JsonResponse({}).getItem("Content-Type")).toBe("application/json");
    expect(new JsonResponse({}, { contentType: "application/problem+json" }).getItem("Content-Type")).toBe(
      "application/problem+json",
    );
  });

  test("usage: an object; with Python's separators it has Python's bytes", () => {
    expect(new JsonResponse({ foo: "bar" }).text).toBe('{"foo":"bar"}');
    const jsonDumpsParams = { separators: [", ", ": "] as const, ensureAscii: true };
    expect(new JsonResponse({ foo: "bar" }, { jsonDumpsParams }).text).toBe('{"foo": "bar"}');
  });

  test("serializing non-dictionary objects: safe must be false, else TypeError", () => {
    expect(new JsonResponse([1, 2, 3], { safe: false }).text).toBe("[1,2,3]");
    expect(() => new JsonResponse([1, 2, 3])).toThrow(
      new TypeError("In order to allow non-dict objects to be serialized set the safe parameter to False."),
    );
  });

  test("changing the default JSON encoder", () => {
    class Encoder extends DjangoJSONEncoder {
      override default(value: unknown): unknown {
        return value instanceof URL ? value.host : super.default(value);
      }
    }
    expect(new JsonResponse({ url: new URL("http://a/b") }, { encoder: Encoder }).text).toBe('{"url":"a"}');
  });

  test("json_dumps_params go to the encoder", () => {
    expect(new JsonResponse({ b: 1, a: 2 }, { jsonDumpsParams: { sortKeys: true, indent: 1 } }).text).toBe(
      '{\n "a": 2,\n "b": 1\n}',
    );
  });
});

describe("StreamingHttpResponse objects", () => {
  test("is no HttpResponse, but shares its base", () => {
    const response = new StreamingHttpResponse(lines());
    expect([response instanceof HttpResponse, response instanceof HttpResponseBase]).toEqual([false, true]);
  });

  test("takes an iterator of bytes, memoryviews or text, sync or async", async () => {
    const pieces = ["a", bytes("b"), bytes("c").buffer, new DataView(bytes("d").buffer)];
    expect(await new StreamingHttpResponse(pieces).toResponse().text()).toBe("abcd");
    expect(await new StreamingHttpResponse(asyncLines()).toResponse().text()).toBe("a\nb\n");
  });

  test("has no content and no text: only streamingContent", () => {
    const response = new StreamingHttpResponse(lines()) as unknown as HttpResponse;
    expect(() => response.content).toThrow(expect.objectContaining({ name: "AttributeError" }));
    expect(() => response.text).toThrow(expect.objectContaining({ name: "AttributeError" }));
  });

  test("tell() and write() raise", () => {
    const response = new StreamingHttpResponse(lines());
    expect(() => response.tell()).toThrow(expect.objectContaining({ name: "OSError" }));
    expect(() => response.write("x")).toThrow(expect.objectContaining({ name: "OSError" }));
  });

  test("StreamingHttpResponse.streaming_content: the chunks, encoded by the charset", async () => {
    const chunks: Uint8Array[] = [];
    const response = new StreamingHttpResponse(["é", 1], { contentType: "text/plain; charset=iso-8859-1" });
    for await (const chunk of response.streamingContent) chunks.push(chunk);
    expect(chunks).toEqual([Uint8Array.of(0xe9), Uint8Array.of(0x31)]);
  });

  test("StreamingHttpResponse.status_code and reason_phrase: as of an HttpResponse", () => {
    const response = new StreamingHttpResponse(lines(), { status: 202 });
    expect([response.statusCode, response.reasonPhrase]).toEqual([202, "Accepted"]);
    response.statusCode = 404;
    expect(response.reasonPhrase).toBe("Not Found");
  });

  test("StreamingHttpResponse.streaming: always true", () => {
    expect(new StreamingHttpResponse(lines()).streaming).toBe(true);
  });

  test("StreamingHttpResponse.is_async: whether the content is an async iterator", () => {
    expect([new StreamingHttpResponse(lines()).isAsync, new StreamingHttpResponse(asyncLines()).isAsync]).toEqual([false, true]);
  });

  test("handling disconnects: the generator's finally runs", async () => {
    const seen: string[] = [];
    async function* stream(): AsyncGenerator<string> {
      try {
        for (;;) {
          yield "x".repeat(1000);
          await Promise.resolve();
        }
      } finally {
        seen.push("left");
      }
    }
    const reader = new StreamingHttpResponse(stream()).toResponse().body?.getReader();
    await reader?.read();
    await reader?.cancel();
    expect(seen).toEqual(["left"]);
  });
});

describe("FileResponse objects", () => {
  test("sends an open file with its length, its type and its name", async () => {
    const response = new FileResponse(new File(["data"], "myfile.png"));
    expect([...response.items()]).toEqual([
      ["Content-Type", "image/png"],
      ["Content-Length", "4"],
      ["Content-Disposition", 'inline; filename="myfile.png"'],
    ]);
    expect(await response.toResponse().text()).toBe("data");
  });

  test("as_attachment: the browser offers a download", () => {
    const response = new FileResponse(new File(["x"], "a.txt"), { asAttachment: true });
    expect(response.getItem("Content-Disposition")).toBe('attachment; filename="a.txt"');
    expect(new FileResponse(bytes("x"), { asAttachment: true }).getItem("Content-Disposition")).toBe("attachment");
  });

  test("filename: for a file without a name, or instead of its own", () => {
    const response = new FileResponse(bytes("x"), { filename: "é.pdf" });
    expect([response.get("Content-Type"), response.get("Content-Disposition")]).toEqual([
      "application/pdf",
      "inline; filename*=utf-8''%C3%A9.pdf",
    ]);
    expect(new FileResponse(bytes("x")).has("Content-Disposition")).toBe(false);
  });

  test("accepts any file-like object with binary content, and closes it", async () => {
    let closed = 0;
    const file = { name: "a.bin", size: 1, stream: () => [bytes("x")], close: () => void closed++ };
    expect(await new FileResponse(file).toResponse().text()).toBe("x");
    expect(closed).toBe(1);
  });

  test("set_headers: called by the constructor; a subclass may add to it", () => {
    class Report extends FileResponse {
      override setHeaders(file: Parameters<FileResponse["setHeaders"]>[0]): void {
        super.setHeaders(file);
        this.set("X-Size", file.size);
      }
    }
    expect(new Report(bytes("xyz")).getItem("X-Size")).toBe("3");
  });
});

describe("HttpResponseBase class", () => {
  test("is common to all responses, and tells them from other objects", () => {
    for (const response of [new HttpResponse(), new JsonResponse({}), new StreamingHttpResponse(), new FileResponse(bytes(""))]) {
      expect(response).toBeInstanceOf(HttpResponseBase);
    }
    expect(new Response() instanceof HttpResponseBase).toBe(false);
  });
});
