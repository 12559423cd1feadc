/**
 * Base64, of mail (RFC 2045, section 6.8) and of URLs (RFC 4648, section 5), read as leniently as Python's `binascii` does.
 *
 * @module
 */

import { ValueError } from "../core/exceptions.ts";

const BASE62 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const BASE64URL = `${BASE62}-_`;
const PAD = 61; // =
const IGNORED = 64;
const VALUES: Uint8Array = /* @__PURE__ */ (() => {
  const values = new Uint8Array(256).fill(IGNORED);
  for (let i = 0; i < 64; i++) values[`${BASE62}+/`.charCodeAt(i)] = i;
  return values;
})();

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
}

/** Bytes as base64url without padding (RFC 4648, section 5). */
export function base64urlEncode(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 3) {
    // There is nothing behind the end, which counts as 0 here.
    const n = (byteAt(bytes, i) << 16) | (byteAt(bytes, i + 1) << 8) | byteAt(bytes, i + 2);
    text +=
      BASE64URL.charAt(n >> 18) + BASE64URL.charAt((n >> 12) & 63) + BASE64URL.charAt((n >> 6) & 63) + BASE64URL.charAt(n & 63);
  }
  return text.slice(0, Math.ceil((bytes.length * 4) / 3));
}

/**
 * The bytes of a base64url text, with padding or without; what is in no alphabet is skipped (Django's `b64_decode`).
 *
 * @throws ValueError for a text that is cut off
 */
export function base64urlDecode(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(`${text.replaceAll("-", "+").replaceAll("_", "/")}===`);
  const decoder = new Base64Decoder();
  // Signing leaves the padding out. Python counts what is skipped, too, when it puts it back.
  const decoded = decoder.decode(bytes.subarray(0, bytes.length - (bytes.length % 4)));
  if (!decoder.complete) throw new ValueError("Not base64url: no bytes have this length.");
  return decoded;
}

function byteAt(bytes: Uint8Array, i: number): number {
  return bytes[i] as number;
}
