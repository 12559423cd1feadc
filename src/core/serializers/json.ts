/**
 * `django.core.serializers.json`: JSON with dates, durations, decimals and big integers.
 *
 * @module
 */

import { type DurationLike, durationIsoString, toSeconds } from "../../utils/duration.ts";
import { checkOptions } from "../../utils/options.ts";
import { escapeNonAscii } from "../../utils/text.ts";
import { ValueError } from "../exceptions.ts";

/** How Python's `json.dumps()` lays out its text. */
export interface JsonDumpsParams {
  /** Breaks lines, with so many spaces, or with this text, for each level; 0 and `""` break lines without. */
  readonly indent?: number | string | null | undefined;
  /** What stands between items, and between key and value: `[",", ":"]`, with an indent `[",", ": "]`. Python's own are `[", ", ": "]`. */
  readonly separators?: readonly [item: string, key: string] | null | undefined;
  /** Escapes all that is not ASCII. */
  readonly ensureAscii?: boolean | undefined;
  /** Sorts the keys of every object, by code point. */
  readonly sortKeys?: boolean | undefined;
}

const PARAMS: ReadonlySet<string> = /* @__PURE__ */ new Set(["indent", "separators", "ensureAscii", "sortKeys"]);

/**
 * Writes JSON as Django's class of this name. What stands for Python's values:
 *
 * | Python | here | JSON |
 * |---|---|---|
 * | `datetime` | a `Date` | `"2024-01-02T03:04:05.678Z"` |
 * | `date`, `time` | text, or an object with `toJSON()`, such as Temporal's | text |
 * | `timedelta` | an object with `total("seconds")`, such as a `Temporal.Duration` | `"P1DT02H03M04S"` |
 * | `Decimal` | an object with `toJSON()`, as the decimal libraries have it | text |
 * | `UUID` | text, as `crypto.randomUUID()` gives it | text |
 * | `int` beyond 2^53 | a `bigint` | digits |
 * | `dict` | a plain object, or a `Map` with keys that are text, numbers, booleans or `null` | an object |
 *
 * Without parameters the text is that of `JSON.stringify()`, but for what that refuses or loses: `bigint`, `Map`, and objects
 * that have nothing but `total()`. With any, it is that of Python's `json.dumps()`, where a whole second has no `.000`
 * and every duration is written as above. `undefined` and functions are left out, and `NaN` is `null`, in both.
 *
 * Override `default()` for classes of your own:
 *
 * ```ts
 * class MoneyEncoder extends DjangoJSONEncoder {
 *   override default(value: unknown): unknown {
 *     return value instanceof Money ? value.format() : super.default(value);
 *   }
 * }
 * ```
 */
export class DjangoJSONEncoder {
  readonly #params: JsonDumpsParams | undefined;

  /** @throws TypeError for an unknown parameter */
  constructor(params?: JsonDumpsParams | null) {
    if (params) checkOptions(params, PARAMS, "jsonDumpsParams");
    this.#params = params ?? undefined;
  }

