import { describe, expect, test } from "vitest";
import {
  FileResponse,
  HttpRequest,
  HttpResponse,
  HttpResponseBase,
  HttpResponseNotAllowed,
  HttpResponseNotModified,
  HttpResponsePermanentRedirect,
  HttpResponseRedirect,
  JsonResponse,
  overrideSettings,
  QueryDict,
  type ResponseInit,
  StreamingHttpResponse,
} from "../../src/index.ts";
import { urlHasAllowedHostAndScheme } from "../../src/utils.ts";

const text = (content: Uint8Array): string => new TextDecoder().decode(content);
const request = (method = "GET"): HttpRequest => HttpRequest.fromRequest(new Request("http://testserver/", { method }));

/** A `Response` with headers that cannot be changed, as `fetch()` gives it. */
const immutable = async (): Promise<Response> => fetch("data:text/plain,hello");

describe("toResponse", () => {
  test("gives the platform's own Response", () => {
    const responses = [
      new HttpResponse("x"),
      new JsonResponse({}),
      new StreamingHttpResponse(["x"]),
      new FileResponse(new Uint8Array(1)),
    ];
    for (const response of responses) expect(response.toResponse()).toBeInstanceOf(globalThis.Response);
  });

  test("has status, reason phrase, headers and body", async () => {
    const response = new HttpResponse("é", { status: 404, headers: { "X-A": "1" } }).toResponse();
    expect([response.status, response.statusText, response.headers.get("X-A"), response.headers.get("Content-Type")]).toEqual([
      404,
      "Not Found",
      "1",
      "text/html; charset=utf-8",
    ]);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(Uint8Array.of(0xc3, 0xa9));
  });

  test.each<[string, unknown, ResponseInit]>([
    ["text", "x", {}],
    ["bytes", new Uint8Array([120]), {}],
    ["pieces", ["x", new Uint8Array([120])], {}],
    ["nothing", undefined, {}],
    ["text in another charset", "x", { contentType: "text/plain; charset=iso-8859-1" }],
    ["an empty Content-Type", "x", { contentType: "" }],
  ])("%s has the Content-Type that it was given, and none of the runtime's", (_, content, init) => {
    const response = new HttpResponse(content, init);
    expect(response.toResponse().headers.get("Content-Type")).toBe(response.getItem("Content-Type"));
    response.delete("Content-Type");
    expect(response.toResponse().headers.has("Content-Type")).toBe(false);
  });

  test("may be called again", async () => {
    const response = new HttpResponse("x");
    response.setCookie("a", "1");
    for (let i = 0; i < 2; i++) {
      const native = response.toResponse();
      expect([native.headers.getSetCookie(), await native.text()]).toEqual([["a=1; Path=/"], "x"]);
    }
  });

  test("each cookie has a header of its own, after those of the response", () => {
    const response = new HttpResponse("", { headers: { "X-A": 1 } });
    response.setCookie("a", "1");
    response.setCookie("b", "2, 3; 4");
    response.deleteCookie("c");
    expect(response.toResponse().headers.getSetCookie()).toEqual([
      "a=1; Path=/",
      'b="2\\054 3\\073 4"; Path=/',
      'c=""; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/',
    ]);
  });

  test("a HEAD request gets the headers of GET, the length too, and no body", async () => {
    for (const content of ["é", new Uint8Array(2), ["a", "b"]]) {
      const response = new HttpResponse(content).toResponse({ request: request("HEAD") });
      expect([response.headers.get("Content-Length"), response.body]).toEqual(["2", null]);
    }
    const own = new HttpResponse("é", { headers: { "Content-Length": 7 } }).toResponse({ request: request("HEAD") });
    expect(own.headers.get("Content-Length")).toBe("7");
  });

  test("a HEAD request opens no stream, and closes it", async () => {
    let started = 0;
    const response = new StreamingHttpResponse(
      (function* () {
        started++;
        yield "x";
      })(),
    );
    expect(response.toResponse({ request: request("HEAD") }).body).toBe(null);
    expect([started, response.closed]).toEqual([0, true]);
  });

  test.each([204, 205, 304])("a %i has no body, whatever was written", async (status) => {
    const responses = [
      new HttpResponse("", { status }),
      new HttpResponse("x", { status }),
      new HttpResponse(["x", "y"], { status }),
      new StreamingHttpResponse(["x"], { status }),
      new FileResponse(new Uint8Array(3), { status }),
    ];
    for (const response of responses) {
      const native = response.toResponse();
      expect([native.status, native.body]).toEqual([status, null]);
      expect(response.closed).toBe(true);
    }
  });

  test.each([100, 101, 103, 199])("a %i cannot go out by itself, and the error says so", (status) => {
    const response = new HttpResponse("", { status });
    expect(() => response.toResponse()).toThrow(
      expect.objectContaining({ name: "ValueError", message: expect.stringContaining(String(status)) }),
    );
  });

  test("a status set later is checked as it goes out", () => {
    for (const statusCode of [600, 99, 0, Number.NaN, "200; x"]) {
      const response = new HttpResponse();
      response.statusCode = statusCode as number;
      expect(() => response.toResponse()).toThrow(expect.objectContaining({ name: "ValueError" }));
    }
  });

  test("a reason phrase of one's own goes out where a status line can hold it", () => {
    expect(new HttpResponse("", { reason: "Fine" }).toResponse().statusText).toBe("Fine");
    expect(new HttpResponse("", { reason: "☃" }).toResponse().statusText).toBe("");
  });

  test("closes the response and the request", () => {
    const asked = request();
    asked.signal.throwIfAborted();
    const response = new HttpResponse("x");
    response.toResponse({ request: asked });
    expect(response.closed).toBe(true);
  });

  test("headers of the connection are the server's, and not sent", async () => {
    const quiet = (): void => {};
    await overrideSettings({ LOGGER: { debug: quiet, info: quiet, warn: quiet, error: quiet } }, () => {
      const headers = { "Transfer-Encoding": "chunked", Connection: "close", "Keep-Alive": "1" };
      expect([...new HttpResponse("", { headers }).toResponse().headers.keys()]).toEqual(["content-type"]);
    });
  });
});

