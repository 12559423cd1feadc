/**
 * Every statement and example of Django's page, from "Request and response objects" to "QueryDict multi-value
 * operations": one test for each entry, under the page's own headings and named by the entry.
 */

import { describe, expect, onTestFinished, test } from "vitest";
import { overrideSettings } from "../../src/conf/index.ts";
import { SessionMiddleware } from "../../src/contrib/sessions/middleware.ts";
import { signCookie } from "../../src/core/signing.ts";
import {
  getFetchApplication,
  HttpRequest,
  HttpResponse,
  type HttpResponseBase,
  JsonResponse,
  QueryDict,
  type UploadedFile,
} from "../../src/index.ts";
import { AuthenticationMiddleware, CurrentSiteMiddleware } from "../../src/middleware.ts";
import { include, path, reverse } from "../../src/urls.ts";

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const named = (name: string): { name: string } => expect.objectContaining({ name });
const lists = (dict: QueryDict): [string, string[]][] => [...dict.lists()];
const FORM = { "content-type": "application/x-www-form-urlencoded" };

function get(url = "https://example.com/music/bands/the_beatles/?print=true", headers: Record<string, string> = {}): HttpRequest {
  return HttpRequest.fromRequest(new Request(url, { headers: { host: new URL(url).host, ...headers } }));
}

function post(body: string, headers: Record<string, string> = FORM, method = "POST"): HttpRequest {
  return HttpRequest.fromRequest(new Request("https://example.com/", { method, body, headers }));
}

function multipart(): HttpRequest {
  const body = new FormData();
  body.append("title", "Abbey Road");
  body.append("cover", new File(["zebra"], "cover.txt", { type: "text/plain" }));
  const request = HttpRequest.fromRequest(new Request("https://example.com/", { method: "POST", body }));
  onTestFinished(() => request.close());
  return request;
}

describe("Request and response objects: quick overview", () => {
  test("an HttpRequest is made for each request and passed to the view as its first argument; the view returns a response", async () => {
    const seen: HttpRequest[] = [];
    const view = (request: HttpRequest): HttpResponse => {
      seen.push(request);
      return new HttpResponse(request.path);
    };
    const app = getFetchApplication({ urlconf: [path("<path:anything>", view)] });
    expect(await (await app.fetch(new Request("http://example.com/a/"))).text()).toBe("/a/");
    expect(await (await app.fetch(new Request("http://example.com/b/"))).text()).toBe("/b/");
    expect(seen.every((request) => request instanceof HttpRequest)).toBe(true);
    expect(seen[0]).not.toBe(seen[1]);
  });

  test("each view must return a response: one that returns nothing is an error that names the view", async () => {
    const logged: unknown[] = [];
    const LOGGER = { error: (...args: unknown[]) => logged.push(args) };
    const forgetful = (() => undefined) as never;
    await overrideSettings({ LOGGER }, async () => {
      const response = await getFetchApplication({ view: forgetful }).fetch(new Request("http://example.com/"));
      expect(response.status).toBe(500);
    });
    expect(JSON.stringify(logged, (_, value) => (value instanceof Error ? value.message : value))).toContain(
      "The view forgetful didn't return an HttpResponse object. It returned undefined instead.",
    );
  });

  test("unless otherwise noted, attributes are read-only", () => {
    const request = get();
    const names = ["scheme", "path", "pathInfo", "method", "META", "headers", "GET", "COOKIES", "contentType", "contentParams"];
    for (const name of [...names, "body", "POST", "FILES", "acceptedTypes", "signal", "stream"]) {
      expect(() => Object.assign(request, { [name]: null }), name).toThrow(TypeError);
    }
  });
});

