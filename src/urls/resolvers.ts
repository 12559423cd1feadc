/**
 * From a path to its view: the matchers of `path()` and `include()`, and the walk through a table of them.
 *
 * @module
 */

import { ImproperlyConfigured } from "../core/exceptions.ts";
import type { ErrorStatus, View } from "../core/handlers/types.ts";
import { unquotePath } from "../utils/encoding.ts";
import { ResolverMatch, type ResolverMatchInit, rememberMatch } from "./match.ts";
import { type Kwargs, NOTHING, type Pattern, type PatternMatch } from "./patterns.ts";
import { RouteTable } from "./table.ts";
import type { URLConf, URLModule, URLPattern } from "./types.ts";

/** A resolver that the path has passed, what its pattern found there, and those around it. */
interface Level {
  readonly resolver: URLResolver;
  readonly found: PatternMatch;
  readonly outer: Level | undefined;
}

/** A matcher: what stands in an entry of a URL table where itty-router has a regular expression. */
abstract class Matcher {
  readonly pattern: Pattern;
  /** The `kwargs` option of `path()`. */
  readonly extra: Readonly<Kwargs> | undefined;

  constructor(pattern: Pattern, extra?: object) {
    this.pattern = pattern;
    this.extra = extra && Object.assign(Object.create(null), extra);
  }

  get prefix(): string {
    return this.pattern.prefix;
  }

  /** What `path` leads to from `start` on, inside of `outer`. */
  abstract resolve(path: string, start: number, outer?: Level): ResolverMatch | undefined;

  /** How itty-router matches: the path comes percent-encoded, and `groups` becomes `request.params`. */
  [Symbol.match](pathname: string): { groups: Kwargs } | null {
    const path = unquotePath(pathname);
    const match = path.startsWith("/") ? this.resolve(path, 1) : undefined;
    if (!match) return null;
    rememberMatch(match);
    return { groups: match.kwargs };
  }
}

/** The matcher of a view. */
export class ViewMatcher extends Matcher {
  readonly view: View;
  readonly name: string | undefined;

  constructor(pattern: Pattern, view: View, extra?: object, name?: string) {
    super(pattern, extra);
    this.view = view;
    this.name = name;
  }

  resolve(path: string, start: number, outer?: Level): ResolverMatch | undefined {
    const found = this.pattern.match(path, start);
    if (!found) return undefined;
    let { args } = found;
    let kwargs: Kwargs = found.kwargs;
    if (this.extra) kwargs = dict(kwargs, this.extra);
    else if (kwargs === NOTHING) kwargs = Object.create(null);
    for (let level = outer; level; level = level.outer) {
      const { extra } = level.resolver;
      if (extra || level.found.kwargs !== NOTHING) kwargs = dict(level.found.kwargs, extra, kwargs);
      // With any named argument, the unnamed ones around it are ignored.
      if (level.found.args.length > 0 && isEmpty(kwargs)) args = [...level.found.args, ...args];
    }
    return new ResolverMatch(this.view, args, kwargs, new MatchDetails(this, found.kwargs, outer, path));
  }
}

/** The matcher of an `include()`, and, without a pattern, of a whole URLconf. */
export class URLResolver extends Matcher {
  readonly urlconf: URLConf;
  readonly appName: string | undefined;
  readonly namespace: string | undefined;
  #table: RouteTable<Matcher> | undefined;

  constructor(pattern: Pattern, urlconf: URLConf, extra?: object, appName?: string, namespace?: string) {
    super(pattern, extra);
    this.urlconf = urlconf;
    this.appName = appName;
    this.namespace = namespace;
  }

  get urlPatterns(): readonly URLPattern[] {
    return patternsOf(this.urlconf);
  }

  resolve(path: string, start: number, outer?: Level): ResolverMatch | undefined {
    const found = this.pattern.match(path, start);
    if (!found) return undefined;
    this.#table ??= new RouteTable(this.urlPatterns.map(matcherOf));
    const level: Level = { resolver: this, found, outer };
    for (const matcher of this.#table.candidates(path, found.end)) {
      const match = matcher.resolve(path, found.end, level);
      if (match) return match;
    }
    return undefined;
  }

