/**
 * `django.urls`: the functions that make a URL table.
 *
 * @module
 */

import { ImproperlyConfigured } from "../core/exceptions.ts";
import type { View } from "../core/handlers/types.ts";
import { checkOptions } from "../utils/options.ts";
import { answer } from "./itty.ts";
import { type Pattern, RoutePattern } from "./patterns.ts";
import { RegexPattern } from "./regexpattern.ts";
import { patternsOf, URLResolver, ViewMatcher } from "./resolvers.ts";
import type {
  AppNameIn,
  Included,
  InNamespace,
  Named,
  NamesIn,
  PathOptions,
  ReverseKwargs,
  RouteKwargs,
  RouteView,
  Under,
  URLConf,
  URLMatcher,
  URLModule,
  URLPattern,
} from "./types.ts";

const PATH_OPTIONS: ReadonlySet<string> = new Set(["kwargs", "name"]);
const INCLUDE_OPTIONS: ReadonlySet<string> = new Set(["namespace"]);

/**
 * An entry of a URL table: a view under a route such as `bands/<int:id>/`. Routes have no slash at their beginning.
 * What stands in angle brackets is captured, by the converter that is named (`str` without one): `str` any text but a
 * slash, `int` digits as a number (no match above 2^53 - 1), `slug` letters, digits, `-` and `_`, `uuid` one in lower
 * case, `path` any text with its slashes, and those of `registerConverter()`.
 *
 * ```ts
 * const urlpatterns = [
 *   path("bands/<int:id>/", (request, { id }) => new HttpResponse(`Band ${id}`), { name: "band" }),
 *   path("music/", include(music)),
 * ];
 * ```
 *
 * The entry is one of itty-router's: `Router({ routes: urlpatterns })` answers with `Response`s, errors included, as
 * `asFetch()` does.
 *
 * @throws ImproperlyConfigured for a route that names no known converter, or a parameter that is no identifier
 * @throws TypeError for a view that is neither a function nor `include()`, and for an unknown option
 */
export function path<const Route extends string, const Name extends string = never, Extra extends object = Record<never, never>>(
  route: Route,
  view: RouteView<RouteKwargs<Route> & NoInfer<Extra>>,
  options?: PathOptions<Extra, Name>,
): URLPattern<Named<Name, ReverseKwargs<Route> & Partial<Extra>>>;
export function path<const Route extends string, Names>(
  route: Route,
  view: Included<Names>,
  options?: PathOptions<object, never>,
): URLPattern<Under<Names, ReverseKwargs<Route>>>;
export function path(route: string, view: unknown, options?: PathOptions): URLPattern {
  if (typeof route !== "string") throw new TypeError(`path() takes a string as its route, not ${route}.`);
  return entry((isEndpoint) => RoutePattern.parse(route, isEndpoint), view, options, "path()");
}

/**
 * As `path()`, with a regular expression for a route: `rePath(/^bands\/(?<id>[0-9]+)\/$/, band)`. Without a `^` and a `$` it is
 * found anywhere in the path; with a `$` at its end it has to be all of it. The texts of its named groups become `kwargs`; where
 * it has none, those of the others are `request.resolverMatch.args`. That it is safe against backtracking is its author's
 * business.
 *
 * @throws TypeError for a route that is no `RegExp`, for a view that is none, and for an unknown option
 */
export function rePath<
  const Name extends string = never,
  Kwargs extends object = Record<string, string>,
  Extra extends object = Record<never, never>,
>(
  route: RegExp,
  view: RouteView<Kwargs & NoInfer<Extra>>,
  options?: PathOptions<Extra, Name>,
): URLPattern<Named<Name, Record<string, unknown>>>;
export function rePath<Names>(
  route: RegExp,
  view: Included<Names>,
  options?: PathOptions<object, never>,
): URLPattern<Under<Names, Record<string, unknown>>>;
export function rePath(route: RegExp, view: unknown, options?: PathOptions): URLPattern {
  if (typeof route?.exec !== "function") throw new TypeError(`rePath() takes a RegExp as its route, not ${route}.`);
  return entry((isEndpoint) => new RegexPattern(route, isEndpoint), view, options, "rePath()");
}

/**
 * The patterns of another table under one route: `path("music/", include(music.urlpatterns))`.
 *
 * With an application name, which is the second of a pair, or `appName` of the module, its names are found in a
 * namespace only: `reverse("music:band")`. `namespace` tells several instances of the application apart.
 *
 * @param patterns a table, a table with the name of its application, or a module with `urlpatterns` and `appName`
 * @throws ImproperlyConfigured for what is no table, and for a namespace without an application name
 * @throws TypeError for an unknown option
 */
export function include<
  const Conf extends URLConf,
  const App extends string | undefined = undefined,
  const Namespace extends string | undefined = undefined,
>(
  patterns: Conf | readonly [patterns: Conf, appName: App],
  options?: { namespace?: Namespace | undefined },
): Included<InNamespace<NamesIn<Conf>, AppNameIn<Conf, App>, Namespace>>;
export function include(
  patterns: URLConf | readonly [URLConf, (string | undefined)?],
  options: { namespace?: string | undefined } = {},
): Included {
  checkOptions(options, INCLUDE_OPTIONS, "include()");
  const { namespace } = options;
  let conf = patterns as URLConf;
  let appName: string | undefined;
  if (isPair(patterns)) {
    if (patterns.length !== 2) {
      throw new ImproperlyConfigured(
        `Passing a ${patterns.length}-tuple to include() is not supported. Pass a 2-tuple containing the list of patterns and ` +
          "appName, and provide the namespace option to include() instead.",
      );
    }
    [conf, appName] = patterns;
  }
  patternsOf(conf);
  appName = (conf as URLModule).appName ?? appName;
  if (namespace && !appName) {
    throw new ImproperlyConfigured(
      "Specifying a namespace in include() without providing an appName is not supported. Set the appName attribute in the " +
        "included module, or pass a 2-tuple containing the list of patterns and appName instead.",
    );
  }
  return { urlconf: conf, appName, namespace: namespace || appName };
}

function entry(pattern: (isEndpoint: boolean) => Pattern, view: unknown, options: PathOptions = {}, caller: string): URLPattern {
  checkOptions(options, PATH_OPTIONS, caller);
  const { kwargs, name } = options;
  if (kwargs !== undefined && (typeof kwargs !== "object" || kwargs === null)) {
    throw new TypeError(`The kwargs option of ${caller} must be an object, but got ${kwargs}.`);
  }
  let matcher: ViewMatcher | URLResolver;
  if (typeof view === "function") {
    matcher = new ViewMatcher(pattern(true), view as View, kwargs, name);
  } else if (isIncluded(view)) {
    matcher = new URLResolver(pattern(false), view.urlconf, kwargs, view.appName, view.namespace);
  } else {
    throw new TypeError(`The view of ${caller} must be a function, or what include() gives.`);
  }
  // itty-router only ever hands it to String.prototype.match().
  return ["ALL", matcher as unknown as URLMatcher<unknown>, [answer], matcher.pattern.route];
}

function isIncluded(view: unknown): view is Included {
  return typeof view === "object" && view !== null && "urlconf" in view;
}

/** A table with the name of its application: a table alone has entries only, of which none is a text. */
function isPair(patterns: unknown): patterns is readonly [URLConf, string] {
  return Array.isArray(patterns) && patterns.length > 1 && patterns.slice(1).every((name) => typeof name === "string");
}
