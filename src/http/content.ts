/**
 * What views write, as bytes.
 *
 * @module
 */

import { UnicodeEncodeError } from "../core/exceptions.ts";
import { viewBytes } from "../utils/bytes.ts";
import { encode, isWellFormed } from "../utils/encoding.ts";

/** Of text that is known to be well-formed. */
const encoder = new TextEncoder();

/** A piece of content; text stands for its bytes in UTF-8, which runtimes make best themselves. */
export type Piece = string | Uint8Array<ArrayBuffer>;

/**
 * A piece of content: bytes as they are, anything else as its text in `charset` (Django's `make_bytes`).
 *
 * @throws UnicodeEncodeError for text that the charset lacks
 * @throws LookupError for an unknown charset
 * @throws TypeError for an object that has no text of its own, such as a promise
 */
export function toPiece(value: unknown, charset: string): Piece {
  const bytes = viewBytes(value);
  if (bytes) return bytes;
  const text = typeof value === "string" ? value : textOf(value);
  if (charset !== "utf-8") return encode(text, charset);
  if (isWellFormed(text)) return text;
  throw new UnicodeEncodeError(`A lone surrogate has no bytes in UTF-8: ${JSON.stringify(text.slice(0, 80))}`);
}

/** The bytes of a piece. */
export function pieceBytes(piece: Piece): Uint8Array<ArrayBuffer> {
  return typeof piece === "string" ? (encoder.encode(piece) as Uint8Array<ArrayBuffer>) : piece;
}

/** Whether `value` is many pieces, and not one: text and bytes can be iterated too. */
export function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.iterator in value && !viewBytes(value);
}

function textOf(value: unknown): string {
  if (typeof value === "object" && value !== null && value.toString === Object.prototype.toString) {
    const what = Object.prototype.toString.call(value);
    throw new TypeError(
      `${what} has no text to send. Await a promise, take a JsonResponse for an object, and a StreamingHttpResponse for a stream.`,
    );
  }
  return String(value);
}