describe("fromResponse", () => {
  const native = (): Response => {
    const response = new Response("é", { status: 201, statusText: "Made", headers: { "Content-Type": "a/b", "X-A": "1" } });
    response.headers.append("Set-Cookie", "a=1; Path=/; HttpOnly");
    response.headers.append("Set-Cookie", "b=2; Partitioned");
    return response;
  };

  test("HttpResponse.fromResponse has the content, the status, the headers and the cookies", async () => {
    const response = await HttpResponse.fromResponse(native());
    expect([response.statusCode, response.reasonPhrase, [...response.items()], response.text]).toEqual([
      201,
      "Made",
      [
        ["content-type", "a/b"],
        ["x-a", "1"],
      ],
      "é",
    ]);
    expect(response.cookies.get("a")?.httpOnly).toBe(true);
    response.setCookie("c", "3");
    expect(response.toResponse().headers.getSetCookie().sort()).toEqual([
      "a=1; HttpOnly; Path=/",
      "b=2; Partitioned",
      "c=3; Path=/",
    ]);
  });

  test.each([
    [["sid=old; Path=/", "sid=new; Path=/"]],
    [["sid=old; Path=/", "sid=new; Path=/; Partitioned"]],
    [["sid=old; Path=/; Partitioned", "a=1; Path=/", "sid=new; Path=/"]],
    [["sid=1; Path=/", "sid=2; Path=/", "sid=3; Path=/"]],
  ])("of several cookies of one name the last is sent last: %j", (lines) => {
    const given = new Response("x");
    for (const line of lines) given.headers.append("Set-Cookie", line);
    const sent = StreamingHttpResponse.fromResponse(given).toResponse().headers.getSetCookie();
    expect(sent.filter((line) => line.startsWith("sid"))).toEqual(lines.filter((line) => line.startsWith("sid")));
    expect(sent.toSorted()).toEqual(lines.toSorted());
  });

  test("StreamingHttpResponse.fromResponse leaves the body unread, and hands it on as it is", async () => {
    const given = native();
    const response = StreamingHttpResponse.fromResponse(given);
    expect([response.statusCode, response.get("X-A"), given.bodyUsed]).toEqual([201, "1", false]);
    expect(await response.toResponse().text()).toBe("é");
    const stream = new ReadableStream();
    expect(StreamingHttpResponse.fromResponse(new Response(stream)).toResponse().body).toBe(stream);
  });

  test("there and back again is the same", async () => {
    for (const response of [await HttpResponse.fromResponse(native()), StreamingHttpResponse.fromResponse(native())]) {
      const again = response.toResponse();
      expect([again.status, again.statusText, await again.text(), [...again.headers].sort()]).toEqual([
        201,
        "Made",
        "é",
        [
          ["content-type", "a/b"],
          ["set-cookie", "a=1; HttpOnly; Path=/"],
          ["set-cookie", "b=2; Partitioned"],
          ["x-a", "1"],
        ],
      ]);
    }
  });

  test("immutable headers are copied, and can be changed", async () => {
    const redirect = Response.redirect("http://testserver/elsewhere", 302);
    for (const response of [StreamingHttpResponse.fromResponse(redirect), await HttpResponse.fromResponse(redirect)]) {
      response.set("X-A", "1");
      response.delete("Location");
      expect([...response.toResponse().headers]).toEqual([["x-a", "1"]]);
    }
    expect(redirect.headers.get("Location")).toBe("http://testserver/elsewhere");
  });

  test("a fetched response is one too", async () => {
    let given: Response;
    try {
      given = await immutable();
    } catch {
      given = new Response("hello", { headers: { "Content-Type": "text/plain" } }); // workerd fetches no data: URLs
    }
    const response = StreamingHttpResponse.fromResponse(given);
    response.set("X-A", "1");
    const answer = response.toResponse();
    expect([answer.headers.get("X-A"), await answer.text()]).toEqual(["1", "hello"]);
  });

  test("a response without a body, or without a type, is one", async () => {
    const empty = new Response(null, { status: 204 });
    expect((await HttpResponse.fromResponse(empty)).content.length).toBe(0);
    const response = StreamingHttpResponse.fromResponse(empty);
    expect([response.has("Content-Type"), response.toResponse().body]).toEqual([false, null]);
    expect(StreamingHttpResponse.fromResponse(new Response(new Uint8Array(1))).has("Content-Type")).toBe(false);
  });
});

