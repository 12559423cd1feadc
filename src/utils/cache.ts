/**
 * `django.utils.cache`: the headers that control caches, and the preconditions of a request (RFC 9110, section 13).
 *
 * @module
 */

import { settings } from "../conf/index.ts";
import { ValueError } from "../core/exceptions.ts";
import { httpDate, parseEtags, parseHttpDateSafe, strip } from "./http.ts";

/** What is asked of a response here: its headers. Every `HttpResponseBase` has them. */
export interface HasHeaders {
  /** The value of a header. */
  get(header: string): string | undefined;
  /** Sets a header. */
  set(header: string, value: string): void;
  /** Whether there is such a header. */
  hasHeader(header: string): boolean;
}

/**
 * Directives of `Cache-Control` in camelCase, or with `_` as Django writes them; ages in seconds. `true` writes the name
 * alone, anything else `name=value`. Extension directives may be given too: `staleIfError` becomes `stale-if-error`.
 */
export interface CacheControl {
  /** Fresh for so long. */
  maxAge?: number | undefined;
  /** Fresh for so long in a shared cache. */
  sMaxage?: number | undefined;
  /** Any cache may keep it. */
  public?: boolean | undefined;
  /** Only the visitor's own cache may keep it, or the named fields of it. */
  private?: boolean | string | undefined;
  /** A cache must ask before each use, or before each use of the named fields. */
  noCache?: boolean | string | undefined;
  /** No cache may keep it. */
  noStore?: boolean | undefined;
  /** Nobody in between may change its content. */
  noTransform?: boolean | undefined;
  /** Once stale, a cache must ask. */
  mustRevalidate?: boolean | undefined;
  /** Once stale, a shared cache must ask. */
  proxyRevalidate?: boolean | undefined;
  /** It does not change while it is fresh (RFC 8246). */
  immutable?: boolean | undefined;
  /** A cache may use it stale for so long while it asks (RFC 5861). */
  staleWhileRevalidate?: number | undefined;
  /** A cache may use it stale for so long where asking fails (RFC 5861). */
  staleIfError?: number | undefined;
  /** Any other directive. */
  [directive: string]: string | number | boolean | undefined;
}

type Directive = string | number | boolean;

/**
 * Adds directives to the `Cache-Control` of `response`. Of two `max-age` the smaller one stays; `public` and `private`
 * replace each other; `noCache` with field names is added to the names already there.
 *
 * @throws ValueError where `maxAge` meets a `max-age` that is no whole number
 */
export function patchCacheControl(response: HasHeaders, directives: CacheControl): void {
  const given = new Map<string, Directive>();
  for (const [name, value] of Object.entries(directives)) {
    if (value !== undefined) given.set(name.replace(/[A-Z]/g, "-$&").replaceAll("_", "-").toLowerCase(), value);
  }
  const header = response.get("Cache-Control");
  const all = new Map<string, Set<Directive>>();
  for (const [name, value] of header ? parseDirectives(header) : []) add(all, name, value);

  const maxAge = given.get("max-age");
  const [former] = all.get("max-age") ?? [];
  if (former !== undefined && maxAge !== undefined) {
    const seconds = wholeNumber(former);
    if (seconds === undefined)
      throw new ValueError(`Cannot set maxAge: the response has "max-age=${former}", which is no whole number.`);
    given.set("max-age", Math.min(seconds, Number(maxAge)));
  }
  if (all.has("private") && given.has("public")) all.delete("private");
  else if (all.has("public") && given.has("private")) all.delete("public");

  for (const [name, value] of given) add(all, name, value);
  const written: string[] = [];
  for (const [name, values] of all) {
    if (values.has(true)) written.push(name);
    else for (const value of values) written.push(`${name}=${value}`);
  }
  response.set("Cache-Control", written.join(", "));
}

/** The `max-age` of the response's `Cache-Control`, in seconds; `undefined` where there is none, or none that is a whole number. */
export function getMaxAge(response: HasHeaders): number | undefined {
  const value = new Map(parseDirectives(response.get("Cache-Control") ?? "")).get("max-age");
  return value === undefined ? undefined : wholeNumber(value);
}

/**
 * Adds names to the `Vary` of `response`, those that are not there yet in any letter case. `*` replaces all others.
 *
 * @param headers names of request headers
 */
export function patchVaryHeaders(response: HasHeaders, headers: Iterable<string>): void {
  const names = response.hasHeader("Vary") ? splitList(response.get("Vary") ?? "") : [];
  const present = new Set(names.map((name) => name.toLowerCase()));
  for (const name of headers) if (!present.has(name.toLowerCase())) names.push(name);
  response.set("Vary", names.includes("*") ? "*" : names.join(", "));
}

