import { describe, expect, test } from "vitest";
import { HttpHeaders, metaName, utf8Text } from "../../src/http/headers.ts";
import { HttpRequest } from "../../src/http/request.ts";

const request = (headers: Record<string, string>): HttpRequest =>
  HttpRequest.fromRequest(new Request("http://testserver/", { headers }));

describe("HttpHeaders", () => {
  const META = {
    CONTENT_TYPE: "text/html",
    CONTENT_LENGTH: "12",
    HTTP_USER_AGENT: "x",
    HTTP_X_FOO2BAR: "y",
    SERVER_NAME: "s",
    HTTP_GONE: undefined,
  };

  test("reads META under the names of headers, in title case", () => {
    const headers = new HttpHeaders(META);
    expect([...headers]).toEqual([
      ["Content-Type", "text/html"],
      ["Content-Length", "12"],
      ["User-Agent", "x"],
      ["X-Foo2Bar", "y"],
    ]);
    expect([...headers.keys()]).toEqual([...headers].map(([name]) => name));
    expect([...headers.values()]).toEqual([...headers].map(([, value]) => value));
    expect([...headers.items()]).toEqual([...headers]);
    expect(headers.size).toBe(4);
  });

  test("takes a name in any case, with hyphens or underscores", () => {
    const headers = new HttpHeaders(META);
    for (const name of ["user-agent", "User-Agent", "USER_AGENT", "user_agent"]) expect(headers.get(name), name).toBe("x");
    expect(headers.getItem("content_type")).toBe("text/html");
    expect(headers.has("gone")).toBe(false);
    expect(headers.get("gone", null)).toBeNull();
    expect(() => headers.getItem("nope")).toThrow(expect.objectContaining({ name: "KeyError", message: "nope" }));
  });

  test("shows what changes in META afterwards", () => {
    const r = request({ "x-a": "1" });
    const { headers } = r;
    expect(headers.get("x-a")).toBe("1");
    r.META.HTTP_X_A = "2";
    r.META.HTTP_X_B = "3";
    expect(headers.get("x-a")).toBe("2");
    expect(headers.has("x-b")).toBe(true);
    delete r.META.HTTP_X_A;
    expect(headers.has("x-a")).toBe(false);
  });

  test("drops a name with an underscore, which would stand for the one with a hyphen", () => {
    const r = request({ x_real_ip: "6.6.6.6", "remote-addr": "6.6.6.6", "X_Forwarded-Host": "evil.com" });
    for (const read of [r.headers.get("x-real-ip"), r.headers.get("x_real_ip"), r.headers.get("X-Forwarded-Host")]) {
      expect(read).toBeUndefined();
    }
    expect(r.META.HTTP_X_REAL_IP).toBeUndefined();
    expect(r.META.HTTP_X_FORWARDED_HOST).toBeUndefined();
    expect(r.META.REMOTE_ADDR).toBeUndefined();
    expect(r.META.HTTP_REMOTE_ADDR).toBe("6.6.6.6");
  });

  test("a name that no header can have is not there, and no error", () => {
    const r = request({});
    for (const name of ["", " x", "é", "a\nb", "\ud800", "a:b"]) expect(r.headers.has(name), name).toBe(false);
    const { headers } = request({ s: "1", ss: "1", "if-match": "1" });
    for (const name of ["ſ", "ß", "ıf-match"])
      expect([headers.has(name), new HttpHeaders({ ...r.META }).has(name)]).toEqual([false, false]);
    expect(new HttpHeaders({ HTTP_S: "1" }).has("ſ")).toBe(false);
  });

  test.each(["__proto__", "constructor", "hasOwnProperty", "toString"])("%s is a name like any other", (name) => {
    expect(request({}).headers.get(name)).toBeUndefined();
    expect(new HttpHeaders(Object.create(null)).has(name)).toBe(false);
    if (name.includes("_")) return;
    const r = request({ [name]: "1" });
    expect(r.headers.get(name)).toBe("1");
    expect(r.META[metaName(name)]).toBe("1");
    expect(Object.getPrototypeOf(r.META)).toBeNull();
  });
});

describe("utf8Text", () => {
  const latin1 = (text: string): string => String.fromCharCode(...new TextEncoder().encode(text));

  test("is the text behind the bytes that most runtimes hand out as Latin-1", () => {
    expect(utf8Text(latin1("a=é😀"))).toBe("a=é😀");
    expect(utf8Text("plain")).toBe("plain");
  });

  test("leaves text alone that is decoded already, as workerd's is", () => {
    expect(utf8Text("a=日本")).toBe("a=日本");
  });

  test("a cookie in UTF-8 is read as Django reads it", () => {
    expect(request({ cookie: `a=${latin1("é")}; b=1` }).COOKIES.a).toBe("é");
  });
});