  /**
   * What stands for an object that is neither a plain one nor an array nor a `Map`.
   *
   * @throws TypeError for objects of the platform that have nothing to show, such as a `Set` or a promise
   */
  default(value: unknown): unknown {
    const { toJSON, total } = value as { toJSON?: unknown; total?: unknown };
    const tag = tagOf(value);
    if (tag === "Date" && this.#params) return (value as Date).toJSON()?.replace(".000Z", "Z");
    if (typeof total === "function" && (this.#params || typeof toJSON !== "function")) {
      return durationIsoString(toSeconds(value as DurationLike, "A duration"));
    }
    if (typeof toJSON === "function") return (toJSON as () => unknown).call(value);
    if (tag !== "Object" && Object.keys(value as object).length === 0) {
      throw new TypeError(`Object of type ${tag} is not JSON serializable`);
    }
    return { ...(value as object) };
  }

  /**
   * The JSON text of `value`; `null` for `undefined`.
   *
   * @throws TypeError for what `default()` refuses, and for a key of a `Map` that is an object
   * @throws ValueError for an object that holds itself
   */
  encode(value: unknown): string {
    if (!this.#params && this.default === DjangoJSONEncoder.prototype.default) {
      try {
        const text = JSON.stringify(value) ?? "null";
        // What JSON.stringify() loses leaves this behind.
        if (!text.includes("{}") || !isLossy(value)) return text;
      } catch {
        // A bigint, or what will be thrown once more below.
      }
    }
    return new Writer(this.#params ?? {}, (object) => this.default(object)).write(value) ?? "null";
  }
}

/** Writes one JSON text, in the layout of Python's `json.dumps()`. */
class Writer {
  readonly #default: (value: object) => unknown;
  readonly #indent: string | undefined;
  readonly #itemSeparator: string;
  readonly #keySeparator: string;
  readonly #ensureAscii: boolean;
  readonly #sortKeys: boolean;
  /** The objects that are being written, one in the other. */
  readonly #open: Set<object> = new Set();

  constructor({ indent, separators, ensureAscii, sortKeys }: JsonDumpsParams, replace: (value: object) => unknown) {
    this.#default = replace;
    this.#indent = typeof indent === "number" ? " ".repeat(Math.max(0, indent)) : (indent ?? undefined);
    [this.#itemSeparator, this.#keySeparator] = separators ?? [",", this.#indent === undefined ? ":" : ": "];
    this.#ensureAscii = ensureAscii ?? false;
    this.#sortKeys = sortKeys ?? false;
  }

  /**
   * @param newline what begins a line at this level
   * @returns `undefined` for what JSON has no word for
   */
  write(value: unknown, newline = "\n"): string | undefined {
    switch (typeof value) {
      case "string":
        return this.#writeText(value);
      case "number":
        return Number.isFinite(value) ? String(value) : "null";
      case "boolean":
      case "bigint":
        return String(value);
      case "object":
        return value === null ? "null" : this.#writeObject(value, newline);
      default:
        return undefined;
    }
  }

  #writeText(text: string): string {
    const json = JSON.stringify(text);
    return this.#ensureAscii ? escapeNonAscii(json) : json;
  }

  #writeObject(value: object, newline: string): string | undefined {
    if (this.#open.has(value)) throw new ValueError("Circular reference detected");
    this.#open.add(value);
    let text: string | undefined;
    if (Array.isArray(value)) text = this.#writeArray(value, newline);
    else if (isPlain(value)) text = this.#writeEntries(Object.entries(value), newline);
    else if (tagOf(value) === "Map") text = this.#writeEntries(mapEntries(value as Map<unknown, unknown>), newline);
    else text = this.write(this.#default(value), newline);
    this.#open.delete(value);
    return text;
  }

  #writeArray(items: readonly unknown[], newline: string): string {
    const inner = this.#indent === undefined ? "" : newline + this.#indent;
    let text = "";
    for (const item of items) text += (text && this.#itemSeparator) + inner + (this.write(item, inner) ?? "null");
    return text ? `[${text}${inner && newline}]` : "[]";
  }

  #writeEntries(entries: [key: string, value: unknown][], newline: string): string {
    const inner = this.#indent === undefined ? "" : newline + this.#indent;
    if (this.#sortKeys) entries.sort(([a], [b]) => compareCodePoints(a, b));
    let text = "";
    for (const [key, item] of entries) {
      const written = this.write(item, inner);
      if (written === undefined) continue;
      text += (text && this.#itemSeparator) + inner + this.#writeText(key) + this.#keySeparator + written;
    }
    return text ? `{${text}${inner && newline}}` : "{}";
  }
}

/** Keys as Python's `json` writes them, though with JavaScript's words for numbers. */
function mapEntries(map: Map<unknown, unknown>): [string, unknown][] {
  return Array.from(map, ([key, value]) => {
    if ((typeof key === "object" && key !== null) || typeof key === "function" || typeof key === "symbol") {
      throw new TypeError(`keys must be text, numbers, booleans or null, not ${typeof key}`);
    }
    return [String(key ?? null), value];
  });
}

/** Whether something may be in a value that `JSON.stringify()` writes as `{}` for want of better. */
function isLossy(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some(isLossy);
  if (value instanceof Date) return false;
  const object = value as Record<string, unknown>;
  if (typeof object.toJSON === "function" || typeof object.total === "function") return true;
  let isEmpty = true;
  for (const key in object) {
    if (isLossy(object[key])) return true;
    isEmpty = false;
  }
  return isEmpty && !isPlain(value);
}

/** Whether JSON has all of an object: it is no instance of a class, and says nothing about itself. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  const { toJSON, total } = value as { toJSON?: unknown; total?: unknown };
  return (prototype === null || prototype === Object.prototype) && typeof toJSON !== "function" && typeof total !== "function";
}

/** `Date` for a `Date`, of this realm or another. */
function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

function compareCodePoints(a: string, b: string): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const difference = (a.codePointAt(i) as number) - (b.codePointAt(i) as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
