/** Hosts, absolute URLs, redirect targets, and the patterns of URLs. */

import fc from "fast-check";
import { describe, expect } from "vitest";
import { overrideSettings } from "../../src/conf/index.ts";
import { getFetchApplication } from "../../src/core/handlers/application.ts";
import { HttpRequest } from "../../src/http/request.ts";
import { HttpResponse } from "../../src/http/response.ts";
import { CommonMiddleware, SecurityMiddleware } from "../../src/middleware.ts";
import { resolve, reverse } from "../../src/urls/base.ts";
import { path } from "../../src/urls/conf.ts";
import { RoutePattern } from "../../src/urls/patterns.ts";
import type { URLPattern } from "../../src/urls/types.ts";
import { isWellFormed, unquotePath } from "../../src/utils/encoding.ts";
import { urlHasAllowedHostAndScheme } from "../../src/utils/http.ts";
import { hosts, locations, paths, routes } from "./corpus.ts";
import { attempt, mutated, property, textOf } from "./fuzz.ts";

const HOSTS = [
  "example.com",
  ".",
  ":",
  "80",
  "@",
  "/",
  "\\",
  "[",
  "]",
  "::1",
  "evil.com",
  "%",
  "#",
  "?",
  ",",
  " ",
  "xn--",
  "-",
  "_",
];
const LOCATIONS = [
  "/",
  "//",
  "\\",
  ":",
  "http:",
  "https:",
  "javascript:",
  "@",
  "example.com",
  "evil.com",
  "?",
  "#",
  "%",
  "\t",
  "\n",
  "\x08",
  " ",
  "[",
  "]",
  ".",
  "..",
  "%2f",
  "ftp:",
];
const location = fc.oneof(mutated(locations, ...LOCATIONS), textOf(...LOCATIONS));

const LOGGER = { debug() {}, info() {}, warn() {}, error() {} };

function requestWith(META: Record<string, string>): HttpRequest {
  const request = new HttpRequest();
  Object.assign(request.META, META);
  return request;
}

describe("getHost()", () => {
  property(
    "is a host that is allowed, as the platform reads it, or DisallowedHost",
    fc.tuple(fc.oneof(mutated(hosts, ...HOSTS), textOf(...HOSTS)), fc.boolean()),
    ([header, forwarded]) =>
      overrideSettings({ ALLOWED_HOSTS: ["example.com", ".a.test", "[::1]"], USE_X_FORWARDED_HOST: forwarded }, async () => {
        const request = requestWith({
          [forwarded ? "HTTP_X_FORWARDED_HOST" : "HTTP_HOST"]: header,
          SERVER_NAME: "example.com",
          SERVER_PORT: "80",
        });
        const host = await attempt(["DisallowedHost"], () => request.getHost());
        if (host === undefined) return;
        expect(host).toBe(header);
        const port = /:([0-9]+)$/.exec(host)?.[1];
        if (Number(port ?? 0) > 65535) return;
        const { hostname, username, pathname } = new URL(`http://${host}`);
        expect(hostname.replace(/\.$/, "")).toMatch(/^(example\.com|(.+\.)?a\.test|\[::1\])$/);
        expect([username, pathname]).toEqual(["", "/"]);
      }),
    hosts.map((host): [string, boolean] => [host, false]),
  );
});

