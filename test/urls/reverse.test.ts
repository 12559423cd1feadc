import { describe, expect, test } from "vitest";
import { overrideSettings } from "../../src/conf/index.ts";
import { QueryDict } from "../../src/http/querydict.ts";
import type { HttpResponse } from "../../src/http/response.ts";
import { reverse } from "../../src/urls/base.ts";
import { include, path, rePath } from "../../src/urls/conf.ts";
import type { URLConf, URLPattern } from "../../src/urls/types.ts";
import { MultiValueDict } from "../../src/utils/datastructures.ts";

const view = (): HttpResponse => {
  throw new Error("is not called");
};
const NoReverseMatch = null;

type Case = [name: string, url: string | null, args: unknown[], kwargs?: Record<string, unknown>];

function check(urlconf: URLConf, cases: Case[]): void {
  for (const [name, url, args, kwargs = {}] of cases) {
    test(`${name} ${JSON.stringify(args)} ${JSON.stringify(kwargs)} gives ${url ?? "NoReverseMatch"}`, () => {
      const write = (): string => reverse(name, { urlconf: urlconf as URLPattern[], ...(args.length ? { args } : { kwargs }) });
      if (url === null) expect(write).toThrow(expect.objectContaining({ name: "NoReverseMatch" }));
      else expect(write()).toBe(url);
    });
  }
}