describe("HttpRequest core attributes", () => {
  test("HttpRequest.scheme: http or https", () => {
    expect([get("http://example.com/").scheme, get("https://example.com/").scheme]).toEqual(["http", "https"]);
  });

  test("HttpRequest.path: the full path, without scheme, domain and query string", () => {
    expect(get().path).toBe("/music/bands/the_beatles/");
  });

  test("HttpRequest.pathInfo: the path without the script prefix", () => {
    const native = new Request("https://example.com/minfo/music/bands/the_beatles/");
    const request = HttpRequest.fromRequest(native, { scriptName: "/minfo" });
    expect([request.pathInfo, request.path]).toEqual(["/music/bands/the_beatles/", "/minfo/music/bands/the_beatles/"]);
    expect([get().pathInfo, get().path]).toEqual(["/music/bands/the_beatles/", "/music/bands/the_beatles/"]);
  });

  test("HttpRequest.method: in upper case", () => {
    const does = (request: HttpRequest): string => {
      if (request.method === "GET") return "something";
      if (request.method === "POST") return "something else";
      return "nothing";
    };
    expect([does(get()), does(post("")), does(post("", FORM, "patch"))]).toEqual(["something", "something else", "nothing"]);
  });

  test("HttpRequest.body: the raw body in bytes, of any kind", async () => {
    expect(await post("<xml/>", { "content-type": "text/xml" }).body).toEqual(new TextEncoder().encode("<xml/>"));
    expect(await post("a=1").body).toEqual(new TextEncoder().encode("a=1"));
    expect((await get().body).byteLength).toBe(0);
  });

  test("HttpRequest.body: after read(), readline(), readlines() or iteration it is a RawPostDataException", async () => {
    const reads: ((request: HttpRequest) => Promise<unknown>)[] = [
      (request) => request.read(),
      (request) => request.readline(),
      (request) => request.readlines(),
      async (request) => {
        for await (const _ of request) break;
      },
    ];
    for (const read of reads) {
      const request = post("a\nb");
      await read(request);
      await expect(request.body).rejects.toEqual(named("RawPostDataException"));
    }
  });

  test("HttpRequest.encoding: null means DEFAULT_CHARSET; writing it changes how GET and POST are decoded", async () => {
    const request = get("https://example.com/?a=%E9");
    expect([request.encoding, request.GET.get("a")]).toEqual([null, "\ufffd"]);
    request.encoding = "iso-8859-1";
    expect([request.encoding, request.GET.get("a")]).toEqual(["iso-8859-1", "é"]);
    overrideSettings({ DEFAULT_CHARSET: "iso-8859-1" }, () => {
      expect(get("https://example.com/?a=%E9").GET.get("a")).toBe("é");
    });
    const body = '--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xe9\r\n--B--\r\n';
    const bytes = Uint8Array.from(body, (char) => char.charCodeAt(0));
    const form = HttpRequest.fromRequest(
      new Request("https://example.com/", {
        ...{ method: "POST", body: bytes, headers: { "content-type": "multipart/form-data; boundary=B" } },
      }),
    );
    form.encoding = "iso-8859-1";
    expect((await form.POST).get("a")).toBe("é");
  });

  test("HttpRequest.contentType: the MIME type of CONTENT_TYPE", () => {
    expect(post("", { "content-type": "Text/HTML; charset=koi8-r" }).contentType).toBe("text/html");
    expect(get().contentType).toBe("");
  });

  test("HttpRequest.contentParams: the parameters of CONTENT_TYPE", () => {
    expect({ ...post("", { "content-type": 'text/html; charset=koi8-r; a="b c"' }).contentParams }).toEqual({
      charset: "koi8-r",
      a: "b c",
    });
  });
});

