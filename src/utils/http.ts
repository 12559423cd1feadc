/**
 * `django.utils.http`: dates, ETags, parameters and redirect targets as HTTP writes them.
 *
 * @module
 */

import { LookupError, ValueError } from "../core/exceptions.ts";
import { encode, quote, unquote } from "./encoding.ts";
import { checkOptions } from "./options.ts";

const ALLOWED_OPTIONS: ReadonlySet<string> = /* @__PURE__ */ new Set(["requireHttps"]);
const MAX_URL_LENGTH = 2048;
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
/** The years 1 to 9999, as Python's `datetime` has them. */
const FIRST_SECOND = -62135596800;
const LAST_SECOND = 253402300799;
const MAX_DATE_TEXTS = 100;
/** A server names few seconds again and again (now, and in an hour), and the platform takes its time for each. */
const dateTexts: Map<number, string> = /* @__PURE__ */ new Map();

// RFC 9110, section 5.6.7. Python's \w holds the letters of every script, and its $ lets one final line break through.
const WORD = String.raw`[\p{L}\p{N}_]`;
const TIME = "(?<hour>[0-9]{2}):(?<minute>[0-9]{2}):(?<second>[0-9]{2})";
/** As text: expressions with classes of Unicode take a millisecond to make, of every start of a Worker. */
const DATE_FORMATS = [
  `^${WORD}{3}, (?<day>[0-9]{2}) (?<month>${WORD}{3}) (?<year>[0-9]{4}) ${TIME} GMT\\n?$`,
  `^${WORD}{6,9}, (?<day>[0-9]{2})-(?<month>${WORD}{3})-(?<year>[0-9]{2}) ${TIME} GMT\\n?$`,
  `^${WORD}{3} (?<month>${WORD}{3}) (?<day>[ 0-9][0-9]) ${TIME} (?<year>[0-9]{4})\\n?$`,
];
let dateFormats: RegExp[] | undefined;

/** RFC 9110, section 8.8.3: an entity tag, weak or strong, with its quotes. */
const ETAG = /^(?:W\/)?"[^"]*"$/;
const QUOTABLE = /^[\t \x21-\x7e]*$/;
const SCHEME = /^([a-z][a-z0-9+.-]*):/i;
// What browsers strip or ignore in a URL, as `urllib.parse.urlsplit()` does.
const LEADING_CONTROLS = /^[\0- ]+/;
/** Python's `str.isspace()`, which differs from JavaScript's `\s` in eight characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const SPACE = /[\t-\r\x1c- \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/**
 * A time as HTTP writes it: `Thu, 01 Jan 1970 00:00:00 GMT` (RFC 9110, section 5.6.7).
 *
 * @param epochSeconds seconds since 1970 in UTC, fractions are cut; or a `Date`; now without one
 * @throws ValueError for a time outside the years 1 to 9999
 */
export function httpDate(epochSeconds?: number | Date | null): string {
  const seconds = typeof epochSeconds === "number" ? epochSeconds : (epochSeconds ?? new Date()).getTime() / 1000;
  const whole = Math.floor(Math.round(seconds * 1e6) / 1e6); // to the microsecond first, as Python's datetime
  if (!(whole >= FIRST_SECOND && whole <= LAST_SECOND)) throw new ValueError(`${seconds} is not a time in the years 1 to 9999.`);
  let text = dateTexts.get(whole);
  if (text === undefined) {
    text = new Date(whole * 1000).toUTCString();
    if (dateTexts.size >= MAX_DATE_TEXTS) dateTexts.clear();
    dateTexts.set(whole, text);
  }
  return text;
}

/**
 * The epoch seconds (UTC) of a date in one of HTTP's three formats (RFC 9110, section 5.6.7). A year of two digits
 * that would be more than 50 years ahead belongs to the past.
 *
 * @throws ValueError where `date` is in none of the formats, or is no day of the calendar
 */
