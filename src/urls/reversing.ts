/**
 * From a name to a URL: which patterns a name may mean, and how a URL of them is written.
 *
 * @module
 */

import type { View } from "../core/handlers/types.ts";
import { EMPTY, type Form, product } from "../utils/regex_helper.ts";
import { isValueError } from "./converters.ts";
import { type Kwargs, type Pattern, RoutePattern } from "./patterns.ts";
import { joinRoutes, matcherOf, URLResolver } from "./resolvers.ts";

/** How a resolver is found by its namespace: the patterns down to it, and itself. */
type Namespaced = readonly [prefix: readonly Pattern[], resolver: URLResolver];

/** What a resolver knows by name, as Django's `reverse_dict`, `namespace_dict` and `app_dict`. */
export interface Lookups {
  /** By name and by view. */
  readonly candidates: Map<string | View, Candidate[]>;
  readonly namespaces: Map<string, Namespaced>;
  /** The instance namespaces of each application. */
  readonly apps: Map<string, string[]>;
  /** Of names in namespaces, from this resolver's point of view, once they were asked for. */
  readonly namespaced: Map<string, Candidate[]>;
}

/** A pattern that a name may mean, with the patterns of the `include()`s before it. */
export class Candidate {
  readonly patterns: readonly Pattern[];
  readonly #extra: Kwargs;
  #compiled: { forms: readonly Form[]; test(path: string): boolean } | undefined;

  constructor(patterns: readonly Pattern[], extra: Kwargs) {
    this.patterns = patterns;
    this.#extra = extra;
  }

  /** The same, seen from further out. */
  within(prefix: readonly Pattern[], extra?: Kwargs): Candidate {
    return new Candidate([...prefix, ...this.patterns], { ...this.#extra, ...extra });
  }

  get route(): string {
    return joinRoutes(this.patterns);
  }

  /** The path, not quoted yet and without its first slash, that these arguments make; nothing where they make none. */
  write(args: readonly unknown[], kwargs: Kwargs): string | undefined {
    this.#compiled ??= compile(this.patterns);
    for (const form of this.#compiled.forms) {
      const values = args.length > 0 ? inOrder(form, args) : this.#named(form, kwargs);
      const path = values && write(form, values);
      if (path !== undefined && this.#compiled.test(path)) return path;
    }
    return undefined;
  }

  /** A value for each parameter, where `kwargs` has just these, and no others than the extra ones. */
  #named({ parameters }: Form, kwargs: Kwargs): unknown[] | undefined {
    const names = parameters.map(({ name }) => name);
    if (!names.every((name) => name !== undefined && Object.hasOwn(kwargs, name))) return undefined;
    for (const [name, value] of Object.entries(kwargs)) {
      if (names.includes(name)) continue;
      if (!Object.hasOwn(this.#extra, name) || this.#extra[name] !== value) return undefined;
    }
    return names.map((name) => kwargs[name as string]);
  }
}

const known = new WeakMap<URLResolver, Lookups>();

/** What `resolver` knows by name, found out at the first use. The last pattern of a name comes first, as in Django. */
export function lookupsOf(resolver: URLResolver): Lookups {
  const found = known.get(resolver);
  if (found) return found;
  const lookups: Lookups = { candidates: new Map(), namespaces: new Map(), apps: new Map(), namespaced: new Map() };
  // Known before it is complete: a table that includes itself ends here.
  known.set(resolver, lookups);
  const { candidates, namespaces, apps } = lookups;
  for (const entry of resolver.urlPatterns.toReversed()) {
    const matcher = matcherOf(entry);
    const { pattern, extra } = matcher;
    if (!(matcher instanceof URLResolver)) {
      const candidate = new Candidate([pattern], { ...extra });
      append(candidates, matcher.view, candidate);
      if (matcher.name !== undefined) append(candidates, matcher.name, candidate);
    } else if (matcher.appName && matcher.namespace) {
      append(apps, matcher.appName, matcher.namespace);
      namespaces.set(matcher.namespace, [[pattern], matcher]);
    } else {
      const inner = lookupsOf(matcher);
      for (const [name, list] of inner.candidates) {
        append(candidates, name, ...list.map((candidate) => candidate.within([pattern], extra)));
      }
      for (const [namespace, [prefix, within]] of inner.namespaces) namespaces.set(namespace, [[pattern, ...prefix], within]);
      for (const [app, instances] of inner.apps) append(apps, app, ...instances);
    }
  }
  return lookups;
}

function compile(patterns: readonly Pattern[]): { forms: readonly Form[]; test(path: string): boolean } {
  if (patterns.every((pattern) => pattern instanceof RoutePattern)) {
    const whole = patterns.reduce((first, next) => first.concat(next));
    return { forms: whole.forms, test: (path) => whole.test(path) };
  }
  const irreversible = patterns.some(({ forms }) => forms === undefined);
  const forms = irreversible ? [EMPTY] : patterns.reduce((all, pattern) => product(all, pattern.forms ?? []), [EMPTY]);
  const flags = new Set(patterns.flatMap((pattern) => [...pattern.flags]));
  const regex = joined(`^(?:${patterns.map(({ source }) => source).join("")})`, [...flags].join(""));
  return { forms, test: (path) => regex.test(path) };
}

/** The expression of several that may share a name, which no expression may have twice: then names are left out. */
function joined(source: string, flags: string): RegExp {
  try {
    return new RegExp(source, flags);
  } catch {
    return new RegExp(source.replace(/\(\?<(?![=!])[^>]*>/g, "("), flags);
  }
}

/** A value for each parameter, where there are as many of them. */
function inOrder({ parameters }: Form, args: readonly unknown[]): unknown[] | undefined {
  const own = parameters.filter(({ isReference }) => !isReference);
  if (own.length !== args.length) return undefined;
  return parameters.map((parameter) => {
    const { name, isReference } = parameter;
    return args[isReference ? own.findIndex((other) => other.name === name) : own.indexOf(parameter)];
  });
}

/** The path that the values make, each as the text that its converter has for it. */
function write({ literals, parameters }: Form, values: readonly unknown[]): string | undefined {
  let path = literals[0] as string;
  for (let i = 0; i < parameters.length; i++) {
    const value = values[i];
    // Django would write "None".
    if (value === undefined || value === null) return undefined;
    try {
      path += parameters[i]?.converter?.toUrl(value) ?? String(value);
    } catch (error) {
      if (isValueError(error)) return undefined;
      throw error;
    }
    path += literals[i + 1];
  }
  return path;
}

function append<K, V>(map: Map<K, V[]>, key: K, ...values: V[]): void {
  const list = map.get(key);
  if (list) list.push(...values);
  else map.set(key, values);
}