describe("Query data, cookies, files and META", () => {
  test("HttpRequest.GET: a QueryDict of the parameters", () => {
    const { GET } = get("https://example.com/?a=1&a=2&b=");
    expect(GET).toBeInstanceOf(QueryDict);
    expect(lists(GET)).toEqual([
      ["a", ["1", "2"]],
      ["b", [""]],
    ]);
  });

  test("HttpRequest.POST: a QueryDict of a form, empty for another body", async () => {
    expect(await post("a=1&a=2").POST).toBeInstanceOf(QueryDict);
    expect(lists(await post("a=1&a=2").POST)).toEqual([["a", ["1", "2"]]]);
    const json = post('{"a": 1}', { "content-type": "application/json" });
    expect([json.method, (await json.POST).size]).toEqual(["POST", 0]);
  });

  test("HttpRequest.POST: has no files, which are in FILES", async () => {
    const request = multipart();
    expect(lists(await request.POST)).toEqual([["title", ["Abbey Road"]]]);
    expect([...(await request.FILES).keys()]).toEqual(["cover"]);
  });

  test("HttpRequest.POST: may be empty though the method is POST", async () => {
    const request = post("");
    expect([request.method, (await request.POST).size]).toEqual(["POST", 0]);
  });

  test("HttpRequest.COOKIES: a dictionary of text", () => {
    expect({ ...get(undefined, { cookie: 'sessionid=abc; name="Tony"' }).COOKIES }).toEqual({ sessionid: "abc", name: "Tony" });
  });

  test("HttpRequest.FILES: uploaded files by the name of their field", async () => {
    const file = (await multipart().FILES).get("cover") as UploadedFile;
    expect([file.name, file.size, file.contentType, text(await file.read())]).toEqual(["cover.txt", 5, "text/plain", "zebra"]);
  });

  test("HttpRequest.FILES: empty unless the method is POST and the form is multipart/form-data", async () => {
    expect((await post("cover=x").FILES).size).toBe(0);
    const body = new FormData();
    body.append("cover", new File(["x"], "x.txt"));
    const put = HttpRequest.fromRequest(new Request("https://example.com/", { method: "PUT", body }));
    expect((await put.FILES).size).toBe(0);
  });

  test("HttpRequest.META: the names of the page", () => {
    const headers = {
      ...{ "accept-encoding": "gzip", "accept-language": "en", referer: "https://example.org/", "user-agent": "Lynx" },
      ...{ "content-length": "3", "content-type": "text/plain" },
    };
    const request = HttpRequest.fromRequest(
      {
        ...{ url: "https://example.com:8443/a/?b=c", method: "POST", body: null },
        headers: new Headers({ ...headers, host: "example.com:8443" }),
      } as unknown as Request,
      { remoteAddr: "203.0.113.1" },
    );
    expect(request.META).toMatchObject({
      ...{ CONTENT_LENGTH: "3", CONTENT_TYPE: "text/plain", HTTP_ACCEPT_ENCODING: "gzip", HTTP_ACCEPT_LANGUAGE: "en" },
      ...{ HTTP_HOST: "example.com:8443", HTTP_REFERER: "https://example.org/", HTTP_USER_AGENT: "Lynx", QUERY_STRING: "b=c" },
      ...{ REMOTE_ADDR: "203.0.113.1", REMOTE_HOST: "203.0.113.1", REQUEST_METHOD: "POST", SERVER_NAME: "example.com" },
      ...{ SERVER_PORT: "8443" },
    });
  });

  test("HttpRequest.META: a header is in upper case, with underscores, behind HTTP_", () => {
    expect(get(undefined, { "X-Bender": "Bite" }).META.HTTP_X_BENDER).toBe("Bite");
  });

  test("HttpRequest.META: headers with underscores are stripped", () => {
    const request = get(undefined, { X_Bender: "forged", "x-real": "1" });
    expect([request.META.HTTP_X_BENDER, request.headers.get("x-bender"), request.META.HTTP_X_REAL]).toEqual([
      undefined,
      undefined,
      "1",
    ]);
  });

  test("HttpRequest.headers: the examples", () => {
    const agent = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_12_6)";
    const { headers } = get(undefined, { "user-agent": agent });
    expect([...headers].find(([name]) => name === "User-Agent")).toEqual(["User-Agent", agent]);
    expect([headers.has("User-Agent"), headers.has("user-agent")]).toEqual([true, true]);
    expect([headers.getItem("User-Agent"), headers.getItem("user-agent")]).toEqual([agent, agent]);
    expect([headers.get("User-Agent"), headers.get("user-agent")]).toEqual([agent, agent]);
  });

  test("HttpRequest.headers: with underscores, as in a template", () => {
    expect(get(undefined, { "user-agent": "Lynx" }).headers.get("user_agent")).toBe("Lynx");
  });

  test("HttpRequest.headers: Content-Length and Content-Type are there, too", () => {
    const request = post("abc", { "content-type": "text/plain", "content-length": "3" });
    expect([request.headers.get("Content-Type"), request.headers.get("content_length")]).toEqual(["text/plain", "3"]);
    expect([...request.headers.keys()]).toContain("Content-Type");
  });
});

