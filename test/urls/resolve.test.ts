import { describe, expect, test } from "vitest";
import { overrideSettings } from "../../src/conf/index.ts";
import { ValueError } from "../../src/core/exceptions.ts";
import { HttpResponse } from "../../src/http/response.ts";
import { getErrorHandler, isValidPath, resolve } from "../../src/urls/base.ts";
import { include, path, rePath } from "../../src/urls/conf.ts";
import { registerConverter } from "../../src/urls/converters.ts";
import type { Resolver404 } from "../../src/urls/exceptions.ts";
import type { URLConf, URLPattern } from "../../src/urls/types.ts";

const view = (): HttpResponse => new HttpResponse();
const plain = (object: object): object => ({ ...object });
const isResolver404 = expect.objectContaining({ name: "Resolver404" });

function notFound(path: string, urlconf: URLConf): Resolver404 {
  try {
    resolve(path, urlconf);
  } catch (error) {
    return error as Resolver404;
  }
  throw new Error(`${path} was found`);
}

describe("resolve(), Django's own tests (urlpatterns)", () => {
  const more = [rePath(/^more\/(?<extra>\w+)\/$/, view, { name: "inner-more", kwargs: { "sub-extra": true } })];
  const included = [path("extra/<extra>/", view, { name: "inner-extra" }), path("", include(more))];
  const urlpatterns = [
    path("articles/2003/", view, { name: "articles-2003" }),
    path("articles/<int:year>/", view, { name: "articles-year" }),
    path("articles/<int:year>/<int:month>/", view, { name: "articles-year-month" }),
    path("articles/<int:year>/<int:month>/<slug:slug>/", view, { name: "articles-year-month-day" }),
    path("books/2007/", view, { kwargs: { extra: true }, name: "books-2007" }),
    path("books/<int:year>/<int:month>/<int:day>/", view, { kwargs: { extra: true }, name: "books-year-month-day" }),
    path("users/", view, { name: "users" }),
    path("users/<id>/", view, { name: "user-with-id" }),
    path("included_urls/", include(included)),
    rePath(/^regex\/(?<pk>[0-9]+)\/$/, view, { name: "regex" }),
    rePath(/^regex_optional\/(?<arg1>\d+)\/(?:(?<arg2>\d+)\/)?/, view, { name: "regex_optional" }),
    rePath(/^regex_only_optional\/(?:(?<arg1>\d+)\/)?/, view, { name: "regex_only_optional" }),
    path("", include(more), { kwargs: { "sub-extra": false } }),
    path("<lang>/<path:url>/", view, { name: "lang-and-path" }),
  ];
  const cases: [path: string, urlName: string, route: string, kwargs: object, captured: object, extra: object][] = [
    ["/articles/2003/", "articles-2003", "articles/2003/", {}, {}, {}],
    ["/articles/2015/", "articles-year", "articles/<int:year>/", { year: 2015 }, { year: 2015 }, {}],
    [
      "/articles/2015/04/12/",
      "articles-year-month-day",
      "articles/<int:year>/<int:month>/<slug:slug>/",
      { year: 2015, month: 4, slug: "12" },
      { year: 2015, month: 4, slug: "12" },
      {},
    ],
    ["/books/2007/", "books-2007", "books/2007/", { extra: true }, {}, { extra: true }],
    [
      "/books/2015/04/12/",
      "books-year-month-day",
      "books/<int:year>/<int:month>/<int:day>/",
      { year: 2015, month: 4, day: 12, extra: true },
      { year: 2015, month: 4, day: 12 },
      { extra: true },
    ],
    ["/users/1/", "user-with-id", "users/<id>/", { id: "1" }, { id: "1" }, {}],
    [
      "/included_urls/extra/something/",
      "inner-extra",
      "included_urls/extra/<extra>/",
      { extra: "something" },
      { extra: "something" },
      {},
    ],
    [
      "/included_urls/more/some_value/",
      "inner-more",
      "included_urls/more/(?<extra>\\w+)/$",
      { extra: "some_value", "sub-extra": true },
      { extra: "some_value" },
      { "sub-extra": true },
    ],
    [
      "/more/99/",
      "inner-more",
      "^more/(?<extra>\\w+)/$",
      { extra: "99", "sub-extra": true },
      { extra: "99" },
      { "sub-extra": true },
    ],
    ["/regex/1/", "regex", "^regex/(?<pk>[0-9]+)/$", { pk: "1" }, { pk: "1" }, {}],
    [
      "/regex_optional/1/2/",
      "regex_optional",
      "^regex_optional/(?<arg1>\\d+)/(?:(?<arg2>\\d+)/)?",
      { arg1: "1", arg2: "2" },
      { arg1: "1", arg2: "2" },
      {},
    ],
    [
      "/regex_optional/1/",
      "regex_optional",
      "^regex_optional/(?<arg1>\\d+)/(?:(?<arg2>\\d+)/)?",
      { arg1: "1" },
      { arg1: "1" },
      {},
    ],
    ["/regex_only_optional/", "regex_only_optional", "^regex_only_optional/(?:(?<arg1>\\d+)/)?", {}, {}, {}],
    ["/en/foo/", "lang-and-path", "<lang>/<path:url>/", { lang: "en", url: "foo" }, { lang: "en", url: "foo" }, {}],
    ["/en/a/b/c/", "lang-and-path", "<lang>/<path:url>/", { lang: "en", url: "a/b/c" }, { lang: "en", url: "a/b/c" }, {}],
  ];
  for (const [at, urlName, route, kwargs, captured, extra] of cases) {
    test(`${at} is ${urlName}`, () => {
      const match = resolve(at, urlpatterns);
      expect([match.func, match.urlName, match.route]).toEqual([view, urlName, route]);
      expect([match.args, plain(match.kwargs), plain(match.capturedKwargs), plain(match.extraKwargs)]).toEqual([
        [],
        kwargs,
        captured,
        extra,
      ]);
    });
  }

  test("/articles/2015/foo/ is the last pattern's, and /nope is nothing's", () => {
    expect(resolve("/articles/2015/foo/", urlpatterns).urlName).toBe("lang-and-path");
    expect(() => resolve("/nope", urlpatterns)).toThrow(isResolver404);
  });
});

