/**
 * The headers of a request, and their names in `META`.
 *
 * @module
 */

import { KeyError } from "../core/exceptions.ts";
import { isWorkerd } from "../platform.ts";
import { decode } from "../utils/encoding.ts";

/** The type of `request.META`: CGI variables (RFC 3875 section 4.1), headers as `HTTP_*`. */
export type Meta = Record<string, string | undefined>;

/** Where {@link HttpHeaders} reads: one header by its lower-case name, or all of `META`. */
export interface HeaderSource {
  header(name: string): string | undefined;
  readonly META: Readonly<Meta>;
}

/**
 * The headers of a request, read from `META`, as Django's `HttpHeaders`: names in any case, with `-` or `_`. What
 * changes in `META` shows here.
 *
 * ```ts
 * request.headers.get("user-agent");
 * ```
 */
export class HttpHeaders {
  readonly #source: HeaderSource;

  /** @param META that of a request: `new HttpHeaders(request.META)` */
  constructor(META: Readonly<Meta> | HeaderSource) {
    this.#source = isSource(META) ? META : { META, header: (name) => META[metaName(name)] };
  }

  /** The value of `name`; `fallback` where there is none. */
  get(name: string): string | undefined;
  get<T>(name: string, fallback: T): string | T;
  get(name: string, fallback?: unknown): unknown {
    return this.#source.header(name.toLowerCase().replaceAll("_", "-")) ?? fallback;
  }

  /**
   * The value of `name`.
   *
   * @throws KeyError where there is none
   */
  getItem(name: string): string {
    const value = this.get(name);
    if (value === undefined) throw new KeyError(name);
    return value;
  }

  /** Whether there is a header of this name. */
  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** How many headers there are. */
  get size(): number {
    return [...this].length;
  }

  /** The names, as `User-Agent`. */
  *keys(): IterableIterator<string> {
    for (const [name] of this) yield name;
  }

  /** The values. */
  *values(): IterableIterator<string> {
    for (const [, value] of this) yield value;
  }

  /** Each name, as `User-Agent`, with its value. */
  *items(): IterableIterator<[string, string]> {
    const { META } = this.#source;
    for (const key in META) {
      const name = headerName(key);
      const value = META[key];
      if (name !== undefined && value !== undefined) yield [name, value];
    }
  }

  /** As `items()`. */
  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.items();
  }
}

/** Keys of `META` that were made before: names repeat from request to request, and making one costs more than all else. */
const metaNames: Map<string, string> = new Map();

/** The key in `META` of a header: `x-bender` is `HTTP_X_BENDER`. */
export function metaName(name: string): string {
  let key = metaNames.get(name);
  if (key === undefined) {
    // Of ASCII only: the capital of "ſ" is S, but no name is meant by it.
    key = name.replaceAll("-", "_").replace(/[a-z]+/g, (letters) => letters.toUpperCase());
    if (key !== "CONTENT_TYPE" && key !== "CONTENT_LENGTH") key = `HTTP_${key}`;
    // Clients choose names: neither many nor long ones are kept.
    if (metaNames.size < 256 && name.length < 64) metaNames.set(name, key);
  }
  return key;
}

/** The name of the header behind a key of `META`, in title case: `HTTP_X_BENDER` is `X-Bender`. */
export function headerName(key: string): string | undefined {
  if (!key.startsWith("HTTP_") && key !== "CONTENT_TYPE" && key !== "CONTENT_LENGTH") return undefined;
  return key
    .replace(/^HTTP_/, "")
    .replaceAll("_", "-")
    .toLowerCase()
    .replace(/[a-z]+/g, (word) => (word[0] as string).toUpperCase() + word.slice(1));
}

function isSource(META: Readonly<Meta> | HeaderSource): META is HeaderSource {
  return typeof META.header === "function";
}

/**
 * The UTF-8 text that a header's bytes are. All runtimes but workerd, which has decoded them, give a character a byte.
 */
export function utf8Text(value: string): string {
  if (!/[^\0-\x7f]/.test(value) || /[^\0-\xff]/.test(value)) return value;
  const bytes = Uint8Array.from(value, (char) => char.charCodeAt(0));
  try {
    return decode(bytes, "utf-8", true);
  } catch {
    return isWorkerd() ? value : decode(bytes);
  }
}
