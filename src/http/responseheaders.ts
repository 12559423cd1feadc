/**
 * The header dictionary of a response: one value a name, whatever the letter case.
 *
 * @module
 */

import { BadHeaderError, KeyError, UnicodeEncodeError } from "../core/exceptions.ts";
import { isWorkerd } from "../platform.ts";
import { isWellFormed } from "../utils/encoding.ts";
import { log } from "../utils/log.ts";

/** RFC 9110, section 5.6.2. */
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;
/** What needs no second look: most values by far. */
export const PLAIN_VALUE: RegExp = /^[\t\x20-\x7e]*$/;
/** What HTTP lets a value have (RFC 9110, section 5.5); anything else makes Node throw, and ends Deno's process. */
const SENDABLE_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const FORBIDDEN = /[\r\n\0]/;
const NOT_LATIN1 = /[^\0-\xff]/;
/** What belongs to one connection and not to a response (RFC 9110, section 7.6.1); WSGI forbids them too. */
export const HOP_BY_HOP: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Names that were found good, in lower case: an application has few of them, and sets them again and again. */
const knownNames: Map<string, string> = /* @__PURE__ */ new Map();
const MAX_KNOWN_NAMES = 1000;

/** What headers are made from: an object, pairs, or a native `Headers`. Numbers and such are written as text. */
export type HeaderValues = Readonly<Record<string, unknown>> | Iterable<readonly [string, unknown]>;

/**
 * The headers of a response, as Django's `ResponseHeaders`: names keep their letter case and order, and are looked up
 * without regard to case. `Set-Cookie` lines are not here but in `response.cookies`.
 *
 * A value is text, a number, or bytes, which are read as Latin-1. Text outside Latin-1 is MIME-encoded (RFC 2047).
 */
export class ResponseHeaders implements Iterable<[string, string]> {
  #store: Map<string, [name: string, value: string]> = new Map();

  /** @throws BadHeaderError, UnicodeEncodeError as `set()` does */
  constructor(headers?: HeaderValues | null) {
    if (!headers) return;
    const entries = Symbol.iterator in headers ? (headers as Iterable<[string, unknown]>) : Object.entries(headers);
    for (const [name, value] of entries) this.set(name, value);
  }

  /** How many headers there are. */
  get size(): number {
    return this.#store.size;
  }

  /**
   * The value of `name`.
   *
   * @throws KeyError where there is no such header
   */
  getItem(name: string): string {
    const entry = this.#store.get(name.toLowerCase());
    if (entry === undefined) throw new KeyError(name);
    return entry[1];
  }

  /** The value of `name`, or `alternate` where there is no such header. */
  get(name: string): string | undefined;
  get<T>(name: string, alternate: T): string | T;
  get(name: string, alternate?: unknown): unknown {
    return this.#store.get(name.toLowerCase())?.[1] ?? alternate;
  }

  /**
   * Sets a header; one of that name, in whatever case, is replaced.
   *
   * @throws BadHeaderError for a value with a line break or NUL, or a name that is no token (RFC 9110, section 5.6.2)
   * @throws UnicodeEncodeError for a name that is not ASCII, or a value that is no Unicode
   * @throws TypeError for `undefined` and `null`
   */
  set(name: string, value: unknown): void {
    this.#store.set(knownNames.get(name) ?? learnName(name), [name, headerValue(name, value)]);
  }

  /** Removes a header; nothing happens where there is none. */
  delete(name: string): void {
    this.#store.delete(name.toLowerCase());
  }

  /** Whether there is a header `name`. */
  has(name: string): boolean {
    return this.#store.has(name.toLowerCase());
  }

  /** Sets a header unless there is one of that name. */
  setdefault(name: string, value: unknown): void {
    if (!this.has(name)) this.set(name, value);
  }

  /** Removes a header and returns its value; `fallback` where there is none. */
  pop(name: string): string | undefined;
  pop<T>(name: string, fallback: T): string | T;
  pop(name: string, fallback?: unknown): unknown {
    const value = this.get(name, fallback);
    this.delete(name);
    return value;
  }

