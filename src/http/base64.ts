/**
 * `Content-Transfer-Encoding: base64` (RFC 2045, section 6.8), read as leniently as Python's `binascii` does.
 *
 * @module
 */

import { MultiPartParserError } from "../core/exceptions.ts";

const PAD = 61; // =
const IGNORED = 64;
const VALUES: Uint8Array = new Uint8Array(256).fill(IGNORED);
for (const [value, char] of [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"].entries()) {
  VALUES[char.charCodeAt(0)] = value;
}

/** Decodes base64 that comes in pieces. What is in no alphabet is skipped; what follows the padding is ignored. */
export class Base64Decoder {
  /** Six-bit values seen of the current four. */
  #quad = 0;
  #rest = 0;
  #pads = 0;
  #done = false;

  /** The bytes that `encoded` completes. */
  decode(encoded: Uint8Array): Uint8Array {
    const decoded = new Uint8Array(Math.ceil((encoded.length * 3) / 4) + 1);
    let size = 0;
    for (const byte of encoded) {
      if (this.#done) break;
      if (byte === PAD) {
        if (this.#quad >= 2 && this.#quad + ++this.#pads >= 4) this.#done = true;
        continue;
      }
      const value = VALUES[byte] as number;
      if (value === IGNORED) continue;
      this.#pads = 0;
      const quad = this.#quad;
      if (quad > 0) decoded[size++] = (this.#rest << (quad * 2)) | (value >> (6 - quad * 2));
      this.#rest = value;
      this.#quad = (quad + 1) % 4;
    }
    return decoded.subarray(0, size);
  }

  /** Whether what was decoded so far is whole: base64 comes in fours. */
  get complete(): boolean {
    return this.#done || this.#quad === 0;
  }

  /**
   * Ends the data of a file.
   *
   * @throws MultiPartParserError where it is cut off, or is no base64
   */
  end(): void {
    if (!this.complete) throw new MultiPartParserError("Could not decode base64 data.");
  }
}

/** The decoded value of a form's field; the bytes as they are where they are no base64. */
export function decodeBase64(encoded: Uint8Array): Uint8Array {
  const decoder = new Base64Decoder();
  const decoded = decoder.decode(encoded);
  return decoder.complete ? decoded : encoded;
}