describe("content", () => {
  test("is bytes from every view, and only of its part", () => {
    const buffer = Uint8Array.of(1, 2, 3, 4).buffer;
    expect(new HttpResponse(new Uint8Array(buffer, 1, 2)).content).toEqual(Uint8Array.of(2, 3));
    expect(new HttpResponse(new DataView(buffer, 2)).content).toEqual(Uint8Array.of(3, 4));
    expect(new HttpResponse(new Uint16Array(buffer)).content).toEqual(Uint8Array.of(1, 2, 3, 4));
  });

  test.each<[string, unknown]>([
    ["a promise", Promise.resolve("x")],
    ["an object", { a: 1 }],
    ["a ReadableStream", new ReadableStream()],
    ["a Blob", new Blob(["x"])],
  ])("%s has no text: a TypeError, not [object …]", (_, content) => {
    expect(() => new HttpResponse(content)).toThrow(TypeError);
  });

  test("an object with a toString() of its own is its text", () => {
    expect(new HttpResponse({ toString: () => "mine" }).text).toBe("mine");
    expect(new HttpResponse(new Date(0)).text).toBe(String(new Date(0)));
  });

  test("a character that the charset lacks is Django's UnicodeEncodeError", () => {
    const latin = { contentType: "text/plain; charset=iso-8859-1" };
    for (const make of [
      () => new HttpResponse("€", latin),
      () => new HttpResponse("\ud800"),
      () => new HttpResponse().write("\udc00"),
    ]) {
      expect(make).toThrow(expect.objectContaining({ name: "UnicodeEncodeError" }));
    }
    expect(() => new HttpResponse("x", { charset: "no-such" })).toThrow(expect.objectContaining({ name: "LookupError" }));
  });

  test("a content type may name an empty charset: no text has bytes in it, and bytes are read as UTF-8", () => {
    for (const contentType of ['text/plain; charset="', 'text/plain; charset=""', 'text/plain; charset=" utf8"']) {
      expect(new HttpResponse(undefined, { contentType }).charset).toBe("");
      expect(() => new HttpResponse("x", { contentType })).toThrow(expect.objectContaining({ name: "LookupError" }));
      expect(new HttpResponse(Uint8Array.of(97), { contentType }).text).toBe("a");
    }
    for (const contentType of ["text/plain; charset=", "text/plain"])
      expect(new HttpResponse("x", { contentType }).text).toBe("x");
  });

  test("content may be made of the content that was there", () => {
    const response = new HttpResponse("body");
    response.content = (function* () {
      yield "<div>";
      yield* response;
      yield response.content;
      yield "</div>";
    })();
    expect(response.text).toBe("<div>bodybody</div>");
    response.content = response;
    expect(response.text).toBe("<div>bodybody</div>");
    const fails = (function* () {
      yield "a";
      throw new Error("no more");
    })();
    expect(() => {
      response.content = fails;
    }).toThrow("no more");
    expect(response.text).toBe("<div>bodybody</div>");
  });

  test("what is given in pieces may use one buffer for all, and is closed when it was taken", async () => {
    const buffer = new Uint8Array(2);
    let closed = 0;
    const pieces = {
      *[Symbol.iterator]() {
        for (const text of ["ab", "cd", "ef"]) {
          new TextEncoder().encodeInto(text, buffer);
          yield buffer;
        }
      },
      close: () => closed++,
    };
    expect([new HttpResponse(pieces).text, closed]).toEqual(["abcdef", 1]);
    expect(await new StreamingHttpResponse(pieces).toResponse().text()).toBe("abcdef");
    expect(new TextDecoder().decode(await new StreamingHttpResponse(pieces).getvalue())).toBe("abcdef");
    const written = new HttpResponse();
    for (const piece of pieces) written.write(piece);
    expect(written.text).toBe("abcdef");
  });

  test("nothing in place of a reason or a charset gives what there is without", () => {
    const response = new HttpResponse("x", { reason: "Mine", contentType: "text/plain", charset: "latin-1" });
    Object.assign(response, { reasonPhrase: null, charset: null });
    expect([response.reasonPhrase, response.charset]).toEqual(["OK", "utf-8"]);
  });

  test("several cookies of a native Headers are cookies", () => {
    const headers = new Headers({ "X-A": "1" });
    for (const line of ["a=1; Path=/", "b=2; Path=/"]) headers.append("Set-Cookie", line);
    const response = new HttpResponse("", { headers });
    expect([response.has("Set-Cookie"), [...response.cookies.keys()]]).toEqual([false, ["a", "b"]]);
    expect(response.toResponse().headers.getSetCookie()).toEqual(["a=1; Path=/", "b=2; Path=/"]);
  });

  test("no content is no text, in whatever charset", () => {
    for (const content of [undefined, [], new Uint8Array(0)])
      expect(new HttpResponse(content, { charset: "no-such" }).text).toBe("");
  });

  test("the bytes of a surrogate pair that is written in two pieces", () => {
    const response = new HttpResponse(["a\u{1f600}", "b"]);
    expect(response.text).toBe("a😀b");
  });

  test("can be iterated, in bytes", () => {
    const response = new HttpResponse();
    response.writelines(["a", new Uint8Array([98]), "c"]);
    expect(text(Uint8Array.from([...response].flatMap((piece) => [...piece])))).toBe("abc");
  });

  test("an error in an iterable goes through, and the iterable is closed", () => {
    let closed = 0;
    function* failing(): Generator<string> {
      try {
        yield "a";
        throw new Error("mine");
      } finally {
        closed++;
      }
    }
    expect(() => new HttpResponse(failing())).toThrow("mine");
    expect(closed).toBe(1);
  });
});

