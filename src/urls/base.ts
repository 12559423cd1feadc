/**
 * `django.urls`: `resolve()` and `reverse()`.
 *
 * @module
 */

import { settings } from "../conf/index.ts";
import { ImproperlyConfigured, ValueError } from "../core/exceptions.ts";
import type { ErrorStatus, View } from "../core/handlers/types.ts";
import { QueryDict } from "../http/querydict.ts";
import { MultiValueDict, pairs } from "../utils/datastructures.ts";
import { encode, quote } from "../utils/encoding.ts";
import { checkOptions } from "../utils/options.ts";
import { NoReverseMatch, Resolver404 } from "./exceptions.ts";
import type { ResolverMatch } from "./match.ts";
import { type Kwargs, NO_ARGS, NOTHING, type Pattern, type PatternMatch } from "./patterns.ts";
import { URLResolver } from "./resolvers.ts";
import { type Candidate, lookupsOf } from "./reversing.ts";
import type { ReverseName, ReverseOptions, URLConf } from "./types.ts";

const OPTIONS: ReadonlySet<string> = new Set(["args", "kwargs", "urlconf", "currentApp", "query", "fragment"]);
// RFC 3986, section 3.3: what a segment of a path holds as it is, and the slash.
const SAFE_IN_PATH = "!$&'()*+,;=/~:@";

const AT_ROOT: PatternMatch = { end: 1, args: NO_ARGS, kwargs: NOTHING };

/** The slash that every path begins with and no route names. */
const ROOT: Pattern = {
  route: "",
  match: (path) => (path.startsWith("/") ? AT_ROOT : undefined),
  prefix: "",
  forms: undefined,
  source: "",
  flags: "",
};
const resolvers = new WeakMap<URLConf, URLResolver>();

/**
 * Finds the view for a path: the decoded one, as `request.pathInfo`, with its slash at the beginning.
 *
 * @param urlconf the table to look in; `ROOT_URLCONF` without it
 * @throws Resolver404 where no pattern matches
 * @throws ImproperlyConfigured where there is no URLconf
 */
export function resolve(path: string, urlconf?: URLConf | null): ResolverMatch {
  const match = isValidPath(path, urlconf);
  if (match) return match;
  const isAbsolute = path.startsWith("/");
  throw new Resolver404(isAbsolute ? path.slice(1) : path, () => (isAbsolute ? getResolver(urlconf).tried(path).tried : []));
}

/** As `resolve()`, but gives nothing where no pattern matches. */
export function isValidPath(path: string, urlconf?: URLConf | null): ResolverMatch | undefined {
  return getResolver(urlconf).resolve(path, 0);
}

/** The view that a URLconf has for an error: its `handler404`, `handler403`, `handler400` or `handler500`. */
export function getErrorHandler(status: ErrorStatus, urlconf?: URLConf | null): View | undefined {
  return urlconf || settings.ROOT_URLCONF ? getResolver(urlconf).errorHandler(status) : undefined;
}

/**
 * The URL of a named pattern (`"band"`, `"music:band"` in a namespace), or of a view.
 *
 * Where `urlconf` is a table that the compiler knows, it checks the name and the keyword arguments:
 *
 * ```ts
 * const urlpatterns = [path("bands/<int:id>/", band, { name: "band" })];
 * reverse("band", { urlconf: urlpatterns, kwargs: { id: 1 } }); // "/bands/1/"
 * ```
 *
 * @throws NoReverseMatch where nothing has that name, or takes these arguments
 * @throws ValueError for both `args` and `kwargs`
 * @throws TypeError for an unknown option, and for `null` or `undefined` in the query
 * @throws UnicodeEncodeError for a lone surrogate
 */
export function reverse<
  const Conf extends URLConf | null | undefined = URLConf,
  const Name extends ReverseName<Conf> = ReverseName<Conf>,
