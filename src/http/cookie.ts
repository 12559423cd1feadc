/**
 * Cookies in both directions, as Django does with Python's `http.cookies`.
 *
 * @module
 */

import { BadHeaderError, UnicodeEncodeError, ValueError } from "../core/exceptions.ts";
import { dictionary } from "../utils/datastructures.ts";
import { type Duration, toSeconds } from "../utils/duration.ts";
import { httpDate, isVisible, strip } from "../utils/http.ts";
import { checkOptions } from "../utils/options.ts";

/** Python's `_is_legal_key`: RFC 2616's tokens and the colon. Values of only these are sent without quotes. */
const LEGAL = /^[\w!#$%&'*+.^`|~:-]+$/;
const RESERVED = /^(?:expires|path|comment|domain|max-age|secure|httponly|version|samesite)$/i;
/** What a quoted value must not hold as it is: Python's `_Translator`. */
const TO_ESCAPE = /[^\w!#$%&'*+.^`|~: ()/<=>?@[\]{}\u0100-\uffff-]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const NO_ATTRIBUTE = /[\0-\x1f\x7f;\u0100-\uffff]/;
const NOT_LATIN1 = /[^\0-\xff]/;
const ESCAPED = /\\(?:([0-3][0-7][0-7])|([^\n]))/g;
const SAME_SITE = /^(?:lax|none|strict)$/i;
/** Names that were found good, so that an application's own few are looked at once. */
const goodNames: Set<string> = /* @__PURE__ */ new Set();
const MAX_GOOD_NAMES = 1000;

/** The options of `setCookie()`. */
export const COOKIE_OPTIONS: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "maxAge",
  "expires",
  "path",
  "domain",
  "secure",
  "httpOnly",
  "sameSite",
]);

/** The attributes of a cookie. `null` is the same as leaving an option out, save for `path`. */
export interface CookieOptions {
  /** Seconds, or a `Temporal.Duration`, that the cookie lasts; as long as the browser is open without it. */
  maxAge?: Duration | null | undefined;
  /** When the cookie ends: a `Date`, from which `Max-Age` is computed, or text in the format of the header. */
  expires?: Date | string | null | undefined;
  /** The path below which the cookie is sent: `"/"`; `null` for the path of the request. */
  path?: string | null | undefined;
  /** `"example.com"` for its subdomains too; only the very host without it. */
  domain?: string | null | undefined;
  /** Only over HTTPS. */
  secure?: boolean | undefined;
  /** Out of reach of scripts. */
  httpOnly?: boolean | undefined;
  /** Whether it comes with requests from other sites (RFC 6265bis). */
  sameSite?: "Strict" | "Lax" | "None" | "strict" | "lax" | "none" | (string & {}) | null | undefined;
}

/** What `getSignedCookie()` takes. */
export interface SignedCookieOptions<T = never> {
  /** Returned in place of an error. */
  default?: T;
  /** As the cookie was signed with. */
  salt?: string | undefined;
  /** Seconds, or a `Temporal.Duration`, that the signature may be old. */
  maxAge?: Duration | null | undefined;
}

/** One cookie that is set: its value and its attributes. Text attributes are `""` where they are not set. */
export class Morsel {
  /** The name. */
  readonly key: string;
  /** `Max-Age` in seconds. */
  maxAge: number | undefined = undefined;
  /** Whether it is sent by HTTPS only. */
  secure = false;
  /** Whether it is hidden from scripts. */
  httpOnly = false;
  #value = "";
  #codedValue = "";
  #expires = "";
  #path = "";
  #domain = "";
  #sameSite = "";

  /**
   * @param value its text is the value
   * @throws ValueError for a name that is no token, or is that of an attribute
   */
  constructor(key: string, value: unknown = "") {
    if (!goodNames.has(key)) checkName(key);
    this.key = key;
    this.value = value as string;
  }

  /** The value as it was given; setting it sets `codedValue` too. */
  get value(): string {
    return this.#value;
  }

  set value(value: string) {
    this.#value = String(value);
    this.#codedValue = quoteCookie(this.#value);
  }

  /** The value as it is sent: in quotes, with octal escapes, where it needs them. */
  get codedValue(): string {
    return this.#codedValue;
  }

  set codedValue(codedValue: string) {
    this.#codedValue = attribute(this, "value", codedValue);
  }

  /** The date in the format of the header. */
  get expires(): string {
    return this.#expires;
  }

  set expires(value: string) {
    this.#expires = attribute(this, "expires", value);
  }

  /** The path that it is sent to. */
  get path(): string {
    return this.#path;
  }

  set path(value: string) {
    this.#path = attribute(this, "path", value);
  }

  /** The domain that it is sent to. */
  get domain(): string {
    return this.#domain;
  }

  set domain(value: string) {
    this.#domain = attribute(this, "domain", value);
  }

  /** `SameSite`, as it is written. */
  get sameSite(): string {
    return this.#sameSite;
  }

  set sameSite(value: string) {
    this.#sameSite = attribute(this, "sameSite", value);
  }