describe("the converters", () => {
  const uuid = "39da9369-838e-4750-91a5-f7805cd82839";
  const matching: [string, string, unknown][] = [
    ["int", "0", 0],
    ["int", "01", 1],
    ["int", "1234567890", 1234567890],
    ["int", "9007199254740991", Number.MAX_SAFE_INTEGER],
    ["str", "abcxyz", "abcxyz"],
    ["str", "a\n?%", "a\n?%"],
    ["path", "allows.ANY*characters/a//b/", "allows.ANY*characters/a//b/"],
    ["path", "a\r\u2028\u2029b", "a\r\u2028\u2029b"],
    ["slug", "abcxyz-ABCXYZ_01234567890", "abcxyz-ABCXYZ_01234567890"],
    ["uuid", uuid, uuid],
  ];
  for (const [converter, text, value] of matching) {
    test(`<${converter}:> takes ${JSON.stringify(text)}`, () => {
      const urlconf = [path(`${converter}/<${converter}:v>/`, view), path(`bare/<${converter}:v>`, view)];
      expect(resolve(`/${converter}/${text}/`, urlconf).kwargs.v).toBe(value);
      expect(resolve(`/bare/${text}`, urlconf).kwargs.v).toBe(value);
    });
  }
  const refused: [string, string[]][] = [
    ["int", ["-1", "letters", "", "1.0", "٣", "1 ", "9007199254740992", "1".repeat(400)]],
    ["str", ["", "/"]],
    ["path", ["", "a\nb"]],
    ["slug", ["", "stars*notallowed", "é", "[", "`", "@", "{", "\u0161"]],
    ["uuid", ["", uuid.slice(1), `${uuid}0`, uuid.toUpperCase(), uuid.replace("-", ""), uuid.replace("838e", "838g")]],
  ];
  for (const [converter, texts] of refused) {
    test(`<${converter}:> refuses ${JSON.stringify(texts).slice(0, 60)}`, () => {
      for (const text of texts) {
        expect(() => resolve(`/${text}`, [path(`<${converter}:v>`, view)]), text).toThrow(isResolver404);
      }
    });
  }
});

