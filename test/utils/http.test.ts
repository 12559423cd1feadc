import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UnicodeEncodeError, ValueError } from "../../src/core/exceptions.ts";
import {
  contentDispositionHeader,
  httpDate,
  parseEtags,
  parseHeaderParameters,
  parseHttpDate,
  quoteEtag,
  urlHasAllowedHostAndScheme,
} from "../../src/utils/http.ts";

/** Runs a check on random texts of the characters that the parsers look for. */
function fuzz(characters: string, maxLength: number, check: (text: string) => void): void {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...characters), maxLength }), check), { numRuns: 3000 });
}

describe("httpDate", () => {
  test("writes the IMF-fixdate of RFC 9110", () => {
    expect(httpDate(784111777)).toBe("Sun, 06 Nov 1994 08:49:37 GMT");
    expect(httpDate(new Date("1994-11-06T08:49:37Z"))).toBe("Sun, 06 Nov 1994 08:49:37 GMT");
  });

  test("cuts fractions downwards, before 1970 too", () => {
    expect(httpDate(1.999)).toBe("Thu, 01 Jan 1970 00:00:01 GMT");
    expect(httpDate(-0.5)).toBe("Wed, 31 Dec 1969 23:59:59 GMT");
  });

  test("is now without a time", () => {
    const before = Math.floor(Date.now() / 1000);
    expect(parseHttpDate(httpDate())).toBeGreaterThanOrEqual(before);
  });

  test("refuses what no calendar has", () => {
    for (const seconds of [Number.NaN, Number.POSITIVE_INFINITY, 253402300800, -62135596801]) {
      expect(() => httpDate(seconds)).toThrow(ValueError);
    }
    expect(() => httpDate(new Date(Number.NaN))).toThrow(ValueError);
    expect(httpDate(253402300799)).toBe("Fri, 31 Dec 9999 23:59:59 GMT");
  });
});

describe("parseHttpDate", () => {
  test("reads the three formats of RFC 9110, section 5.6.7", () => {
    for (const date of ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"]) {
      expect(parseHttpDate(date)).toBe(784111777);
    }
  });

  test("names what it cannot read", () => {
    expect(() => parseHttpDate("yesterday")).toThrow('"yesterday" is not in a valid HTTP date format');
    expect(() => parseHttpDate("Thu, 30 Feb 2023 00:00:00 GMT")).toThrow('"Thu, 30 Feb 2023 00:00:00 GMT" is not a valid date');
  });

  test.each([
    "Sun, 06 Nov 1994 24:00:00 GMT",
    "Sun, 06 Nov 1994 08:60:00 GMT",
    "Sun, 06 Nov 1994 08:49:60 GMT",
    "Sun, 00 Nov 1994 08:49:37 GMT",
    "Sun, 31 Nov 1994 08:49:37 GMT",
    "Sun, 06 Nox 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 08:49:37 UTC",
    "Sun, 06 Nov 1994 08:49:37",
    "Sun, 6 Nov 1994 08:49:37 GMT",
    " Sun, 06 Nov 1994 08:49:37 GMT",
    "",
  ])("refuses %j", (date) => {
    expect(() => parseHttpDate(date)).toThrow(ValueError);
  });

  test("takes a two-digit year for the nearer century", () => {
    const year = new Date().getUTCFullYear();
    const written = (y: number): string => `Sunday, 06-Nov-${String(y % 100).padStart(2, "0")} 08:49:37 GMT`;
    expect(new Date(parseHttpDate(written(year)) * 1000).getUTCFullYear()).toBe(year);
    // 51 years ahead within the century is in the past
    expect(new Date(parseHttpDate("Sunday, 06-Nov-99 08:49:37 GMT") * 1000).getUTCFullYear()).toBe(year % 100 > 48 ? 2099 : 1999);
  });

  test("reads back what httpDate writes", () => {
    for (let seconds = -59_000_000_000; seconds < 250_000_000_000; seconds += 7_777_777_777) {
      expect(parseHttpDate(httpDate(seconds))).toBe(seconds);
    }
  });
});

