import { describe, expect, test, vi } from "vitest";
import { overrideSettings } from "../../src/conf/index.ts";
import { BadHeaderError, KeyError, UnicodeEncodeError } from "../../src/core/exceptions.ts";
import { ResponseHeaders } from "../../src/http/responseheaders.ts";
import { isWorkerd } from "../../src/platform.ts";

describe("ResponseHeaders", () => {
  test("looks names up in any case, and keeps them as they were last written", () => {
    const headers = new ResponseHeaders({ "Content-Type": "text/plain", "x-ONE": 1 });
    expect([headers.get("content-TYPE"), headers.getItem("X-One"), headers.has("X-ONE"), headers.size]).toEqual([
      "text/plain",
      "1",
      true,
      2,
    ]);
    headers.set("content-type", "text/html");
    expect([...headers]).toEqual([
      ["content-type", "text/html"],
      ["x-ONE", "1"],
    ]);
  });

  test("is made from an object, from pairs, or from native Headers", () => {
    const expected = [
      ["a", "1"],
      ["b", "2"],
    ];
    for (const given of [
      { a: 1, b: 2 },
      Object.entries({ a: 1, b: 2 }),
      new Map(Object.entries({ a: 1, b: 2 })),
      new Headers({ a: "1", b: "2" }),
    ]) {
      expect([...new ResponseHeaders(given)]).toEqual(expected);
    }
    expect([...new ResponseHeaders()]).toEqual([]);
    expect([...new ResponseHeaders(null)]).toEqual([]);
  });

  test("an absent header is undefined, or the alternate; getItem() throws KeyError", () => {
    const headers = new ResponseHeaders();
    expect([headers.get("a"), headers.get("a", "x"), headers.get("a", null), headers.has("a")]).toEqual([
      undefined,
      "x",
      null,
      false,
    ]);
    expect(() => headers.getItem("a")).toThrow(KeyError);
  });

  test("delete() of an absent header does nothing; pop() gives what was removed", () => {
    const headers = new ResponseHeaders({ Age: 120 });
    headers.delete("Other");
    expect([headers.pop("AGE"), headers.pop("age"), headers.pop("age", "none"), headers.size]).toEqual([
      "120",
      undefined,
      "none",
      0,
    ]);
  });

  test("setdefault() sets only what is not there", () => {
    const headers = new ResponseHeaders({ a: "1" });
    headers.setdefault("A", "2");
    headers.setdefault("B", "3");
    expect([...headers.items()]).toEqual([
      ["a", "1"],
      ["B", "3"],
    ]);
    expect([[...headers.keys()], [...headers.values()]]).toEqual([
      ["a", "B"],
      ["1", "3"],
    ]);
  });

  test("values are the text of what is given; bytes are Latin-1", () => {
    const headers = new ResponseHeaders();
    const value = (given: unknown): string => {
      headers.set("X", given);
      return headers.getItem("X");
    };
    expect([value(120), value(true), value(new URL("http://a/b")), value(""), value(" a\tb ")]).toEqual([
      "120",
      "true",
      "http://a/b",
      "",
      " a\tb ",
    ]);
    expect([value(Uint8Array.of(0x61, 0xe9)), value(Uint8Array.of(0xe9).buffer), value("é")]).toEqual(["aé", "é", "é"]);
  });

  test("text outside Latin-1 is MIME-encoded (RFC 2047), as Django does", () => {
    const headers = new ResponseHeaders({ a: "☃", b: "plain-text with_one ☃", c: "€é日本語ü" });
    // Header(value, "utf-8", maxlinelen=sys.maxsize).encode() of Python.
    expect([...headers.values()]).toEqual([
      "=?utf-8?b?4piD?=",
      "=?utf-8?q?plain-text_with=5Fone_=E2=98=83?=",
      "=?utf-8?b?4oKsw6nml6XmnKzoqp7DvA==?=",
    ]);
    expect(() => headers.set("a", "\ud800")).toThrow(UnicodeEncodeError);
  });

  test("no value where there has to be one is a TypeError that names the header", () => {
    const headers = new ResponseHeaders();
    for (const value of [undefined, null])
      expect(() => headers.set("X-Age", value)).toThrow(new TypeError(`The header X-Age has no value: it is ${value}.`));
  });

  test.each(["\r", "\n", "\0", "a\r\nSet-Cookie: a=b", "☃\n"])("the value %j is a BadHeaderError", (value) => {
    const headers = new ResponseHeaders();
    for (const set of [
      () => headers.set("X", value),
      () => headers.setdefault("X", value),
      () => new ResponseHeaders({ X: value }),
      () => new ResponseHeaders([["X", value]]),
    ]) {
      expect(set).toThrow(BadHeaderError);
    }
    expect(headers.size).toBe(0);
  });

  test.each([
    "",
    " ",
    "a b",
    "a:",
    "a\n",
    "a\r\nb",
    "a\0",
    "a;",
    "a,",
    "a(",
    '"a"',
    "a/b",
    "[a]",
    "{a}",
    "a@b",
    "a=b",
    "a?",
    "a\\",
  ])("%j is no name", (name) => {
    expect(() => new ResponseHeaders([[name, "x"]])).toThrow(BadHeaderError);
  });

  test.each(["é", "ſet-Cookie", "日"])("the name %j is not ASCII: Django's UnicodeError", (name) => {
    expect(() => new ResponseHeaders([[name, "x"]])).toThrow(UnicodeEncodeError);
  });

  test("names of Object.prototype are names like others", () => {
    const headers = new ResponseHeaders();
    expect(headers.get("constructor")).toBe(undefined);
    headers.set("__proto__", "1");
    headers.set("constructor", "2");
    expect([...new Headers(headers.toInit())]).toEqual([
      ["__proto__", "1"],
      ["constructor", "2"],
    ]);
  });
});

describe("toInit()", () => {
  test("goes into native Headers as it is, in ASCII on workerd", () => {
    const headers = new Headers(new ResponseHeaders({ A: "1", B: "é" }).toInit());
    expect([...headers]).toEqual([
      ["a", "1"],
      ["b", isWorkerd() ? "=?utf-8?b?w6k=?=" : "é"],
    ]);
  });

  test("leaves out what belongs to the connection, and says so", async () => {
    const LOGGER = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
    await overrideSettings({ LOGGER }, () => {
      const headers = new ResponseHeaders({
        Connection: "close",
        "Keep-Alive": 5,
        "Transfer-Encoding": "chunked",
        Upgrade: "x",
        TE: "x",
        A: 1,
      });
      expect(headers.toInit()).toEqual({ A: "1" });
    });
    expect(LOGGER.warn).toHaveBeenCalledTimes(5);
  });
});
