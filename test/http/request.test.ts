import { describe, expect, test } from "vitest";
import { overrideSettings } from "../../src/conf/index.ts";
import { signCookie } from "../../src/core/signing.ts";
import { HttpRequest } from "../../src/http/request.ts";
import "../../src/uploads.ts";
import { growth, LINEAR } from "../linear.ts";

const from = (headers: Record<string, string> = {}, url = "http://testserver/music/bands/the_beatles/?print=true"): HttpRequest =>
  HttpRequest.fromRequest(new Request(url, { headers }));
const named = (name: string): { name: string } => expect.objectContaining({ name });

describe("HttpRequest", () => {
  test("empty, has empty dictionaries that can be filled", () => {
    const request = new HttpRequest();
    expect([request.method, request.path, request.pathInfo, request.contentType, request.encoding]).toEqual([
      "",
      "",
      "",
      "",
      null,
    ]);
    expect([request.GET.size, Object.keys(request.META), Object.keys(request.COOKIES)]).toEqual([0, [], []]);
    expect([request.resolverMatch, request.env, request.scheme]).toEqual([null, undefined, "http"]);
    request.GET.set("a", "1");
    request.COOKIES.c = "2";
    Object.assign(request.META, {
      SERVER_NAME: "example.com",
      SERVER_PORT: "8000",
      HTTP_ACCEPT: "text/html",
      CONTENT_TYPE: "text/plain; charset=latin-1",
      PATH_INFO: "/x",
      REQUEST_METHOD: "get",
    });
    overrideSettings({ ALLOWED_HOSTS: ["*"] }, () => expect(request.getHost()).toBe("example.com:8000"));
    expect([request.accepts("text/html"), request.contentType, request.encoding]).toEqual([true, "text/plain", "latin-1"]);
    expect([request.getFullPath(), request.method]).toEqual(["/x", "GET"]);
  });

  test("without a server's name cannot tell a host", () => {
    expect(() => new HttpRequest().getHost()).toThrow(named("KeyError"));
    expect(() => new HttpRequest().getPort()).toThrow(named("KeyError"));
  });

  test("can be subclassed", () => {
    class Mine extends HttpRequest {
      get isBand(): boolean {
        return this.path.startsWith("/music/bands/");
      }
    }
    const request = Mine.fromRequest(new Request("http://h/music/bands/x"));
    expect([request.isBand, request instanceof Mine, request.constructor]).toEqual([true, true, Mine]);
  });

  test("names the nearest option where one is misspelt", () => {
    const native = new Request("http://h/");
    expect(() => HttpRequest.fromRequest(native, { remoteAdr: "1.2.3.4" } as object)).toThrow(/remoteAdr.*remoteAddr/);
    expect(() => from().getSignedCookie("a", { maxage: 1 } as object)).toThrow(/maxage.*maxAge/);
  });

  test("leaves alone the properties that routers set on a request", () => {
    for (const name of ["query", "params", "route", "proxy"]) expect(name in from(), name).toBe(false);
  });

  test("has its method in upper case", () => {
    const native = { url: "http://h/", method: "purge", headers: new Headers() } as unknown as Request;
    expect(HttpRequest.fromRequest(native).method).toBe("PURGE");
  });

  test("takes itty-router's proxy of a request, which fails to read a null body", async () => {
    const native = new Proxy(new Request("http://h/x"), {
      get(target, key) {
        const value: unknown = Reflect.get(target, key);
        const bind = (): unknown => (value as { bind(to: unknown): unknown }).bind(target);
        return key === "body" || typeof value === "function" ? bind() : value;
      },
    });
    expect(() => native.body).toThrow(TypeError);
    const request = HttpRequest.fromRequest(native);
    expect([request.path, request.stream, (await HttpRequest.fromRequest(native).body).byteLength]).toEqual(["/x", null, 0]);
  });

  test("touches neither body nor headers nor signal before it is asked to", () => {
    const forbidden = (): never => expect.unreachable();
    const native = { url: "http://h/a?b=c", method: "POST" };
    for (const name of ["body", "headers", "signal", "bodyUsed"]) Object.defineProperty(native, name, { get: forbidden });
    const request = HttpRequest.fromRequest(native as Request, { env: 1 });
    expect([request.path, request.pathInfo, request.method, request.env, request.inUse]).toEqual(["/a", "/a", "POST", 1, false]);
    request.close();
  });

  test("reads one header without reading all", () => {
    const headers = { get: (name: string) => (name === "cookie" ? "a=1" : null), forEach: () => expect.unreachable() };
    const request = HttpRequest.fromRequest({ url: "https://h/?q=1", method: "GET", headers } as unknown as Request);
    expect([request.COOKIES.a, request.GET.get("q"), request.headers.get("X_Y"), request.accepts("a/b")]).toEqual([
      "1",
      "1",
      undefined,
      true,
    ]);
    expect([request.scheme, request.contentType, request.lastEventId, request.getFullPath()]).toEqual([
      "https",
      "",
      null,
      "/?q=1",
    ]);
  });

  test("gives the same object every time", () => {
    const request = from({ cookie: "a=1", accept: "a/b" });
    for (const name of ["META", "headers", "GET", "COOKIES", "acceptedTypes", "acceptedTypesByPrecedence", "signal"] as const) {
      expect(request[name], name).toBe(request[name]);
    }
  });
});

