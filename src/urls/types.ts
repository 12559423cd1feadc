/**
 * Types of URL tables: the arguments of a view, and of `reverse()`, are read off the routes.
 *
 * @module
 */

import type { View, ViewResult } from "../core/handlers/types.ts";
import type { HttpRequest } from "../http/request.ts";

/**
 * What each converter gives the view. Add your own, as `registerConverter()` knows them, by merging:
 *
 * ```ts
 * declare module "djedge/urls" {
 *   interface ConverterTypes { yyyy: number }
 * }
 * ```
 */
export interface ConverterTypes {
  /** Digits. */
  int: number;
  /** Text without a slash. */
  str: string;
  /** Letters, digits, hyphens and underscores. */
  slug: string;
  /** A UUID, as text. */
  uuid: string;
  /** Text with slashes. */
  path: string;
}

/** The names and the converters of a route's parameters: `["id", "int"] | ["name", "str"]`. */
type Parameters<Route extends string> = Route extends `${string}<${infer Parameter}>${infer Rest}`
  ? (Parameter extends `${infer Converter}:${infer Name}` ? [Name, Converter] : [Parameter, "str"]) | Parameters<Rest>
  : never;

type ConverterType<Name extends string> = Name extends keyof ConverterTypes ? ConverterTypes[Name] : unknown;

/** The keyword arguments that a view gets from `Route`: those of `bands/<int:id>/<slug:name>/` are an `id` and a `name`. */
export type RouteKwargs<Route extends string> = string extends Route
  ? Record<string, unknown>
  : { [P in Parameters<Route> as P[0]]: ConverterType<P[1]> };

/** What `reverse()` takes for a parameter: its value, or the text that stands for it. */
type ReverseType<T> = unknown extends T ? unknown : T | string | number | bigint;

/** The keyword arguments that make a URL of `Route`. */
export type ReverseKwargs<Route extends string> = string extends Route
  ? Record<string, unknown>
  : { [P in Parameters<Route> as P[0]]: ReverseType<ConverterType<P[1]>> };

/**
 * A view as a route takes it. Its `kwargs` must have the types that the route gives. It may ask for more of them,
 * which come from the route of an `include()`, and for more of the request, which comes from middleware.
 */
export type RouteView<Kwargs> = {
  // A method, because TypeScript compares the parameters of functions one way only.
  view(request: HttpRequest, kwargs: Kwargs): ViewResult;
}["view"];

/** The request that itty-router hands to a handler, as far as it is used. */
export interface IttyRequest {
  /** The method. */
  readonly method: string;
  /** The whole URL. */
  readonly url: string;
  /** What the route captured. */
  params?: Record<string, unknown>;
  /** The query, parsed by itty-router. */
  query?: Record<string, unknown>;
  /** The route that matched. */
  route?: string;
  /** What handlers get in place of the request. */
  proxy?: unknown;
}

/** What handlers get from `withHttpRequest`: the `HttpRequest`, with what itty-router knows of the route. */
export interface IttyHttpRequest extends HttpRequest {
  /** The whole URL. */
  readonly url: string;
  /** What the route captured, as text. */
  readonly params: Record<string, string>;
  /** The query, parsed by itty-router. */
  readonly query: Record<string, string | string[] | undefined>;
  /** The route that matched. */
  readonly route: string;
}

/** The arguments of a name, so that the compiler takes no other type for one that is like it. */
type Exactly<Kwargs> = (kwargs: Kwargs) => Kwargs;

/** A name and its keyword arguments; `undefined` for a pattern without a name, `unknown` for one with any. */
export type Named<Name extends string, Kwargs> = [Name] extends [never]
  ? undefined
  : string extends Name
    ? unknown
    : { [N in Name]: Exactly<Kwargs> };

declare const exact: unique symbol;

/**
 * The names of an included table, with the arguments of the route that it is under. In a table of both, the compiler would
 * take it for another one that has these names and more, but for the mark.
 */
export type Under<Names, Kwargs> = unknown extends Names ? unknown : UnderEach<Names, Kwargs>;
type UnderEach<Names, Kwargs> = Names extends unknown
  ? {
      [N in keyof Names as N extends string ? N : never]: Names[N] extends Exactly<infer Own> ? Exactly<Own & Kwargs> : never;
    } & { readonly [exact]?: Exactly<keyof Names> }
  : never;

/** The names of an included table, as they are seen from outside its namespace. */
export type InNamespace<Names, App, Namespace> = [App] extends [string]
  ? Names extends object
    ? { [N in keyof Names & string as `${App | (Namespace extends string ? Namespace : never)}:${N}`]: Names[N] }
    : Names
  : Names;

/** The application name that a module brings, or the one that was given. */
export type AppNameIn<Conf, App> = Conf extends { readonly appName: infer Name extends string } ? Name : App;

