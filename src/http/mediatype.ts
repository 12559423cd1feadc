/**
 * Media types, and what the `Accept` header says of them (RFC 9110 section 12.5.1).
 *
 * @module
 */

import { parseHeaderParameters, strip } from "../utils/http.ts";

/** A media type or a range of them, such as `text/*;q=0.5`, as Django's `MediaType`. */
export class MediaType {
  /** `text` of `text/html`. */
  readonly mainType: string;
  /** `html` of `text/html`. */
  readonly subType: string;
  /** All parameters, `q` included; an object without prototype. */
  readonly params: Record<string, string>;
  /** The weight `q` between 0 and 1, to three places; 1 where there is none, or none that is a number. */
  readonly quality: number;

  /** @param mediaType as a header has it: `text/html; level=1; q=0.4` */
  constructor(mediaType: string) {
    const [fullType, params] = parseHeaderParameters(mediaType);
    const slash = fullType.indexOf("/");
    this.mainType = slash < 0 ? fullType : fullType.slice(0, slash);
    this.subType = slash < 0 ? "" : fullType.slice(slash + 1);
    this.params = params;
    this.quality = params.q === undefined ? 1 : parseQuality(params.q);
  }

  /** The parameters that are part of the type: all but `q`. */
  get rangeParams(): Record<string, string> {
    const { q, ...params } = this.params;
    return params;
  }

  /** How much it says: 0 for any type, 1 for any subtype, 2 for a type, 3 for one with parameters. */
  get specificity(): 0 | 1 | 2 | 3 {
    if (this.mainType === "*") return 0;
    if (this.subType === "*") return 1;
    for (const name in this.params) if (name !== "q") return 3;
    return 2;
  }

  /** Whether this is `other`, or a range that it lies in. What has parameters lies in what has none, and not the other way. */
  match(other: MediaType | string | null | undefined): boolean {
    if (!other) return false;
    const that = typeof other === "string" ? new MediaType(other) : other;
    if (!this.mainType || !this.subType || !that.mainType || !that.subType) return false;
    if (!matches(this.mainType, that.mainType) || !matches(this.subType, that.subType)) return false;
    const theirs = that.rangeParams;
    const count = Object.keys(theirs).length;
    if (count === 0) return true;
    const mine = Object.entries(this.rangeParams);
    return mine.length === count && mine.every(([name, value]) => Object.hasOwn(theirs, name) && theirs[name] === value);
  }

  /** As a header has it. */
  toString(): string {
    let text = this.subType ? `${this.mainType}/${this.subType}` : this.mainType;
    for (const name in this.params) text += `; ${name}=${this.params[name]}`;
    return text;
  }
}

/** What an `Accept` header says. */
export class AcceptedTypes {
  /** The header itself. */
  readonly header: string;
  /** The types that are wanted at all, the best first. */
  readonly types: MediaType[] = [];
  #byPrecedence: MediaType[] | undefined;

  constructor(header: string) {
    this.header = header;
    for (const token of header.split(",")) {
      if (strip(token) === "") continue;
      const type = new MediaType(token);
      if (type.quality !== 0) this.types.push(type);
    }
    this.types.sort((a, b) => b.quality - a.quality || b.specificity - a.specificity);
  }

  /** The same, the most specific first: of those that match a type, the first counts. */
  get byPrecedence(): MediaType[] {
    this.#byPrecedence ??= this.types.toSorted((a, b) => b.specificity - a.specificity || b.quality - a.quality);
    return this.#byPrecedence;
  }

  /** The one that counts for `mediaType`. */
  find(mediaType: string): MediaType | undefined {
    const type = new MediaType(mediaType);
    return this.byPrecedence.find((accepted) => type.match(accepted));
  }

  /** The one of `mediaTypes` that is liked best; of several, the first. */
  preferred(mediaTypes: readonly string[]): string | undefined {
    let best: string | undefined;
    let rank = Number.POSITIVE_INFINITY;
    for (const mediaType of mediaTypes) {
      const accepted = this.find(mediaType);
      const index = accepted ? this.types.indexOf(accepted) : Number.POSITIVE_INFINITY;
      if (index < rank) [best, rank] = [mediaType, index];
    }
    return best;
  }
}

function matches(one: string, other: string): boolean {
  return one === other || one === "*" || other === "*";
}

/** What the RFC has for a weight (section 12.4.2): these need no second look. */
const WEIGHT = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;

/** Python's `float()` and `round()` to three places; what is no number from 0 to 1 counts as 1. */
function parseQuality(text: string): number {
  if (WEIGHT.test(text)) return Number(text);
  const number = strip(text).replace(/(\d)_(?=\d)/g, "$1");
  if (/^[+-]?nan$/i.test(number)) return Number.NaN;
  const quality = /^[+-]?[\d.][\d.eE+-]*$/.test(number) ? Number(number) : 1;
  if (!(quality >= 0 && quality <= 1)) return 1;
  // Odd sixteenths lie exactly half way: Python rounds them to the even neighbour.
  return (quality * 16) % 2 === 1 ? Math.round(quality * 500) / 500 : Number(quality.toFixed(3));
}
