import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HttpResponse } from "../../src/http/response.ts";
import { isValidPath } from "../../src/urls/base.ts";
import { include, path, rePath } from "../../src/urls/conf.ts";
import { RouteTable } from "../../src/urls/table.ts";
import type { URLPattern } from "../../src/urls/types.ts";

const view = (): HttpResponse => new HttpResponse();

/** What Django does: one pattern after another. Each is alone in a table of its own, so that nothing can be looked up. */
function naive(at: string, urlpatterns: URLPattern[]): unknown[] | undefined {
  for (const [i, entry] of urlpatterns.entries()) {
    const match = isValidPath(at, [entry]);
    if (match) return [i, match.route, match.args, { ...match.kwargs }];
  }
  return undefined;
}

function looked(at: string, urlpatterns: URLPattern[], table: URLPattern[]): unknown[] | undefined {
  const match = isValidPath(at, table);
  const first = match?.tried.at(-1)?.[0] as URLPattern;
  return match && [urlpatterns.indexOf(first), match.route, match.args, { ...match.kwargs }];
}

describe("200 routes", () => {
  const urlpatterns = Array.from({ length: 200 }, (_, i) =>
    path(`api/v${i % 3}/thing${i}/<int:id>/`, view, { name: `thing${i}` }),
  );

  test("are each found, and nothing else is", () => {
    for (let i = 0; i < 200; i++) {
      expect(isValidPath(`/api/v${i % 3}/thing${i}/7/`, urlpatterns)?.urlName).toBe(`thing${i}`);
      expect(isValidPath(`/api/v${(i + 1) % 3}/thing${i}/7/`, urlpatterns)).toBe(undefined);
    }
  });

  test("are looked up by the characters that tell them apart, however deep these are", () => {
    const table = new RouteTable(urlpatterns.map((entry, i) => ({ i, prefix: entry[3].split("<")[0] as string })));
    for (let i = 0; i < 200; i++) {
      expect(table.candidates(`/api/v${i % 3}/thing${i}/7/`, 1).map((route) => route.i)).toEqual([i]);
    }
  });
});

describe("a table finds what trying one pattern after another finds", () => {
  const literal = fc.constantFrom("a", "b", "a/", "b/", "a/b/", "c", "__proto__/", "a-", "/", "", "é/", "x y/");
  const parameter = fc.constantFrom("<int:@>", "<str:@>", "<slug:@>", "<path:@>", "<@>", "<int:@>/", "<str:@>/", "<path:@>/");
  const route = fc
    .array(fc.oneof(literal, parameter), { maxLength: 4 })
    .map((parts) => parts.map((part, i) => part.replace("@", `p${i}`)).join(""));
  const regex = fc.constantFrom(/^a\/(?<k>\w+)\/$/, /b/, /^(a|b)\//, /(?:)/, /^(?<x>[^/]+)\/?$/, /a\/$/);
  const leaf = fc.oneof(
    { weight: 6, arbitrary: route.map((text) => path(text, view)) },
    { weight: 1, arbitrary: regex.map((expression) => rePath(expression, view)) },
  );
  const inner = fc.array(leaf, { maxLength: 8 });
  const entry = fc.oneof(
    { weight: 5, arbitrary: leaf },
    { weight: 2, arbitrary: fc.tuple(route, inner).map(([text, patterns]) => path(text, include(patterns)) as URLPattern) },
    { weight: 1, arbitrary: fc.tuple(regex, inner).map(([text, patterns]) => rePath(text, include(patterns)) as URLPattern) },
  );
  const segment = fc.constantFrom("a", "b", "c", "1", "42", "a-b", "a-1", "é", "x y", "__proto__", "", "\n", "😀");
  const at = fc
    .tuple(fc.array(segment, { maxLength: 6 }), fc.boolean())
    .map(([parts, slash]) => `/${parts.join("/")}${slash ? "/" : ""}`);

  test("whatever the routes and the paths", () => {
    fc.assert(
      fc.property(
        fc.array(entry as fc.Arbitrary<URLPattern>, { minLength: 1, maxLength: 30 }),
        fc.array(at, { minLength: 1, maxLength: 20 }),
        (urlpatterns, paths) => {
          const table = [...urlpatterns];
          for (const one of paths) expect(looked(one, urlpatterns, table)).toEqual(naive(one, urlpatterns));
        },
      ),
      { numRuns: 400 },
    );
  });
});
