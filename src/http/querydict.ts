/**
 * `QueryDict`: what a query string or an urlencoded form says.
 *
 * @module
 */

import { settings } from "../conf/index.ts";
import { AttributeError, TooManyFieldsSent, UnicodeDecodeError } from "../core/exceptions.ts";
import { viewBytes } from "../utils/bytes.ts";
import { MultiValueDict } from "../utils/datastructures.ts";
import { decode, encode, quote, unquotePlus } from "../utils/encoding.ts";
import { checkOptions } from "../utils/options.ts";

/** How a {@link QueryDict} is made. */
export interface QueryDictOptions {
  /** Whether it may be changed; `false` without it. */
  mutable?: boolean | undefined;
  /** The charset of what is percent-encoded; `DEFAULT_CHARSET` without it. */
  encoding?: string | null | undefined;
}

/** What a {@link QueryDict} takes as a key or value: text, or bytes that are text in its encoding. */
export type QueryDictText = string | ArrayBuffer | ArrayBufferView;

/** A charset, or what has one that is asked for where something has to be decoded or written by it. */
type Charset = string | Pick<QueryDictOptions, "encoding">;

const OPTIONS: ReadonlySet<string> = new Set(["mutable", "encoding"]);

/**
 * A {@link MultiValueDict} of a query string, as Django's `QueryDict`. Those of a request are immutable: writing throws
 * `AttributeError`, and `copy()` gives one that can be changed.
 *
 * ```ts
 * const q = new QueryDict("a=1&a=2&c=3");
 * q.get("a"); // "2"
 * q.getlist("a"); // ["1", "2"]
 * ```
 */
export class QueryDict extends MultiValueDict<string> {
  #encoding: Charset;
  readonly #mutable: boolean;

