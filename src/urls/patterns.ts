/**
 * The pattern of a `path()`: a route with converters, matched in linear time whatever the path holds.
 *
 * @module
 */

import { ImproperlyConfigured } from "../core/exceptions.ts";
import { concat, type Form, type Parameter } from "../utils/regex_helper.ts";
import { type Converter, getConverter, getScanner, isValueError, regexSource, type Scanner } from "./converters.ts";

/** A dictionary without a prototype, so that any name is only a name. */
export type Kwargs = Record<string, unknown>;

/** What a pattern without parameters captures. */
export const NOTHING: Kwargs = Object.freeze(Object.create(null));
/** What a pattern without unnamed groups captures. */
export const NO_ARGS: readonly string[] = Object.freeze([]);

/** What a pattern found at the beginning of a path. */
export interface PatternMatch {
  /** Where in the path it ended. */
  end: number;
  args: readonly (string | undefined)[];
  kwargs: Readonly<Kwargs>;
}

/** What the patterns of `path()` and `rePath()` have in common. */
export interface Pattern {
  /** As it was given. */
  readonly route: string;
  /** What it finds in `path` from `start` on; nothing where it does not match. */
  match(path: string, start: number): PatternMatch | undefined;
  /** The text that a path must begin with. */
  readonly prefix: string;
  /** The ways to write a URL that it matches; nothing where that cannot be told. */
  readonly forms: readonly Form[] | undefined;
  /** Itself as a part of a longer regular expression. */
  readonly source: string;
  readonly flags: string;
}

interface RouteParameter extends Parameter {
  name: string;
  converter: Converter;
  scan: Scanner | undefined;
}

type Scanned = RouteParameter & { scan: Scanner };

/** Puts the texts of the parameters into `texts`, and gives the end of the match; -1 where there is none. */
type Capture = (path: string, start: number, texts: string[]) => number;

// Django's own expression. A name without a converter is a "str".
const COMPONENT = /<(?:([^>:]+):)?([^>]+)>/g;
// Python's str.isidentifier().
const IDENTIFIER = /^[\p{XID_Start}_]\p{XID_Continue}*$/u;

/** A route such as `articles/<int:year>/`: the whole of a path, or its beginning where an `include()` follows. */
export class RoutePattern implements Pattern, Form<RouteParameter> {
  readonly route: string;
  /** The text around the parameters, one more than there are of them. */
  readonly literals: readonly string[];
  readonly parameters: readonly RouteParameter[];
  readonly flags = "";
  readonly #isEndpoint: boolean;
  readonly #capture: Capture;
  #regex: RegExp | undefined;

  constructor(route: string, literals: readonly string[], parameters: readonly RouteParameter[], isEndpoint: boolean) {
    this.route = route;
    this.literals = literals;
    this.parameters = parameters;
    this.#isEndpoint = isEndpoint;
    if (parameters.some(({ scan }) => !scan)) this.#capture = this.#exec;
    else this.#capture = this.#isDeterministic() ? this.#walk : this.#search;
  }

  /**
   * Reads a route.
   *
   * @throws ImproperlyConfigured where it names no known converter, or a parameter that cannot be a name
   */
  static parse(route: string, isEndpoint: boolean): RoutePattern {
    const literals: string[] = [];
    const parameters: RouteParameter[] = [];
    let from = 0;
    for (const { 0: component, 1: converterName = "str", 2: name = "", index } of route.matchAll(COMPONENT)) {
      if (/[ \t\n\r\v\f]/.test(component)) {
        throw new ImproperlyConfigured(`URL route '${route}' cannot contain whitespace in angle brackets <…>.`);
      }
      if (!IDENTIFIER.test(name)) {
        throw new ImproperlyConfigured(
          `URL route '${route}' uses parameter name '${name}' which isn't a valid Python identifier.`,
        );
      }
      if (parameters.some((parameter) => parameter.name === name)) {
        throw new ImproperlyConfigured(`URL route '${route}' uses parameter name '${name}' more than once.`);
      }
      const converter = getConverter(converterName);
      if (!converter) throw new ImproperlyConfigured(`URL route '${route}' uses invalid converter '${converterName}'.`);
      literals.push(route.slice(from, index));
      parameters.push({ name: internalized(name), converter, scan: getScanner(regexSource(converter)) });
      from = index + component.length;
    }
    literals.push(route.slice(from));
    return new RoutePattern(route, literals, parameters, isEndpoint);
  }

