/**
 * The parts of a multipart body (RFC 2046, section 5.1), cut out of a stream of chunks without copying them.
 *
 * @module
 */

import { MultiPartParserError } from "../core/exceptions.ts";
import type { ChunkReader } from "./chunkreader.ts";
import { NO_HEAD, type PartHead, parseHead } from "./parthead.ts";

/** Bytes that the header of a part may have, as in Django. */
const MAX_TOTAL_HEADER_SIZE = 1024;

const LF = 10;
const CR = 13;

/** The parts of a body, one after the other, each as far as it has come. Nothing waits unless it must. */
export interface PartSource {
  /** Whether the current part goes on. */
  readonly inPart: boolean;
  /** Goes to the next part; `null` after the last one. A promise where bytes have to come first. */
  begin(): PartHead | null | Promise<PartHead | null>;
  /** What has come of the part's data; empty where more must come first. */
  take(): Uint8Array;
  /** Waits for more. */
  next(): Promise<void>;
  /** Goes to the end of the part. */
  skip(): Promise<void>;
}

/**
 * Cuts a stream at its delimiters. Of the stream, `#window` is what has come and is not yet used, from `#position` on.
 *
 * A delimiter counts wherever it stands, as in Django, and a line break before it belongs to it. What comes before the
 * first delimiter is a part like the others, and so is what comes after the last.
 */
export class PartReader implements PartSource {
  inPart = false;
  #window: Uint8Array = new Uint8Array(0);
  #position = 0;
  /** Whether the last chunk has come. */
  #ended = false;
  #chunks: ChunkReader;
  #delimiter: Uint8Array;
  /** For each pair of bytes, as `pair()` numbers them: how far it is from the delimiter's end, plus 1; 0 where it is not in it. */
  #shifts: Uint8Array = new Uint8Array(4096);
  /** How far to jump where the last pair fits, and the rest does not. */
  #again: number;
  #borders: Uint8Array;

  /** @param delimiter two dashes and the boundary: 3 to 255 bytes */
  constructor(chunks: ChunkReader, delimiter: Uint8Array) {
    this.#chunks = chunks;
    this.#delimiter = delimiter;
    const last = delimiter.length - 1;
    for (let i = 1; i < last; i++) this.#shifts[pair(delimiter, i)] = last - i + 1;
    this.#again = (this.#shifts[pair(delimiter, last)] || delimiter.length) - 1;
    this.#shifts[pair(delimiter, last)] = 1;
    this.#borders = borders(delimiter);
  }

  begin(): PartHead | null | Promise<PartHead | null> {
    return this.#head() ?? this.#begin();
  }

  next(): Promise<void> {
    return this.#chunks.read().then(this.#add);
  }

  take(): Uint8Array {
    const start = this.#position;
    const window = this.#window;
    const delimiter = this.#find(start, window.length);
    let end: number;
    if (delimiter >= 0) {
      end = this.#dataEnd(delimiter, start);
      this.#position = delimiter + this.#delimiter.length;
      this.inPart = false;
    } else {
      end = this.#ended ? window.length : this.#certainEnd();
      this.#position = end;
      this.inPart = !this.#ended;
    }
    return window.subarray(start, end);
  }

  readonly #add = (chunk: Uint8Array | undefined): void => {
    if (chunk === undefined) {
      this.#ended = true;
      return;
    }
    if (this.#empty) {
      this.#window = chunk;
    } else {
      const rest = this.#window.length - this.#position;
      const joined = new Uint8Array(rest + chunk.length);
      joined.set(this.#window.subarray(this.#position));
      joined.set(chunk, rest);
      this.#window = joined;
    }
    this.#position = 0;
  };

  async skip(): Promise<void> {
    while (this.inPart) {
      this.take();
      if (this.inPart) await this.next();
    }
  }

  async #begin(): Promise<PartHead | null> {
    while (this.#empty && !this.#ended) await this.next();
    if (this.#empty) return null;
    let head = this.#head();
    while (!head) {
      await this.next();
      head = this.#head();
    }
    return head;
  }

  get #empty(): boolean {
    return this.#position === this.#window.length;
  }

