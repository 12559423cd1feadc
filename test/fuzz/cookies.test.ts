/** Cookies in both directions. */

import fc from "fast-check";
import { describe, expect } from "vitest";
import { type CookieOptions, parseCookie, SimpleCookie, setCookie } from "../../src/http/cookie.ts";
import { HttpRequest } from "../../src/http/request.ts";
import { cookies, setCookies } from "./corpus.ts";
import { attempt, mutated, property, textOf } from "./fuzz.ts";

const TOKENS = [
  ";",
  "; ",
  "=",
  '"',
  "\\",
  "\\073",
  '\\"',
  "a",
  "a=b",
  ",",
  " ",
  "Path=/",
  "expires",
  "Max-Age=1",
  "secure",
  "\x0b",
];
/** What no header can carry. */
const CONTROL = /[^\P{Cc}\x80-\x9f]/u;
const name = fc.stringMatching(/^[\w!#$%&'*+.^`|~-]{1,10}$/);

describe("parseCookie()", () => {
  property(
    "gives text for any text",
    fc.oneof(mutated(cookies, ...TOKENS), textOf(...TOKENS)),
    (header) => {
      const found = parseCookie(header);
      expect(Object.getPrototypeOf(found)).toBe(null);
      for (const value of Object.values(found)) expect(typeof value).toBe("string");
    },
    cookies,
  );

  property("reads any header that a request can carry", fc.oneof(mutated(cookies), textOf(...TOKENS)), (header) => {
    const request = new HttpRequest();
    request.META.HTTP_COOKIE = header.replace(/[^\0-\xff]/g, "");
    for (const value of Object.values(request.COOKIES)) expect(typeof value).toBe("string");
  });

  property("reads what setCookie() writes, whatever the value", fc.tuple(name, textOf(...TOKENS)), async ([key, value]) => {
    const jar = new SimpleCookie();
    const set = await attempt(["ValueError"], () => setCookie(jar, key, value, {}) ?? true);
    if (!set) return expect(key).toMatch(/^(expires|path|comment|domain|max-age|secure|httponly|version|samesite)$/i);
    const line = String(jar.get(key));
    expect(line).not.toMatch(CONTROL);
    const [pair, ...attributes] = line.split(";");
    expect(attributes).toEqual([" Path=/"]);
    return expect({ ...parseCookie(pair as string) }).toEqual({ [key]: value });
  });
});

describe("setCookie()", () => {
  const text = fc.oneof(textOf(...TOKENS), fc.constantFrom("/", "example.com", "Lax", "none", "Thu, 01 Jan 1970 00:00:00 GMT"));
  const options: fc.Arbitrary<CookieOptions> = fc.record(
    {
      maxAge: fc.oneof(fc.integer(), fc.double(), fc.constant(null)),
      expires: fc.oneof(text, fc.date(), fc.constant(null)),
      path: fc.oneof(text, fc.constant(null)),
      domain: text,
      secure: fc.boolean(),
      httpOnly: fc.boolean(),
      sameSite: text,
    },
    { requiredKeys: [] },
  );

  property(
    "writes one line with the attributes that were asked for, or throws",
    fc.tuple(fc.oneof(name, textOf(...TOKENS)), text, options),
    async ([key, value, given]) => {
      const jar = new SimpleCookie();
      const errors = ["ValueError", "BadHeaderError", "TypeError", "UnicodeEncodeError"];
      if (!(await attempt(errors, () => setCookie(jar, key, value, given) ?? true))) return;
      const line = String(jar.get(key));
      expect(line).not.toMatch(CONTROL);
      const names = line.split("; ").map((part) => part.split("=", 1)[0]);
      expect(names.length).toBe(new Set(names).size);
      for (const attribute of names.slice(1)) {
        expect(["Domain", "expires", "HttpOnly", "Max-Age", "Path", "SameSite", "Secure"]).toContain(attribute);
      }
      expect(names.includes("Secure")).toBe(given.secure === true);
      expect(names.includes("HttpOnly")).toBe(given.httpOnly === true);
    },
  );
});

describe("SimpleCookie", () => {
  property(
    "load() takes any text",
    fc.oneof(mutated([...cookies, ...setCookies], ...TOKENS), textOf(...TOKENS)),
    (header) => {
      for (const [key, morsel] of new SimpleCookie(header)) {
        expect(morsel.key).toBe(key);
        expect(String(morsel)).not.toMatch(/[\r\n\0]/);
      }
    },
    [...cookies, ...setCookies],
  );

  property("load() reads its own lines", fc.tuple(name, textOf(...TOKENS)), async ([key, value]) => {
    const jar = new SimpleCookie();
    if (!(await attempt(["ValueError"], () => jar.set(key, value)))) return;
    const again = new SimpleCookie(String(jar.get(key)));
    expect(again.get(key)?.value).toBe(value);
  });
});