describe("serialize", () => {
  test("is the headers, an empty line, and the content (Django's example)", () => {
    const response = new HttpResponse("text", { contentType: "text/plain", headers: { "X-A": "é" } });
    response.setCookie("a", "1");
    expect(Array.from(response.serialize(), (byte) => String.fromCharCode(byte)).join("")).toBe(
      "X-A: é\r\nContent-Type: text/plain\r\n\r\ntext",
    );
  });
});

describe("options", () => {
  test.each<[string, (options: never) => unknown]>([
    ["HttpResponse", (options) => new HttpResponse("", options)],
    ["JsonResponse", (options) => new JsonResponse({}, options)],
    ["FileResponse", (options) => new FileResponse(new Uint8Array(0), options)],
    ["setCookie()", (options) => new HttpResponse().setCookie("a", "b", options)],
    ["deleteCookie()", (options) => new HttpResponse().deleteCookie("a", options)],
    ["QueryDict()", (options) => new QueryDict("a=1", options)],
    ["getSignedCookie()", (options) => new HttpRequest().getSignedCookie("a", options)],
    ["urlHasAllowedHostAndScheme()", (options) => urlHasAllowedHostAndScheme("/", "a", options)],
  ])("%s takes its options as an object", (name, make) => {
    for (const options of [404, true, "text/plain", null]) {
      expect(() => make(options as never)).toThrow(TypeError);
      expect(() => make(options as never)).toThrow(`${name} takes its options as an object, not ${options}.`);
    }
  });

  test.each<[string, () => unknown, string]>([
    ["HttpResponse", () => new HttpResponse("", { content_type: "x" } as ResponseInit), "contentType"],
    ["HttpResponse", () => new HttpResponse("", { statusCode: 1 } as ResponseInit), "status"],
    ["StreamingHttpResponse", () => new StreamingHttpResponse([], { Header: {} } as ResponseInit), "headers"],
    ["FileResponse", () => new FileResponse(new Uint8Array(0), { as_attachment: true } as ResponseInit), "asAttachment"],
    ["JsonResponse", () => new JsonResponse({}, { json_dumps_params: {} } as ResponseInit), "jsonDumpsParams"],
    ["JsonResponse", () => new JsonResponse({}, { Safe: false } as ResponseInit), "safe"],
    ["HttpResponseRedirect", () => new HttpResponseRedirect("/", { preserve_request: true } as ResponseInit), "preserveRequest"],
    ["HttpResponseRedirect", () => new HttpResponseRedirect("/", { reasons: "x" } as ResponseInit), "reason"],
    ["HttpResponseNotAllowed", () => new HttpResponseNotAllowed([], { contents: "x" } as ResponseInit), "content"],
  ])("%s: a misspelt one is a TypeError that names the right one", (name, make, right) => {
    expect(make).toThrow(TypeError);
    expect(make).toThrow(new RegExp(`^${name} has no option .* Did you mean "${right}"\\?$`));
  });

  test.each<[string, (response: HttpResponse, options: object) => void, object, string]>([
    ["setCookie()", (response, options) => response.setCookie("a", "b", options), { httponly: true }, "httpOnly"],
    ["setSignedCookie()", (response, options) => response.setSignedCookie("a", "b", options), { slat: "s" }, "salt"],
    ["setSignedCookie()", (response, options) => response.setSignedCookie("a", "b", options), { max_age: 5 }, "maxAge"],
    ["deleteCookie()", (response, options) => response.deleteCookie("a", options), { samesite: "Lax" }, "sameSite"],
    ["deleteCookie()", (response, options) => response.deleteCookie("a", options), { maxAge: 5 }, "sameSite|path|domain"],
  ])("%s: a misspelt one, or one that it has not, is a TypeError", async (name, call, options, right) => {
    await overrideSettings({ SECRET_KEY: "secret" }, () => {
      const response = new HttpResponse();
      expect(() => call(response, options)).toThrow(TypeError);
      const message = `${name.replace("()", "\\(\\)")} has no option .* Did you mean "(?:${right})"`;
      expect(() => call(response, options)).toThrow(new RegExp(message));
    });
  });

  test("null and undefined are the same as leaving them out", () => {
    const nothing = { contentType: null, status: undefined, reason: null, charset: undefined, headers: null };
    const response = new HttpResponse("x", nothing);
    expect([response.statusCode, response.reasonPhrase, [...response.items()]]).toEqual([
      200,
      "OK",
      [["Content-Type", "text/html; charset=utf-8"]],
    ]);
  });
});

