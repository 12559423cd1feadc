import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RoutePattern } from "../../src/urls/patterns.ts";

/** The expression that Django makes of a route. */
const REGEX: Record<string, string> = {
  int: "[0-9]+",
  str: "[^/]+",
  slug: "[-a-zA-Z0-9_]+",
  path: "[^\\n]+",
  uuid: "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
};
function django(route: string, isEndpoint: boolean): RegExp {
  let source = "";
  let last = 0;
  const quote = (text: string): string => text.replace(/[./]/g, "\\$&");
  for (const match of route.matchAll(/<(\w+):(\w+)>/g)) {
    source += `${quote(route.slice(last, match.index))}(?<${match[2]}>${REGEX[match[1] as string]})`;
    last = match.index + match[0].length;
  }
  return new RegExp(`^${source}${quote(route.slice(last))}${isEndpoint ? "$" : ""}`, "u");
}

const uuid = "39da9369-838e-4750-91a5-f7805cd82839";

describe("RoutePattern", () => {
  const literal = fc.constantFrom("a", "-", "/", "b/", "1", ".", "", "é", "😀", "x/y", "--");
  const parameter = fc.constantFrom("int", "str", "slug", "path", "uuid");
  const route = fc
    .array(fc.tuple(literal, parameter), { maxLength: 4 })
    .chain((parts) => literal.map((tail) => parts.map(([text, converter], i) => `${text}<${converter}:p${i}>`).join("") + tail));
  const text = fc
    .array(fc.constantFrom("a", "b", "1", "2", "-", "--", "/", "//", ".", "é", "😀", "_", "\n", "x/y", "A", uuid), {
      maxLength: 12,
    })
    .map((parts) => parts.join(""));

  test("captures what Django's expression captures, ambiguous routes included", () => {
    fc.assert(
      fc.property(route, text, fc.boolean(), fc.nat(3), (source, path, isEndpoint, offset) => {
        const found = RoutePattern.parse(source, isEndpoint).match("#".repeat(offset) + path, offset);
        const expected = django(source, isEndpoint).exec(path);
        // Integers that are too large match nothing here; the texts above are too short to make one.
        const kwargs = found && Object.fromEntries(Object.entries(found.kwargs).map(([name, value]) => [name, String(value)]));
        const groups = expected && { ...expected.groups };
        for (const name of source.matchAll(/<int:(\w+)>/g)) {
          if (groups) groups[name[1] as string] = String(Number(groups[name[1] as string]));
        }
        expect(kwargs ?? null).toEqual(groups);
        if (found) expect(found.end - offset).toBe(expected?.[0].length);
      }),
      { numRuns: 3000 },
    );
  });

  test("gives the first parameter as much as it may have", () => {
    const match = (source: string, path: string) => {
      const found = RoutePattern.parse(source, true).match(path, 0);
      return found && { ...found.kwargs };
    };
    expect(match("<path:a>/<path:b>/<path:c>", "1/2/3/4/5")).toEqual({ a: "1/2/3", b: "4", c: "5" });
    expect(match("<slug:a>-<slug:b>", "a-b-c")).toEqual({ a: "a-b", b: "c" });
    expect(match("<int:a>-<slug:b>", "1-b-c")).toEqual({ a: 1, b: "b-c" });
    expect(match("<int:a><int:b>", "123")).toEqual({ a: 12, b: 3 });
    expect(match("<path:p>/edit/", "edit/edit/")).toEqual({ p: "edit" });
    expect(match("<path:p>/edit/", "/edit/")).toBe(undefined);
    expect(match("<str:a><str:b>", "a😀")).toEqual({ a: "a", b: "😀" });
    expect(match("<uuid:a><int:b>", `${uuid}7`)).toEqual({ a: uuid, b: 7 });
    expect(match("<path:a><uuid:b>", `x${uuid}`)).toEqual({ a: "x", b: uuid });
  });

  test("takes hostile paths in linear time", () => {
    // Backtracking would take 10^15 steps for the first of these, and the test would not end.
    const cases: [string, string][] = [
      ["<path:a>/<path:b>/<path:c>/<path:d>/end", "/".repeat(20_000)],
      ["<slug:a>-<slug:b>-<slug:c>-<slug:d>-<slug:e>!", "-".repeat(20_000)],
      ["<int:a><int:b><int:c><int:d>x", "1".repeat(20_000)],
      ["<str:a>.<str:b>.<str:c>.<str:d>/", ".".repeat(20_000)],
      ["<path:a>a<path:b>a<path:c>a<path:d>b", "a".repeat(20_000)],
    ];
    for (const [source, path] of cases) expect(RoutePattern.parse(source, true).match(path, 0)).toBe(undefined);
  });

  test("joins with what follows it", () => {
    const whole = RoutePattern.parse("a/<int:x>", false).concat(RoutePattern.parse("/b/<slug:y>/", true));
    expect([whole.route, whole.literals]).toEqual(["a/<int:x>/b/<slug:y>/", ["a/", "/b/", "/"]]);
    expect({ ...whole.match("a/1/b/c/", 0)?.kwargs }).toEqual({ x: 1, y: "c" });
  });

  test("knows the text that a path must begin with", () => {
    const prefix = (source: string, isEndpoint: boolean) => RoutePattern.parse(source, isEndpoint).prefix;
    expect(prefix("", true)).toBe("");
    expect(prefix("a/b/", true)).toBe("a/b/");
    expect(prefix("a/b<int:x>/", true)).toBe("a/b");
    expect(prefix("a/<int:x>/b/", false)).toBe("a/");
    expect(prefix("<int:x>/a/", true)).toBe("");
  });
});
