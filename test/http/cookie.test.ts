import { describe, expect, test, vi } from "vitest";
import { BadHeaderError, UnicodeEncodeError, ValueError } from "../../src/core/exceptions.ts";
import { type CookieOptions, Morsel, parseCookie, SimpleCookie, setCookie } from "../../src/http/cookie.ts";
import { growth, LINEAR } from "../linear.ts";

/** The `Set-Cookie` line of one cookie. */
function line(key: string, value: unknown = "", options: CookieOptions = {}): string | undefined {
  const cookies = new SimpleCookie();
  setCookie(cookies, key, value, options);
  return cookies.get(key)?.headerValue();
}

/** The clock stands at this time while `check` runs. */
function at(time: string, check: () => void): void {
  vi.setSystemTime(time);
  try {
    check();
  } finally {
    vi.useRealTimers();
  }
}

describe("setCookie", () => {
  // Every line is what Django 5.2 sends.
  test.each<[string, unknown, CookieOptions, string]>([
    ["a", "v", {}, "a=v; Path=/"],
    ["a", "", {}, 'a=""; Path=/'],
    ["a", 7, {}, "a=7; Path=/"],
    ["a", "v", { path: "/x" }, "a=v; Path=/x"],
    ["a", "v", { path: null }, "a=v"],
    ["a", "v", { path: "" }, "a=v"],
    ["a", "v", { path: "/é" }, "a=v; Path=/é"],
    ["a", "v", { domain: "example.com" }, "a=v; Domain=example.com; Path=/"],
    ["a", "v", { domain: "" }, "a=v; Path=/"],
    ["a", "v", { secure: true, httpOnly: true }, "a=v; HttpOnly; Path=/; Secure"],
    ["a", "v", { secure: false, httpOnly: false }, "a=v; Path=/"],
    ["a", "v", { sameSite: "Strict" }, "a=v; Path=/; SameSite=Strict"],
    ["a", "v", { sameSite: "LAX" }, "a=v; Path=/; SameSite=LAX"],
    ["a", "v", { sameSite: "" }, "a=v; Path=/"],
    ["a", "v", { expires: "Thu, 01 Jan 1970 00:00:00 GMT" }, "a=v; expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/"],
    ["a", "v", { maxAge: null, expires: null, domain: null, sameSite: null }, "a=v; Path=/"],
    ["!#$%&'*+-.^_`|~:9", "v", {}, "!#$%&'*+-.^_`|~:9=v; Path=/"],
  ])("%s = %j with %j", (key, value, options, expected) => {
    expect(line(key, value, options)).toBe(expected);
  });

  test("maxAge is seconds or a duration, and gives expires too", () => {
    at("2023-11-14T22:13:20Z", () => {
      const hour = "a=v; expires=Tue, 14 Nov 2023 23:13:20 GMT; Max-Age=3600; Path=/";
      expect(line("a", "v", { maxAge: 3600 })).toBe(hour);
      expect(line("a", "v", { maxAge: { total: (unit) => (unit === "seconds" ? 3600.5 : 0) } })).toBe(hour);
      expect(line("a", "v", { maxAge: 0 })).toBe("a=v; expires=Tue, 14 Nov 2023 22:13:20 GMT; Max-Age=0; Path=/");
      expect(line("a", "v", { maxAge: -7 })).toBe("a=v; expires=Tue, 14 Nov 2023 22:13:13 GMT; Max-Age=-7; Path=/");
      expect(line("a", "v", { maxAge: 9, expires: "x" })).toBe("a=v; expires=x; Max-Age=9; Path=/");
    });
  });

  test("expires as a Date is counted from now, and gives Max-Age too", () => {
    at("2023-11-14T22:13:20Z", () => {
      const options = { expires: new Date("2023-11-14T22:13:30.500Z") };
      expect(line("a", "v", options)).toBe("a=v; expires=Tue, 14 Nov 2023 22:13:31 GMT; Max-Age=11; Path=/");
      const past = { expires: new Date("2020-01-01T00:00:00Z") };
      expect(line("a", "v", past)).toBe("a=v; expires=Tue, 14 Nov 2023 22:13:20 GMT; Max-Age=0; Path=/");
    });
    expect(() => line("a", "v", { expires: new Date(), maxAge: 5 })).toThrow(
      new ValueError("'expires' and 'max_age' can't be used together."),
    );
  });

  test("a cookie that is set again has its new value, and the attributes that were not given anew", () => {
    const cookies = new SimpleCookie();
    setCookie(cookies, "a", "1", { secure: true, path: "/x" });
    setCookie(cookies, "a", "2", { httpOnly: true });
    expect(cookies.size).toBe(1);
    expect(String(cookies.get("a"))).toBe("a=2; HttpOnly; Path=/; Secure");
  });

  test("a misspelt option is a TypeError that names the right one", () => {
    expect(() => line("a", "v", { httponly: true } as CookieOptions)).toThrow(
      new TypeError('setCookie() has no option "httponly". Did you mean "httpOnly"?'),
    );
    expect(() => line("a", "v", { max_age: 1 } as CookieOptions)).toThrow('Did you mean "maxAge"?');
  });

  test("sameSite is one of three", () => {
    for (const sameSite of ["other", "Lax ", "Lax; Domain=evil"]) expect(() => line("a", "v", { sameSite })).toThrow(ValueError);
  });

  test("maxAge is a number or a duration", () => {
    for (const maxAge of ["1", Number.NaN, {}, new Date(0)]) {
      expect(() => line("a", "v", { maxAge: maxAge as number })).toThrow(TypeError);
    }
  });
});