export function parseHttpDate(date: string): number {
  let groups: Record<string, string> | undefined;
  dateFormats ??= DATE_FORMATS.map((format) => new RegExp(format, "u"));
  for (const format of dateFormats) {
    groups = format.exec(date)?.groups;
    if (groups) break;
  }
  if (!groups) throw new ValueError(`${JSON.stringify(date)} is not in a valid HTTP date format`);
  const [year, day, hour, minute, second] = ["year", "day", "hour", "minute", "second"].map((name) => Number(groups[name]));
  const month = MONTHS.indexOf(String(groups.month).toLowerCase());
  const time = new Date(0);
  time.setUTCFullYear(fullYear(year as number), month, day);
  time.setUTCHours(hour as number, minute, second);
  // A Date rolls the 30th of February over to March: what comes out must be what went in.
  const valid =
    month >= 0 && time.getUTCDate() === day && (hour as number) < 24 && (minute as number) < 60 && (second as number) < 60;
  if (!valid) throw new ValueError(`${JSON.stringify(date)} is not a valid date`);
  return time.getTime() / 1000;
}

/**
 * As `parseHttpDate()`, with `undefined` where that throws.
 *
 * @internal
 */
export function parseHttpDateSafe(date: string | undefined): number | undefined {
  if (date === undefined) return undefined;
  try {
    return parseHttpDate(date);
  } catch {
    return undefined;
  }
}

/**
 * The ETags of an `If-Match` or `If-None-Match` header with their quotes; `["*"]` for any. What is no ETag is left out.
 *
 * @internal
 */
export function parseEtags(header: string): string[] {
  if (strip(header) === "*") return ["*"];
  return header
    .split(",")
    .map(strip)
    .filter((etag) => ETAG.test(etag));
}

/**
 * `etag` as it is where it has its quotes, else as a strong one in quotes.
 *
 * @internal
 */
export function quoteEtag(etag: string): string {
  return ETAG.test(etag) ? etag : `"${etag}"`;
}

/**
 * Parses a header such as `Content-Type` into its value, in lower case, and its parameters: quoted strings are
 * unquoted, `name*=utf-8'en'...` (RFC 8187) is decoded under `name`, and what has no `=` is none. Of a repeated
 * parameter the last counts. The time it takes is linear in the length of `line`, which has no limit (Django 6.0: 10,000).
 *
 * @returns `[value, params]`; `params` has no prototype, so any name may be looked up in it
 */
export function parseHeaderParameters(line: string): [value: string, params: Record<string, string>] {
  const params = Object.create(null) as Record<string, string>;
  if (!line.includes(";")) return [strip(line).toLowerCase(), params];
  const [value = "", ...parts] = splitParameters(line);
  for (const part of parts) {
    const equals = part.indexOf("=");
    if (equals < 0) continue;
    const name = strip(part.slice(0, equals)).toLowerCase();
    const text = unquoteString(strip(part.slice(equals + 1)));
    if (name.endsWith("*")) params[name.slice(0, -1)] = decodeExtended(text);
    else params[name] = text;
  }
  return [value.toLowerCase(), params];
}

/**
 * A `Content-Disposition` for a file name (RFC 6266), in ASCII whatever the name holds; `undefined` where there is
 * nothing to say, for an inline file without a name.
 *
 * @throws UnicodeEncodeError for a name with a lone surrogate
 */
export function contentDispositionHeader(asAttachment: boolean, filename?: string | null): string | undefined {
  if (!filename) return asAttachment ? "attachment" : undefined;
  const name = QUOTABLE.test(filename)
    ? `filename="${filename.replace(/["\\]/g, "\\$&")}"`
    : `filename*=utf-8''${quote(encode(filename), "/")}`;
  return `${asAttachment ? "attachment" : "inline"}; ${name}`;
}

/**
 * Whether a redirect to `url` stays on an allowed host with `http` or `https`. An empty URL is not
 * allowed. One that is may still be quoted badly: use `iriToUri()` on the path of an untrusted one.
 *
 * @param allowedHosts hosts as the URL spells them, port included; relative URLs need none
 * @param options `requireHttps`: allow only `https`
 */