describe("URL resolution and request context attributes", () => {
  test("HttpRequest.resolverMatch: set in the view and in processView(), not in middleware before resolving", async () => {
    const seen: unknown[] = [];
    const middleware = (getResponse: (request: HttpRequest) => HttpResponseBase | Promise<HttpResponseBase>) =>
      Object.assign(
        (request: HttpRequest) => {
          seen.push(request.resolverMatch);
          return getResponse(request);
        },
        { processView: (request: HttpRequest) => void seen.push(request.resolverMatch?.viewName) },
      );
    const view = (request: HttpRequest): HttpResponse => new HttpResponse(JSON.stringify(request.resolverMatch?.kwargs));
    const urlconf = [path("bands/<int:id>/", view, { name: "band" })];
    const app = getFetchApplication({ urlconf, middleware: [middleware] });
    expect(await (await app.fetch(new Request("http://example.com/bands/7/"))).text()).toBe('{"id":7}');
    expect(seen).toEqual([null, "band"]);
  });

  test("HttpRequest.currentApp: what reverse() is given as currentApp", async () => {
    const polls = [path("", () => new HttpResponse(), { name: "index" })];
    const urlconf = [
      path("author/", include([polls, "polls"], { namespace: "author" })),
      path("publisher/", include([polls, "polls"], { namespace: "publisher" })),
    ];
    const request = get();
    expect(request.currentApp).toBeUndefined();
    request.currentApp = "author";
    expect(reverse("polls:index" as never, { urlconf, currentApp: request.currentApp } as never)).toBe("/author/");
  });

  test("HttpRequest.urlconf: in place of ROOT_URLCONF for this request, null for that again", async () => {
    const say = (word: string) => [path("", () => new HttpResponse(word))];
    const choose =
      (getResponse: (request: HttpRequest) => HttpResponseBase | Promise<HttpResponseBase>) => (request: HttpRequest) => {
        if (request.GET.has("other")) request.urlconf = say("other");
        if (request.GET.has("null")) request.urlconf = null;
        return getResponse(request);
      };
    const app = getFetchApplication({ urlconf: say("root"), middleware: [choose] });
    const ask = async (query: string): Promise<string> => (await app.fetch(new Request(`http://example.com/${query}`))).text();
    expect([await ask(""), await ask("?other"), await ask("?other&null")]).toEqual(["root", "other", "root"]);
  });

  const failing = (prepare: (request: HttpRequest) => void): Promise<string> =>
    overrideSettings({ DEBUG: true, LOGGER: { error(): void {} }, ALLOWED_HOSTS: ["*"] }, async () => {
      const view = (request: HttpRequest): never => {
        prepare(request);
        throw new Error("it is broken");
      };
      const headers = { accept: "text/html", cookie: "a=a-cookie", host: "example.com" };
      return (await getFetchApplication({ view }).fetch(new Request("http://example.com/", { headers }))).text();
    });

  test("HttpRequest.exceptionReporterFilter: the report of this request is cleansed by it", async () => {
    const { SafeExceptionReporterFilter } = await import("../../src/views/debug/filter.ts");
    class NoCookies extends SafeExceptionReporterFilter {
      override getSafeCookies(): Record<string, unknown> {
        return { a: "z".repeat(20) }; // not as the source has it, which the page shows
      }
    }
    const page = await failing((request) => {
      request.exceptionReporterFilter = new NoCookies();
    });
    const filtered = new Array(21).join("z");
    expect([page, await failing(() => {})].map((shown) => shown.includes(filtered))).toEqual([true, false]);
  });

  test("HttpRequest.exceptionReporterClass: the report of this request is made by it", async () => {
    const page = await failing((request) => {
      request.exceptionReporterClass = class {
        getTracebackHtml(): string {
          return "my report";
        }
        getTracebackText(): string {
          return "my text";
        }
      };
    });
    expect(page).toBe("my report");
  });

  test("HttpRequest.session: by SessionMiddleware, to be read and written", async () => {
    const view = async (request: HttpRequest): Promise<JsonResponse> => {
      const visits = Number(await request.session.get("visits", 0)) + 1;
      await request.session.set("visits", visits);
      return new JsonResponse({ visits });
    };
    await overrideSettings({ SECRET_KEY: "secret" }, async () => {
      const app = getFetchApplication({ view, middleware: [SessionMiddleware] });
      const first = await app.fetch(new Request("http://example.com/"));
      expect(await first.json()).toEqual({ visits: 1 });
      const cookie = first.headers.getSetCookie()[0]?.split(";")[0] as string;
      const second = await app.fetch(new Request("http://example.com/", { headers: { cookie } }));
      expect(await second.json()).toEqual({ visits: 2 });
    });
  });

  test("HttpRequest.site: by CurrentSiteMiddleware", async () => {
    const view = (request: HttpRequest): HttpResponse => new HttpResponse(request.site.domain);
    await overrideSettings({ ALLOWED_HOSTS: ["example.com"] }, async () => {
      const app = getFetchApplication({ view, middleware: [CurrentSiteMiddleware] });
      const response = await app.fetch(new Request("http://example.com/", { headers: { host: "example.com" } }));
      expect(await response.text()).toBe("example.com");
    });
  });

  test("HttpRequest.user and HttpRequest.auser(): by AuthenticationMiddleware, an anonymous one where nobody is logged in", async () => {
    const view = async (request: HttpRequest): Promise<HttpResponse> => {
      const user = (await request.auser()) as { isAuthenticated: boolean };
      return new HttpResponse(user.isAuthenticated ? "for logged-in users" : "for anonymous users");
    };
    const AUTH_GET_USER = (request: HttpRequest): unknown =>
      request.COOKIES.name ? { name: request.COOKIES.name, isAuthenticated: true } : undefined;
    await overrideSettings({ SECRET_KEY: "secret", AUTH_GET_USER }, async () => {
      const app = getFetchApplication({ view, middleware: [SessionMiddleware, AuthenticationMiddleware] });
      const ask = async (headers: Record<string, string>): Promise<string> =>
        (await app.fetch(new Request("http://example.com/", { headers }))).text();
      expect([await ask({ cookie: "name=Tony" }), await ask({})]).toEqual(["for logged-in users", "for anonymous users"]);
    });
  });
});