describe("Morsel", () => {
  test("quotes a value as Python does: octal escapes for what is no token, \\ before quotes", () => {
    const coded = (value: string): string => new Morsel("a", value).codedValue;
    expect(coded("!#$%&'*+-.^_`|~:9zZ")).toBe("!#$%&'*+-.^_`|~:9zZ");
    expect(coded("")).toBe('""');
    expect(coded("a b")).toBe('"a b"');
    expect(coded("()/<=>?@[]{}")).toBe('"()/<=>?@[]{}"');
    expect(coded('a"b\\c')).toBe('"a\\"b\\\\c"');
    expect(coded("a,b;c")).toBe('"a\\054b\\073c"');
    expect(coded("\0\t\r\n\x7f")).toBe('"\\000\\011\\015\\012\\177"');
    expect(coded("é\x80ÿ")).toBe('"\\351\\200\\377"');
    expect(coded("日本")).toBe('"日本"');
  });

  test("every character below U+0100 comes back from parseCookie, but white space at the ends", () => {
    const all = String.fromCharCode(...Array.from({ length: 256 }, (_, i) => i));
    expect(parseCookie(`a=${new Morsel("a", all).codedValue}`).a).toBe(all);
  });

  test("has its value and its attributes to read and to write", () => {
    const morsel = new Morsel("a", "x");
    expect({ ...morsel, value: morsel.value, path: morsel.path, domain: morsel.domain, sameSite: morsel.sameSite }).toEqual({
      key: "a",
      maxAge: undefined,
      secure: false,
      httpOnly: false,
      value: "x",
      path: "",
      domain: "",
      sameSite: "",
    });
    morsel.value = "y z";
    Object.assign(morsel, {
      maxAge: 5.5,
      path: "/p",
      domain: "d",
      expires: "never",
      secure: true,
      httpOnly: true,
      sameSite: "Lax",
    });
    expect([morsel.value, morsel.codedValue, morsel.expires]).toEqual(["y z", '"y z"', "never"]);
    expect(morsel.outputString()).toBe('a="y z"; Domain=d; expires=never; HttpOnly; Max-Age=5; Path=/p; SameSite=Lax; Secure');
    expect(`${morsel}`).toBe(morsel.outputString());
  });

  test.each([
    "",
    " ",
    "a b",
    "a=b",
    "a;b",
    "a,b",
    "a/b",
    "a\n",
    "a\r\nb",
    "a\0",
    "é",
    "日",
    'a"b',
    "a\\b",
    "a(b",
    "a[b",
    "a{b",
    "a@b",
    "a<b",
    "a?b",
  ])("%j is no name", (key) => {
    expect(() => new Morsel(key)).toThrow(ValueError);
  });

  test.each(["expires", "Path", "COMMENT", "domain", "Max-Age", "secure", "HttpOnly", "version", "samesite"])(
    "%s is the name of an attribute, and of no cookie",
    (key) => {
      expect(() => new Morsel(key)).toThrow(ValueError);
    },
  );

  test.each(["path", "domain", "expires", "sameSite"] as const)("%s cannot break out of its place", (name) => {
    const morsel = new Morsel("a", "v");
    for (const text of ["/;Secure", "/\r\nX: y", "/\n", "/\0", "/\x7f", "/\t"]) {
      expect(() => {
        morsel[name] = text;
      }).toThrow(BadHeaderError);
    }
    expect(() => {
      morsel[name] = "/日";
    }).toThrow(UnicodeEncodeError);
    expect(morsel.outputString()).toBe("a=v");
  });

  test("a maxAge that is no number breaks nothing", () => {
    const morsel = new Morsel("a", "v");
    morsel.maxAge = "1; Domain=evil" as unknown as number;
    expect(morsel.outputString()).toBe("a=v; Max-Age=NaN");
  });

  test("a value outside Latin-1 cannot be sent: Django's UnicodeEncodeError", () => {
    const morsel = new Morsel("a", "日本");
    expect(morsel.outputString()).toBe('a="日本"');
    expect(() => morsel.headerValue()).toThrow(UnicodeEncodeError);
    expect(() => morsel.headerValue()).toThrow('Cookie a cannot hold "日本": use encodeURIComponent() on its value.');
  });
});

