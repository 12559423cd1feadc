/**
 * What resolving and reversing may throw.
 *
 * @module
 */

import { Http404 } from "../core/exceptions.ts";
import type { URLPattern } from "./types.ts";

/** No pattern of the URLconf matches the path: becomes a 404. */
export class Resolver404 extends Http404 {
  override name = "Resolver404";
  /** What was left to match: the path without its first slash. */
  readonly path: string;
  readonly #tried: () => URLPattern[][];

  /** @param tried gives what was tried, and is called only when someone looks at it */
  constructor(path: string, tried: () => URLPattern[][]) {
    super(`The path "${path}" matches no URL pattern.`);
    this.path = path;
    this.#tried = tried;
  }

  /** The patterns that were tried, each as the list of patterns that leads to it through its `include()`s. */
  get tried(): URLPattern[][] {
    return this.#tried();
  }
}

/** No pattern has this name, or none with it takes these arguments. The message names the candidates. */
export class NoReverseMatch extends Error {
  override name = "NoReverseMatch";
}