describe("HttpRequest methods", () => {
  const hosted = (META: Record<string, string>): HttpRequest => {
    const request = new HttpRequest();
    Object.assign(request.META, { SERVER_NAME: "internal.com", SERVER_PORT: "8080", ...META });
    return request;
  };
  const ALLOWED_HOSTS = ["forward.com", "example.com", "internal.com"];

  test("HttpRequest.getHost(): X-Forwarded-Host where that is enabled, else Host, else the server's name and port", () => {
    const both = { HTTP_X_FORWARDED_HOST: "forward.com", HTTP_HOST: "example.com:8000" };
    overrideSettings({ ALLOWED_HOSTS }, () => {
      expect(hosted(both).getHost()).toBe("example.com:8000");
      expect(hosted({}).getHost()).toBe("internal.com:8080");
      expect(hosted({ SERVER_PORT: "80" }).getHost()).toBe("internal.com");
    });
    overrideSettings({ ALLOWED_HOSTS, USE_X_FORWARDED_HOST: true }, () => {
      expect(hosted(both).getHost()).toBe("forward.com");
    });
  });

  test("HttpRequest.getHost(): DisallowedHost for one that is not in ALLOWED_HOSTS, or is no domain", () => {
    overrideSettings({ ALLOWED_HOSTS }, () => {
      expect(() => hosted({ HTTP_HOST: "evil.com" }).getHost()).toThrow(named("DisallowedHost"));
    });
    overrideSettings({ ALLOWED_HOSTS: ["*"] }, () => {
      expect(() => hosted({ HTTP_HOST: "under_score.com" }).getHost()).toThrow(named("DisallowedHost"));
    });
  });

  test("HttpRequest.getPort(): X-Forwarded-Port where that is enabled, else the server's", () => {
    expect(hosted({ HTTP_X_FORWARDED_PORT: "443" }).getPort()).toBe("8080");
    overrideSettings({ USE_X_FORWARDED_PORT: true }, () => {
      expect(hosted({ HTTP_X_FORWARDED_PORT: "443" }).getPort()).toBe("443");
    });
  });

  test("HttpRequest.getFullPath(): the path with the query string", () => {
    const native = new Request("https://example.com/minfo/music/bands/the_beatles/?print=true");
    const request = HttpRequest.fromRequest(native, { scriptName: "/minfo" });
    expect(request.getFullPath()).toBe("/minfo/music/bands/the_beatles/?print=true");
  });

  test("HttpRequest.getFullPathInfo(): the same of pathInfo", () => {
    const native = new Request("https://example.com/minfo/music/bands/the_beatles/?print=true");
    const request = HttpRequest.fromRequest(native, { scriptName: "/minfo" });
    expect(request.getFullPathInfo()).toBe("/music/bands/the_beatles/?print=true");
  });

  test("HttpRequest.buildAbsoluteUri(): the examples", () => {
    overrideSettings({ ALLOWED_HOSTS: ["example.com"] }, () => {
      expect(get().buildAbsoluteUri()).toBe("https://example.com/music/bands/the_beatles/?print=true");
      expect(get().buildAbsoluteUri("/bands/")).toBe("https://example.com/bands/");
      expect(get().buildAbsoluteUri("https://example2.com/bands/")).toBe("https://example2.com/bands/");
    });
  });

  test("HttpRequest.buildAbsoluteUri(): in the scheme of the request", () => {
    overrideSettings({ ALLOWED_HOSTS: ["example.com"] }, () => {
      expect(get("http://example.com/a/").buildAbsoluteUri("//example.com/b/")).toBe("http://example.com/b/");
    });
  });

  test("HttpRequest.getSignedCookie(): the examples", () => {
    overrideSettings({ SECRET_KEY: "secret" }, () => {
      const salted = signCookie("name", "Tony", "name-salt");
      const cookie = `name=${signCookie("name", "Tony")}; cookie-that-was-tampered-with=${signCookie("x", "y")}`;
      const request = get(undefined, { cookie });
      expect(request.getSignedCookie("name")).toBe("Tony");
      expect(get(undefined, { cookie: `name=${salted}` }).getSignedCookie("name", { salt: "name-salt" })).toBe("Tony");
      expect(() => request.getSignedCookie("nonexistent-cookie")).toThrow(named("KeyError"));
      expect(() => request.getSignedCookie("nonexistent-cookie")).toThrow("nonexistent-cookie");
      expect(request.getSignedCookie("nonexistent-cookie", { default: false })).toBe(false);
      expect(() => request.getSignedCookie("cookie-that-was-tampered-with")).toThrow(named("BadSignature"));
      expect(request.getSignedCookie("name", { maxAge: 60 })).toBe("Tony");
      expect(() => request.getSignedCookie("name", { maxAge: -1 })).toThrow(named("SignatureExpired"));
      expect(request.getSignedCookie("name", { default: false, maxAge: -1 })).toBe(false);
    });
  });

  test("HttpRequest.isSecure(): whether it was made over HTTPS", () => {
    expect([get("https://example.com/").isSecure(), get("http://example.com/").isSecure()]).toEqual([true, false]);
  });
});