declare const names: unique symbol;

/** Matches a path for itty-router, by `Symbol.match`. It is typed as the `RegExp` that itty-router's types ask for. */
export interface URLMatcher<Names> extends RegExp {
  /** For the compiler only. */
  readonly [names]?: Names;
}

/**
 * An entry of a URL table: a route entry of itty-router, made by `path()` or `rePath()`.
 *
 * @typeParam Names the names that can be reversed through it, with the keyword arguments that each needs, where the compiler knows them
 */
export type URLPattern<Names = unknown> = [
  method: "ALL",
  match: URLMatcher<Names>,
  handlers: [handler: (request: IttyRequest, ...runtime: unknown[]) => Promise<Response | undefined>],
  route: string,
];

/** What Django calls a URLconf module; here an object, such as the module `import * as urls from "./urls.ts"` gives. */
export interface URLModule {
  /** The table. */
  readonly urlpatterns: readonly URLPattern[];
  /** The application namespace, where it is included. */
  readonly appName?: string | undefined;
  /** The views for errors, called with the request and `{ exception }`. */
  readonly handler400?: View<{ exception: unknown }> | undefined;
  /** Answers where permission is denied. */
  readonly handler403?: View<{ exception: unknown }> | undefined;
  /** Answers where nothing is found. */
  readonly handler404?: View<{ exception: unknown }> | undefined;
  /** Answers where a view has failed. */
  readonly handler500?: View<Record<never, never>> | undefined;
}

/** A URL table, or a module that has one as `urlpatterns` beside its error views. */
export type URLConf = readonly URLPattern[] | URLModule;

/** Patterns to be found under a route: what `include()` gives to `path()`. */
export interface Included<Names = unknown> {
  /** For the compiler only. */
  readonly [names]?: Names;
  /** The table that is included. */
  readonly urlconf: URLConf;
  /** Its application namespace. */
  readonly appName: string | undefined;
  /** Its instance namespace. */
  readonly namespace: string | undefined;
}

/** What `path()` and `rePath()` take beside the route and the view. */
export interface PathOptions<Extra extends object = object, Name extends string = string> {
  /** Further keyword arguments for the view, or for every view of an `include()`. */
  kwargs?: Extra | undefined;
  /** What `reverse()` finds the pattern by. */
  name?: Name | undefined;
}

/** The names in a table, or in a module that has one: one type for each pattern; `unknown` where the compiler knows none. */
export type NamesIn<Conf> = Conf extends readonly (infer P)[]
  ? PatternNames<P>
  : Conf extends { readonly urlpatterns: readonly (infer P)[] }
    ? PatternNames<P>
    : unknown;
type PatternNames<P> = P extends URLPattern<infer Names> ? Names : never;
type KeysOf<Names> = Names extends object ? keyof Names & string : never;

/** A name that the compiler knows of `Conf`; any text, where it was told the type `URLPattern[]` only. */
export type ReverseName<Conf> = unknown extends NamesIn<Conf> ? string : KeysOf<NamesIn<Conf>>;

/** The keyword arguments that `Name` needs in `Conf`, one type for each pattern of that name. */
type KwargsOf<Names, Name extends string> = unknown extends Names
  ? Record<string, unknown>
  : Names extends { [N in Name]: Exactly<infer Kwargs> }
    ? Kwargs
    : never;

/** Either positional or keyword arguments, which may be left out where none has to be there. */
type ReverseArguments<Kwargs> =
  | (Record<never, never> extends Kwargs
      ? { args?: undefined; kwargs?: Kwargs | undefined }
      : { args?: undefined; kwargs: Kwargs })
  | (Record<never, never> extends Kwargs
      ? { args?: readonly unknown[] | undefined; kwargs?: undefined }
      : { args: readonly unknown[]; kwargs?: undefined });

/** A query string, as `reverse()` takes it. A list stands for as many fields; `null` and `undefined` are errors. */
export type QueryValue = string | number | bigint | boolean;

/** What `reverse()` takes beside the name. */
export type ReverseOptions<Conf = URLConf, Name extends string = string> = {
  /** The table to look in; `ROOT_URLCONF` without it. */
  urlconf?: Conf | undefined;
  /** The namespace that is meant where an application has several. */
  currentApp?: string | null | undefined;
  /** The query string: an object, pairs, a `QueryDict`. */
  query?:
    | Readonly<Record<string, QueryValue | Iterable<QueryValue>>>
    | Iterable<readonly [string, QueryValue | Iterable<QueryValue>]>
    | null
    | undefined;
  /** What goes behind `#`, as it is. */
  fragment?: string | null | undefined;
} & ReverseArguments<KwargsOf<NamesIn<Conf>, Name>>;
