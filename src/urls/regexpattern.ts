/**
 * The pattern of a `rePath()`: a regular expression of the user's own.
 *
 * @module
 */

import { type Form, normalize } from "../utils/regex_helper.ts";
import { type Kwargs, NO_ARGS, NOTHING, type Pattern, type PatternMatch } from "./patterns.ts";

/** A regular expression, searched for at the beginning of what is left of a path if it begins with `^`, else anywhere. */
export class RegexPattern implements Pattern {
  readonly route: string;
  readonly flags: string;
  // Its beginning could be an alternative, or without regard to case: each path is tried.
  readonly prefix = "";
  readonly #regex: RegExp;
  #forms: Form[] | undefined | null = null;

  constructor(regex: RegExp, isEndpoint: boolean) {
    // An empty expression has this source, and slashes are escaped in one.
    const source = regex.source === "(?:)" ? "" : regex.source;
    this.route = source.replace(/\\(.)/gs, (escaped, char) => (char === "/" ? "/" : escaped));
    this.flags = regex.flags.replace(/[dgy]/g, "");
    // Of a view, "$" means the end of the whole path: Django's fullmatch().
    const isWhole = isEndpoint && source.endsWith("$");
    this.#regex = isWhole ? new RegExp(`(?:${source})(?![^])`, `${this.flags}y`) : new RegExp(source, this.flags);
  }

  match(path: string, start: number): PatternMatch | undefined {
    this.#regex.lastIndex = 0;
    const match = this.#regex.exec(path.slice(start));
    if (!match) return undefined;
    const end = start + match.index + match[0].length;
    if (!match.groups) return { end, args: match.slice(1), kwargs: NOTHING };
    const kwargs: Kwargs = Object.create(null);
    for (const name in match.groups) {
      if (match.groups[name] !== undefined) kwargs[name] = match.groups[name];
    }
    return { end, args: NO_ARGS, kwargs };
  }

  get forms(): readonly Form[] | undefined {
    if (this.#forms === null) this.#forms = normalize(this.source);
    return this.#forms;
  }

  /** Without the `^` at its beginning. */
  get source(): string {
    return this.route.replace(/^\^/, "");
  }
}
