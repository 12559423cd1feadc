import { describe, expect, test } from "vitest";
import { overrideSettings } from "../../src/conf/index.ts";
import { ValueError } from "../../src/core/exceptions.ts";
import {
  addNeverCacheHeaders,
  checkPreconditions,
  getMaxAge,
  hasDirective,
  patchCacheControl,
  patchResponseHeaders,
  patchVaryHeaders,
} from "../../src/utils/cache.ts";
import { parseHttpDate } from "../../src/utils/http.ts";

/** All that these functions ask of a response. */
class Headers {
  readonly values: Map<string, string> = new Map();
  constructor(values: Record<string, string> = {}) {
    for (const [name, value] of Object.entries(values)) this.set(name, value);
  }
  get(header: string): string | undefined {
    return this.values.get(header);
  }
  set(header: string, value: string): void {
    this.values.set(header, value);
  }
  hasHeader(header: string): boolean {
    return this.values.has(header);
  }
}

describe("patchCacheControl", () => {
  // django/tests/cache/tests.py, CacheUtils.test_patch_cache_control
  test.each([
    [undefined, { private: true }, "private"],
    ["", { private: true }, "private"],
    ["private", { private: true }, "private"],
    ["private", { public: true }, "public"],
    ["public", { public: true }, "public"],
    ["public", { private: true }, "private"],
    ["must-revalidate,max-age=60,private", { public: true }, "must-revalidate, max-age=60, public"],
    ["must-revalidate,max-age=60,public", { private: true }, "must-revalidate, max-age=60, private"],
    ["must-revalidate,max-age=60", { public: true }, "must-revalidate, max-age=60, public"],
    [undefined, { noCache: "Set-Cookie" }, "no-cache=Set-Cookie"],
    ["no-cache=Set-Cookie", { noCache: true }, "no-cache"],
    ["no-cache=Set-Cookie,no-cache=Link", { noCache: true }, "no-cache"],
    ["no-cache=Set-Cookie", { noCache: "Link" }, "no-cache=Set-Cookie, no-cache=Link"],
    [undefined, { max_age: 60, no_store: true }, "max-age=60, no-store"],
    [
      undefined,
      { sMaxage: 5, staleWhileRevalidate: 9, mustRevalidate: true },
      "s-maxage=5, stale-while-revalidate=9, must-revalidate",
    ],
  ])("%j with %j", (header, directives, expected) => {
    const response = new Headers(header === undefined ? {} : { "Cache-Control": header });
    patchCacheControl(response, directives);
    expect(response.get("Cache-Control")).toBe(expected);
  });

  test("keeps the smaller max-age, and refuses to compare with text", () => {
    const response = new Headers({ "Cache-Control": "max-age=100" });
    patchCacheControl(response, { maxAge: 50 });
    patchCacheControl(response, { maxAge: 70 });
    expect(response.get("Cache-Control")).toBe("max-age=50");
    expect(() => patchCacheControl(new Headers({ "Cache-Control": "max-age=soon" }), { maxAge: 1 })).toThrow(ValueError);
  });

  test("does not add what is undefined", () => {
    const response = new Headers({ "Cache-Control": "private" });
    patchCacheControl(response, { maxAge: undefined as unknown as number });
    expect(response.get("Cache-Control")).toBe("private");
  });
});

test("getMaxAge reads whole numbers only", () => {
  const age = (header?: string): number | undefined =>
    getMaxAge(new Headers(header === undefined ? {} : { "Cache-Control": header }));
  expect(age("private, Max-Age=31536000")).toBe(31536000);
  expect(age("max-age=-5")).toBe(-5);
  for (const header of [undefined, "", "s-maxage=5", "max-age=1.5", "max-age=", "max-age=10;"])
    expect(age(header)).toBe(undefined);
});

describe("patchVaryHeaders", () => {
  // django/tests/cache/tests.py, CacheUtils.test_patch_vary_headers
  test.each([
    [undefined, ["Accept-Encoding"], "Accept-Encoding"],
    [undefined, ["Accept-Encoding", "COOKIE"], "Accept-Encoding, COOKIE"],
    ["Accept-Encoding", ["accept-encoding", "cookie"], "Accept-Encoding, cookie"],
    ["Cookie,     Accept-Encoding", ["Accept-Encoding", "cookie"], "Cookie, Accept-Encoding"],
    ["Cookie    ,     Accept-Encoding", ["Accept-Encoding", "cookie"], "Cookie, Accept-Encoding"],
    ["*", ["Accept-Language", "Cookie"], "*"],
    ["Accept-Language, *", ["Cookie"], "*"],
    [undefined, ["*", "Accept-Language"], "*"],
    // White space is Python's, and only that around the commas goes.
    ["\x1fA\x1f,\x85B\x1f", ["C"], "\x1fA, B\x1f, C"],
  ])("%j and %j", (header, names, expected) => {
    const response = new Headers(header === undefined ? {} : { Vary: header });
    patchVaryHeaders(response, names);
    expect(response.get("Vary")).toBe(expected);
  });

  test("takes a header full of white space in one pass", () => {
    const response = new Headers({ Vary: `a${" ".repeat(500_000)}b` });
    patchVaryHeaders(response, ["c"]);
    expect(response.get("Vary")?.length).toBe(500_005);
  });
});

