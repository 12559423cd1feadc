import { describe, expect, test } from "vitest";
import { DjangoJSONEncoder, type JsonDumpsParams } from "../../../src/core/serializers/json.ts";

const encode = (value: unknown, params?: JsonDumpsParams): string => new DjangoJSONEncoder(params).encode(value);

/** Python's own separators and escapes. */
const python: JsonDumpsParams = { separators: [", ", ": "], ensureAscii: true };

/** A length of time, as a `Temporal.Duration` tells it. */
const duration = (seconds: number): object => ({ total: (unit: string) => (unit === "seconds" ? seconds : Number.NaN) });

class Decimal {
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }
  toJSON(): string {
    return this.#text;
  }
}

describe("DjangoJSONEncoder without parameters writes what JSON.stringify writes", () => {
  class Point {
    x = 1;
    y = 2;
  }
  test.each<[string, unknown]>([
    ["text", 'q"\\/\b\f\n\r\t\0\u001f\u007f\u2028é😀\ud800'],
    ["numbers", [0, -0, 1.5, 1e21, 1e-7, Number.NaN, Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER]],
    ["dates", { whole: new Date(0), fraction: new Date(1), none: new Date(Number.NaN) }],
    ["what JSON has no word for", { a: undefined, b: () => 1, c: Symbol("c"), d: [undefined, () => 1, Symbol("d")] }],
    ["empty things", { a: {}, b: [], c: [[], {}], d: Object.create(null), e: "" }],
    ["keys of the prototype", JSON.parse('{"__proto__": {}, "constructor": {"x": 1}, "toString": 2}')],
    ["an instance of a class", { p: new Point(), q: {} }],
    ["toJSON()", { p: { toJSON: () => ({ a: [new Decimal("1.50")] }) }, q: {} }],
    ["a date beside an empty object", { d: new Date(0), q: {} }],
    ["an object without a prototype", Object.assign(Object.create(null), { b: 1, a: 2 })],
  ])("%s", (_, value) => {
    expect(encode(value)).toBe(JSON.stringify(value));
  });

  test("undefined is null, as Python's None is", () => {
    expect(encode(undefined)).toBe("null");
  });

  test("null parameters are none", () => {
    expect(encode({ a: [1, "é"] }, null as unknown as JsonDumpsParams)).toBe('{"a":[1,"é"]}');
  });
});

describe("DjangoJSONEncoder writes what JSON.stringify refuses or loses", () => {
  test.each<[string, unknown, string]>([
    ["bigint: digits", { a: 12345678901234567890n, b: -1n }, '{"a":12345678901234567890,"b":-1}'],
    [
      "Map: an object",
      new Map<string, unknown>([
        ["b", new Map()],
        ["a", [1]],
      ]),
      '{"b":{},"a":[1]}',
    ],
    [
      "Map: keys as Python writes them",
      new Map<unknown, number>([
        [1, 1],
        [true, 2],
        [null, 3],
        [2n, 4],
      ]),
      '{"1":1,"true":2,"null":3,"2":4}',
    ],
    ["duration: Django's duration_iso_string()", [duration(93784.5)], '["P1DT02H03M04.500000S"]'],
    ["duration: negative", [duration(-1)], '["-P0DT00H00M01S"]'],
    ["UUID: its text", { id: "39da9369-838e-4750-91a5-f7805cd82839" }, '{"id":"39da9369-838e-4750-91a5-f7805cd82839"}'],
    ["Decimal: its text", { price: new Decimal("-12345678901234567890.10") }, '{"price":"-12345678901234567890.10"}'],
    [
      "a Map deep in data that has empty objects of its own",
      { a: {}, b: [{}, { c: new Map([["d", 1]]) }] },
      '{"a":{},"b":[{},{"c":{"d":1}}]}',
    ],
    ["a Map with what has no word in JSON", new Map([["a", undefined]]), "{}"],
  ])("%s", (_, value, expected) => {
    expect(encode(value)).toBe(expected);
  });

  test.each<[string, unknown]>([
    ["Set", { a: new Set([1]) }],
    ["Promise", { a: Promise.resolve() }],
    ["RegExp", [/x/]],
    ["WeakMap", { a: new WeakMap() }],
  ])("%s is a TypeError, not an empty object", (name, value) => {
    expect(() => encode(value)).toThrow(new TypeError(`Object of type ${name} is not JSON serializable`));
  });

  test("a Map with objects for keys is a TypeError", () => {
    expect(() => encode(new Map([[{}, 1]]))).toThrow(TypeError);
  });

  test("an object that holds itself is Python's ValueError, on either path", () => {
    const value: Record<string, unknown> = { twice: [1] };
    value.same = value.twice;
    expect(encode(value)).toBe('{"twice":[1],"same":[1]}');
    value.self = [value];
    expect(() => encode(value)).toThrow(expect.objectContaining({ name: "ValueError", message: "Circular reference detected" }));
    expect(() => encode(value, python)).toThrow(expect.objectContaining({ name: "ValueError" }));
  });

  test("an error of a toJSON() goes through", () => {
    const error = new TypeError("mine");
    const value = {
      toJSON() {
        throw error;
      },
    };
    expect(() => encode({ value })).toThrow(error);
  });
});