describe("paths", () => {
  const target = fc.oneof(mutated(paths, ...LOCATIONS), textOf(...LOCATIONS)).map((text) => `/${text}`);

  property(
    "a request has a path for whatever comes behind the host",
    fc.tuple(target, fc.constantFrom("http://example.com", "")),
    async ([url, origin]) => {
      const request = HttpRequest.fromRequest({ url: origin + url, method: "GET", headers: new Headers() } as Request);
      expect(request.path).toMatch(/^\//);
      expect(request.path).toBe(unquotePath(url.replace(/[?#].*$/s, "")));
      expect(request.pathInfo).toBe(request.path);
      const full = await attempt(["UnicodeEncodeError"], () => request.getFullPath());
      if (full !== undefined) expect(full).toMatch(/^\/[!-~]*$/);
      await attempt(["TooManyFieldsSent"], () => request.GET.size);
    },
    paths.map((text): [string, ""] => [text, ""]),
  );

  property(
    "buildAbsoluteUri() of a path stays on the host, as the platform reads it",
    fc.oneof(location, target),
    (text) =>
      overrideSettings({ ALLOWED_HOSTS: ["*"] }, async () => {
        const request = requestWith({ HTTP_HOST: "example.com", PATH_INFO: "/a/b/c" });
        const uri = await attempt(["ValueError", "UnicodeEncodeError"], () => request.buildAbsoluteUri(text));
        if (uri === undefined) return;
        expect(uri).toMatch(/^[!-~]*$/);
        // What the platform takes for a path of this site (an encoded one, with neither scheme nor host) is one.
        if (/^\/(?![/\\])/.test(text) && !/[\t\r\n]/.test(text)) expect(uri).toMatch(/^http:\/\/example\.com\//);
        await attempt(["UnicodeEncodeError"], () => request.buildAbsoluteUri());
      }),
    locations,
  );
});

describe("urlHasAllowedHostAndScheme()", () => {
  property(
    "lets nothing pass that leads a browser elsewhere",
    fc.tuple(location, fc.boolean()),
    ([url, requireHttps]) => {
      if (!urlHasAllowedHostAndScheme(url, ["example.com"], { requireHttps })) return;
      let seen: URL;
      try {
        seen = new URL(url.trim(), "https://example.com/a/");
      } catch {
        return; // A browser goes nowhere.
      }
      expect(`${seen.protocol}//${seen.host}`).toMatch(requireHttps ? /^https:\/\/example\.com$/ : /^https?:\/\/example\.com$/);
    },
    locations.map((url): [string, boolean] => [url, true]),
  );
});

describe("redirects of middleware", () => {
  const view = (): HttpResponse => new HttpResponse("x");
  const urlconf = [path("<path:p>/", view), path("a/", view)];
  const app = getFetchApplication({ urlconf, middleware: [SecurityMiddleware, CommonMiddleware] });
  const target = fc.oneof(mutated(paths, ...LOCATIONS), textOf(...LOCATIONS)).map((text) => `/${text}`);

  property(
    "lead to the host that was asked for, as the platform reads it",
    fc.tuple(target, fc.boolean(), fc.boolean()),
    ([url, ssl, www]) =>
      overrideSettings({ ALLOWED_HOSTS: ["example.com"], SECURE_SSL_REDIRECT: ssl, PREPEND_WWW: www, LOGGER }, async () => {
        const headers = new Headers({ host: "example.com" });
        const given = { get: (name: string) => (name === "host" ? "example.com" : null), forEach: headers.forEach.bind(headers) };
        const native = { url: `http://example.com${url}`, method: "GET", headers: given, body: null };
        const response = await app.fetch(native as unknown as Request);
        const location = response.headers.get("location");
        if (location === null) return;
        const seen = new URL(location, "http://example.com/");
        expect(seen.host).toMatch(www ? /^(www\.)?example\.com$/ : /^example\.com$/);
        expect(location).toMatch(/^[!-~]*$/);
      }),
    paths.map((text): [string, boolean, boolean] => [text, false, false]),
  );
});

describe("the route of a path()", () => {
  const PIECES = [
    "a",
    "-",
    "/",
    ".",
    "é",
    "<int:x>",
    "<slug:y>",
    "<path:z>",
    "<str:s>",
    "<t>",
    "<uuid:u>",
    "1",
    "$",
    "(",
    "<",
    ">",
    "\\",
  ];
  const UUID = "01234567-89ab-cdef-0123-456789abcdef";
  const route = fc.oneof(
    fc.constantFrom(...routes),
    fc.array(fc.constantFrom(...PIECES), { maxLength: 7 }).map((pieces) => pieces.join("")),
  );
  const text = textOf("a", "-", "/", ".", "é", "1", "23", "a-b", UUID, "_", "$", "(", "\\", "\n");

  property(
    "matches what its regular expression matches, and captures the same",
    fc.tuple(route, text, fc.boolean()),
    async ([source, given, isEndpoint]) => {
      const pattern = await attempt(["ImproperlyConfigured"], () => RoutePattern.parse(source, isEndpoint));
      if (!pattern) return;
      let i = 0;
      const expected = new RegExp(`^${pattern.source.replace(/\(\?:/g, () => `(?<p${i++}>`)}`, "u").exec(given);
      const found = pattern.match(given, 0);
      if (expected && Object.values(expected.groups ?? {}).some((digits) => /^\d{16,}$/.test(digits))) return; // no safe integer
      expect(found && { ...found.kwargs }).toEqual(
        expected
          ? Object.fromEntries(
              pattern.parameters.map(({ name, converter }, at) => [
                name,
                converter.toPython(expected.groups?.[`p${at}`] as string),
              ]),
            )
          : undefined,
      );
      if (found && expected) expect(found.end).toBe(expected[0].length);
    },
  );

  const values = fc.record({
    i: fc.nat(),
    s: fc.stringMatching(/^[\w-]{1,8}$/),
    t: text.filter((value) => value !== "" && !value.includes("/") && isWellFormed(value)),
    p: text.filter((value) => value !== "" && !value.includes("\n") && isWellFormed(value)),
  });
  const view = (): never => {
    throw new Error("is not called");
  };
  const urlpatterns: URLPattern[] = [path("é/<int:i>/<slug:s>/<str:t>/x/<path:p>", view, { name: "all" })];
  property("resolve() gives back what reverse() was given", values, (kwargs) => {
    const url = reverse("all", { urlconf: urlpatterns, kwargs });
    expect(url).toMatch(/^\/[!-~]*$/);
    expect(url).not.toMatch(/^\/\//);
    expect({ ...resolve(unquotePath(url), urlpatterns).kwargs }).toEqual(kwargs);
  });

  property("resolve() of any path is a match or Resolver404", text, async (given) => {
    await attempt(["Resolver404"], () => resolve(`/${given}`, urlpatterns));
    await attempt(["Resolver404"], () => resolve(given, urlpatterns));
  });
});