describe("patchResponseHeaders", () => {
  test("sets Expires and max-age from the timeout, or from the setting", () => {
    const response = new Headers();
    overrideSettings({ CACHE_MIDDLEWARE_SECONDS: 77 }, () => patchResponseHeaders(response));
    expect(response.get("Cache-Control")).toBe("max-age=77");
    const ahead = parseHttpDate(response.get("Expires") ?? "") - Date.now() / 1000;
    expect(ahead).toBeGreaterThan(60);
    expect(ahead).toBeLessThanOrEqual(77);
  });

  test("keeps an Expires, and takes no negative age", () => {
    const response = new Headers({ Expires: "whenever" });
    patchResponseHeaders(response, -100);
    expect([...response.values]).toEqual([
      ["Expires", "whenever"],
      ["Cache-Control", "max-age=0"],
    ]);
  });

  test("addNeverCacheHeaders leaves no cache a chance", () => {
    const response = new Headers();
    addNeverCacheHeaders(response);
    expect(response.get("Cache-Control")).toBe("max-age=0, no-cache, no-store, must-revalidate, private");
  });
});

test("hasDirective knows a directive in any case", () => {
  expect(hasDirective(new Headers({ "Cache-Control": "private , No-Store" }), "no-store")).toBe(true);
  expect(hasDirective(new Headers({ "Cache-Control": "no-stores" }), "no-store")).toBe(false);
  expect(hasDirective(new Headers(), "no-store")).toBe(false);
});

describe("checkPreconditions", () => {
  const now = 1445412480;
  const at = "Wed, 21 Oct 2015 07:28:00 GMT";
  const before = "Wed, 21 Oct 2015 07:27:59 GMT";
  const check = (method: string, META: Record<string, string>, etag?: string, modified?: number): unknown =>
    checkPreconditions({ method, META }, etag, modified);

  test("goes on without preconditions", () => {
    expect(check("GET", {}, '"a"', now)).toBe(undefined);
  });

  test("If-Match compares strongly (RFC 9110, section 13.1.1)", () => {
    expect(check("PUT", { HTTP_IF_MATCH: '"b", "a"' }, '"a"')).toBe(undefined);
    expect(check("PUT", { HTTP_IF_MATCH: "*" }, 'W/"a"')).toBe(undefined);
    expect(check("PUT", { HTTP_IF_MATCH: 'W/"a"' }, 'W/"a"')).toBe(412);
    expect(check("PUT", { HTTP_IF_MATCH: '"a"' }, 'W/"a"')).toBe(412);
    expect(check("PUT", { HTTP_IF_MATCH: "*" })).toBe(412);
  });

  test("If-None-Match compares weakly (section 13.1.2): 304 to a read, 412 to a write", () => {
    expect(check("GET", { HTTP_IF_NONE_MATCH: 'W/"a"' }, '"a"')).toBe(304);
    expect(check("HEAD", { HTTP_IF_NONE_MATCH: "*" }, '"a"')).toBe(304);
    expect(check("PUT", { HTTP_IF_NONE_MATCH: "*" }, '"a"')).toBe(412);
    expect(check("PUT", { HTTP_IF_NONE_MATCH: "*" })).toBe(undefined);
    expect(check("GET", { HTTP_IF_NONE_MATCH: '"b"' }, '"a"')).toBe(undefined);
  });

  test("dates count only without their ETag header (section 13.2.2)", () => {
    expect(check("GET", { HTTP_IF_MODIFIED_SINCE: at }, undefined, now)).toBe(304);
    expect(check("GET", { HTTP_IF_MODIFIED_SINCE: before }, undefined, now)).toBe(undefined);
    expect(check("POST", { HTTP_IF_MODIFIED_SINCE: at }, undefined, now)).toBe(undefined);
    expect(check("GET", { HTTP_IF_MODIFIED_SINCE: at, HTTP_IF_NONE_MATCH: '"b"' }, '"a"', now)).toBe(undefined);
    expect(check("PUT", { HTTP_IF_UNMODIFIED_SINCE: before }, undefined, now)).toBe(412);
    expect(check("PUT", { HTTP_IF_UNMODIFIED_SINCE: at }, undefined, now)).toBe(undefined);
    expect(check("PUT", { HTTP_IF_UNMODIFIED_SINCE: before, HTTP_IF_MATCH: '"a"' }, '"a"', now)).toBe(undefined);
    expect(check("GET", { HTTP_IF_MODIFIED_SINCE: "garbage" }, undefined, now)).toBe(undefined);
  });
});