  /** The names, as they were spelled. */
  *keys(): IterableIterator<string> {
    for (const [name] of this.#store.values()) yield name;
  }

  /** The values. */
  *values(): IterableIterator<string> {
    for (const [, value] of this.#store.values()) yield value;
  }

  /** Pairs of name and value, in the order in which the names were first set. */
  *items(): IterableIterator<[string, string]> {
    for (const [name, value] of this.#store.values()) yield [name, value];
  }

  /** As `items()`. */
  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.items();
  }

  /**
   * What goes into a native `Headers`: without what belongs to the connection alone (RFC 9110, section 7.6.1), with control
   * characters encoded (RFC 2047), and all in ASCII on workerd, which would write UTF-8 where HTTP has Latin-1.
   *
   * @internal
   */
  toInit(): Record<string, string> | [string, string][] {
    const init: Record<string, string> = {};
    const sendable = isWorkerd() ? PLAIN_VALUE : SENDABLE_VALUE;
    let more: [string, string] | undefined;
    this.#store.forEach((entry, key) => {
      const name = entry[0];
      const value = sendable.test(entry[1]) ? entry[1] : mimeEncode(entry[1]);
      if (HOP_BY_HOP.has(key)) log("warn", "django.request", `The header ${name} is the server's own and was not sent.`);
      // An object takes this name for its prototype, but on Deno.
      else if (key === "__proto__") more = [name, value];
      else init[name] = value;
    });
    return more ? [...Object.entries(init), more] : init;
  }
}

/** `name` in lower case, where HTTP allows it. */
function learnName(name: string): string {
  if (!TOKEN.test(name)) throw badName(name);
  const key = name.toLowerCase();
  if (knownNames.size < MAX_KNOWN_NAMES) knownNames.set(name, key);
  return key;
}

function badName(name: string): Error {
  if (FORBIDDEN.test(name)) return new BadHeaderError(`Header names can't contain newlines (got ${JSON.stringify(name)})`);
  if (/[^\0-\x7f]/.test(name)) {
    return new UnicodeEncodeError(`${JSON.stringify(name)}: HTTP response headers must be in ascii format`);
  }
  return new BadHeaderError(`${JSON.stringify(name)} is not a header name: use letters, digits and !#$%&'*+-.^_\`|~`);
}

/**
 * The text of a header's value, all of it in Latin-1.
 *
 * @internal
 */
export function headerValue(name: string, value: unknown): string {
  if (typeof value === "string" && PLAIN_VALUE.test(value)) return value;
  if (value === undefined || value === null) throw new TypeError(`The header ${name} has no value: it is ${value}.`);
  const text = isBytes(value) ? latin1(value) : String(value);
  if (FORBIDDEN.test(text)) {
    throw new BadHeaderError(`Header values can't contain newlines (got ${JSON.stringify(text)} for ${name})`);
  }
  return NOT_LATIN1.test(text) ? mimeEncode(text) : text;
}

/** `Header(text, "utf-8").encode()` of Python's `email`: Q or B encoding (RFC 2047), the shorter one. */
function mimeEncode(text: string): string {
  if (!isWellFormed(text))
    throw new UnicodeEncodeError(`${JSON.stringify(text)} holds a lone surrogate, which UTF-8 cannot encode.`);
  const bytes = new TextEncoder().encode(text);
  const characters = Array.from(bytes, (byte) => String.fromCharCode(byte));
  const quoted = characters.map(quotedPrintable).join("");
  if (Math.ceil(bytes.length / 3) * 4 < quoted.length) return `=?utf-8?b?${btoa(characters.join(""))}?=`;
  return `=?utf-8?q?${quoted}?=`;
}

function quotedPrintable(char: string): string {
  if (char === " ") return "_";
  return /[-!*+/\w]/.test(char) && char !== "_" ? char : `=${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}

function isBytes(value: unknown): value is ArrayBufferView<ArrayBuffer> | ArrayBuffer {
  return ArrayBuffer.isView(value) || Object.prototype.toString.call(value) === "[object ArrayBuffer]";
}

function latin1(bytes: ArrayBufferView<ArrayBuffer> | ArrayBuffer): string {
  const view = ArrayBuffer.isView(bytes)
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes);
  return Array.from(view, (byte) => String.fromCharCode(byte)).join("");
}