describe("reverse() of regular expressions, Django's own table (urlpatterns_reverse)", () => {
  const re = (source: string, name: string, kwargs?: object): URLPattern =>
    rePath(new RegExp(source), view, kwargs ? { name, kwargs } : { name });
  const includedUrls2 = [re("^part/(?<value>\\w+)/$", "part"), re("^part2/(?:(?<value>\\w+)/)?$", "part2")];
  const includedUrls = [
    re("^$", "inner-nothing"),
    re("extra/(?<extra>\\w+)/$", "inner-extra"),
    re("(?<one>[0-9]+)|(?<two>[0-9]+)/$", "inner-disjunction"),
  ];
  const extraUrls = [
    re("^e-places/([0-9]+)/$", "extra-places"),
    re("^e-people/(?<name>\\w+)/$", "extra-people"),
    rePath(/(?:)/, include(includedUrls2)),
    rePath(/^prefix\/(?<prefix>\w+)\//, include(includedUrls2)),
  ];
  const urlpatterns = [
    re("^places/([0-9]+)/$", "places"),
    re("^places?/$", "places?"),
    re("^places+/$", "places+"),
    re("^places*/$", "places*"),
    re("^(?:places/)?$", "places2?"),
    re("^(?:places/)+$", "places2+"),
    re("^(?:places/)*$", "places2*"),
    re("^places/([0-9]+|[a-z_]+)/", "places3"),
    re("^places/(?<id>[0-9]+)/$", "places4"),
    re("^people/(?<name>\\w+)/$", "people"),
    re("^people/(?:name/)$", "people2"),
    re("^people/(?:name/(\\w+)/)?$", "people2a"),
    re("^people/(?<name>\\w+)-\\k<name>/$", "people_backref"),
    re("^optional/(?<name>.*)/(?:.+/)?", "optional"),
    re("^optional/(?<arg1>\\d+)/(?:(?<arg2>\\d+)/)?", "named_optional"),
    re("^optional/(?<arg1>\\d+)/(?:(?<arg2>\\d+)/)?$", "named_optional_terminated"),
    re("^nested/noncapture/(?:(?<p>\\w+))$", "nested-noncapture"),
    re("^nested/capture/((\\w+)/)?$", "nested-capture"),
    re("^nested/capture/mixed/((?<p>\\w+))$", "nested-mixedcapture"),
    re("^nested/capture/named/(?<outer>(?<inner>\\w+)/)?$", "nested-namedcapture"),
    re("^hardcoded/$", "hardcoded"),
    re("^hardcoded/doc\\.pdf$", "hardcoded2"),
    re("^people/(?<state>\\w\\w)/(?<name>\\w+)/$", "people3"),
    re("^people/(?<state>\\w\\w)/(?<name>[0-9])/$", "people4"),
    re("^people/((?<state>\\w\\w)/test)?/(\\w+)/$", "people6"),
    re("^character_set/[abcdef0-9]/$", "range"),
    re("^character_set/[\\w]/$", "range2"),
    re("^price/\\$([0-9]+)/$", "price"),
    re("^price/[$]([0-9]+)/$", "price2"),
    re("^price/[\\$]([0-9]+)/$", "price3"),
    re("^product/(?<product>\\w+)\\+\\(\\$(?<price>[0-9]+(\\.[0-9]+)?)\\)/$", "product"),
    re("^headlines/(?<year>[0-9]+)\\.(?<month>[0-9]+)\\.(?<day>[0-9]+)/$", "headlines"),
    re("^windows_path/(?<drive_name>[A-Z]):\\\\(?<path>.+)/$", "windows"),
    re("^special_chars/(?<chars>.+)/$", "special"),
    re("^(?<name>.+)/[0-9]+/$", "mixed"),
    re("^repeats/a{1,2}/$", "repeats"),
    re("^repeats/a{2,4}/$", "repeats2"),
    re("^repeats/a{2}/$", "repeats3"),
    re("^test/1/?", "test"),
    rePath(/^outer\/(?<outer>[0-9]+)\//, include(includedUrls)),
    rePath(/^outer-no-kwargs\/([0-9]+)\//, include([re("^inner-no-kwargs/([0-9]+)/$", "inner-no-kwargs")])),
    rePath(/(?:)/, include(extraUrls)),
    re("^lookahead-/(?!not-a-city)(?<city>[^/]+)/$", "lookahead-negative"),
    re("^lookahead\\+/(?=a-city)(?<city>[^/]+)/$", "lookahead-positive"),
    re("^lookbehind-/(?<city>[^/]+)(?<!not-a-city)/$", "lookbehind-negative"),
    re("^lookbehind\\+/(?<city>[^/]+)(?<=a-city)/$", "lookbehind-positive"),
    re("^(?:foo|bar)(\\w+)/$", "disjunction"),
    path("includes/", include([re("non_path_include/$", "non_path_include")])),
    re("^defaults_view1/(?<arg1>[0-9]+)/$", "defaults", { arg2: 1 }),
    re("^defaults_view2/(?<arg1>[0-9]+)/$", "defaults", { arg2: 2 }),
    re("(.+)/security/$", "security"),
  ];
  check(urlpatterns, [
    ["places", "/places/3/", [3]],
    ["places", "/places/3/", ["3"]],
    ["places", NoReverseMatch, ["a"]],
    ["places", NoReverseMatch, []],
    ["places?", "/place/", []],
    ["places+", "/places/", []],
    ["places*", "/place/", []],
    ["places2?", "/", []],
    ["places2+", "/places/", []],
    ["places2*", "/", []],
    ["places3", "/places/4/", [4]],
    ["places3", "/places/harlem/", ["harlem"]],
    ["places3", NoReverseMatch, ["harlem64"]],
    ["places4", "/places/3/", [], { id: 3 }],
    ["people", NoReverseMatch, []],
    ["people", "/people/adrian/", ["adrian"]],
    ["people", "/people/adrian/", [], { name: "adrian" }],
    ["people", NoReverseMatch, ["name with spaces"]],
    ["people2", "/people/name/", []],
    ["people2a", "/people/name/fred/", ["fred"]],
    ["people_backref", "/people/nate-nate/", ["nate"]],
    ["people_backref", "/people/nate-nate/", [], { name: "nate" }],
    ["optional", "/optional/fred/", [], { name: "fred" }],
    ["named_optional", "/optional/1/", [1]],
    ["named_optional", "/optional/1/", [], { arg1: 1 }],
    ["named_optional", "/optional/1/2/", [1, 2]],
    ["named_optional", "/optional/1/2/", [], { arg1: 1, arg2: 2 }],
    ["named_optional_terminated", "/optional/1/", [1]],
    ["named_optional_terminated", "/optional/1/2/", [], { arg1: 1, arg2: 2 }],
    ["hardcoded", "/hardcoded/", []],
    ["hardcoded2", "/hardcoded/doc.pdf", []],
    ["people3", "/people/il/adrian/", [], { state: "il", name: "adrian" }],
    ["people3", NoReverseMatch, [], { state: "il" }],
    ["people3", NoReverseMatch, [], { name: "adrian" }],
    ["people4", NoReverseMatch, [], { state: "il", name: "adrian" }],
    ["people6", "/people/il/test/adrian/", ["il/test", "adrian"]],
    ["people6", "/people//adrian/", ["adrian"]],
    ["range", "/character_set/a/", []],
    ["range2", "/character_set/x/", []],
    ["price", "/price/$10/", ["10"]],
    ["price2", "/price/$10/", ["10"]],
    ["price3", "/price/$10/", ["10"]],
    ["product", "/product/chocolate+($2.00)/", [], { price: "2.00", product: "chocolate" }],
    ["headlines", "/headlines/2007.5.21/", [], { year: 2007, month: 5, day: 21 }],
    [
      "windows",
      "/windows_path/C:%5CDocuments%20and%20Settings%5Cspam/",
      [],
      { drive_name: "C", path: "Documents and Settings\\spam" },
    ],
    ["special", "/special_chars/~@+%5C$*%7C/", ["~@+\\$*|"]],
    ["special", "/special_chars/some%20resource/", ["some resource"]],
    ["special", "/special_chars/10%25%20complete/", ["10% complete"]],
    ["special", "/special_chars/some%20resource/", [], { chars: "some resource" }],
    ["special", NoReverseMatch, [""]],
    ["mixed", "/john/0/", [], { name: "john" }],
    ["repeats", "/repeats/a/", []],
    ["repeats2", "/repeats/aa/", []],
    ["repeats3", "/repeats/aa/", []],
    ["test", "/test/1", []],
    ["inner-nothing", "/outer/42/", [], { outer: "42" }],
    ["inner-nothing", "/outer/42/", ["42"]],
    ["inner-nothing", NoReverseMatch, ["foo"]],
    ["inner-extra", "/outer/42/extra/inner/", [], { extra: "inner", outer: "42" }],
    ["inner-extra", "/outer/42/extra/inner/", ["42", "inner"]],
    ["inner-extra", NoReverseMatch, ["fred", "inner"]],
    ["inner-no-kwargs", "/outer-no-kwargs/42/inner-no-kwargs/1/", ["42", "1"]],
    ["disjunction", NoReverseMatch, ["foo"]],
    ["inner-disjunction", NoReverseMatch, ["10", "11"]],
    ["extra-places", "/e-places/10/", ["10"]],
    ["extra-people", "/e-people/fred/", ["fred"]],
    ["extra-people", "/e-people/fred/", [], { name: "fred" }],
    ["part", "/part/one/", [], { value: "one" }],
    ["part", "/prefix/xx/part/one/", [], { value: "one", prefix: "xx" }],
    ["part2", "/part2/one/", [], { value: "one" }],
    ["part2", "/part2/", []],
    ["part2", "/prefix/xx/part2/one/", [], { value: "one", prefix: "xx" }],
    ["part2", "/prefix/xx/part2/", [], { prefix: "xx" }],
    ["nested-noncapture", "/nested/noncapture/opt", [], { p: "opt" }],
    ["nested-capture", "/nested/capture/opt/", ["opt/"]],
    ["nested-capture", NoReverseMatch, [], { p: "opt" }],
    ["nested-mixedcapture", "/nested/capture/mixed/opt", ["opt"]],
    ["nested-mixedcapture", NoReverseMatch, [], { p: "opt" }],
    ["nested-namedcapture", "/nested/capture/named/opt/", [], { outer: "opt/" }],
    ["nested-namedcapture", NoReverseMatch, [], { outer: "opt/", inner: "opt" }],
    ["nested-namedcapture", NoReverseMatch, [], { inner: "opt" }],
    ["lookahead-positive", "/lookahead+/a-city/", [], { city: "a-city" }],
    ["lookahead-positive", NoReverseMatch, [], { city: "other-city" }],
    ["lookahead-negative", "/lookahead-/a-city/", [], { city: "a-city" }],
    ["lookahead-negative", NoReverseMatch, [], { city: "not-a-city" }],
    ["lookbehind-positive", "/lookbehind+/a-city/", [], { city: "a-city" }],
    ["lookbehind-positive", NoReverseMatch, [], { city: "other-city" }],
    ["lookbehind-negative", "/lookbehind-/a-city/", [], { city: "a-city" }],
    ["lookbehind-negative", NoReverseMatch, [], { city: "not-a-city" }],
    ["non_path_include", "/includes/non_path_include/", []],
    ["defaults", "/defaults_view1/3/", [], { arg1: 3, arg2: 1 }],
    ["defaults", "/defaults_view2/3/", [], { arg1: 3, arg2: 2 }],
    ["defaults", NoReverseMatch, [], { arg1: 3, arg2: 3 }],
    ["defaults", NoReverseMatch, [], { arg2: 1 }],
    ["security", "/%2Fexample.com/security/", ["/example.com"]],
  ]);
});

describe("reverse() of namespaces, Django's own table (urlpatterns_reverse/namespace_urls)", () => {
  const objectUrls = [
    path("inner/", view, { name: "urlobject-view" }),
    rePath(/^inner\/(?<arg1>[0-9]+)\/(?<arg2>[0-9]+)\/$/, view, { name: "urlobject-view" }),
    rePath(/^inner\/\+\\\$\*\/$/, view, { name: "urlobject-special-view" }),
  ];
  const included = [
    path("normal/", view, { name: "inc-normal-view" }),
    rePath(/^normal\/(?<arg1>[0-9]+)\/(?<arg2>[0-9]+)\/$/, view, { name: "inc-normal-view" }),
    rePath(/^\+\\\$\*\/$/, view, { name: "inc-special-view" }),
    rePath(/^mixed_args\/([0-9]+)\/(?<arg2>[0-9]+)\/$/, view, { name: "inc-mixed-args" }),
    rePath(/^no_kwargs\/([0-9]+)\/([0-9]+)\/$/, view, { name: "inc-no-kwargs" }),
    rePath(/^test3\//, include([objectUrls, "testapp"], { namespace: "test-ns3" })),
    rePath(/^test4\//, include([objectUrls, "testapp"], { namespace: "test-ns4" })),
  ];
  const urlpatterns = [
    path("normal/", view, { name: "normal-view" }),
    rePath(/^normal\/(?<arg1>[0-9]+)\/(?<arg2>[0-9]+)\/$/, view, { name: "normal-view" }),
    rePath(/^\+\\\$\*\/$/, view, { name: "special-view" }),
    rePath(/^mixed_args\/([0-9]+)\/(?<arg2>[0-9]+)\/$/, view, { name: "mixed-args" }),
    rePath(/^no_kwargs\/([0-9]+)\/([0-9]+)\/$/, view, { name: "no-kwargs" }),
    rePath(/^test1\//, include([objectUrls, "testapp"], { namespace: "test-ns1" })),
    rePath(/^test2\//, include([objectUrls, "testapp"], { namespace: "test-ns2" })),
    rePath(/^default\//, include([objectUrls, "testapp"])),
    rePath(/^other1\//, include([objectUrls, "nodefault"], { namespace: "other-ns1" })),
    rePath(/^other[246]\//, include([objectUrls, "nodefault"], { namespace: "other-ns2" })),
    rePath(/^ns-included[135]\//, include([included, "included"], { namespace: "inc-ns1" })),
    path("ns-included2/", include([included, "included"], { namespace: "inc-ns2" })),
    path("included/", include(included)),
    rePath(/^inc(?<outer>[0-9]+)\//, include([[path("", include([included, "nested"], { namespace: "inc-ns5" }))], "outer-ns"])),
    rePath(/^\+\\\$\*\//, include([included, "special"], { namespace: "special" })),
  ];
  check(urlpatterns, [
    ["normal-view", "/normal/", []],
    ["normal-view", "/normal/37/42/", [37, 42]],
    ["normal-view", "/normal/42/37/", [], { arg1: 42, arg2: 37 }],
    ["special-view", "/+%5C$*/", []],
    ["mixed-args", "/mixed_args/42/37/", [42, 37]],
    ["mixed-args", NoReverseMatch, [], { arg2: 37 }],
    ["no-kwargs", "/no_kwargs/42/37/", [42, 37]],
    ["inc-normal-view", "/included/normal/", []],
    ["inc-normal-view", "/included/normal/37/42/", [37, 42]],
    ["inc-special-view", "/included/+%5C$*/", []],
    ["inc-mixed-args", "/included/mixed_args/42/37/", [42, 37]],
    ["test-ns1:urlobject-view", "/test1/inner/", []],
    ["test-ns1:urlobject-view", "/test1/inner/37/42/", [37, 42]],
    ["test-ns1:urlobject-view", "/test1/inner/42/37/", [], { arg1: 42, arg2: 37 }],
    ["test-ns1:urlobject-special-view", "/test1/inner/+%5C$*/", []],
    ["test-ns3:urlobject-view", "/included/test3/inner/", []],
    ["testapp:urlobject-view", "/default/inner/", []],
    ["testapp:urlobject-view", "/default/inner/37/42/", [37, 42]],
    ["nodefault:urlobject-view", "/other2/inner/", []],
    ["other-ns1:urlobject-view", "/other1/inner/", []],
    ["other-ns2:urlobject-view", "/other2/inner/", []],
    ["inc-ns1:inc-normal-view", "/ns-included1/normal/", []],
    ["inc-ns1:inc-no-kwargs", "/ns-included1/no_kwargs/42/37/", [42, 37]],
    ["inc-ns1:test-ns3:urlobject-view", "/ns-included1/test3/inner/", []],
    ["inc-ns2:testapp:urlobject-view", "/ns-included2/test4/inner/", []],
    ["outer-ns:inc-ns5:inc-normal-view", "/inc70/normal/", [], { outer: 70 }],
    ["outer-ns:inc-ns5:inc-normal-view", "/inc78/normal/37/4/", [78, 37, 4]],
    ["outer-ns:inc-ns5:inc-normal-view", "/inc78/normal/37/4/", [], { outer: 78, arg1: 37, arg2: 4 }],
    ["outer-ns:inc-ns5:inc-normal-view", NoReverseMatch, []],
    ["special:inc-special-view", "/+%5C$*/+%5C$*/", []],
    ["blahblah:urlobject-view", NoReverseMatch, []],
    ["test-ns1:blahblah:urlobject-view", NoReverseMatch, []],
    ["test-ns1:nope", NoReverseMatch, []],
  ]);

  test("currentApp prefers an instance", () => {
    const urlconf = urlpatterns as URLPattern[];
    const cases = [
      ["testapp:urlobject-view", "test-ns1", "/test1/inner/"],
      ["testapp:urlobject-view", "test-ns3", "/included/test3/inner/"],
      ["testapp:urlobject-view", "nope", "/default/inner/"],
      ["nodefault:urlobject-view", "other-ns1", "/other1/inner/"],
      ["nodefault:urlobject-view", "other-ns2", "/other2/inner/"],
      ["inc-ns1:testapp:urlobject-view", "inc-ns1:test-ns3", "/ns-included1/test3/inner/"],
      ["inc-ns1:testapp:urlobject-view", "inc-ns2:test-ns3", "/ns-included1/test4/inner/"],
      ["included:testapp:urlobject-view", "inc-ns1:test-ns3", "/ns-included1/test3/inner/"],
    ];
    for (const [name, currentApp, url] of cases) expect(reverse(name as string, { urlconf, currentApp })).toBe(url);
  });
});

describe("reverse()", () => {
  const band = (): HttpResponse => view();
  const urlpatterns = [
    path("", view, { name: "home" }),
    path("bands/<int:id>/", band, { name: "band" }),
    path("bands/<int:id>/<slug:slug>/", view, { name: "band" }),
    path("files/<path:path>", view, { name: "file" }),
    path("<str:a>-<str:b>/", view, { name: "pair" }),
    path("nested/<slug:outer>/", include([path("<int:id>/", view, { name: "inner" })]), { kwargs: { extra: 1 } }),
  ];
  const urlconf = urlpatterns;

  test("takes the pattern of a name that the arguments fit", () => {
    expect(reverse("band", { urlconf, kwargs: { id: 1 } })).toBe("/bands/1/");
    expect(reverse("band", { urlconf, kwargs: { id: 1, slug: "x" } })).toBe("/bands/1/x/");
    expect(reverse("band", { urlconf, args: [1, "x"] })).toBe("/bands/1/x/");
  });

  test("takes a view for a name", () => {
    expect(reverse(band, { urlconf, args: [7] })).toBe("/bands/7/");
  });

  test("takes the arguments around an include(), and its extra ones where they are equal", () => {
    expect(reverse("inner", { urlconf, kwargs: { outer: "a", id: 2 } })).toBe("/nested/a/2/");
    expect(reverse("inner", { urlconf: urlpatterns as URLPattern[], kwargs: { outer: "a", id: 2, extra: 1 } })).toBe(
      "/nested/a/2/",
    );
    expect(() => reverse("inner", { urlconf: urlpatterns as URLPattern[], kwargs: { outer: "a", id: 2, extra: 2 } })).toThrow();
  });

  test("takes a name that an include() and a pattern in it have both: a value for the two", () => {
    const urlconf = [rePath(/^(?<n>[0-9]+)\//, include([rePath(/^(?<n>[0-9]+)\/$/, view, { name: "twice" })]))];
    expect(reverse("twice" as string, { urlconf: urlconf as URLConf, kwargs: { n: 7 } })).toBe("/7/7/");
    expect(() => reverse("twice" as string, { urlconf: urlconf as URLConf, kwargs: { n: "x" } })).toThrow(/1 pattern\(s\) tried/);
  });

  test("looks at the whole path, as Django: what two values make together has to match", () => {
    expect(reverse("pair", { urlconf, args: ["a-b", "c"] })).toBe("/a-b-c/");
    expect(() => reverse("pair", { urlconf, args: ["", "c"] })).toThrow();
  });

  test("refuses null and undefined rather than write them", () => {
    for (const value of [null, undefined]) {
      expect(() => reverse("file", { urlconf: urlpatterns as URLPattern[], kwargs: { path: value } })).toThrow(
        "Reverse for 'file' with keyword arguments",
      );
    }
  });

  test("takes large integers", () => {
    expect(reverse("band", { urlconf, args: [12345678901234567890n] })).toBe("/bands/12345678901234567890/");
  });

  test("says in Django's words what it cannot find", () => {
    const wide = urlpatterns as URLPattern[];
    expect(() => reverse("nope", { urlconf: wide })).toThrow(
      "Reverse for 'nope' not found. 'nope' is not a valid view function or pattern name.",
    );
    expect(() => reverse("band", { urlconf: wide })).toThrow(
      "Reverse for 'band' with no arguments not found. 2 pattern(s) tried: ['bands/<int:id>/<slug:slug>/', 'bands/<int:id>/']",
    );
    expect(() => reverse("band", { urlconf: wide, args: ["x", 2] })).toThrow("with arguments '('x', 2)' not found.");
    expect(() => reverse("band", { urlconf: wide, kwargs: { id: "x" } })).toThrow(
      "with keyword arguments '{'id': 'x'}' not found.",
    );
    expect(() => reverse("a:b", { urlconf: wide })).toThrow("'a' is not a registered namespace");
    const polls = [path("polls/", include([urlpatterns, "polls"]))] as URLPattern[];
    expect(() => reverse("polls:b:c", { urlconf: polls })).toThrow("'b' is not a registered namespace inside 'polls'");
  });

  test("does not mix positional and keyword arguments", () => {
    const both = { args: [1], kwargs: { id: 1 } } as object;
    expect(() => reverse("band", { urlconf: urlpatterns as URLPattern[], ...both })).toThrow(
      expect.objectContaining({ name: "ValueError", message: "Don't mix args and kwargs in call to reverse()!" }),
    );
  });

  test("names the nearest option where there is none of that name", () => {
    const wrong = { urlconf: urlpatterns as URLPattern[], curentApp: "x" };
    expect(() => reverse(undefined as never)).toThrow("reverse() takes a name or a view, not undefined.");
    expect(() => reverse("home", wrong)).toThrow('reverse() has no option "curentApp". Did you mean "currentApp"?');
  });

  test("writes a query string of an object, of pairs, of a Map, of dictionaries with lists", () => {
    const write = (query: never): string => reverse("home", { urlconf, query });
    const search = "/?a=1&a=2&b=x+%26";
    for (const query of [
      { a: [1, "2"], b: "x &" },
      Object.assign(Object.create(null), { a: [1, 2], b: "x &" }),
      [
        ["a", 1],
        ["a", 2],
        ["b", "x &"],
      ],
      new Map<string, unknown>([
        ["a", new Set([1, 2])],
        ["b", "x &"],
      ]),
      new QueryDict("a=1&a=2&b=x+%26"),
      new MultiValueDict({ a: ["1", "2"], b: ["x &"] }),
      new URLSearchParams("a=1&a=2&b=x+%26"),
    ]) {
      expect(write(query as never)).toBe(search);
    }
  });

  test("refuses null and undefined in a query", () => {
    for (const query of [{ a: null }, { a: undefined }, { a: [1, null] }]) {
      expect(() => reverse("home", { urlconf, query: query as never })).toThrow(TypeError);
    }
  });

  test("puts FORCE_SCRIPT_NAME before the path", () => {
    for (const [name, url] of [
      ["/app", "/app/bands/1/"],
      ["/app/", "/app/bands/1/"],
      ["/a b/%41", "/a%20b/%2541/bands/1/"],
      ["", "/bands/1/"],
    ]) {
      overrideSettings({ FORCE_SCRIPT_NAME: name as string }, () =>
        expect(reverse("band", { urlconf, kwargs: { id: 1 } })).toBe(url),
      );
    }
  });

  test("never names a host", () => {
    expect(reverse("file", { urlconf: [path("<path:path>", view, { name: "file" })], args: ["/evil.com"] })).toBe("/%2Fevil.com");
    overrideSettings({ FORCE_SCRIPT_NAME: "//evil.com" }, () => expect(reverse("home", { urlconf })).toBe("/%2Fevil.com/"));
  });

  test("refuses a lone surrogate", () => {
    expect(() => reverse("file", { urlconf, args: ["\ud800"] })).toThrow(expect.objectContaining({ name: "UnicodeEncodeError" }));
  });

  test("uses ROOT_URLCONF without urlconf, and asks for one where there is none", () => {
    overrideSettings({ ROOT_URLCONF: urlpatterns }, () => {
      expect(reverse("home")).toBe("/");
      expect(reverse("home", { urlconf: null })).toBe("/");
    });
    expect(() => reverse("home")).toThrow(expect.objectContaining({ name: "ImproperlyConfigured" }));
  });

  test("ends with a table that includes itself", () => {
    const self: URLPattern[] = [path("end/", view, { name: "end" })];
    self.unshift(path("again/", include(self)));
    expect(reverse("end", { urlconf: self })).toBe("/end/");
    expect(() => reverse("nope", { urlconf: self })).toThrow(expect.objectContaining({ name: "NoReverseMatch" }));
  });
});
