import { describe, expect, test } from "vitest";
import { DjangoJSONEncoder, HttpResponse, JsonResponse, QueryDict } from "../../src/index.ts";

describe("JsonResponse", () => {
  test("is an HttpResponse with what JSON.stringify writes", async () => {
    const data = { b: [1, "é", null, { d: new Date(0) }], a: {} };
    const response = new JsonResponse(data);
    expect(response).toBeInstanceOf(HttpResponse);
    expect(response.text).toBe(JSON.stringify(data));
    const native = response.toResponse();
    expect([native.headers.get("Content-Type"), await native.json()]).toEqual([
      "application/json",
      JSON.parse(JSON.stringify(data)),
    ]);
  });

  test.each<[string, unknown]>([
    ["null", null],
    ["undefined", undefined],
    ["true", true],
    ["a number", 5],
    ["a bigint", 5n],
    ["text", "{}"],
    ["an array", [{}]],
    ["a Date", new Date(0)],
    ["an object that is written as text", { toJSON: () => "{x" }],
    ["a duration", { total: () => 1 }],
  ])("%s is no object: a TypeError, unless safe is false", (_, data) => {
    expect(() => new JsonResponse(data)).toThrow(TypeError);
    expect(() => new JsonResponse(data, { safe: true })).toThrow(TypeError);
    expect(new JsonResponse(data, { safe: false }).text).toBe(new DjangoJSONEncoder().encode(data));
  });

  test("objects of every kind are objects: without a prototype, of a class, a Map, a QueryDict", () => {
    class Point {
      x = 1;
    }
    const text = (data: unknown): string => new JsonResponse(data).text;
    expect(text(Object.create(null))).toBe("{}");
    expect(text(new Point())).toBe('{"x":1}');
    expect(text(new Map([["a", 1n]]))).toBe('{"a":1}');
    expect(text(new QueryDict("a=1&a=2&b="))).toBe('{"a":"2","b":""}');
    expect(text({ toJSON: () => ({ a: 1 }) })).toBe('{"a":1}');
  });

  test("has the options of every response", () => {
    const response = new JsonResponse({}, { status: 201, reason: "Made", headers: { "X-A": 1 } });
    expect([response.statusCode, response.reasonPhrase, [...response.headers]]).toEqual([
      201,
      "Made",
      [
        ["X-A", "1"],
        ["Content-Type", "application/json"],
      ],
    ]);
    const headers = { "Content-Type": "application/x" };
    expect(() => new JsonResponse({}, { headers })).toThrow(expect.objectContaining({ name: "ValueError" }));
  });

  test("is encoded in the charset of its content type", () => {
    const contentType = "application/json; charset=iso-8859-1";
    expect(new JsonResponse({ a: "é" }, { contentType }).content).toEqual(
      Uint8Array.from('{"a":"é"}', (char) => char.charCodeAt(0)),
    );
    expect(() => new JsonResponse({ a: "€" }, { contentType })).toThrow(expect.objectContaining({ name: "UnicodeEncodeError" }));
  });

  test("a subclass may fix its options", () => {
    class Problem extends JsonResponse {
      static override statusCode = 400;
      constructor(title: string) {
        super({ title }, { contentType: "application/problem+json" });
      }
    }
    const response = new Problem("no");
    expect([response.statusCode, response.text, response.get("Content-Type")]).toEqual([
      400,
      '{"title":"no"}',
      "application/problem+json",
    ]);
  });
});