describe("parseEtags", () => {
  test("gives tags with their quotes and mark of weakness", () => {
    expect(parseEtags('"xyzzy", W/"r2d2xxxx" ,"c3piozzzz"')).toEqual(['"xyzzy"', 'W/"r2d2xxxx"', '"c3piozzzz"']);
    expect(parseEtags(" * ")).toEqual(["*"]);
  });

  test("leaves out what is none", () => {
    expect(parseEtags('abc, "a, b", w/"c", "d"e, "f')).toEqual([]);
    expect(parseEtags("")).toEqual([]);
  });

  test("quoteEtag quotes what has no quotes", () => {
    expect(["a", '"a"', 'W/"a"', ""].map(quoteEtag)).toEqual(['"a"', '"a"', 'W/"a"', '""']);
  });
});

describe("parseHeaderParameters", () => {
  const parse = (line: string): [string, Record<string, string>] => {
    const [value, params] = parseHeaderParameters(line);
    return [value, { ...params }];
  };

  test.each([
    ["text/HTML;Charset=utf-8", "text/html", { charset: "utf-8" }],
    ['text/html; charset="utf-8"', "text/html", { charset: "utf-8" }],
    ['form-data; name="a;b"; filename="c\\"d\\\\e"', "form-data", { name: "a;b", filename: 'c"d\\e' }],
    ["attachment; filename*=UTF-8''%e2%82%ac%20rates", "attachment", { filename: "€ rates" }],
    ["attachment; filename*=iso-8859-1'en'%A3%20rates", "attachment", { filename: "£ rates" }],
    ["attachment; filename*=UTF-8''%e2%82%ac; filename=\"EURO\"", "attachment", { filename: "EURO" }],
    ["attachment; filename=\"EURO\"; filename*=UTF-8''%e2%82%ac", "attachment", { filename: "€" }],
    // Of Django's own tests (ticket 24209).
    ["x; title*='This%20is%20%2A%2A%2Afun%2A%2A%2A", "x", { title: "'This%20is%20%2A%2A%2Afun%2A%2A%2A" }],
    ["x; title*='foo.html", "x", { title: "'foo.html" }],
    ["attachment; filename*=no-charset''%41", "attachment", { filename: "%41" }],
    ["a; b; c=", "a", { c: "" }],
    ["a;;=x; ;b=c", "a", { "": "x", b: "c" }],
    ['a; b="open; c=d', "a", { b: '"open; c=d' }],
    ["", "", {}],
    [";", "", {}],
  ])("%j", (line, value, params) => {
    expect(parse(line)).toEqual([value, params]);
  });

  test("the parameters have no prototype", () => {
    const [, params] = parseHeaderParameters("a; __proto__=1; b=2");
    expect(Object.getPrototypeOf(params)).toBe(null);
    expect(Object.keys(params)).toEqual(["__proto__", "b"]);
    expect(params.constructor).toBe(undefined);
  });

  test("takes any text, and every truncation of one", () => {
    fuzz("ab=;\"\\'*% \t\0é%41", 40, (line) => {
      const [value, params] = parseHeaderParameters(line);
      expect([value, ...Object.values(params)].every((text) => typeof text === "string")).toBe(true);
    });
    const whole = 'form-data; name="a;\\"b"; filename*=utf-8\'en\'%c3%a9; x=y';
    for (let end = 0; end <= whole.length; end++) expect(() => parseHeaderParameters(whole.slice(0, end))).not.toThrow();
    expect(parse(whole)).toEqual(["form-data", { name: 'a;"b', filename: "é", x: "y" }]);
  });

  test("reads a megabyte of quotes and semicolons in one pass", () => {
    const [value, params] = parseHeaderParameters(`a; b="${';\\"'.repeat(300_000)}"; c=${" ".repeat(100_000)}d`);
    expect([value, params.b?.length, params.c]).toEqual(["a", 600_000, "d"]);
  });
});