describe("registerConverter()", () => {
  registerConverter("base64", {
    regex: "[a-zA-Z0-9+/]*={0,2}",
    toPython: (text) => {
      try {
        return atob(text);
      } catch {
        throw new ValueError(text);
      }
    },
    toUrl: (value: string) => btoa(value),
  });
  registerConverter("yyyy", { regex: /(19|20)[0-9]{2}/, toPython: Number, toUrl: String });
  const throwing = (error: () => Error) => ({
    regex: "[a-z]+",
    toPython: () => {
      throw error();
    },
    toUrl: () => {
      throw error();
    },
  });
  registerConverter(
    "value_error",
    throwing(() => Object.assign(new Error("no"), { name: "ValueError" })),
  );
  registerConverter(
    "range_error",
    throwing(() => new RangeError("no")),
  );
  registerConverter(
    "type_error",
    throwing(() => new TypeError("a bug")),
  );

  test("refuses a regex with flags, of which nothing would be left", () => {
    expect(() => registerConverter("flagged", { regex: /[a-z]+/i, toPython: String, toUrl: String })).toThrow(
      "The regex of the converter 'flagged' has flags, i,",
    );
  });

  test("makes the converter known to routes", () => {
    const urlconf = [
      path("base64/<base64:value>/", view),
      path("base64/<base64:base>/sub/<base64:value>/", view),
      path("<yyyy:year>-<int:month>/<slug:slug>/", view),
    ];
    expect(resolve("/base64/aGVsbG8=/", urlconf).kwargs.value).toBe("hello");
    expect(plain(resolve("/base64/aGVsbG8=/sub/d29ybGQ=/", urlconf).kwargs)).toEqual({ base: "hello", value: "world" });
    expect(plain(resolve("/1999-12/a-b/", urlconf).kwargs)).toEqual({ year: 1999, month: 12, slug: "a-b" });
    expect(() => resolve("/1899-12/a-b/", urlconf)).toThrow(isResolver404);
    expect(() => resolve("/base64/a/", urlconf)).toThrow(isResolver404);
  });

  test("a ValueError of toPython() is no match, and the next route is tried; another error comes through", () => {
    const urlconf = [path("<value_error:v>/", view), path("<range_error:v>/", view), path("<str:v>/", view, { name: "last" })];
    expect(resolve("/abc/", urlconf).urlName).toBe("last");
    expect(() => resolve("/abc/", [path("<type_error:v>/", view)])).toThrow("a bug");
  });

  test("refuses a name that is taken, and what is no converter", () => {
    const converter = { regex: "x", toPython: String, toUrl: String };
    for (const name of ["int", "yyyy"]) {
      expect(() => registerConverter(name, converter)).toThrow(
        expect.objectContaining({ name: "ValueError", message: `Converter '${name}' is already registered.` }),
      );
    }
    expect(() => registerConverter("x1", { ...converter, regex: undefined as never })).toThrow(TypeError);
    expect(() => registerConverter("x2", { ...converter, toUrl: undefined as never })).toThrow(TypeError);
  });
});