describe("SimpleCookie", () => {
  test("is a Map of morsels; set() takes a value or a Morsel", () => {
    const cookies = new SimpleCookie();
    cookies.set("a", "1").set("b", 2).set("c", new Morsel("c", "3"));
    expect(Array.from(cookies, ([key, { value }]) => [key, value])).toEqual([
      ["a", "1"],
      ["b", "2"],
      ["c", "3"],
    ]);
    expect(cookies).toBeInstanceOf(Map);
    expect(cookies.delete("b")).toBe(true);
    expect([...cookies.keys()]).toEqual(["a", "c"]);
  });

  test("loads an object, or a header with its attributes", () => {
    expect(String(new SimpleCookie({ a: 1, __proto__x: "y" }).get("a"))).toBe("a=1");
    const cookies = new SimpleCookie(
      'a="x\\054y"; Path=/p; HttpOnly; b=2; max-age=5; expires=Thu, 01 Jan 1970 00:00:00 GMT; SECURE',
    );
    expect(Array.from(cookies.values(), String)).toEqual([
      'a="x\\054y"; HttpOnly; Path=/p',
      "b=2; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=5; Secure",
    ]);
    cookies.load({ a: "z" });
    expect(cookies.get("a")?.value).toBe("z");
  });
});

describe("parseCookie", () => {
  test.each<[string, Record<string, string>]>([
    ["", {}],
    ["a=1; b=2", { a: "1", b: "2" }],
    ["a=1;b=2;;", { a: "1", b: "2" }],
    [" a = 1 ; b", { a: "1", "": "b" }],
    ["a=b=c", { a: "b=c" }],
    ["a=1; a=2", { a: "2" }],
    ['a="b;c"', { a: '"b', "": 'c"' }],
    ['a="\\342\\202\\254 \\"x\\""', { a: 'â\x82¬ "x"' }],
    ["=v", { "": "v" }],
    // The dot of Python's pattern is any character but a line feed.
    ['a="\\\r\\\u2028\\\n"', { a: "\r\u2028\\\n" }],
  ])("%j", (header, expected) => {
    expect({ ...parseCookie(header) }).toEqual(expected);
  });

  test("names of Object.prototype are names like others", () => {
    const cookies = parseCookie("__proto__=1; constructor=2");
    expect(Object.getPrototypeOf(cookies)).toBe(null);
    expect(Object.entries(cookies)).toEqual([
      ["__proto__", "1"],
      ["constructor", "2"],
    ]);
  });

  test.each(["a;", "=", "a=", ";", '"\\0', "a=b; "])("1 MB of %j takes linear time", async (unit) => {
    expect(await growth(250_000, (size) => unit.repeat(size / unit.length), parseCookie)).toBeLessThan(LINEAR);
  });
});