describe("contentDispositionHeader", () => {
  test("quotes ASCII and percent-encodes the rest", () => {
    expect(contentDispositionHeader(true, "report.pdf")).toBe('attachment; filename="report.pdf"');
    expect(contentDispositionHeader(false, 'a "b" \\c')).toBe('inline; filename="a \\"b\\" \\\\c"');
    expect(contentDispositionHeader(true, "€ rates!'()*~")).toBe(
      "attachment; filename*=utf-8''%E2%82%AC%20rates%21%27%28%29%2A~",
    );
    expect(contentDispositionHeader(true, "")).toBe("attachment");
    expect(contentDispositionHeader(false, null)).toBe(undefined);
  });

  test("cannot be made to leave its parameter", () => {
    fuzz('"\\;=\r\n\0 \t\x7f\x1fa*\u2028é😀', 12, (name) => {
      const header = contentDispositionHeader(true, name) ?? "";
      expect(header).toMatch(/^[\t\x20-\x7e]*$/);
      expect(parseHeaderParameters(header)[1].filename).toBe(name || undefined);
    });
  });

  test("refuses half a character", () => {
    expect(() => contentDispositionHeader(true, "a\ud800")).toThrow(UnicodeEncodeError);
  });
});

describe("urlHasAllowedHostAndScheme", () => {
  const bad = [
    "http://example.com",
    "http:///example.com",
    "https://example.com",
    "ftp://example.com",
    String.raw`\\example.com`,
    String.raw`\\\example.com`,
    String.raw`/\\/example.com`,
    String.raw`\\\example.com`,
    String.raw`\\//example.com`,
    String.raw`/\/example.com`,
    String.raw`\/example.com`,
    String.raw`/\example.com`,
    "http:///example.com",
    String.raw`http:/\//example.com`,
    String.raw`http:\/example.com`,
    String.raw`http:/\example.com`,
    'javascript:alert("XSS")',
    "\njavascript:alert(x)",
    "java\nscript:alert(x)",
    "\x08//example.com",
    String.raw`http://otherserver\@example.com`,
    String.raw`http:\\testserver\@example.com`,
    String.raw`http://testserver\me:pass@example.com`,
    String.raw`http://testserver\@example.com`,
    String.raw`http:\\testserver\confirm\me@example.com`,
    "http:999999999",
    "ftp:9999999999",
    "\n",
    "http://[2001:cdba:0000:0000:0000:0000:3257:9652/",
    "http://2001:cdba:0000:0000:0000:0000:3257:9652]/",
    "///example.com",
    "/\t/example.com",
    "",
  ];
  test.each(bad)("refuses %j", (url) => {
    expect(urlHasAllowedHostAndScheme(url, ["testserver", "testserver2"])).toBe(false);
  });

  test.each([
    "/view/?param=http://example.com",
    "/view/?param=https://example.com",
    "/view?param=ftp://example.com",
    "view/?param=//example.com",
    "https://testserver/",
    "HTTPS://testserver/",
    "//testserver/",
    "http://testserver/confirm?email=me@example.com",
    "/url%20with%20spaces/",
    "path/http:2222222222",
  ])("allows %j", (url) => {
    expect(urlHasAllowedHostAndScheme(url, ["otherserver", "testserver"])).toBe(true);
  });

  test("requireHttps refuses http, with and without a scheme", () => {
    const options = { requireHttps: true };
    expect(urlHasAllowedHostAndScheme("https://example.com/p", "example.com", options)).toBe(true);
    expect(urlHasAllowedHostAndScheme("/p", "example.com", options)).toBe(true);
    expect(urlHasAllowedHostAndScheme("http://example.com/p", "example.com", options)).toBe(false);
    expect(urlHasAllowedHostAndScheme("//example.com/p", "example.com", options)).toBe(false);
  });

  test("counts 2048 characters, not code units", () => {
    expect(urlHasAllowedHostAndScheme(`/${"😀".repeat(2047)}`, [])).toBe(true);
    expect(urlHasAllowedHostAndScheme(`/${"x".repeat(2048)}`, [])).toBe(false);
  });

  test("what it allows, no browser takes to another host", () => {
    fuzz("/\\:@?#ht.p \t\n\0[]evil", 14, (url) => {
      if (!urlHasAllowedHostAndScheme(url, ["testserver"]) || !URL.canParse(url, "http://testserver/")) return;
      expect(new URL(url, "http://testserver/").host).toBe("testserver");
    });
  });
});