describe("close", () => {
  test("calls each closer once; an error of one stops none", () => {
    const calls: number[] = [];
    const response = new HttpResponse();
    response.resourceClosers.push(
      () => calls.push(1),
      () => {
        throw new Error("closer");
      },
      () => Promise.reject(new Error("late")),
      () => calls.push(2),
    );
    response.close();
    response.close();
    expect(calls).toEqual([1, 2]);
  });
});

describe("redirects", () => {
  test.each([
    "javascript:alert(1)",
    " javascript:alert(1)",
    "java\nscript:alert(1)",
    "JAVASCRIPT:x",
    "data:text/html,x",
    "file:///etc/passwd",
    "mailto:a@b",
    "ws://a/",
  ])("%j is a DisallowedRedirect", (url) => {
    for (const Redirect of [HttpResponseRedirect, HttpResponsePermanentRedirect]) {
      expect(() => new Redirect(url)).toThrow(expect.objectContaining({ name: "DisallowedRedirect" }));
    }
  });

  test("http, https and ftp are allowed, and whatever a subclass allows", () => {
    class Everywhere extends HttpResponseRedirect {
      static override allowedSchemes = ["myapp"];
    }
    for (const url of ["http://a/", "HTTPS://a/", "ftp://a/"]) expect(new HttpResponseRedirect(url).url).toBe(url);
    expect(new Everywhere("myapp:x").url).toBe("myapp:x");
    expect(() => new Everywhere("http://a/")).toThrow(expect.objectContaining({ name: "DisallowedRedirect" }));
  });

  test("a URL has at most 16384 characters", () => {
    expect(new HttpResponseRedirect(`/${"a".repeat(16383)}`).url.length).toBe(16384);
    expect(() => new HttpResponseRedirect(`/${"a".repeat(16384)}`)).toThrow(
      expect.objectContaining({ name: "DisallowedRedirect" }),
    );
    expect(new HttpResponseRedirect(`/${"😀".repeat(16383)}`).statusCode).toBe(302);
  });

  test("is percent-encoded where it has to be, and takes a URL", () => {
    expect(new HttpResponseRedirect("/é x?q=ü#f").url).toBe("/%C3%A9%20x?q=%C3%BC#f");
    expect(new HttpResponseRedirect(new URL("http://a/b?c")).url).toBe("http://a/b?c");
  });

  test("url follows the Location header", () => {
    const response = new HttpResponseRedirect("/a");
    response.set("Location", "/b");
    expect(response.url).toBe("/b");
  });
});

describe("HttpResponseNotModified", () => {
  test("takes no content, but an empty one, and no content type", () => {
    const response = new HttpResponseNotModified();
    response.content = "";
    response.content = new Uint8Array(0);
    for (const content of ["x", new Uint8Array(1), 1, ["x"], new Set(["x"]), new ArrayBuffer(1), (function* () {})()]) {
      expect(() => {
        response.content = content as never;
      }).toThrow(expect.objectContaining({ name: "AttributeError" }));
    }
    expect([response.toResponse().status, response.toResponse().body]).toEqual([304, null]);
  });
});

test("HttpResponseBase can be made at run time, and cannot be written to", () => {
  const Base = HttpResponseBase as unknown as new (init?: ResponseInit) => HttpResponse;
  const response = new Base({ status: 202 });
  expect([response.statusCode, response.writable(), response.readable(), response.seekable()]).toEqual([
    202,
    false,
    false,
    false,
  ]);
  for (const call of [() => response.write("x"), () => response.writelines(["x"]), () => response.tell()]) {
    expect(call).toThrow(expect.objectContaining({ name: "OSError" }));
  }
});