  /**
   * Sets the attributes that `options` name, as `response.setCookie()` does.
   *
   * @internal
   */
  setAttributes({ maxAge, expires, path = "/", domain, secure, httpOnly, sameSite }: CookieOptions): void {
    if (expires && typeof expires !== "string") {
      if (maxAge !== undefined && maxAge !== null) throw new ValueError("'expires' and 'max_age' can't be used together.");
      // A second is added so that the date is not too early by the fraction that is cut here.
      maxAge = Math.max(0, Math.floor((expires.getTime() - Date.now()) / 1000 + 1));
      expires = "";
    }
    this.expires = expires ?? "";
    if (maxAge !== undefined && maxAge !== null) {
      const seconds = toSeconds(maxAge, "maxAge");
      this.maxAge = Math.trunc(seconds);
      if (!expires) this.#expires = httpDate(Date.now() / 1000 + seconds);
    }
    if (path !== null) this.path = path;
    if (domain !== undefined && domain !== null) this.domain = domain;
    if (secure) this.secure = true;
    if (httpOnly) this.httpOnly = true;
    if (sameSite) {
      if (!SAME_SITE.test(sameSite)) {
        throw new ValueError(`samesite must be "lax", "none", or "strict", not ${JSON.stringify(sameSite)}.`);
      }
      this.#sameSite = sameSite;
    }
  }

