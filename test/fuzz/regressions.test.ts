/** What fuzzing has found, one test for each, named after what was wrong. */

import { expect, test } from "vitest";
import { overrideSettings } from "../../src/conf/index.ts";
import { signCookie } from "../../src/core/signing.ts";
import { SimpleCookie } from "../../src/http/cookie.ts";
import { HttpResponse } from "../../src/http/response.ts";
import { urlHasAllowedHostAndScheme } from "../../src/utils/http.ts";

test("urlHasAllowedHostAndScheme(): a tab or a line break between slashes hides no host, as it does from Django", () => {
  // URL standard, section 4.4: tabs and line breaks are dropped before anything else, and any slashes then begin a host.
  for (const url of ["/\t//evil.com", "/\r\n//evil.com", "\\\n\\\\evil.com", "/\n\\/evil.com"]) {
    expect(urlHasAllowedHostAndScheme(url, ["example.com"])).toBe(false);
  }
  expect(urlHasAllowedHostAndScheme("/a\t//b", ["example.com"])).toBe(true);
});

test("signCookie(): half a character at the end of the salt joins with no other half at the beginning of the name", () => {
  overrideSettings({ SECRET_KEY: "a key" }, () => {
    expect(() => signCookie("\udc00", "1", "aaaaa🎸\ud83c")).toThrow(expect.objectContaining({ name: "UnicodeEncodeError" }));
    expect(() => signCookie("a", "1", "\ud83c")).toThrow(expect.objectContaining({ name: "UnicodeEncodeError" }));
  });
});

test("SimpleCookie.load(): an attribute or a value that no header can carry is no error", () => {
  const cookies = new SimpleCookie('a="x\\012y"; Path="/\\012"; Domain=b\x0bc; b=d\x00e; SameSite=🎸; c="🎸"');
  const texts = Array.from(cookies.values(), String);
  expect(texts.slice(0, 2)).toEqual(['a="x\\012y"', 'b="d\\000e"']);
  expect(cookies.get("c")?.value).toBe("🎸");
});

test("HttpResponse: a tab in the reason, which workerd refuses, is no error", () => {
  const response = new HttpResponse("x", { reason: "a\tb" });
  expect(response.reasonPhrase).toBe("a\tb");
  expect(response.toResponse().status).toBe(200);
});
