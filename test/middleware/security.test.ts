import { describe, expect, test } from "vitest";
import { overrideSettings, type Settings } from "../../src/conf/index.ts";
import { HttpRequest } from "../../src/http/request.ts";
import { HttpResponse, type HttpResponseBase } from "../../src/http/response.ts";
import { SecurityMiddleware } from "../../src/middleware/security.ts";

function answer(url: string, settings: Partial<Settings> = {}, headers: Record<string, string> = {}): HttpResponseBase {
  return overrideSettings({ ALLOWED_HOSTS: ["*"], ...settings }, () => {
    const request = HttpRequest.fromRequest(new Request(url, { headers: { host: new URL(url).host } }));
    return new SecurityMiddleware(() => new HttpResponse("ok", { headers })).call(request) as HttpResponseBase;
  });
}

describe("SecurityMiddleware", () => {
  test("the headers by default", () => {
    const response = answer("https://a/");
    expect(response.get("X-Content-Type-Options")).toBe("nosniff");
    expect(response.get("Referrer-Policy")).toBe("same-origin");
    expect(response.get("Cross-Origin-Opener-Policy")).toBe("same-origin");
    expect(response.has("Strict-Transport-Security")).toBe(false);
  });

  test("a view's own headers stay", () => {
    const own = {
      "X-Content-Type-Options": "a",
      "Referrer-Policy": "b",
      "Cross-Origin-Opener-Policy": "c",
      "Strict-Transport-Security": "d",
    };
    const response = answer("https://a/", { SECURE_HSTS_SECONDS: 60 }, own);
    for (const [name, value] of Object.entries(own)) expect(response.get(name)).toBe(value);
  });

  test("settings that are off set nothing", () => {
    const response = answer("https://a/", {
      SECURE_CONTENT_TYPE_NOSNIFF: false,
      SECURE_REFERRER_POLICY: null,
      SECURE_CROSS_ORIGIN_OPENER_POLICY: null,
    });
    for (const name of ["X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy"])
      expect(response.has(name)).toBe(false);
    expect(answer("https://a/", { SECURE_REFERRER_POLICY: [] }).has("Referrer-Policy")).toBe(false);
  });

  test("HSTS is for HTTPS only", () => {
    const settings = { SECURE_HSTS_SECONDS: 600, SECURE_HSTS_INCLUDE_SUBDOMAINS: true, SECURE_HSTS_PRELOAD: true };
    expect(answer("https://a/", settings).get("Strict-Transport-Security")).toBe("max-age=600; includeSubDomains; preload");
    expect(answer("http://a/", settings).has("Strict-Transport-Security")).toBe(false);
  });

  test("several referrer policies, as text and as a list", () => {
    for (const SECURE_REFERRER_POLICY of ["strict-origin, origin", ["strict-origin", "origin"]]) {
      expect(answer("https://a/", { SECURE_REFERRER_POLICY }).get("Referrer-Policy")).toBe("strict-origin,origin");
    }
  });

  test("the redirect to HTTPS keeps path and query", () => {
    const settings = { SECURE_SSL_REDIRECT: true };
    const response = answer("http://a/b%20c/?d=%20", settings);
    expect([response.statusCode, response.get("Location")]).toEqual([301, "https://a/b%20c/?d=%20"]);
    expect(answer("https://a/", settings).statusCode).toBe(200);
    expect(answer("http://a/", { ...settings, SECURE_SSL_HOST: "s.example.com" }).get("Location")).toBe("https://s.example.com/");
  });

  test("exempt paths are not redirected, also by a pattern that remembers its place", () => {
    const settings = { SECURE_SSL_REDIRECT: true, SECURE_REDIRECT_EXEMPT: [/^free\//g] };
    for (let i = 0; i < 3; i++) expect(answer("http://a/free/x", settings).statusCode).toBe(200);
    expect(answer("http://a/x/free/", settings).statusCode).toBe(301);
  });
});
