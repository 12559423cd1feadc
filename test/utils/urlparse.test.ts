import { describe, expect, test } from "vitest";
import { absoluteUri, urljoin, urlsplit } from "../../src/utils/urlparse.ts";

describe("urlsplit", () => {
  test("splits as Python does, and normalises nothing", () => {
    expect(urlsplit("HTTP://u:p@Host:80/a/../b;c?d?e#f#g")).toEqual({
      scheme: "http",
      netloc: "u:p@Host:80",
      path: "/a/../b;c",
      query: "d?e",
      fragment: "f#g",
    });
    expect(urlsplit("//host")).toMatchObject({ scheme: "", netloc: "host", path: "" });
    expect(urlsplit("///path")).toMatchObject({ netloc: "", path: "/path" });
    expect(urlsplit(" \tjava\nscript:x")).toMatchObject({ scheme: "javascript", path: "x" });
    expect(urlsplit("1a:b")).toMatchObject({ scheme: "", path: "1a:b" });
    expect(urlsplit("a_b://c")).toMatchObject({ scheme: "", netloc: "", path: "a_b://c" });
  });

  test("takes only IP addresses between brackets", () => {
    expect(urlsplit("http://[::1]:80/").netloc).toBe("[::1]:80");
    expect(urlsplit("http://[::1]x/").netloc).toBe("[::1]x");
    for (const netloc of ["[fe80::1%eth0]", "[fe80::1%25eth0]", "[vF.x%y]", "x][::1"]) {
      expect(urlsplit(`//${netloc}/`).netloc).toBe(netloc);
    }
    for (const url of [
      "//[::1%]/",
      "//[::1%a%b]/",
      "//[V1.x]/",
      "//[v1.]/",
      "//[1.2.3.4]/",
      "//::1][",
      "http://[bad]/",
      "http://[::1/",
      "http://::1]/",
      "http://a[b]/",
      "http://[]/",
      "//[",
    ]) {
      expect(() => urlsplit(url), url).toThrow(expect.objectContaining({ name: "ValueError" }));
    }
  });

  test("takes no host that has other delimiters to a browser", () => {
    expect(urlsplit("http://éxample.com/").netloc).toBe("éxample.com");
    for (const url of ["http://℀/", "http://a／b/", "//evil＃.com", "http://x：80", "http://a＠b"]) {
      expect(() => urlsplit(url), url).toThrow(expect.objectContaining({ name: "ValueError" }));
    }
  });
});

describe("urljoin", () => {
  // RFC 3986 section 5.4, as Python's own tests have it.
  const rfc: [url: string, joined: string][] = [
    ["g:h", "g:h"],
    ["g", "http://a/b/c/g"],
    ["./g", "http://a/b/c/g"],
    ["g/", "http://a/b/c/g/"],
    ["/g", "http://a/g"],
    ["//g", "http://g"],
    ["?y", "http://a/b/c/d;p?y"],
    ["g?y", "http://a/b/c/g?y"],
    ["#s", "http://a/b/c/d;p?q#s"],
    [";x", "http://a/b/c/;x"],
    ["g;x?y#s", "http://a/b/c/g;x?y#s"],
    ["", "http://a/b/c/d;p?q"],
    [".", "http://a/b/c/"],
    ["..", "http://a/b/"],
    ["../g", "http://a/b/g"],
    ["../..", "http://a/"],
    ["../../../g", "http://a/g"],
    ["/./g", "http://a/g"],
    ["g.", "http://a/b/c/g."],
    ["./../g", "http://a/b/g"],
    ["g/../h", "http://a/b/c/h"],
  ];
  test.each(rfc)("joins %s", (url, joined) => {
    expect(urljoin("http://a/b/c/d;p?q", url)).toBe(joined);
  });
});

test("absoluteUri asks for the origin only where it needs it", () => {
  const never = (): string => expect.unreachable();
  expect(absoluteUri("https://x.org/é", never, "/")).toBe("https://x.org/%C3%A9");
  expect(absoluteUri("////evil.com/a", () => "http://me", "/")).toBe("http://me//evil.com/a");
});