  /** The patterns that Django would have tried, one after another, up to the one that matches. */
  tried(path: string, start = 0): { tried: URLPattern[][]; matched: boolean } {
    const tried: URLPattern[][] = [];
    const found = this.pattern.match(path, start);
    if (!found) return { tried: [[]], matched: false };
    for (const entry of this.urlPatterns) {
      const matcher = matcherOf(entry);
      if (matcher instanceof URLResolver) {
        const inner = matcher.tried(path, found.end);
        tried.push(...inner.tried.map((patterns) => [entry, ...patterns]));
        if (inner.matched) return { tried, matched: true };
      } else {
        tried.push([entry]);
        if (matcher.resolve(path, found.end)) return { tried, matched: true };
      }
    }
    return { tried, matched: false };
  }

  /** The URLconf's own view for an error. */
  errorHandler(status: ErrorStatus): View | undefined {
    return (this.urlconf as URLModule)[`handler${status}`] as View | undefined;
  }
}

/** The matcher in an entry of a URL table. */
export function matcherOf(entry: URLPattern): ViewMatcher | URLResolver {
  const matcher: unknown = entry?.[1];
  if (matcher instanceof ViewMatcher || matcher instanceof URLResolver) return matcher;
  throw new ImproperlyConfigured(`urlpatterns holds ${describe(entry)}, which neither path() nor rePath() has made.`);
}

/** The patterns of a URLconf. */
export function patternsOf(urlconf: unknown): readonly URLPattern[] {
  const patterns = (urlconf as URLModule | undefined)?.urlpatterns ?? urlconf;
  if (Array.isArray(patterns)) return patterns;
  throw new ImproperlyConfigured(
    `The included URLconf '${describe(urlconf)}' does not appear to have any patterns in it. ` +
      "If you see valid patterns in the file then the issue is probably caused by a circular import.",
  );
}

/** What a match has to tell, worked out when it is asked. */
class MatchDetails implements ResolverMatchInit {
  readonly #matcher: ViewMatcher;
  readonly #captured: Readonly<Kwargs>;
  readonly #outer: Level | undefined;
  readonly #path: string;

  constructor(matcher: ViewMatcher, captured: Readonly<Kwargs>, outer: Level | undefined, path: string) {
    this.#matcher = matcher;
    this.#captured = captured;
    this.#outer = outer;
    this.#path = path;
  }

  get urlName(): string | undefined {
    return this.#matcher.name;
  }

  get appNames(): string[] {
    return this.#resolvers().flatMap(({ appName }) => appName || []);
  }

  get namespaces(): string[] {
    return this.#resolvers().flatMap(({ namespace }) => namespace || []);
  }

  get route(): string {
    const matchers: Matcher[] = [...this.#resolvers(), this.#matcher];
    return joinRoutes(matchers.map(({ pattern }) => pattern));
  }

  get capturedKwargs(): Kwargs {
    return dict(this.#captured);
  }

  get extraKwargs(): Kwargs {
    return dict(...this.#resolvers().map(({ extra }) => extra), this.#matcher.extra);
  }

  get tried(): URLPattern[][] {
    let root = this.#outer;
    while (root?.outer) root = root.outer;
    return root ? root.resolver.tried(this.#path).tried : [];
  }

  /** From the outermost inwards. */
  #resolvers(): URLResolver[] {
    const resolvers: URLResolver[] = [];
    for (let level = this.#outer; level; level = level.outer) resolvers.unshift(level.resolver);
    return resolvers;
  }
}

/** The routes of patterns as that of one: a `^` begins the whole only. */
export function joinRoutes(patterns: readonly Pattern[]): string {
  return patterns.reduce((route, pattern) => (route ? route + pattern.route.replace(/^\^/, "") : pattern.route), "");
}

/** One dictionary of several; the last has the last word. */
function dict(...sources: (Readonly<Kwargs> | undefined)[]): Kwargs {
  return Object.assign(Object.create(null), ...sources);
}

function isEmpty(kwargs: Kwargs): boolean {
  for (const _ in kwargs) return false;
  return true;
}

function describe(value: unknown): string {
  return Array.isArray(value) ? "an array" : `${typeof value === "object" && value !== null ? "an object" : value}`;
}
