/**
 * Path converters: which text a parameter of a route takes, and what the view gets for it.
 *
 * @module
 */

import { ValueError } from "../core/exceptions.ts";

/** Turns the text of a URL into a value and back, for `<name:parameter>` in a route. */
export interface Converter<T = unknown> {
  /** Which text is matched, as the source of a regular expression; it must not hold capturing groups. */
  readonly regex: string | RegExp;
  /**
   * The value that the view gets.
   *
   * @throws ValueError where the text matches but is no value: the route does not match then
   */
  toPython(text: string): T;
  /**
   * The text that stands for `value` in a URL.
   *
   * @throws ValueError where there is none: the route cannot be reversed then
   */
  toUrl(value: T): string;
}

/** How far from `start` on `text` can belong to a parameter; `start` itself where its first character cannot. */
export interface Scanner {
  (text: string, start: number): number;
  /** The text is of one length only, so that there is nothing to choose. */
  fixed?: boolean;
}

const text = { toPython: (value: string) => value, toUrl: String };
const UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

const converters = new Map<string, Converter>([
  ["int", { regex: "[0-9]+", toPython: toInteger, toUrl: String }],
  ["str", { regex: "[^/]+", ...text }],
  ["slug", { regex: "[-a-zA-Z0-9_]+", ...text }],
  ["uuid", { regex: UUID, ...text }],
  // Python's "." leaves out the newline only.
  ["path", { regex: "[^\\n]+", ...text }],
]);

const stickyUuid = new RegExp(UUID, "y");

/** The expressions that are walked by hand, in linear time whatever stands beside them; others are left to `RegExp`. */
const scanners = new Map<string, Scanner>([
  ["[0-9]+", scanDigits],
  ["[^/]+", scanUntil("/")],
  ["[-a-zA-Z0-9_]+", scanSlug],
  ["[^\\n]+", scanUntil("\n")],
  [UUID, Object.assign(scanUuid, { fixed: true })],
]);

/**
 * Makes a converter known under `name`, for the routes of every `path()` called from now on.
 *
 * @throws ValueError where the name is taken
 * @throws TypeError where something is missing in the converter
 */
export function registerConverter<T>(name: string, converter: Converter<T>): void {
  if (converters.has(name)) throw new ValueError(`Converter '${name}' is already registered.`);
  const { regex } = converter;
  if (!(typeof regex === "string" || regex instanceof RegExp)) {
    throw new TypeError(`The converter '${name}' needs a regex: the source of a regular expression.`);
  }
  if (regex instanceof RegExp && regex.flags !== "") {
    throw new TypeError(`The regex of the converter '${name}' has flags, ${regex.flags}, which a part of a route cannot have.`);
  }
  if (typeof converter.toPython !== "function" || typeof converter.toUrl !== "function") {
    throw new TypeError(`The converter '${name}' needs both toPython(text) and toUrl(value).`);
  }
  converters.set(name, converter as Converter);
}

/** The converter of that name. */
export function getConverter(name: string): Converter | undefined {
  return converters.get(name);
}

/** The source of a converter's regular expression. */
export function regexSource({ regex }: Converter): string {
  return typeof regex === "string" ? regex : regex.source;
}

/** The scanner that does the work of the regular expression `source`, if there is one. */
export function getScanner(source: string): Scanner | undefined {
  return scanners.get(source);
}

/** Whether a converter says by this error that it has no value, or no text. */
export function isValueError(error: unknown): boolean {
  return error instanceof ValueError || (error as Error | null)?.name === "ValueError" || error instanceof RangeError;
}

/** Python's integers are unbounded. Here a number that cannot be held exactly is not found rather than another one taken. */
function toInteger(digits: string): number {
  // Number() takes three times as long for a few digits. What is not exact here is refused anyway.
  let value = 0;
  for (let i = 0; i < digits.length; i++) value = value * 10 + (digits.charCodeAt(i) - 48);
  if (value > Number.MAX_SAFE_INTEGER) throw new ValueError(`${digits} is too large for an integer.`);
  return value;
}

function scanDigits(text: string, start: number): number {
  let at = start;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 48 || code > 57) break;
  }
  return at;
}

function scanSlug(text: string, start: number): number {
  let at = start;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const letter = code | 32;
    if (!((letter >= 97 && letter <= 122) || (code >= 48 && code <= 57) || code === 45 || code === 95)) break;
  }
  return at;
}

function scanUntil(stop: string): Scanner {
  return (text, start) => {
    const at = text.indexOf(stop, start);
    return at < 0 ? text.length : at;
  };
}

function scanUuid(text: string, start: number): number {
  stickyUuid.lastIndex = start;
  return stickyUuid.test(text) ? stickyUuid.lastIndex : start;
}
