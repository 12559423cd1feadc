import { describe, expect, test } from "vitest";
import { HttpResponse } from "../../src/http/response.ts";
import { include, path, rePath } from "../../src/urls/conf.ts";

const view = (): HttpResponse => new HttpResponse();
const isMisconfigured = (message: string) => expect.objectContaining({ name: "ImproperlyConfigured", message });

describe("path()", () => {
  test("is a route entry of itty-router", () => {
    const [method, matcher, handlers, route] = path("bands/<int:id>/", view);
    expect([method, handlers.length, route]).toEqual(["ALL", 1, "bands/<int:id>/"]);
    expect("/bands/1/".match(matcher)?.groups).toEqual(Object.assign(Object.create(null), { id: 1 }));
    expect("/bands/x/".match(matcher)).toBe(null);
  });

  test("refuses a converter that nobody registered", () => {
    expect(() => path("foo/<nonexistent:var>/", view)).toThrow(
      isMisconfigured("URL route 'foo/<nonexistent:var>/' uses invalid converter 'nonexistent'."),
    );
    expect(() => path("<__proto__:var>/", view)).toThrow("uses invalid converter '__proto__'");
  });

  test("refuses a name that is no identifier of Python's", () => {
    for (const name of ["1", "book.id", "a-b", "$a", "é²"]) {
      const route = `hello/<int:${name}>/`;
      expect(() => path(route, view)).toThrow(
        isMisconfigured(`URL route '${route}' uses parameter name '${name}' which isn't a valid Python identifier.`),
      );
    }
    for (const name of ["a", "_", "Δ", "ａ", "a1", "class"]) expect(path(`<${name}>/`, view)[3]).toBe(`<${name}>/`);
  });

  test("refuses white space in angle brackets", () => {
    for (const route of ["space/<int: num>/", "space/<int:num >/", "space/<int :num>/", "space/< int:num>/", "<a\n>", "<a\tb>"]) {
      expect(() => path(route, view)).toThrow(
        isMisconfigured(`URL route '${route}' cannot contain whitespace in angle brackets <…>.`),
      );
    }
  });

  test("refuses a name that comes twice", () => {
    expect(() => path("<int:a>/<int:a>/", view)).toThrow(
      isMisconfigured("URL route '<int:a>/<int:a>/' uses parameter name 'a' more than once."),
    );
  });

  test("refuses what is no view, no route, no option", () => {
    for (const nothing of [undefined, null, "view", {}, [], [path("", view)]]) {
      expect(() => path("a/", nothing as never)).toThrow("The view of path() must be a function, or what include() gives.");
    }
    expect(() => path(/a/ as never, view)).toThrow("path() takes a string as its route");
    expect(() => rePath("a" as never, view)).toThrow("rePath() takes a RegExp as its route");
    expect(() => path("a/", view, { nmae: "a" } as never)).toThrow('path() has no option "nmae". Did you mean "name"?');
    expect(() => rePath(/a/, view, { nmae: "a" } as never)).toThrow('rePath() has no option "nmae".');
    expect(() => path("a/", view, { kwargs: 1 } as never)).toThrow(TypeError);
  });
});

describe("include()", () => {
  const patterns = [path("a/", view), path("b/", view)];

  test("takes a table, a pair, and a module", () => {
    expect(include(patterns)).toEqual({ urlconf: patterns, appName: undefined, namespace: undefined });
    expect(include([patterns, "app"])).toEqual({ urlconf: patterns, appName: "app", namespace: "app" });
    expect(include([patterns, "app"], { namespace: "ns" })).toEqual({ urlconf: patterns, appName: "app", namespace: "ns" });
    const module = { urlpatterns: patterns, appName: "app" };
    expect(include(module)).toEqual({ urlconf: module, appName: "app", namespace: "app" });
    expect(include(module, { namespace: "ns" })).toEqual({ urlconf: module, appName: "app", namespace: "ns" });
    expect(include({ urlpatterns: patterns })).toEqual({
      urlconf: { urlpatterns: patterns },
      appName: undefined,
      namespace: undefined,
    });
    expect(include([])).toEqual({ urlconf: [], appName: undefined, namespace: undefined });
  });

  test("refuses a namespace without an application", () => {
    expect(() => include(patterns, { namespace: "ns" })).toThrow(
      "Specifying a namespace in include() without providing an appName is not supported.",
    );
  });

  test("refuses three of them, what is no table, and unknown options", () => {
    expect(() => include([patterns, "namespace", "app"] as never)).toThrow("Passing a 3-tuple to include() is not supported.");
    expect(() => include(undefined as never)).toThrow("does not appear to have any patterns in it");
    expect(() => include("urls" as never)).toThrow("The included URLconf 'urls' does not appear to have any patterns in it");
    expect(() => include(patterns, { nmaespace: "x" } as never)).toThrow('Did you mean "namespace"?');
  });
});
