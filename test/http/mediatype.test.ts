import { describe, expect, test } from "vitest";
import { AcceptedTypes, MediaType } from "../../src/http/mediatype.ts";
import { growth, LINEAR } from "../linear.ts";

const accept = (header: string): AcceptedTypes => new AcceptedTypes(header);

describe("MediaType", () => {
  test("has the parts of a media type", () => {
    const type = new MediaType('Text/HTML; Level=1; a="b;c"; q=0.5');
    expect([type.mainType, type.subType, type.quality, type.specificity]).toEqual(["text", "html", 0.5, 3]);
    expect({ ...type.params }).toEqual({ level: "1", a: "b;c", q: "0.5" });
    expect({ ...type.rangeParams }).toEqual({ level: "1", a: "b;c" });
    expect(String(type)).toBe("text/html; level=1; a=b;c; q=0.5");
    expect([new MediaType("*/*"), new MediaType("text/*"), new MediaType("text/html")].map((t) => t.specificity)).toEqual([
      0, 1, 2,
    ]);
  });

  // Python: round(float(q), 3), and 1 for what is not within 0 and 1.
  const qualities: [q: string, quality: number][] = [
    ["0.1234", 0.123],
    ["0.0625", 0.062],
    ["0.1875", 0.188],
    ["0.0005", 0.001],
    ["1.", 1],
    [".5", 0.5],
    ["1e-1", 0.1],
    ["0_5", 1],
    ["0.2_5", 0.25],
    ["-0", 0],
    ["2", 1],
    ["-1", 1],
    ["x", 1],
    ["", 1],
    ["0x1", 1],
    ["Infinity", 1],
    ["1e", 1],
    ["--1", 1],
  ];
  test.each(qualities)("q=%s counts as %f", (q, quality) => {
    expect(new MediaType(`a/b; q="${q}"`).quality + 0).toBe(quality);
  });

  test("has nothing of an object's prototype among its parameters", () => {
    const type = new MediaType("a/b; __proto__=1; constructor=2");
    expect(Object.keys(type.params)).toEqual(["__proto__", "constructor"]);
    expect(type.match("a/b; constructor=2; __proto__=1")).toBe(true);
    expect(new MediaType("a/b").match("a/b; constructor=2")).toBe(false);
  });
});

describe("AcceptedTypes", () => {
  // The example of Django's page.
  test("prefers by quality, and by how specific the match is", () => {
    const types = accept("text/vcard;version=3.0,text/html;q=0.5");
    expect(types.preferred(["text/vcard; version=4.0", "text/vcard; version=3.0", "text/vcard", "text/directory"])).toBe(
      "text/vcard; version=3.0",
    );
    expect(accept("*/*").preferred(["a/b", "c/d"])).toBe("a/b");
    expect(accept("a/b").preferred([])).toBeUndefined();
    expect(accept("text/html,*/*;q=0.1").preferred(["application/json", "text/html"])).toBe("text/html");
    expect(accept("text/*, text/plain;q=0.3").preferred(["text/plain", "text/csv"])).toBe("text/csv");
  });

  test("a type that is refused is not accepted", () => {
    expect(accept("text/html;q=0").find("text/html")).toBeUndefined();
    expect(accept("").find("text/html")).toBeUndefined();
    expect(accept("\x1f,a/b").types.map(String)).toEqual(["a/b"]);
  });

  test("a weight that is no number to JavaScript either is none that refuses, as in Django", () => {
    expect(accept("text/html; q=nan").find("text/html")).toBeDefined();
  });

  test("a header of 10,000 entries takes linear time", async () => {
    const make = (size: number): string => Array.from({ length: size }, (_, i) => `text/x${i};q=0.${i % 1000}`).join(",");
    const types = accept(make(10_000));
    expect(types.types.length).toBe(9_990);
    expect(types.preferred(["text/x9999", "text/x999"])).toBe("text/x999");
    const work = (header: string): unknown => accept(header).preferred(["text/nope", "a/b", "text/x1"]);
    expect(await growth(2_500, make, work)).toBeLessThan(LINEAR);
  });

  test.each(['"', ";", ",", "/", "a/b;", 'a/b;c="', "\\"])("1 MB of %j takes linear time", async (unit) => {
    const make = (size: number): string => unit.repeat(size / unit.length);
    expect(await growth(2 ** 16, make, (header) => accept(header).find("a/b"))).toBeLessThan(LINEAR);
  });
});
