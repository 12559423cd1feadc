/** The notation of the vectors (README.md): JSON to values, values to JSON, and when two of them are the same. */

/** JSON to JavaScript: `$bytes` is a `Uint8Array`, `$date` a `Date`, `$map` a `Map`; dictionaries have no prototype. */
export function decode(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decode);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value);
  if (entries.length === 1) {
    const [key, inner] = entries[0] as [string, unknown];
    if (key === "$bytes") return Uint8Array.from((inner as string).match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    if (key === "$date") return new Date(inner as string);
    if (key === "$map") return new Map((inner as [string, unknown][]).map(([name, item]) => [name, decode(item)]));
  }
  return dictionary(entries.map(([key, inner]) => [key, decode(inner)]));
}

/** What a call gave, as the vectors write it: a dictionary is `$map`, any other iterable a list, `undefined` is `null`. */
export function encode(value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "object") return typeof value === "function" ? `[function ${value.name}]` : value;
  if (value instanceof ArrayBuffer) return { $bytes: hex(new Uint8Array(value)) };
  if (ArrayBuffer.isView(value)) return { $bytes: hex(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)) };
  if (Object.prototype.toString.call(value) === "[object Date]") return { $date: (value as Date).toISOString() };
  if (Array.isArray(value)) return value.map(encode);
  if (value instanceof Map) return { $map: Array.from(value, ([key, inner]) => [encode(key), encode(inner)]) };
  const prototype = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) {
    return { $map: Object.entries(value).map(([key, inner]) => [key, encode(inner)]) };
  }
  if (Symbol.iterator in value) return Array.from(value as Iterable<unknown>, encode);
  return `[object ${value.constructor.name}]`;
}

/** Python's own errors may be spelled as the nearest of JavaScript's. */
const aliases: Record<string, string[]> = {
  ValueError: ["ValueError", "RangeError", "TypeError", "SyntaxError"],
  KeyError: ["KeyError", "MultiValueDictKeyError"],
  IndexError: ["IndexError", "RangeError"],
  LookupError: ["LookupError", "RangeError", "TypeError"],
  OverflowError: ["OverflowError", "RangeError"],
  UnicodeEncodeError: ["UnicodeEncodeError", "UnicodeError", "ValueError", "URIError", "TypeError"],
  UnicodeDecodeError: ["UnicodeDecodeError", "UnicodeError", "ValueError", "URIError", "TypeError"],
};

/** Whether an error of this name is the expected one; `AnyError` is what Django lets through of Python's own library. */
export function sameError(expected: unknown, name: unknown): boolean {
  return expected === "AnyError" || (aliases[String(expected)] ?? [expected]).includes(name as string);
}

/** Deep equality of encoded values. Dictionaries have no order; `{ error: name }` compares as errors do. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => same(item, b[i]));
  }
  if ("$map" in a && "$map" in b) return sameMap(a.$map as Pairs, b.$map as Pairs);
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && same(Reflect.get(a, key), Reflect.get(b, key)))
  );
}

type Pairs = [key: unknown, value: unknown][];

function sameMap(a: Pairs, b: Pairs): boolean {
  if (a.length !== b.length) return false;
  if (a.length === 1 && a[0]?.[0] === "error" && b[0]?.[0] === "error") return sameError(a[0][1], b[0][1]);
  const values = new Map(b.map(([key, value]) => [JSON.stringify(key), value]));
  return a.every(([key, value]) => values.has(JSON.stringify(key)) && same(value, values.get(JSON.stringify(key))));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** An object without a prototype, safe for keys such as `__proto__`. */
export function dictionary<T>(entries: Iterable<readonly [string, T]>): Record<string, T> {
  const result: Record<string, T> = Object.create(null);
  for (const [key, value] of entries) result[key] = value;
  return result;
}