describe("Content negotiation helpers", () => {
  const accept = (header: string): HttpRequest => get(undefined, { accept: header });

  test("HttpRequest.getPreferredType(): the first examples", () => {
    const request = accept("text/html,application/json");
    expect(request.getPreferredType(["text/html", "application/json"])).toBe("text/html");
    expect(request.getPreferredType(["application/json", "text/plain"])).toBe("application/json");
    expect(request.getPreferredType(["application/xml", "text/plain"])).toBeUndefined();
  });

  test("HttpRequest.getPreferredType(): parameters of types and their weights count", () => {
    const request = accept("text/vcard;version=3.0,text/html;q=0.5");
    const offered = ["text/vcard; version=4.0", "text/vcard; version=3.0", "text/vcard", "text/directory"];
    expect(request.getPreferredType(offered)).toBe("text/vcard; version=3.0");
    expect(accept("text/html;q=0.5,text/plain").getPreferredType(["text/html", "text/plain"])).toBe("text/plain");
  });

  test("HttpRequest.getPreferredType(): the first one offered to a client that sends Accept: */*", () => {
    expect(accept("*/*").getPreferredType(["application/json", "text/html"])).toBe("application/json");
    expect(HttpRequest.fromRequest(new Request("http://example.com/")).getPreferredType(["a/b", "c/d"])).toBe("a/b");
  });

  test("HttpRequest.accepts(): whether the client takes a type", () => {
    expect(accept("text/html,application/xml;q=0.9").accepts("text/html")).toBe(true);
    expect(accept("text/html,application/xml;q=0.9").accepts("application/json")).toBe(false);
    expect(accept("*/*").accepts("text/html")).toBe(true);
  });
});