/**
 * Adds `Expires`, unless it is there, and the `max-age` of `Cache-Control`.
 *
 * @param cacheTimeout seconds that the response may be cached; less than none is none. `CACHE_MIDDLEWARE_SECONDS` without it
 */
export function patchResponseHeaders(response: HasHeaders, cacheTimeout?: number | null): void {
  const maxAge = Math.max(0, cacheTimeout ?? settings.CACHE_MIDDLEWARE_SECONDS);
  if (!response.hasHeader("Expires")) response.set("Expires", httpDate(Date.now() / 1000 + maxAge));
  patchCacheControl(response, { maxAge });
}

/** Adds the headers that keep a response out of every cache. */
export function addNeverCacheHeaders(response: HasHeaders): void {
  patchResponseHeaders(response, -1);
  patchCacheControl(response, { noCache: true, noStore: true, mustRevalidate: true, private: true });
}

/** Whether `Cache-Control` has the directive. */
export function hasDirective(response: HasHeaders, directive: string): boolean {
  return splitList(response.get("Cache-Control") ?? "").some((name) => name.toLowerCase() === directive);
}

/**
 * What the preconditions of a request say (RFC 9110, section 13.2.2), given the ETag and the last modification of what
 * it asks for: 304, 412, or `undefined` for "go on". `If-Range` is asked by the response that has ranges.
 *
 * @param lastModified epoch seconds
 */
export function checkPreconditions(
  request: { readonly method: string; readonly META: Record<string, string | undefined> },
  etag: string | undefined,
  lastModified: number | undefined,
): 304 | 412 | undefined {
  const { method, META } = request;
  const safe = method === "GET" || method === "HEAD";
  const ifMatch = parseEtags(META.HTTP_IF_MATCH ?? "");
  const ifNoneMatch = parseEtags(META.HTTP_IF_NONE_MATCH ?? "");
  const ifUnmodifiedSince = parseHttpDateSafe(META.HTTP_IF_UNMODIFIED_SINCE);
  const ifModifiedSince = parseHttpDateSafe(META.HTTP_IF_MODIFIED_SINCE);

  if (ifMatch.length > 0) {
    // A weak ETag matches nothing strongly, but * asks only whether there is one.
    const matches = etag && (ifMatch[0] === "*" || (!etag.startsWith("W/") && ifMatch.includes(etag)));
    if (!matches) return 412;
  } else if (ifUnmodifiedSince && !(lastModified && lastModified <= ifUnmodifiedSince)) {
    return 412;
  }
  if (ifNoneMatch.length > 0) {
    const matches = etag && (ifNoneMatch[0] === "*" || ifNoneMatch.map(strong).includes(strong(etag)));
    if (matches) return safe ? 304 : 412;
  } else if (ifModifiedSince && safe && lastModified && lastModified <= ifModifiedSince) {
    return 304;
  }
  return undefined;
}

/** An ETag without its mark of weakness, for the weak comparison (RFC 9110, section 8.8.3.2). */
function strong(etag: string): string {
  return etag.replace(/^[W/]+/, "");
}

/** Only `no-cache` keeps several values: the fields that must not be used unasked. */
function add(all: Map<string, Set<Directive>>, name: string, value: Directive): void {
  const values = all.get(name);
  if (values && name === "no-cache") values.add(value);
  else all.set(name, new Set([value]));
}

function parseDirectives(header: string): [name: string, value: Directive][] {
  return splitList(header).map((directive) => {
    const equals = directive.indexOf("=");
    return equals < 0 ? [directive.toLowerCase(), true] : [directive.slice(0, equals).toLowerCase(), directive.slice(equals + 1)];
  });
}

/** Splits at commas and the white space around them, which the two ends of the text keep: Django's `cc_delim_re`. */
function splitList(text: string): string[] {
  const parts = text.split(",");
  if (parts.length === 1) return parts;
  const last = parts.length - 1;
  return parts.map((part, i) =>
    i === 0 ? strip(`,${part}`).slice(1) : i === last ? strip(`${part},`).slice(0, -1) : strip(part),
  );
}

/** Python's `int()` of a directive: a name without a value counts as 1. */
function wholeNumber(value: Directive): number | undefined {
  const text = value === true ? "1" : strip(String(value));
  return /^[+-]?[0-9]+(_[0-9]+)*$/.test(text) ? Number(text.replaceAll("_", "")) : undefined;
}
