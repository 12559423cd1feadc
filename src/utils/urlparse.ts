/**
 * Splitting and joining URLs as Python's `urllib.parse` does, which keeps what `new URL()` normalises away.
 *
 * @module
 */

import { ValueError } from "../core/exceptions.ts";
import { iriToUri } from "./encoding.ts";

/** The parts of a URL as they stand in it, without their delimiters; empty where they are missing. */
export interface SplitResult {
  scheme: string;
  netloc: string;
  path: string;
  query: string;
  fragment: string;
}

/**
 * Splits a URL into its parts (Python's `urlsplit`, RFC 3986 appendix B).
 *
 * @throws ValueError for brackets that hold no IP address, and for a host with characters that mean `/`, `?`, `#`, `@` or `:`
 */
export function urlsplit(url: string): SplitResult {
  // Browsers drop them, and so does Python.
  const clean = url.replace(/^[\0- ]+/, "").replace(/[\t\r\n]/g, "");
  const [, scheme = "", rest = ""] = /^(?:([a-z][a-z\d+.-]*):)?(.*)$/is.exec(clean) ?? [];
  const [, netloc = "", path = "", query = "", fragment = ""] =
    /^(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(rest) ?? [];
  if (/[[\]]/.test(netloc) && !(netloc.includes("]") && isAddress(/\[([^\]]*)/.exec(netloc)?.[1] ?? ""))) {
    throw new ValueError(`Invalid IPv6 URL: ${JSON.stringify(netloc)}`);
  }
  // A browser makes ／ a slash, and what stands before it the host.
  if (/[^\0-\x7f]/.test(netloc)) {
    const text = netloc.replace(/[@:]/g, "");
    const normalized = text.normalize("NFKC");
    if (normalized !== text && /[/?#@:]/.test(normalized)) {
      throw new ValueError(`netloc ${JSON.stringify(netloc)} contains invalid characters under NFKC normalization`);
    }
  }
  return { scheme: scheme.toLowerCase(), netloc, path, query, fragment };
}

/** What brackets may hold: an IPv6 address, also one with its zone (RFC 4007, section 11), or one of a version to come. */
function isAddress(host: string): boolean {
  return /^v[\da-fA-F]+\../.test(host) || URL.canParse(`http://[${host.replace(/%[^%]+$/, "")}]/`);
}

/**
 * The absolute form of `url` as seen from `base`, an absolute `http` or `https` URL (Python's `urljoin`).
 *
 * @throws ValueError as {@link urlsplit} does
 */
export function urljoin(base: string, url: string): string {
  if (!url) return base;
  const from = urlsplit(base);
  const to = urlsplit(url);
  if (to.scheme && to.scheme !== from.scheme) return url;
  const netloc = to.netloc || from.netloc;
  let [path, params] = splitParams(to.path);
  let { query } = to;
  if (!to.netloc) {
    if (!path && !params) {
      [path, params] = splitParams(from.path);
      query ||= from.query;
    } else {
      path = joinPath(splitParams(from.path)[0], path);
    }
  }
  if (path && !path.startsWith("/")) path = `/${path}`;
  return `${from.scheme}://${netloc}${path}${params && `;${params}`}${query && `?${query}`}${to.fragment && `#${to.fragment}`}`;
}

/**
 * The absolute URL of a location as seen from a request, percent-encoded where it has to be (Django's
 * `build_absolute_uri`).
 *
 * @param origin of the request, as `https://example.com`; called where it is needed
 * @throws ValueError as {@link urlsplit} does
 */
export function absoluteUri(location: string, origin: () => string, requestPath: string): string {
  const { scheme, netloc, path } = urlsplit(location);
  if (scheme && netloc) return iriToUri(location);
  if (scheme || netloc || !path.startsWith("/") || path.includes("/./") || path.includes("/../")) {
    return iriToUri(urljoin(origin() + requestPath, location));
  }
  // With two slashes in front it would be a host's name; here it is a path that begins so.
  return iriToUri(origin() + (location.startsWith("//") ? location.slice(2) : location));
}

/** The path seen from another one, without its segments `.` and `..` (RFC 3986 section 5.2). */
function joinPath(base: string, path: string): string {
  let segments = path.split("/");
  if (!path.startsWith("/")) {
    const parents = base.split("/");
    if (parents.at(-1) !== "") parents.pop();
    segments = [...parents, ...segments];
    segments = segments.filter((segment, i) => segment !== "" || i === 0 || i === segments.length - 1);
  }
  const result: string[] = [];
  for (const segment of segments) {
    if (segment === "..") result.pop();
    else if (segment !== ".") result.push(segment);
  }
  const end = segments.at(-1);
  if (end === "." || end === "..") result.push("");
  return result.join("/") || "/";
}

/** Splits the parameters off the last segment of a path: `/a;b` has `b`. */
function splitParams(path: string): [path: string, params: string] {
  const at = path.indexOf(";", Math.max(path.lastIndexOf("/"), 0));
  return at < 0 ? [path, ""] : [path.slice(0, at), path.slice(at + 1)];
}
