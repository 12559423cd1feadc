/**
 * Byte ranges of a file (RFC 9110, section 14): which ones a request asks for, and `multipart/byteranges`.
 *
 * @module
 */

import { parseHttpDateSafe } from "../utils/http.ts";

/** Bytes from `start` up to, not including, `end`: as `slice()` takes them. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** More ranges than any reader asks for; a request for more gets the whole file. */
const MAX_RANGES = 16;
/** ranges-specifier, its unit in any case; then range-spec: `first-`, `first-last` or `-suffix`. */
const BYTES = /^bytes=/i;
const RANGE_SPEC = /^(?:[0-9]+-[0-9]*|-[0-9]+)$/;

/**
 * The ranges of a `Range` header that a file of `size` bytes can satisfy, in the order asked for.
 *
 * @returns `[]` where the header is sound, but asks for nothing that is there (416); `undefined` where the whole file
 * is the answer: the header is malformed, in another unit, asks for more than the file altogether, or for more than
 * 16 ranges; and for every range of an empty file, which has none
 */
export function parseRange(header: string, size: number): ByteRange[] | undefined {
  if (!BYTES.test(header) || size === 0) return undefined;
  const ranges: ByteRange[] = [];
  let count = 0;
  let total = 0;
  const specs = header.slice("bytes=".length).split(",");
  for (let i = 0; i < specs.length; i++) {
    const spec = trimAtCommas(specs[i] as string, i > 0, i < specs.length - 1);
    if (spec === "") continue; // an empty list element means nothing (section 5.6.1.2)
    if (!RANGE_SPEC.test(spec) || ++count > MAX_RANGES) return undefined;
    const dash = spec.indexOf("-");
    const last = dash === spec.length - 1 ? Number.POSITIVE_INFINITY : Number(spec.slice(dash + 1));
    let start = Math.max(0, size - last);
    let end = size;
    if (dash > 0) {
      start = Number(spec.slice(0, dash));
      if (last < start) return undefined;
      end = Math.min(last + 1, size);
    }
    if (start >= end) continue;
    ranges.push({ start, end });
    total += end - start;
  }
  return count === 0 || total > size ? undefined : ranges;
}

/**
 * Whether `If-Range` lets the ranges count: there is none, or it is the very validator of the response (section
 * 13.1.5). A weak ETag never is.
 */
export function ifRangeHolds(ifRange: string | undefined, etag: string | undefined, lastModified: string | undefined): boolean {
  if (ifRange === undefined) return true;
  if (ifRange.startsWith('"')) return ifRange === etag;
  const date = parseHttpDateSafe(ifRange);
  return date !== undefined && date === parseHttpDateSafe(lastModified);
}

/** The value of `Content-Range`. */
export function contentRange({ start, end }: ByteRange, size: number): string {
  return `bytes ${start}-${end - 1}/${size}`;
}

/** What stands around the ranges in a `multipart/byteranges` body (section 14.6). */
export interface MultipartRanges {
  readonly contentType: string;
  /** Bytes of the whole body. */
  readonly length: number;
  /** What goes before each range, in their order. */
  readonly heads: readonly Uint8Array<ArrayBuffer>[];
  readonly tail: Uint8Array<ArrayBuffer>;
}

/** Lays out a `multipart/byteranges` body for ranges of a file of `size` bytes and this content type. */
export function multipartRanges(ranges: readonly ByteRange[], size: number, contentType: string): MultipartRanges {
  const boundary = crypto.randomUUID();
  const encoder = new TextEncoder();
  const type = contentType ? `Content-Type: ${contentType}\r\n` : "";
  const heads = ranges.map((range, i) =>
    encoder.encode(`${i === 0 ? "" : "\r\n"}--${boundary}\r\n${type}Content-Range: ${contentRange(range, size)}\r\n\r\n`),
  );
  const tail = encoder.encode(`\r\n--${boundary}--\r\n`);
  const length = ranges.reduce((sum, { start, end }, i) => sum + (heads[i]?.length ?? 0) + end - start, tail.length);
  return { contentType: `multipart/byteranges; boundary=${boundary}`, length, heads, tail };
}

/** Drops optional white space where a comma stands beside it; elsewhere it is an error. */
function trimAtCommas(text: string, before: boolean, after: boolean): string {
  let start = 0;
  let end = text.length;
  while (before && start < end && isBlank(text, start)) start++;
  while (after && end > start && isBlank(text, end - 1)) end--;
  return text.slice(start, end);
}

function isBlank(text: string, at: number): boolean {
  return text[at] === " " || text[at] === "\t";
}