describe("jsonDumpsParams lay the text out as Python's json.dumps", () => {
  // Expected texts are those of Python 3.12.
  const value = { b: [1, { z: "é", a: [] }], a: null };
  test.each<[string, JsonDumpsParams, string]>([
    ["separators", { separators: [", ", ": "] }, '{"b": [1, {"z": "é", "a": []}], "a": null}'],
    ["ensureAscii", { ensureAscii: true }, '{"b":[1,{"z":"\\u00e9","a":[]}],"a":null}'],
    ["sortKeys", { sortKeys: true }, '{"a":null,"b":[1,{"a":[],"z":"é"}]}'],
    ["indent", { indent: 1 }, '{\n "b": [\n  1,\n  {\n   "z": "é",\n   "a": []\n  }\n ],\n "a": null\n}'],
    ["indent 0 breaks lines", { indent: 0 }, '{\n"b": [\n1,\n{\n"z": "é",\n"a": []\n}\n],\n"a": null\n}'],
    [
      "indent beyond 10",
      { indent: 11, separators: [",", ":"] },
      `{\n${" ".repeat(11)}"b":[\n${" ".repeat(22)}1,\n${" ".repeat(22)}{\n${" ".repeat(33)}"z":"é",\n${" ".repeat(33)}"a":[]\n${" ".repeat(22)}}\n${" ".repeat(11)}],\n${" ".repeat(11)}"a":null\n}`,
    ],
    [
      "indent with text",
      { indent: "\t", separators: [", ", ": "] },
      '{\n\t"b": [\n\t\t1, \n\t\t{\n\t\t\t"z": "é", \n\t\t\t"a": []\n\t\t}\n\t], \n\t"a": null\n}',
    ],
  ])("%s", (_, params, expected) => {
    expect(encode(value, params)).toBe(expected);
  });

  test("ensureAscii escapes DEL and both halves of a character beyond U+FFFF, in keys too", () => {
    expect(encode({ "\u007f": "😀" }, { ensureAscii: true })).toBe('{"\\u007f":"\\ud83d\\ude00"}');
  });

  test("sortKeys goes by code points, not by UTF-16", () => {
    expect(encode({ "😀": 1, "\uffff": 2, a: 3, aa: 4, B: 5 }, { sortKeys: true })).toBe(
      '{"B":5,"a":3,"aa":4,"\uffff":2,"😀":1}',
    );
  });

  test("dates have milliseconds only where there are any, as Django's", () => {
    const dates = [new Date("2024-01-02T03:04:05Z"), new Date("2024-01-02T03:04:05.010Z"), new Date(Number.NaN)];
    expect(encode(dates, python)).toBe('["2024-01-02T03:04:05Z", "2024-01-02T03:04:05.010Z", null]');
  });

  test("a duration is Django's even where it has a toJSON() of its own", () => {
    const temporal = { total: () => 3600, toJSON: () => "PT1H" };
    expect(encode({ temporal })).toBe('{"temporal":"PT1H"}');
    expect(encode({ temporal }, python)).toBe('{"temporal": "P0DT01H00M00S"}');
  });

  test("an unknown parameter is a TypeError that names the right one", () => {
    expect(() => encode({}, { sort_keys: true } as JsonDumpsParams)).toThrow(
      new TypeError('jsonDumpsParams has no option "sort_keys". Did you mean "sortKeys"?'),
    );
  });
});

describe("DjangoJSONEncoder.default", () => {
  class Money {
    readonly cents: number;
    constructor(cents: number) {
      this.cents = cents;
    }
  }
  class MoneyEncoder extends DjangoJSONEncoder {
    override default(value: unknown): unknown {
      if (value instanceof Money) return { amount: (value.cents / 100).toFixed(2) };
      return super.default(value);
    }
  }

  test("a subclass writes classes of its own, and the rest as before", () => {
    const value = { price: new Money(150), at: new Date(0), plain: { a: [1n] } };
    expect(new MoneyEncoder().encode(value)).toBe(
      '{"price":{"amount":"1.50"},"at":"1970-01-01T00:00:00.000Z","plain":{"a":[1]}}',
    );
    expect(new MoneyEncoder(python).encode(value)).toBe(
      '{"price": {"amount": "1.50"}, "at": "1970-01-01T00:00:00Z", "plain": {"a": [1]}}',
    );
  });

  test("one that gives the object itself is a ValueError and no endless loop", () => {
    class Lazy extends DjangoJSONEncoder {
      override default(value: unknown): unknown {
        return value;
      }
    }
    expect(() => new Lazy().encode([new Date(0)])).toThrow("Circular reference detected");
  });
});