describe("buildAbsoluteUri", () => {
  // The examples of Django's page.
  test("is the absolute form of what it is given, as seen from the request", () => {
    overrideSettings({ ALLOWED_HOSTS: ["example.com"] }, () => {
      const request = from({ host: "example.com" }, "https://example.com/music/bands/the_beatles/?print=true");
      expect(request.buildAbsoluteUri()).toBe("https://example.com/music/bands/the_beatles/?print=true");
      expect(request.buildAbsoluteUri("/bands/")).toBe("https://example.com/bands/");
      expect(request.buildAbsoluteUri("https://example2.com/bands/")).toBe("https://example2.com/bands/");
      expect(request.buildAbsoluteUri(new URL("https://example2.com/é"))).toBe("https://example2.com/%C3%A9");
      expect(() => from({ host: "evil.com" }).buildAbsoluteUri()).toThrow(named("DisallowedHost"));
      expect(from({ host: "evil.com" }).buildAbsoluteUri("http://a/")).toBe("http://a/");
    });
  });
});

describe("COOKIES", () => {
  test("have no prototype, and any name", () => {
    const { COOKIES } = from({ cookie: "__proto__=1; constructor=2; hasOwnProperty=3; a=4; a=5" });
    expect(Object.getPrototypeOf(COOKIES)).toBeNull();
    expect(Object.entries(COOKIES)).toEqual([
      ["__proto__", "1"],
      ["constructor", "2"],
      ["hasOwnProperty", "3"],
      ["a", "5"],
    ]);
  });

  test("come from META where that was changed before", () => {
    const request = from({ cookie: "a=1" });
    request.META.HTTP_COOKIE = "a=2";
    expect(request.COOKIES.a).toBe("2");
  });

  test.each(["a;", ";", "=", "a=b;", '"', 'a="\\"', " ", "a=é;"])("1 MB of %j takes linear time", async (unit) => {
    const make = (size: number): string => unit.repeat(size / unit.length);
    const work = (HTTP_COOKIE: string): unknown => {
      const request = new HttpRequest();
      Object.assign(request.META, { HTTP_COOKIE });
      return request.COOKIES.a;
    };
    expect(await growth(2 ** 18, make, work)).toBeLessThan(LINEAR);
  });
});

describe("getSignedCookie", () => {
  const SECRET = { SECRET_KEY: "secret" };
  const signed = (value = "Tony", salt = ""): HttpRequest =>
    from({ cookie: `name=${signCookie("name", value, salt)}; bad=x:y:z` });

  // The examples of Django's page.
  test("gives what was signed, or says why it does not", () => {
    overrideSettings(SECRET, () => {
      expect(signed().getSignedCookie("name")).toBe("Tony");
      expect(signed("Tony", "name-salt").getSignedCookie("name", { salt: "name-salt" })).toBe("Tony");
      expect(() => signed().getSignedCookie("nonexistent-cookie")).toThrow(named("KeyError"));
      expect(signed().getSignedCookie("nonexistent-cookie", { default: false })).toBe(false);
      expect(() => signed().getSignedCookie("bad")).toThrow(named("BadSignature"));
      expect(() => signed().getSignedCookie("name", { salt: "other" })).toThrow(named("BadSignature"));
      expect(() => signed().getSignedCookie("name", { maxAge: -1 })).toThrow(named("SignatureExpired"));
      expect(signed().getSignedCookie("name", { default: null, maxAge: -1 })).toBeNull();
      expect(() => signed().getSignedCookie("__proto__")).toThrow(named("KeyError"));
    });
  });

  test("does not take an empty SECRET_KEY for a bad signature", () => {
    const request = from({ cookie: "name=a:b:c" });
    expect(() => request.getSignedCookie("name", { default: "x" })).toThrow(named("ImproperlyConfigured"));
  });
});

describe("waitUntil", () => {
  test("is the runtime's, called as its method", () => {
    const kept: unknown[] = [];
    const ctx = {
      waitUntil(this: unknown, promise: Promise<unknown>): void {
        expect(this).toBe(ctx);
        kept.push(promise);
      },
    };
    const work = Promise.resolve();
    HttpRequest.fromRequest(new Request("http://h/"), { ctx }).waitUntil(work);
    expect(kept).toEqual([work]);
  });

  test("elsewhere logs a failure, which must not end the process", async () => {
    const logged: unknown[] = [];
    const LOGGER = { error: (...args: unknown[]) => logged.push(args) };
    await overrideSettings({ LOGGER }, async () => {
      from().waitUntil(Promise.reject(new Error("late")));
      await new Promise((resolve) => setTimeout(resolve, 1));
    });
    expect(logged).toEqual([["django.request", expect.any(String), expect.objectContaining({ message: "late" })]]);
  });
});