  /**
   * @param queryString text, or bytes in `encoding` (in Latin-1, where they are not text in it)
   * @throws TypeError for what is neither text nor bytes, and for an unknown option
   * @throws TooManyFieldsSent for more fields than `DATA_UPLOAD_MAX_NUMBER_FIELDS`
   * @throws LookupError for an unknown charset, where something has to be decoded
   */
  constructor(queryString?: QueryDictText | null, options?: QueryDictOptions) {
    if (options !== undefined) checkOptions(options, OPTIONS, "QueryDict()");
    super();
    this.#encoding = nameOf(options ?? "");
    this.#mutable = options?.mutable === true;
    if (queryString === undefined || queryString === null) return;
    const query = typeof queryString === "string" ? queryString : viewBytes(queryString);
    if (query === undefined)
      throw new TypeError(`QueryDict() takes a query string, as text or bytes, not ${String(queryString)}.`);
    if (query.length > 0) this.fill(parse(query, this.#encoding));
  }

  /**
   * That of a request, which is asked for its charset only where that is needed: to learn it, a header has to be read.
   *
   * @internal
   */
  static ofRequest(request: { readonly encoding: string | null }, queryString: string, options?: QueryDictOptions): QueryDict {
    const result = new QueryDict(null, options);
    result.#encoding = request;
    if (queryString !== "") result.fill(parse(queryString, request));
    return result;
  }

  /** The charset in which `urlencode()` writes; `null` makes it `DEFAULT_CHARSET`. */
  get encoding(): string {
    this.#encoding = nameOf(this.#encoding);
    return this.#encoding;
  }

  set encoding(encoding: string | null) {
    this.#encoding = nameOf(encoding ?? "");
  }

  /**
   * A `QueryDict` that has `value` for every key of `keys`, once for each time that it comes.
   *
   * @throws TypeError for an unknown option
   */
  static fromkeys(keys: Iterable<QueryDictText>, value: QueryDictText = "", options?: QueryDictOptions): QueryDict {
    const result = new QueryDict(null, options);
    for (const key of keys) result.#append(result.#text(key), result.#text(value));
    return result;
  }

  override set(key: QueryDictText, value: QueryDictText): void {
    this.#assertMutable();
    super.set(this.#text(key), this.#text(value));
  }

  override delete(key: string): void {
    this.#assertMutable();
    super.delete(key);
  }

  override setlist(key: QueryDictText, list: readonly QueryDictText[]): void {
    this.#assertMutable();
    super.setlist(
      this.#text(key),
      list.map((value) => this.#text(value)),
    );
  }

  override appendlist(key: QueryDictText, value: QueryDictText): void {
    this.#assertMutable();
    super.appendlist(this.#text(key), this.#text(value));
  }

  override setlistdefault(key: string, fallback?: string[]): string[] {
    this.#assertMutable();
    return super.setlistdefault(key, fallback);
  }

  override setdefault(key: QueryDictText, fallback: QueryDictText): string {
    this.#assertMutable();
    return super.setdefault(this.#text(key), this.#text(fallback));
  }

  override pop(key: string): string[];
  override pop<T>(key: string, fallback: T): string[] | T;
  override pop(...args: [string]): string[] {
    this.#assertMutable();
    return super.pop(...args);
  }

  override popitem(): [string, string[]] {
    this.#assertMutable();
    return super.popitem();
  }

  override clear(): void {
    this.#assertMutable();
    super.clear();
  }

  /** A copy that can be changed. */
  override copy(): QueryDict {
    const result = new QueryDict(null, { mutable: true, encoding: this.encoding });
    for (const [key, list] of this.lists()) result.setlist(key, list);
    return result;
  }

  /**
   * The query string of all values, in `encoding`. A space becomes `+`, or `%20` where `safe` is given.
   *
   * @param safe characters that need no quoting: `q.urlencode("/")`
   * @throws UnicodeEncodeError for a character that `encoding` does not have, also in `safe`
   */
  urlencode(safe?: string | null): string {
    if (safe) encode(safe, this.encoding);
    const write = (value: unknown): string => {
      const bytes = encode(String(value), this.encoding);
      return safe ? quote(bytes, safe) : quote(bytes, " ").replaceAll(" ", "+");
    };
    const fields: string[] = [];
    for (const [key, list] of this.lists()) {
      // setdefault() without a value puts nothing there, which Python writes so.
      for (const value of list) fields.push(`${write(key)}=${write(value ?? "None")}`);
    }
    return fields.join("&");
  }

  /** What is written as bytes is text in `encoding`. */
  #text(value: QueryDictText): string {
    const bytes = viewBytes(value);
    return bytes ? decode(bytes, this.encoding) : (value as string);
  }

  #append(key: string, value: string): void {
    super.appendlist(key, value);
  }

  #assertMutable(): void {
    if (!this.#mutable) throw new AttributeError("This QueryDict instance is immutable");
  }
}

/** The fields of a query string, each name and behind it its value, in one pass (Python's `parse_qsl`). */
function parse(queryString: string | Uint8Array, charset: Charset): string[] {
  const query = typeof queryString === "string" ? queryString : decodeQuery(queryString, nameOf(charset));
  let encoding = "";
  const flat: string[] = [];
  let left = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS ?? Number.POSITIVE_INFINITY;
  const { length } = query;
  for (let start = 0, end = 0; start <= length; start = end + 1) {
    if (--left < 0) {
      throw new TooManyFieldsSent("The number of GET/POST parameters exceeded settings.DATA_UPLOAD_MAX_NUMBER_FIELDS.");
    }
    let equals = -1;
    let firstCoded = -1;
    let lastCoded = -1;
    for (end = start; end < length; end++) {
      const char = query.charCodeAt(end);
      if (char === 38) break;
      if (char === 61) {
        if (equals < 0) equals = end;
      } else if (char === 37 || char === 43) {
        lastCoded = end;
        if (firstCoded < 0) firstCoded = end;
      }
    }
    if (start === end) continue;
    const middle = equals < 0 ? end : equals;
    const key = query.slice(start, middle);
    const value = query.slice(middle + 1, end);
    if (lastCoded < 0) flat.push(key, value);
    else {
      encoding ||= nameOf(charset);
      flat.push(
        firstCoded < middle ? unquotePlus(key, encoding) : key,
        lastCoded > middle ? unquotePlus(value, encoding) : value,
      );
    }
  }
  return flat;
}

function nameOf(charset: Charset): string {
  return (typeof charset === "string" ? charset : charset.encoding) || settings.DEFAULT_CHARSET;
}

/** Bytes hold percent-encoded ASCII; where they do not, and are not text in the charset either, they are Latin-1. */
function decodeQuery(bytes: Uint8Array, encoding: string): string {
  try {
    return decode(bytes, encoding, true);
  } catch (error) {
    if (error instanceof UnicodeDecodeError) return decode(bytes, "latin-1");
    throw error;
  }
}