describe("HttpRequest streaming interface", () => {
  test("HttpRequest.read(): so many bytes, or the rest", async () => {
    const request = post("abcdef", {});
    expect([text(await request.read(2)), text(await request.read()), text(await request.read())]).toEqual(["ab", "cdef", ""]);
  });

  test("HttpRequest.readline(), HttpRequest.readlines(): lines", async () => {
    const request = post("one\ntwo\nthree", {});
    expect(text(await request.readline())).toBe("one\n");
    expect((await request.readlines()).map(text)).toEqual(["two\n", "three"]);
  });

  test("HttpRequest.__iter__(): an iterative parser takes the request as a file", async () => {
    const tags: string[] = [];
    for await (const line of post("<a>\n<b>\n</a>\n", {})) tags.push(text(line).trim());
    expect(tags).toEqual(["<a>", "<b>", "</a>"]);
  });
});

describe("QueryDict core methods", () => {
  test("those of a request are immutable; copy() gives one that is not", async () => {
    for (const dict of [get("http://example.com/?a=1").GET, await post("a=1").POST]) {
      expect(() => dict.set("a", "2")).toThrow(named("AttributeError"));
      const copy = dict.copy();
      copy.set("a", "2");
      expect([copy.get("a"), dict.get("a")]).toEqual(["2", "1"]);
    }
  });

  test("QueryDict(queryString, { mutable, encoding })", () => {
    expect(lists(new QueryDict("a=1&a=2&c=3"))).toEqual([
      ["a", ["1", "2"]],
      ["c", ["3"]],
    ]);
    expect([new QueryDict().size, new QueryDict(null).size]).toEqual([0, 0]);
    expect(new QueryDict("a=%E9", { encoding: "iso-8859-1" }).get("a")).toBe("é");
    expect(new QueryDict("a=%C3%A9").encoding).toBe("utf-8");
  });

  test("QueryDict.fromkeys(): each key with the value, once for each time it comes", () => {
    expect(lists(QueryDict.fromkeys(["a", "a", "b"], "val"))).toEqual([
      ["a", ["val", "val"]],
      ["b", ["val"]],
    ]);
  });

  test("QueryDict.__getitem__(): the last value, [] for an empty list, MultiValueDictKeyError without the key", () => {
    const q = new QueryDict("a=1&a=2", { mutable: true });
    q.setlist("empty", []);
    expect([q.getItem("a"), q.getItem("empty")]).toEqual(["2", []]);
    expect(() => q.getItem("b")).toThrow(named("MultiValueDictKeyError"));
  });

  test("QueryDict.__setitem__(): sets [value], and requires a mutable one", () => {
    const q = new QueryDict("a=1&a=2", { mutable: true });
    q.set("a", "3");
    expect(q.getlist("a")).toEqual(["3"]);
    expect(() => new QueryDict("a=1").set("a", "3")).toThrow("This QueryDict instance is immutable");
  });

  test("QueryDict.__contains__(): whether the key is set", () => {
    expect([new QueryDict("foo=1").has("foo"), new QueryDict("foo=1").has("bar")]).toEqual([true, false]);
  });

  test("QueryDict.get(): as getItem(), with a default", () => {
    expect([new QueryDict("a=1&a=2").get("a"), new QueryDict("").get("a"), new QueryDict("").get("a", "x")]).toEqual([
      "2",
      undefined,
      "x",
    ]);
  });

  test("QueryDict.setdefault(): sets by set()", () => {
    const q = new QueryDict("a=1", { mutable: true });
    expect([q.setdefault("a", "2"), q.setdefault("b", "3"), q.getlist("b")]).toEqual(["1", "3", ["3"]]);
  });

  test("QueryDict.update(): appends", () => {
    const q = new QueryDict("a=1", { mutable: true });
    q.update({ a: "2" });
    expect([q.getlist("a"), q.getItem("a")]).toEqual([["1", "2"], "2"]);
    q.update(new QueryDict("a=3&a=4"));
    expect(q.getlist("a")).toEqual(["1", "2", "3", "4"]);
  });

  test("QueryDict.items(), QueryDict.values(): iterators of the last values", () => {
    const q = new QueryDict("a=1&a=2&a=3");
    expect([q.items().next().value, q.values().next().value]).toEqual([["a", "3"], "3"]);
    expect([[...q.items()], [...q.values()], [...q.keys()]]).toEqual([[["a", "3"]], ["3"], ["a"]]);
  });
});