>(name: Name | ((...args: never) => unknown), options?: ReverseOptions<Conf, Name>): string;
export function reverse(name: string | View, options: ReverseOptions<URLConf | null | undefined> = {}): string {
  checkOptions(options, OPTIONS, "reverse()");
  if (typeof name !== "string" && typeof name !== "function")
    throw new TypeError(`reverse() takes a name or a view, not ${name}.`);
  const { args = [], kwargs = {}, query, fragment } = options;
  const candidates = candidatesFor(name, getResolver(options.urlconf), options.currentApp);
  if (args.length > 0 && Object.keys(kwargs).length > 0) {
    throw new ValueError("Don't mix args and kwargs in call to reverse()!");
  }
  let path: string | undefined;
  for (let i = 0; path === undefined && i < candidates.length; i++) path = candidates[i]?.write(args, kwargs);
  if (path === undefined) throw noReverseMatch(name, args, kwargs, candidates);
  const prefix = (settings.FORCE_SCRIPT_NAME ?? "").replace(/\/?$/, "/");
  // A path that begins with two slashes would name a host.
  let url = quotePath(prefix + path).replace(/^\/\//, "/%2F");
  const queryString = query && urlencode(query);
  if (queryString) url += `?${queryString}`;
  return fragment === undefined || fragment === null ? url : `${url}#${fragment}`;
}

/** The resolver of a whole URLconf, made at its first use. */
export function getResolver(urlconf?: URLConf | null): URLResolver {
  const conf = urlconf ?? settings.ROOT_URLCONF;
  if (!conf) throw new ImproperlyConfigured("There is no URLconf. Set ROOT_URLCONF, or name one as urlconf.");
  let resolver = resolvers.get(conf);
  if (!resolver) {
    resolver = new URLResolver(ROOT, conf);
    resolvers.set(conf, resolver);
  }
  return resolver;
}

/** What a name may mean: its namespaces are followed first, where that of `currentApp` is preferred to an application's others. */
function candidatesFor(name: string | View, root: URLResolver, currentApp: string | null | undefined): readonly Candidate[] {
  const lookups = lookupsOf(root);
  if (typeof name !== "string" || !name.includes(":")) return lookups.candidates.get(name) ?? [];
  const path = name.split(":");
  const view = path.pop() as string;
  let current = currentApp?.split(":");
  let inner = lookups;
  let prefix: readonly Pattern[] = [];
  const resolved: string[] = [];
  for (const app of path) {
    const preferred = current?.shift();
    const instances = inner.apps.get(app);
    let namespace = app;
    if (instances && preferred && instances.includes(preferred)) namespace = preferred;
    else if (instances && !instances.includes(app)) namespace = instances[0] as string;
    if (namespace !== preferred) current = undefined;
    const found = inner.namespaces.get(namespace);
    if (!found) {
      const where = resolved.length > 0 ? ` inside '${resolved.join(":")}'` : "";
      throw new NoReverseMatch(`'${namespace}' is not a registered namespace${where}`);
    }
    resolved.push(namespace);
    prefix = [...prefix, ...found[0]];
    inner = lookupsOf(found[1]);
  }
  // Kept, since a candidate is compiled when it is first written.
  const key = [...resolved, view].join(":");
  let candidates = lookups.namespaced.get(key);
  if (!candidates) {
    candidates = (inner.candidates.get(view) ?? []).map((candidate) => candidate.within(prefix));
    if (candidates.length > 0) lookups.namespaced.set(key, candidates);
  }
  return candidates;
}

function noReverseMatch(
  name: string | View,
  args: readonly unknown[],
  kwargs: Readonly<Kwargs>,
  candidates: readonly Candidate[],
): NoReverseMatch {
  const what = typeof name === "string" ? name.slice(name.lastIndexOf(":") + 1) : name.name;
  if (candidates.length === 0) {
    return new NoReverseMatch(`Reverse for '${what}' not found. '${what}' is not a valid view function or pattern name.`);
  }
  const named = Object.entries(kwargs).map(([key, value]) => `'${key}': ${show(value)}`);
  let given = "no arguments";
  if (args.length > 0) given = `arguments '(${args.map(show).join(", ")})'`;
  else if (named.length > 0) given = `keyword arguments '{${named.join(", ")}}'`;
  const tried = candidates.map(({ route }) => `'${route}'`).join(", ");
  return new NoReverseMatch(`Reverse for '${what}' with ${given} not found. ${candidates.length} pattern(s) tried: [${tried}]`);
}

function show(value: unknown): string {
  return typeof value === "string" ? `'${value}'` : String(value);
}

function quotePath(path: string): string {
  return /^[\w.~!$&'()*+,;=/:@-]*$/.test(path) ? path : quote(encode(path), SAFE_IN_PATH);
}

/** Python's `urlencode(query, doseq=True)`. */
function urlencode(query: NonNullable<ReverseOptions["query"]>): string {
  if (query instanceof QueryDict) return query.urlencode();
  const result = new QueryDict(null, { mutable: true, encoding: "utf-8" });
  const fields: Iterable<readonly [string, unknown]> = query instanceof MultiValueDict ? query.lists() : pairs(query);
  for (const [key, value] of fields) {
    const isList = typeof value === "object" && value !== null && Symbol.iterator in value;
    for (const item of isList ? (value as Iterable<unknown>) : [value]) {
      if (item === undefined || item === null) {
        throw new TypeError(
          `Cannot encode ${item} for key '${key}' in a query string. Did you mean to pass an empty string or omit the value?`,
        );
      }
      result.appendlist(key, String(item));
    }
  }
  return result.urlencode();
}
