import { describe, expect, test } from "vitest";
import { overrideSettings } from "../../src/conf/index.ts";
import { HttpRequest } from "../../src/http/request.ts";
import { growth, LINEAR } from "../linear.ts";

/** What a runtime may hand over: its URL is not always one that `new URL()` takes. */
function raw(url: string, headers: Record<string, string> = {}, method = "GET"): Request {
  return { url, method, headers: new Headers(headers), body: null, bodyUsed: false } as unknown as Request;
}

const from = (url: string, headers?: Record<string, string>): HttpRequest => HttpRequest.fromRequest(raw(url, headers));

describe("path and query string", () => {
  // What the runtimes were seen to hand over (runtimes.md, section 2).
  const urls: [url: string, path: string, query: string][] = [
    ["http://h/a/../b", "/a/../b", ""],
    ["http://h/a/%2e%2e/b", "/a/../b", ""],
    ["http://h//x//?a=1", "//x//", "a=1"],
    ["http://h/é?é", "/é", "é"],
    ["http://h/%ff%zz%", "/%FF%zz%", ""],
    ["http://h/x#frag", "/x", ""],
    ["http://h/x?a#frag?b", "/x", "a"],
    ["http://h/x#frag?b", "/x", ""],
    ["/echo?a=1", "/echo", "a=1"],
    ["//echo", "//echo", ""],
    ["http://a, b/x", "/x", ""],
    ["http://h", "/", ""],
    ["http://h?next=/a", "/", "next=/a"],
    ["http://h#/a", "/", ""],
    ["https://[::1]:8/x", "/x", ""],
    ["http://h/a?b?c", "/a", "b?c"],
    ["http://h/?", "/", ""],
    ["http://h/a\\b", "/a\\b", ""],
    ["http://h/a%3Fb%23c", "/a?b#c", ""],
  ];
  test.each(urls)("of %s", (url, path, query) => {
    const request = from(url);
    expect(request.path).toBe(path);
    expect(request.pathInfo).toBe(path);
    expect(request.META.PATH_INFO).toBe(path);
    expect(request.META.QUERY_STRING).toBe(query.replace(/#.*/, ""));
  });

  test("the script name is cut off at a slash only, and FORCE_SCRIPT_NAME wins", () => {
    const mounted = (url: string, scriptName: string): HttpRequest => HttpRequest.fromRequest(raw(url), { scriptName });
    expect(mounted("http://h/app/x", "/app").pathInfo).toBe("/x");
    expect(mounted("http://h/app/x", "/app/").META.SCRIPT_NAME).toBe("/app");
    expect(mounted("http://h/app", "/app").pathInfo).toBe("/");
    expect(mounted("http://h/application/x", "/app").pathInfo).toBe("/application/x");
    expect(mounted("http://h/app/x", "/app").path).toBe("/app/x");
    overrideSettings({ FORCE_SCRIPT_NAME: "/forced" }, () => {
      const request = mounted("http://h/forced/x", "/app");
      expect([request.pathInfo, request.META.SCRIPT_NAME]).toEqual(["/x", "/forced"]);
    });
  });

  test("a query string that is put into META is the one that counts", () => {
    const request = from("http://h/x?a=1");
    request.META.QUERY_STRING = "b=2";
    expect([request.GET.get("b"), request.GET.has("a"), request.getFullPath()]).toEqual(["2", false, "/x?b=2"]);
  });

  test("1 MB of query string and path takes linear time", async () => {
    const make = (size: number): string => `http://h/${"%C3%A9".repeat(size / 6)}?${"a&".repeat(size / 2)}`;
    const work = (url: string): unknown =>
      overrideSettings({ DATA_UPLOAD_MAX_NUMBER_FIELDS: null }, () => [from(url).GET.size, from(url).getFullPath(true)]);
    expect(await growth(2 ** 17, make, work)).toBeLessThan(LINEAR);
  });
});

describe("META", () => {
  test("has the names of CGI", () => {
    const request = HttpRequest.fromRequest(
      raw(
        "https://u:p@example.com:8443/a?b=c",
        { "content-type": "text/plain", "content-length": "3", "x-bender": "Bite" },
        "post",
      ),
      { remoteAddr: "203.0.113.9", remotePort: 4711 },
    );
    expect({ ...request.META }).toEqual({
      GATEWAY_INTERFACE: "CGI/1.1",
      REQUEST_METHOD: "POST",
      SCRIPT_NAME: "",
      PATH_INFO: "/a",
      QUERY_STRING: "b=c",
      SERVER_NAME: "example.com",
      SERVER_PORT: "8443",
      SERVER_PROTOCOL: "HTTP/1.1",
      SERVER_SOFTWARE: "djedge",
      REMOTE_ADDR: "203.0.113.9",
      REMOTE_HOST: "203.0.113.9",
      REMOTE_PORT: "4711",
      CONTENT_TYPE: "text/plain",
      CONTENT_LENGTH: "3",
      HTTP_X_BENDER: "Bite",
    });
    expect(Object.getPrototypeOf(request.META)).toBeNull();
  });

  test("names a server also where the URL has none", () => {
    expect(from("/x").META.SERVER_NAME).toBe("unknown");
    expect(from("https://[::1]/x").META).toMatchObject({ SERVER_NAME: "[::1]", SERVER_PORT: "443" });
  });

  test("has no client's address that only the client vouches for", () => {
    const forged = { "x-forwarded-for": "1.1.1.1", "x-real-ip": "1.1.1.1", forwarded: "for=1.1.1.1", "remote-addr": "1.1.1.1" };
    expect(from("http://h/", forged).META.REMOTE_ADDR).toBeUndefined();
    const request = HttpRequest.fromRequest(raw("http://h/", { ...forged, "cf-connecting-ip": "1.1.1.1" }), {
      remoteAddr: "2.2.2.2",
    });
    expect(request.META.REMOTE_ADDR).toBe("2.2.2.2");
  });

  test("has the address that the trusted header of REMOTE_ADDR_HEADER names, the last of a list", () => {
    overrideSettings({ REMOTE_ADDR_HEADER: "X-Forwarded-For" }, () => {
      const meta = (headers: Record<string, string>): HttpRequest["META"] =>
        HttpRequest.fromRequest(raw("http://h/", headers), { remoteAddr: "10.0.0.1", remotePort: 5 }).META;
      expect(meta({ "x-forwarded-for": "6.6.6.6, 203.0.113.9 " })).toMatchObject({
        REMOTE_ADDR: "203.0.113.9",
        REMOTE_HOST: "203.0.113.9",
      });
      expect(meta({ "x-forwarded-for": "203.0.113.9" }).REMOTE_PORT).toBeUndefined();
      expect(meta({})).toMatchObject({ REMOTE_ADDR: "10.0.0.1", REMOTE_PORT: "5" });
      expect(meta({ "x-forwarded-for": "" }).REMOTE_ADDR).toBe("10.0.0.1");
    });
  });
});

describe("scheme", () => {
  test("is the URL's, unless SECURE_PROXY_SSL_HEADER says otherwise", () => {
    expect([from("http://h/").scheme, from("https://h/").scheme, from("https://h/").isSecure()]).toEqual(["http", "https", true]);
    overrideSettings({ SECURE_PROXY_SSL_HEADER: ["HTTP_X_FORWARDED_PROTO", "https"] }, () => {
      expect(from("http://h/", { "x-forwarded-proto": "https" }).isSecure()).toBe(true);
      expect(from("http://h/", { "x-forwarded-proto": " https , http" }).isSecure()).toBe(true);
      expect(from("https://h/", { "x-forwarded-proto": "http" }).isSecure()).toBe(false);
      expect(from("https://h/", { "x-forwarded-proto": "" }).isSecure()).toBe(false);
      expect(from("https://h/").isSecure()).toBe(true);
      const late = from("http://h/");
      late.META.HTTP_X_FORWARDED_PROTO = "\x1chttps\x85"; // white space to Python
      expect(late.scheme).toBe("https");
    });
    overrideSettings({ SECURE_PROXY_SSL_HEADER: ["X"] as unknown as [string, string] }, () => {
      expect(() => from("http://h/").scheme).toThrow(expect.objectContaining({ name: "ImproperlyConfigured" }));
    });
  });
});