describe("QueryDict multi-value operations", () => {
  test("QueryDict.copy(): a mutable deep copy", () => {
    const q = new QueryDict("a=1&a=2");
    const copy = q.copy();
    copy.getlist("a").push("3");
    copy.appendlist("a", "4");
    expect([copy.getlist("a"), q.getlist("a")]).toEqual([
      ["1", "2", "4"],
      ["1", "2"],
    ]);
  });

  test("QueryDict.getlist(): the list, an empty one, or a default", () => {
    const q = new QueryDict("a=1&a=2");
    expect([q.getlist("a"), q.getlist("b"), q.getlist("b", ["x"])]).toEqual([["1", "2"], [], ["x"]]);
  });

  test("QueryDict.setlist(), QueryDict.appendlist(), QueryDict.setlistdefault()", () => {
    const q = new QueryDict("", { mutable: true });
    q.setlist("a", ["1", "2"]);
    q.appendlist("a", "3");
    expect([q.setlistdefault("a", ["x"]), q.setlistdefault("b", ["x", "y"]), q.setlistdefault("c")]).toEqual([
      ["1", "2", "3"],
      ["x", "y"],
      [],
    ]);
  });

  test("QueryDict.lists(): all values of all keys", () => {
    expect(lists(new QueryDict("a=1&a=2&a=3"))).toEqual([["a", ["1", "2", "3"]]]);
  });

  test("QueryDict.pop(): the list, which is gone then; KeyError without the key", () => {
    const q = new QueryDict("a=1&a=2&a=3", { mutable: true });
    expect([q.pop("a"), q.has("a")]).toEqual([["1", "2", "3"], false]);
    expect(() => q.pop("a")).toThrow(named("MultiValueDictKeyError"));
    expect(q.pop("a", null)).toBeNull();
  });

  test("QueryDict.popitem(): a key and its list; KeyError where there is none", () => {
    const q = new QueryDict("a=1&a=2&a=3", { mutable: true });
    expect([q.popitem(), q.size]).toEqual([["a", ["1", "2", "3"]], 0]);
    expect(() => q.popitem()).toThrow(named("MultiValueDictKeyError"));
  });

  test("MultiValueDictKeyError is a KeyError", async () => {
    const { KeyError, MultiValueDictKeyError } = await import("../../src/core/exceptions.ts");
    expect(new MultiValueDictKeyError("a")).toBeInstanceOf(KeyError);
  });

  test("QueryDict.dict(): one value a key, the last", () => {
    expect({ ...new QueryDict("a=1&a=3&a=5").dict() }).toEqual({ a: "5" });
  });

  test("QueryDict.urlencode(): the examples", () => {
    expect(new QueryDict("a=2&b=3&b=5").urlencode()).toBe("a=2&b=3&b=5");
    const q = new QueryDict("", { mutable: true });
    q.set("next", "/a&b/");
    expect(q.urlencode("/")).toBe("next=/a%26b/");
  });
});
