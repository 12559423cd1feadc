/**
 * What a path resolves to.
 *
 * @module
 */

import type { View } from "../core/handlers/types.ts";
import type { URLPattern } from "./types.ts";

/** What is known of a match beside the view and its arguments. Each is read when it is asked for. */
export interface ResolverMatchInit {
  /** The name of the pattern. */
  readonly urlName?: string | undefined;
  /** The application namespaces, outermost first. */
  readonly appNames?: readonly string[];
  /** The instance namespaces, outermost first. */
  readonly namespaces?: readonly string[];
  /** The route. */
  readonly route?: string;
  /** The patterns that were tried before. */
  readonly tried?: URLPattern[][];
  /** What the route captured. */
  readonly capturedKwargs?: Record<string, unknown>;
  /** What the table adds. */
  readonly extraKwargs?: Record<string, unknown>;
}

const NOTHING_MORE: ResolverMatchInit = {};

/**
 * The view that a path leads to, with its arguments and the names on the way, as Django's `ResolverMatch`
 * (`request.resolverMatch`). It can be taken apart: `const [func, args, kwargs] = resolve("/bands/1/")`.
 */
export class ResolverMatch {
  /** The view. */
  readonly func: View;
  /** The texts of unnamed groups of a `rePath()`; `undefined` where a group took no part. */
  readonly args: readonly unknown[];
  /** What the view gets: the captured values, by the names of their parameters, and the extra ones. */
  readonly kwargs: Record<string, unknown>;
  readonly #init: ResolverMatchInit;

  constructor(func: View, args: readonly unknown[], kwargs: Record<string, unknown>, init: ResolverMatchInit = NOTHING_MORE) {
    this.func = func;
    this.args = args;
    this.kwargs = kwargs;
    this.#init = init;
  }

  /** The name of the pattern. */
  get urlName(): string | undefined {
    return this.#init.urlName;
  }

  /** The whole route, such as `bands/<int:id>/`. */
  get route(): string {
    return this.#init.route ?? "";
  }

  /** The application names on the way, from the outermost `include()` inwards. */
  get appNames(): string[] {
    return [...(this.#init.appNames ?? [])];
  }

  /** The application names, joined by colons. */
  get appName(): string {
    return this.appNames.join(":");
  }

  /** The instance namespaces on the way, from the outermost `include()` inwards. */
  get namespaces(): string[] {
    return [...(this.#init.namespaces ?? [])];
  }

  /** The namespaces, joined by colons. */
  get namespace(): string {
    return this.namespaces.join(":");
  }

  /** What `reverse()` takes: the namespaces and the name, or the name of the view's function where the pattern has none. */
  get viewName(): string {
    return [...this.namespaces, this.urlName || this.func.name].join(":");
  }

  /** What the innermost route captured. */
  get capturedKwargs(): Record<string, unknown> {
    return this.#init.capturedKwargs ?? this.kwargs;
  }

  /** What the `kwargs` options of `path()` added. */
  get extraKwargs(): Record<string, unknown> {
    return this.#init.extraKwargs ?? Object.create(null);
  }

  /** The patterns that were tried, up to the one that matched; each as the list of patterns that leads to it. */
  get tried(): URLPattern[][] {
    return this.#init.tried ?? [];
  }

  /** The view, the positional and the keyword arguments. */
  *[Symbol.iterator](): IterableIterator<View | readonly unknown[] | Record<string, unknown>> {
    yield this.func;
    yield this.args;
    yield this.kwargs;
  }
}

/** The matches that itty-router knows by their `params` only. */
const matches = new WeakMap<object, ResolverMatch>();

/** Keeps the match for {@link matchOf}. */
export function rememberMatch(match: ResolverMatch): void {
  matches.set(match.kwargs, match);
}

/** The match whose `kwargs` itty-router has as `request.params`, if one of our patterns made them. */
export function matchOf(params: object | undefined): ResolverMatch | undefined {
  return params && matches.get(params);
}