test("the types of Accept are those of META, also where that changes", () => {
  const request = from({ accept: "text/html" });
  expect(request.accepts("application/json")).toBe(false);
  request.META.HTTP_ACCEPT = "application/json";
  expect([request.accepts("application/json"), request.accepts("text/html")]).toEqual([true, false]);
});

test("the client cannot go away when all of the response is on its way", () => {
  const [sent, closed, gone] = [from(), from(), from()];
  const signals = [sent, closed, gone].map((request) => request.signal);
  sent.markSent();
  closed.close();
  for (const request of [sent, closed, gone]) request.abort();
  expect(signals.map(({ aborted }) => aborted)).toEqual([false, false, true]);
});

test("lastEventId is the header's, or null", () => {
  expect([from({ "last-event-id": "7" }).lastEventId, from().lastEventId]).toEqual(["7", null]);
  // An EventSource sends it in UTF-8.
  expect(from({ "last-event-id": "\xc3\xa9" }).lastEventId).toBe("é");
});

describe("hostile names and values", () => {
  const NAMES = ["__proto__", "constructor", "hasOwnProperty", "toString"];

  test("names of Object.prototype are names like any other, wherever a request has names", async () => {
    const form = new FormData();
    for (const name of NAMES) {
      form.append(name, "value");
      form.append(name, new File(["x"], `${name}.txt`));
    }
    const { headers, body } = new Response(form);
    const request = HttpRequest.fromRequest(
      new Request(`http://h/?${NAMES.map((name) => `${name}=value`).join("&")}`, {
        ...{ method: "POST", body, duplex: "half" },
        headers: {
          "content-type": `${headers.get("content-type")}; ${NAMES.map((name) => `${name}=value`).join("; ")}`,
          cookie: NAMES.map((name) => `${name}=value`).join("; "),
          accept: NAMES.map((name) => `a/${name};${name}=value`).join(","),
          constructor: "value",
          hasownproperty: "value",
        },
      } as RequestInit),
    );
    const [POST, FILES] = [await request.POST, await request.FILES];
    request.close();
    for (const name of NAMES) {
      expect([request.GET.get(name), POST.get(name), request.COOKIES[name], FILES.get(name)?.name]).toEqual([
        ...["value", "value", "value"],
        `${name}.txt`,
      ]);
      // The names of parameters and of types are in lower case.
      expect(request.contentParams[name.toLowerCase()]).toBe("value");
      expect(request.acceptedType(`a/${name};${name}=value`)?.params[name.toLowerCase()]).toBe("value");
    }
    expect([request.headers.get("Constructor"), request.META.HTTP_HASOWNPROPERTY]).toEqual(["value", "value"]);
    const plain = from();
    const dictionaries = [plain.GET.dict(), plain.COOKIES, plain.META, plain.contentParams] as Record<string, unknown>[];
    for (const name of NAMES) expect(dictionaries.map((dictionary) => dictionary[name])).toEqual([...Array(4)]);
    expect(plain.headers.has("constructor")).toBe(false);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  test("NUL and lone surrogates are read as they are, and never written", async () => {
    const request = new HttpRequest();
    Object.assign(request.META, {
      ...{ PATH_INFO: "/\0\ud800/", QUERY_STRING: "a=%00\ud800&%ED%A0%80=1", HTTP_COOKIE: "a=\0\udfff; \0=1" },
      ...{ HTTP_ACCEPT: "\0/\ud800, */*;q=\0", CONTENT_TYPE: "\0\ud800; charset=\0", HTTP_X_NUL: "\0", HTTP_HOST: "a\0b" },
    });
    expect([request.path, request.COOKIES.a, request.headers.get("x-nul")]).toEqual(["/\0\ud800/", "\0\udfff", "\0"]);
    expect(request.encoding).toBeNull();
    expect(request.accepts("text/html")).toBe(true);
    expect((await request.POST).size).toBe(0);
    expect(() => request.getFullPath()).toThrow(named("UnicodeEncodeError"));
    overrideSettings({ ALLOWED_HOSTS: ["*"] }, () => expect(() => request.getHost()).toThrow(named("DisallowedHost")));
    // Three bytes that are half a surrogate pair are no UTF-8.
    expect([...new HttpRequest().GET.keys()]).toEqual([]);
    const parsed = HttpRequest.fromRequest(new Request("http://h/?a=%00&%ED%A0%80=1")).GET;
    expect([...parsed.items()]).toEqual([
      ["a", "\0"],
      ["\ufffd\ufffd\ufffd", "1"],
    ]);
  });
});

test("header values in other character sets do no harm", () => {
  const request = from({ "x-a": "caf\xe9", accept: "caf\xe9/\xff;q=\xe9", cookie: "a=\xff\xfe; b=caf\xe9" });
  expect(request.headers.has("x-a")).toBe(true);
  expect(request.accepts("text/html")).toBe(false);
  expect(Object.keys(request.COOKIES)).toEqual(["a", "b"]);
});