describe("ResolverMatch", () => {
  const leaf = (): HttpResponse => view();
  const urlconf = [
    path(
      "a/<slug:x>/",
      include([[path("b/", include([[path("<int:n>/", leaf, { name: "leaf" })], "inner"], { namespace: "in" }))], "outer"]),
      {
        kwargs: { mid: 2 },
      },
    ),
    path("flat/", include([path("<int:n>/", leaf, { kwargs: { mid: 3 } })]), { kwargs: { mid: 2, top: 1 } }),
    rePath(/^re\/([a-z]+)\//, include([rePath(/^([0-9]+)\/(x)?$/, leaf), path("<int:n>/y/", leaf)])),
  ];

  test("knows the namespaces on the way", () => {
    const match = resolve("/a/s/b/5/", urlconf);
    expect(match.appNames).toEqual(["outer", "inner"]);
    expect(match.namespaces).toEqual(["outer", "in"]);
    expect([match.appName, match.namespace, match.viewName]).toEqual(["outer:inner", "outer:in", "outer:in:leaf"]);
    expect(match.route).toBe("a/<slug:x>/b/<int:n>/");
    expect(plain(match.kwargs)).toEqual({ x: "s", mid: 2, n: 5 });
    expect(plain(match.capturedKwargs)).toEqual({ n: 5 });
    expect(plain(match.extraKwargs)).toEqual({ mid: 2 });
  });

  test("of a pattern without a name is named by its view", () => {
    const match = resolve("/flat/1/", urlconf);
    expect([match.urlName, match.viewName]).toEqual([undefined, "leaf"]);
    expect(plain(match.kwargs)).toEqual({ mid: 3, top: 1, n: 1 });
    expect(plain(match.extraKwargs)).toEqual({ mid: 3, top: 1 });
  });

  test("gathers unnamed groups where none has a name", () => {
    expect(resolve("/re/abc/7/", urlconf).args).toEqual(["abc", "7", undefined]);
    expect(resolve("/re/abc/7/y/", urlconf).args).toEqual([]);
  });

  test("can be taken apart", () => {
    const [func, args, kwargs] = resolve("/flat/1/", urlconf);
    expect([func, args, plain(kwargs as object)]).toEqual([leaf, [], { mid: 3, top: 1, n: 1 }]);
  });

  test("lists what was tried, itself last", () => {
    const match = resolve("/flat/1/", urlconf);
    expect(match.tried.map((patterns) => patterns.map((entry) => entry[3]))).toEqual([["a/<slug:x>/"], ["flat/", "<int:n>/"]]);
    expect(match.tried.at(-1)?.[0]).toBe(urlconf[1]);
  });

  test("gives each request a dictionary of its own", () => {
    const table = [path("x/", view, { kwargs: { a: 1 } }), path("y/", include([path("", view)]), { kwargs: { a: 1 } })];
    for (const at of ["/x/", "/y/"]) {
      resolve(at, table).kwargs.a = 2;
      expect(resolve(at, table).kwargs.a).toBe(1);
      resolve(at, table).extraKwargs.a = 2;
      expect(resolve(at, table).extraKwargs.a).toBe(1);
    }
  });
});

describe("names that mean something to JavaScript", () => {
  test("are names like any other", () => {
    const match = resolve("/a/b/c/", [path("<str:__proto__>/<str:constructor>/<str:hasOwnProperty>/", view)]);
    expect(Object.getPrototypeOf(match.kwargs)).toBe(null);
    expect(Object.entries(match.kwargs)).toEqual([
      ["__proto__", "a"],
      ["constructor", "b"],
      ["hasOwnProperty", "c"],
    ]);
    const extra = resolve("/x/a/", [
      path("x/<str:__proto__>/", include([path("", view, { kwargs: { toString: 1 } as object })]), {
        kwargs: JSON.parse('{"__proto__": 2, "valueOf": 3}'),
      }),
    ]);
    expect(Object.entries(extra.kwargs)).toEqual([
      ["__proto__", 2],
      ["valueOf", 3],
      ["toString", 1],
    ]);
  });

  test("are segments like any other", () => {
    const urlconf = ["__proto__/", "constructor/", "toString/", "x/", "y/", "z/"].map((route) => path(route, view));
    for (const route of ["__proto__/", "constructor/", "toString/"]) expect(resolve(`/${route}`, urlconf).route).toBe(route);
    expect(() => resolve("/valueOf/", urlconf)).toThrow(isResolver404);
  });
});

describe("Resolver404", () => {
  const urlconf = [
    path("a/", view, { name: "a" }),
    path("b/", include([path("c/", view), path("d/", include([]))])),
    path("e/", include([path("f/", view)])),
    path("<int:n>/", view),
  ] as URLPattern[];

  test("is an Http404 with the rest of the path and all that was tried", () => {
    const error = notFound("/b/x/", urlconf);
    expect(error.path).toBe("b/x/");
    expect(error.tried.map((patterns) => patterns.map((entry) => entry[3]).join(""))).toEqual([
      "a/",
      "b/c/",
      "b/d/",
      "e/",
      "<int:n>/",
    ]);
    expect(error.tried[0]?.[0]).toBe(urlconf[0]);
  });

  test("of a path without a slash at its beginning has tried nothing", () => {
    const error = notFound("a/", urlconf);
    expect([error.path, error.tried]).toEqual(["a/", []]);
  });
});

describe("a URLconf", () => {
  test("may be a module, with views for errors", () => {
    const handler404 = (): HttpResponse => new HttpResponse();
    const urlconf = { urlpatterns: [path("a/", view)], handler404 };
    expect(resolve("/a/", urlconf).func).toBe(view);
    expect(getErrorHandler(404, urlconf)).toBe(handler404);
    expect(getErrorHandler(500, urlconf)).toBe(undefined);
    expect(getErrorHandler(404, urlconf.urlpatterns)).toBe(undefined);
    overrideSettings({ ROOT_URLCONF: urlconf }, () => {
      expect(resolve("/a/").func).toBe(view);
      expect(getErrorHandler(404)).toBe(handler404);
    });
    expect(getErrorHandler(404)).toBe(undefined);
  });

  test("has to be one", () => {
    const isMisconfigured = expect.objectContaining({ name: "ImproperlyConfigured" });
    expect(() => resolve("/")).toThrow(isMisconfigured);
    expect(() => resolve("/", {} as never)).toThrow("does not appear to have any patterns in it");
    expect(() => resolve("/", [["GET", /x/, [], "x"]] as never)).toThrow("which neither path() nor rePath() has made");
  });

  test("is asked without an error by isValidPath()", () => {
    expect(isValidPath("/a/", [path("a/", view)])?.func).toBe(view);
    expect(isValidPath("/b/", [path("a/", view)])).toBe(undefined);
  });
});

describe("rePath()", () => {
  test("without ^ is found anywhere, and with $ has to be all of the path", () => {
    expect(resolve("/x/open/y/", [rePath(/open\//, view)]).route).toBe("open/");
    expect(() => resolve("/x/anywhere/", [rePath(/anywhere\/$/, view)])).toThrow(isResolver404);
    expect(resolve("/x/anywhere/", [rePath(/.*anywhere\/$/, view)]).func).toBe(view);
    expect(resolve("/ab", [rePath(/a|ab$/, view)]).func).toBe(view);
  });

  test("goes on behind what was found", () => {
    const urlconf = [rePath(/b\//, include([path("<path:rest>", view)]))];
    expect(resolve("/a/b/c/d", urlconf).kwargs.rest).toBe("c/d");
  });

  test("keeps its flags, and has no memory", () => {
    const urlconf = [rePath(/^ABC\/$/gi, view), rePath(/^\p{L}\/$/u, view), rePath(/^x\/$/y, view), rePath(/^m\/$/m, view)];
    for (let i = 0; i < 3; i++) {
      for (const at of ["/abc/", "/é/", "/x/", "/m/"]) expect(resolve(at, urlconf).func).toBe(view);
    }
    expect(() => resolve("/m/\nm/", urlconf)).toThrow(isResolver404);
  });

  test("takes an empty expression", () => {
    expect(resolve("/anything", [rePath(/(?:)/, view)]).route).toBe("");
    expect(resolve("/a/", [rePath(/(?:)/, include([path("a/", view)]))]).route).toBe("a/");
  });
});