  /**
   * The header of the part that begins here, `undefined` where more bytes must come first. What follows is its data.
   *
   * @throws MultiPartParserError for a header of more than 1024 bytes
   */
  #head(): PartHead | undefined {
    if (this.#empty) return undefined;
    const window = this.#window;
    const start = this.#position;
    const size = this.#delimiter.length;
    const blank = blankLine(window, start, Math.min(window.length, start + MAX_TOTAL_HEADER_SIZE));
    const data = blank + 4;
    if (blank >= 0 && data + size > window.length && !this.#ended) return undefined;
    const delimiter = this.#find(start, blank < 0 ? start + MAX_TOTAL_HEADER_SIZE + 2 : data + 1);
    if (blank >= 0 && delimiter < 0) {
      this.inPart = true;
      this.#position = data;
      return parseHead(window.subarray(start, blank));
    }
    // A part that ends before a blank line has no header; one that goes on without it has too large a header.
    if (delimiter < 0 && !this.#ended && window.length - start < MAX_TOTAL_HEADER_SIZE + 2 + size) return undefined;
    const end = delimiter < 0 ? window.length : this.#dataEnd(delimiter, start);
    if (end - start >= MAX_TOTAL_HEADER_SIZE) throw new MultiPartParserError("Request max total header size exceeded.");
    this.inPart = true;
    return NO_HEAD;
  }

  /** Where the first delimiter begins, from `start` on and before `limit`; -1 where there is none. */
  #find(start: number, limit: number): number {
    const window = this.#window;
    const delimiter = this.#delimiter;
    const shifts = this.#shifts;
    const last = delimiter.length - 1;
    const end = Math.min(limit + last, window.length);
    const far = end - last;
    let compared = 0;
    // Horspool, by pairs: look at the two bytes where the delimiter would end, and jump as far as they allow.
    for (let at = start + last; at < end; ) {
      // Most pairs occur nowhere in it. Two at once, because a processor does not wait for the one to look at the other.
      while (at < far && ((shifts[pair(window, at)] as number) | (shifts[pair(window, at + last)] as number)) === 0) {
        at += 2 * last;
      }
      if (at >= end) break;
      const shift = shifts[pair(window, at)] as number;
      if (shift === 1) {
        const first = at - last;
        let i = 0;
        while (i <= last && window[first + i] === delimiter[i]) i++;
        if (i > last) return first;
        compared += i;
        // Data made to look like the delimiter would cost the delimiter's length each byte: go on in linear time.
        if (compared > 1024 + at - start) return Math.max(-1, this.#scan(first, end));
        at += this.#again;
      } else {
        at += shift === 0 ? last : shift - 1;
      }
    }
    return -1;
  }

  /** Where the data before the delimiter at `delimiter` ends. */
  #dataEnd(delimiter: number, start: number): number {
    const window = this.#window;
    let end = delimiter;
    if (end > start && window[end - 1] === LF) end--;
    if (end > start && window[end - 1] === CR) end--;
    return end;
  }

  /** How far a window without a delimiter is data for certain: one may begin in its last bytes. */
  #certainEnd(): number {
    const window = this.#window;
    const position = this.#position;
    const begun = -1 - this.#scan(Math.max(position, window.length - this.#delimiter.length + 1), window.length);
    return this.#dataEnd(window.length - begun, position);
  }

  /** Knuth, Morris and Pratt: where a delimiter begins; or else -1 - n, if the range ends with n bytes of one. */
  #scan(start: number, end: number): number {
    const window = this.#window;
    const delimiter = this.#delimiter;
    const table = this.#borders;
    let matched = 0;
    for (let at = start; at < end; at++) {
      const byte = window[at];
      while (matched > 0 && delimiter[matched] !== byte) matched = table[matched - 1] as number;
      if (delimiter[matched] === byte) matched++;
      if (matched === delimiter.length) return at - matched + 1;
    }
    return -1 - matched;
  }
}

/** A number for the two bytes that end at `at`, below 4096. */
function pair(bytes: Uint8Array, at: number): number {
  return (((bytes[at - 1] as number) << 4) ^ (bytes[at] as number)) & 4095;
}

/** For every prefix of `pattern`, the length of its longest proper prefix that is its suffix as well. */
function borders(pattern: Uint8Array): Uint8Array {
  const table = new Uint8Array(pattern.length);
  let length = 0;
  for (let i = 1; i < pattern.length; i++) {
    while (length > 0 && pattern[i] !== pattern[length]) length = table[length - 1] as number;
    if (pattern[i] === pattern[length]) length++;
    table[i] = length;
  }
  return table;
}

/** Where `\r\n\r\n` begins between `start` and `end`; -1 where it does not. */
function blankLine(bytes: Uint8Array, start: number, end: number): number {
  for (let i = start + 3; i < end; ) {
    const byte = bytes[i];
    if (byte === LF) {
      if (bytes[i - 1] === CR && bytes[i - 2] === LF && bytes[i - 3] === CR) return i - 3;
      i += 2;
    } else {
      i += byte === CR ? 1 : 4;
    }
  }
  return -1;
}