  /** This route and the next as one. */
  concat(next: RoutePattern): RoutePattern {
    const { literals, parameters } = concat<RouteParameter>(this, next);
    return new RoutePattern(this.route + next.route, literals, parameters, next.#isEndpoint);
  }

  match(path: string, start: number): PatternMatch | undefined {
    const { parameters } = this;
    const texts: string[] = [];
    const end = this.#capture(path, start, texts);
    if (end < 0) return undefined;
    const kwargs: Kwargs = parameters.length === 0 ? NOTHING : Object.create(null);
    try {
      for (let i = 0; i < parameters.length; i++) {
        const { name, converter } = parameters[i] as RouteParameter;
        kwargs[name] = converter.toPython(texts[i] as string);
      }
    } catch (error) {
      if (isValueError(error)) return undefined;
      throw error;
    }
    return { end, args: NO_ARGS, kwargs };
  }

  /** Whether it matches `path`, whatever the converters make of the values. */
  test(path: string): boolean {
    return this.#capture(path, 0, []) >= 0;
  }

  get forms(): readonly Form[] {
    return [this];
  }

  get prefix(): string {
    return this.literals[0] as string;
  }

  get source(): string {
    return this.#source(() => "(?:");
  }

  /** Each parameter takes all that it can: right where the text that follows it could not belong to it. */
  #isDeterministic(): boolean {
    return this.parameters.every(({ scan }, i) => {
      const follow = this.literals[i + 1] as string;
      if (follow === "") return i === this.parameters.length - 1 || scan?.fixed;
      return scan?.fixed || scan?.(follow, 0) === 0;
    });
  }

  /** From one parameter to the next; `ends` has the end of each for each beginning, where there is something to choose. */
  #walk(path: string, start: number, texts: string[], ends?: Int32Array[]): number {
    const { literals, parameters } = this;
    let at = start;
    for (let i = 0; i < parameters.length; i++) {
      const literal = literals[i] as string;
      if (!path.startsWith(literal, at)) return -1;
      at += literal.length;
      const { scan } = parameters[i] as Scanned;
      const end = ends ? (ends[i]?.[at] as number) : scan(path, at);
      if (end <= at) return -1;
      texts.push(path.slice(at, end));
      at = end;
    }
    const tail = literals[parameters.length] as string;
    if (!path.startsWith(tail, at)) return -1;
    at += tail.length;
    return this.#isEndpoint && at !== path.length ? -1 : at;
  }

  /**
   * What backtracking would find, in linear time. From the last parameter to the first it notes, for each position,
   * the furthest end from which the rest still matches; the first parameter then takes as much as it may, and so on.
   */
  #search(path: string, start: number, texts: string[]): number {
    const { literals, parameters } = this;
    const ends = parameters.map(() => new Int32Array(path.length + 1));
    for (let i = parameters.length - 1; i >= 0; i--) {
      const { scan } = parameters[i] as Scanned;
      const own = ends[i] as Int32Array;
      const next = ends[i + 1];
      const literal = literals[i + 1] as string;
      const restMatches = (at: number): boolean => {
        if (!path.startsWith(literal, at) || isInsideCharacter(path, at)) return false;
        const after = at + literal.length;
        return next ? next[after] !== 0 : !this.#isEndpoint || after === path.length;
      };
      for (let at = path.length - 1; at >= start; at--) {
        if (scan.fixed) {
          const end = scan(path, at);
          if (end > at && restMatches(end)) own[at] = end;
        } else if (scan(path.charAt(at), 0) > 0) {
          own[at] = own[at + 1] || (restMatches(at + 1) ? at + 1 : 0);
        }
      }
    }
    return this.#walk(path, start, texts, ends);
  }

  /** For converters with an expression of their own. */
  #exec(path: string, start: number, texts: string[]): number {
    this.#regex ??= new RegExp(
      this.#source((i) => `(?<p${i}>`),
      "y",
    );
    this.#regex.lastIndex = start;
    const groups = this.#regex.exec(path)?.groups;
    if (!groups) return -1;
    for (let i = 0; i < this.parameters.length; i++) texts.push(groups[`p${i}`] as string);
    return this.#regex.lastIndex;
  }

  #source(open: (i: number) => string): string {
    const { literals, parameters } = this;
    const parts = parameters.map(
      ({ converter }, i) => `${escapeRegex(literals[i] as string)}${open(i)}${regexSource(converter)})`,
    );
    return `${parts.join("")}${escapeRegex(literals[parameters.length] as string)}${this.#isEndpoint ? "$" : ""}`;
  }
}

/** The same text as the engine keeps names of properties: V8 writes by it in a tenth of the time. */
function internalized(name: string): string {
  return Object.keys({ [name]: 0 })[0] as string;
}

/** Whether `at` is between the two halves of a character above U+FFFF, which Python has as one. */
function isInsideCharacter(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xfc00) === 0xdc00 && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800;
}

function escapeRegex(literal: string): string {
  return literal.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