export function urlHasAllowedHostAndScheme(
  url: string | null | undefined,
  allowedHosts?: string | Iterable<string> | null,
  options: { requireHttps?: boolean | undefined } = {},
): boolean {
  checkOptions(options, ALLOWED_OPTIONS, "urlHasAllowedHostAndScheme()");
  const text = strip(url ?? "");
  if (!text) return false;
  const hosts = typeof allowedHosts === "string" ? [allowedHosts] : [...(allowedHosts ?? [])];
  const requireHttps = options.requireHttps ?? false;
  // Browsers read \ as / in a path, but it may be part of credentials: both readings must be safe.
  return isAllowed(text, hosts, requireHttps) && isAllowed(text.replaceAll("\\", "/"), hosts, requireHttps);
}

/**
 * Python's `str.strip()`: its white space is not quite JavaScript's.
 *
 * @internal
 */
export function strip(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text, start)) start++;
  while (end > start && isSpace(text, end - 1)) end--;
  return text.slice(start, end);
}

function isSpace(text: string, at: number): boolean {
  return !isVisible(text.charCodeAt(at)) && SPACE.test(text[at] as string);
}

/**
 * Whether a character code is that of a letter, a digit or a mark of ASCII: all of Python's white space is beyond these.
 *
 * @internal
 */
export function isVisible(code: number): boolean {
  return code > 32 && code < 127;
}

function fullYear(year: number): number {
  if (year >= 100) return year;
  const current = new Date().getUTCFullYear();
  const century = current - (current % 100);
  return year - (current % 100) > 50 ? year + century - 100 : year + century;
}

const QUOTE = 34;
const SEMICOLON = 59;

/** Cuts at each `;` before which the quotes of the part are closed, one scan over the text. */
function splitParameters(line: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const code = line.charCodeAt(i);
    if (code === QUOTE && (i === start || line[i - 1] !== "\\")) quoted = !quoted;
    else if (code === SEMICOLON && !quoted) {
      parts.push(strip(line.slice(start, i)));
      start = i + 1;
    }
  }
  parts.push(strip(line.slice(start)));
  return parts;
}

function unquoteString(text: string): string {
  if (text.length < 2 || !text.startsWith('"') || !text.endsWith('"')) return text;
  return text.slice(1, -1).replaceAll("\\\\", "\\").replaceAll('\\"', '"');
}

/** `charset'language'percent-encoded` (RFC 8187, section 3.2); what is not of that form, or in no known charset, stays. */
function decodeExtended(text: string): string {
  const [charset = "", , encoded, ...more] = text.split("'");
  if (encoded === undefined || more.length > 0) return text;
  try {
    return unquote(encoded, charset);
  } catch (error) {
    if (error instanceof LookupError) return encoded;
    throw error;
  }
}

/** Django's checks on `urllib.parse.urlsplit(url)`. */
function isAllowed(url: string, hosts: readonly string[], requireHttps: boolean): boolean {
  if (url.length > MAX_URL_LENGTH && [...url].length > MAX_URL_LENGTH) return false;
  // Some browsers ignore control characters at the start, and might see a host behind them.
  if (/^\p{C}/u.test(url)) return false;
  let rest = url.replace(LEADING_CONTROLS, "").replace(/[\t\n\r]/g, "");
  // Browsers take any number of slashes as the start of a host, with tabs and line breaks between them, too.
  if (rest.startsWith("///")) return false;
  const scheme = SCHEME.exec(rest)?.[1]?.toLowerCase() ?? "";
  if (scheme) rest = rest.slice(scheme.length + 1);
  const host = rest.startsWith("//") ? (/^[^/?#]*/.exec(rest.slice(2))?.[0] ?? "") : "";
  // With a scheme but no host (http:///example.com), browsers take the path for the host.
  if (!host) return !scheme;
  return hosts.includes(host) && (scheme === "https" || (!requireHttps && (scheme === "http" || scheme === "")));
}