  /** The value of the `Set-Cookie` header, byte for byte as Python's `Morsel.OutputString()`. */
  outputString(): string {
    let text = `${this.key}=${this.#codedValue}`;
    if (this.#domain) text += `; Domain=${this.#domain}`;
    if (this.#expires) text += `; expires=${this.#expires}`;
    if (this.httpOnly) text += "; HttpOnly";
    if (this.maxAge !== undefined) text += `; Max-Age=${Math.trunc(this.maxAge)}`;
    if (this.#path) text += `; Path=${this.#path}`;
    if (this.#sameSite) text += `; SameSite=${this.#sameSite}`;
    return this.secure ? `${text}; Secure` : text;
  }

  /**
   * `outputString()`, where a header can carry it.
   *
   * @throws UnicodeEncodeError for a value with characters outside Latin-1, which Python's quotes leave as they are
   * @internal
   */
  headerValue(): string {
    if (this.#codedValue.charCodeAt(0) === 34 && NOT_LATIN1.test(this.#codedValue)) {
      const { key, value } = this;
      throw new UnicodeEncodeError(`Cookie ${key} cannot hold ${JSON.stringify(value)}: use encodeURIComponent() on its value.`);
    }
    return this.outputString();
  }

  /** As `outputString()`. */
  toString(): string {
    return this.outputString();
  }
}

/** The cookies of a response, by name: Python's `SimpleCookie`. */
export class SimpleCookie extends Map<string, Morsel> {
  /** @param input what `load()` takes */
  constructor(input?: string | Readonly<Record<string, unknown>>) {
    super();
    if (input) this.load(input);
  }

  /**
   * Sets a cookie, to a `Morsel` or to the text of any other value. The attributes of a cookie that was there are kept,
   * as in Python.
   *
   * @throws ValueError for a name that is no token, or is that of an attribute
   */
  override set(key: string, value: unknown): this {
    if (value instanceof Morsel) return super.set(key, value);
    const former = this.get(key);
    if (former === undefined) return super.set(key, new Morsel(key, value));
    former.value = value as string;
    return this;
  }

  /**
   * Adds the cookies of a `Cookie` or `Set-Cookie` header with their attributes, or the entries of an object. Of a header,
   * attributes that none could carry are left out.
   */
  load(input: string | Readonly<Record<string, unknown>>): void {
    if (typeof input !== "string") {
      for (const [key, value] of Object.entries(input)) this.set(key, value);
      return;
    }
    let morsel: Morsel | undefined;
    for (const part of input.split(";")) {
      const equals = part.indexOf("=");
      const key = (equals < 0 ? part : part.slice(0, equals)).trim();
      const coded = equals < 0 ? "" : part.slice(equals + 1).trim();
      if (RESERVED.test(key)) {
        if (morsel) setAttribute(morsel, key.toLowerCase(), unquoteCookie(coded));
      } else if (equals >= 0 && LEGAL.test(key)) {
        this.set(key, unquoteCookie(coded));
        morsel = this.get(key) as Morsel;
        if (!NO_ATTRIBUTE.test(coded)) morsel.codedValue = coded;
      }
    }
  }
}

/**
 * The cookies of a `Cookie` header, as Django's `parse_cookie()`: of a repeated name the last counts, text without `=`
 * has the name `""`, and quoted values are unquoted.
 *
 * @returns an object without prototype, so any name may be looked up in it
 */
export function parseCookie(header: string): Record<string, string> {
  const { length } = header;
  let start = 0;
  let end = header.indexOf(";");
  // V8 takes long to make a dictionary(), longer than to fill the other with a few names; but that is very slow where all
  // that the program ever sets is one name.
  const isSmall = end >= 0 && length < 64;
  const cookies: Record<string, string> = isSmall ? Object.create(null) : dictionary();
  for (;;) {
    if (end < 0) end = length;
    if (header.charCodeAt(start) === 32) start++;
    // Names are short: to look at each character takes less time than to call indexOf().
    let equals = start;
    while (equals < end && header.charCodeAt(equals) !== 61) equals++;
    const key = equals < end ? trim(header, start, equals) : "";
    const from = equals < end ? equals + 1 : start;
    // The header is looked into and not the value, which JavaScriptCore would have to copy out of it for that.
    const first = header.charCodeAt(from);
    if (from < end && first !== 34 && isVisible(first) && isVisible(header.charCodeAt(end - 1))) {
      cookies[key] = header.slice(from, end);
    } else {
      const value = trim(header, from, end);
      if (key !== "" || value !== "") cookies[key] = unquoteCookie(value);
    }
    if (end === length) return cookies;
    start = end + 1;
    end = header.indexOf(";", start);
  }
}

/**
 * Adds the cookies of `Set-Cookie` lines to `cookies`.
 *
 * @returns the lines that it cannot hold, and that have to be sent before it
 * @internal
 */
export function takeSetCookies(lines: readonly string[], cookies: SimpleCookie): string[] {
  const others: string[] = [];
  for (const line of lines) {
    const cookie = parseSetCookie(line);
    const name = cookie?.key ?? line.slice(0, Math.max(0, line.indexOf("="))).trim();
    // Of two of one name the later one counts (RFC 6265, section 5.3), and has to be sent later.
    const former = cookies.get(name);
    if (former) others.push(former.headerValue());
    cookies.delete(name);
    if (cookie) cookies.set(name, cookie);
    else others.push(line);
  }
  return others;
}

/** The cookie of a `Set-Cookie` header; `undefined` where a `Morsel` cannot say all that it says. */
function parseSetCookie(line: string): Morsel | undefined {
  const [morsel, ...others] = new SimpleCookie(line).values();
  const isWhole = others.length === 0 && morsel?.outputString().split(";").length === line.split(";").length;
  return isWhole ? morsel : undefined;
}

/**
 * `response.setCookie()`, also for its relatives.
 *
 * @param known the options that there are, and `what` has them
 * @internal
 */
export function setCookie(
  cookies: SimpleCookie,
  key: string,
  value: unknown,
  options: CookieOptions,
  known: ReadonlySet<string> = COOKIE_OPTIONS,
  what = "setCookie()",
): void {
  checkOptions(options, known, what);
  cookies.set(key, value);
  (cookies.get(key) as Morsel).setAttributes(options);
}

function checkName(key: string): void {
  if (!LEGAL.test(key) || RESERVED.test(key)) throw new ValueError(`${JSON.stringify(key)} cannot be the name of a cookie.`);
  if (goodNames.size < MAX_GOOD_NAMES) goodNames.add(key);
}

function setAttribute(morsel: Morsel, name: string, text: string): void {
  if (name === "secure") morsel.secure = true;
  else if (name === "httponly") morsel.httpOnly = true;
  else if (name === "max-age") morsel.maxAge = /^-?\d+$/.test(text) ? Number(text) : undefined;
  else if (NO_ATTRIBUTE.test(text)) return;
  else if (name === "samesite") morsel.sameSite = text;
  else if (name === "expires" || name === "path" || name === "domain") morsel[name] = text;
}

/** An attribute's text, if the header stays whole with it. */
function attribute(morsel: Morsel, name: string, value: unknown): string {
  if (value === "/" || value === "") return value;
  const text = String(value ?? "");
  if (!NO_ATTRIBUTE.test(text)) return text;
  const problem = `${JSON.stringify(text)} cannot be the ${name} of cookie ${morsel.key}`;
  if (NOT_LATIN1.test(text)) throw new UnicodeEncodeError(`${problem}: it has characters outside Latin-1.`);
  throw new BadHeaderError(`${problem}: it has control characters or ";".`);
}

/** Python's `_quote()`. */
function quoteCookie(value: string): string {
  return LEGAL.test(value) ? value : `"${value.replace(TO_ESCAPE, escapeCharacter)}"`;
}

function escapeCharacter(char: string): string {
  return char === '"' || char === "\\" ? `\\${char}` : `\\${char.charCodeAt(0).toString(8).padStart(3, "0")}`;
}

/** Python's `_unquote()`. */
function unquoteCookie(value: string): string {
  if (value.length < 2 || !value.startsWith('"') || !value.endsWith('"')) return value;
  const text = value.slice(1, -1);
  if (!text.includes("\\")) return text;
  return text.replace(ESCAPED, (_, octal?: string, char?: string) =>
    octal ? String.fromCharCode(Number.parseInt(octal, 8)) : (char as string),
  );
}

/** `header.slice(start, end)` without white space around it: nearly always a blank or none. */
function trim(header: string, start: number, end: number): string {
  const text = header.slice(start, end);
  return end > start && !(isVisible(header.charCodeAt(start)) && isVisible(header.charCodeAt(end - 1))) ? strip(text) : text;
}
