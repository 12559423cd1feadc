/**
 * `django.utils.crypto`: keyed hashes, comparison in constant time, random text.
 *
 * Everything is synchronous, on the audited `@noble/hashes`: the platform's own HMAC would have to be awaited.
 *
 * @module
 */

import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import type { CHash } from "@noble/hashes/utils.js";
import { UnicodeEncodeError } from "../core/exceptions.ts";
import { base64urlEncode } from "./base64.ts";

/** A key: text (its UTF-8 bytes) or bytes. */
export type Secret = string | Uint8Array;

/** A hash function of `@noble/hashes`. */
export type Hash = CHash;

/** What `getRandomString()` chooses from. */
export const LETTERS_AND_DIGITS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/** Derived keys that are remembered for each hash and secret. A site has a handful; the limit is for those who salt with user data. */
const MAX_DERIVED_KEYS = 512;
const MAX_SECRETS = 16;

const encoder = new TextEncoder();
const shortText = new Uint8Array(1024);

/**
 * The HMAC of `value`, with a key derived from `keySalt` and `secret` as Django's `salted_hmac()` derives it.
 *
 * @returns the bytes of the digest
 * @throws UnicodeEncodeError for text that has no UTF-8 form (a lone surrogate)
 */
export function saltedHmac(keySalt: string, value: string | Uint8Array, secret: Secret, hash: Hash = sha256): Uint8Array {
  return derivedKey(keySalt, secret, hash).digest(value).slice();
}

/** `saltedHmac()` as base64url without padding: what stands behind the separator of a signed value. */
export function base64Hmac(keySalt: string, value: string | Uint8Array, secret: Secret, hash: Hash = sha256): string {
  return base64urlEncode(derivedKey(keySalt, secret, hash).digest(value));
}

/** Whether two texts are equal, in a time that does not depend on where they differ. */
export function constantTimeCompare(given: string, expected: string): boolean {
  let difference = given.length ^ expected.length;
  // Past its end `given` yields NaN, which counts as 0: the loop is always as long as what is expected.
  for (let i = 0; i < expected.length; i++) difference |= given.charCodeAt(i) ^ expected.charCodeAt(i);
  return difference === 0;
}

/** Random text from the platform's secure source: `length` characters (UTF-16 units) of `allowedChars`, at most 256 of them. */
export function getRandomString(length: number, allowedChars: string = LETTERS_AND_DIGITS): string {
  // Bytes above the last whole multiple would favour the first characters.
  const limit = 256 - (256 % allowedChars.length);
  let text = "";
  while (text.length < length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(length - text.length))) {
      if (byte < limit) text += allowedChars[byte % allowedChars.length];
    }
  }
  return text;
}

/** What is used of the library's HMAC objects. */
interface Keyed {
  clone(): Keyed;
  _cloneInto(to: Keyed): Keyed;
  update(bytes: Uint8Array): Keyed;
  digestInto(out: Uint8Array): void;
}

/** An HMAC whose key has been taken in already: half of the work of a short message is done once. */
class DerivedKey {
  #keyed: Keyed;
  #working: Keyed;
  #digest: Uint8Array;

  constructor(keySalt: string, secret: Secret, hash: Hash) {
    const key = hash.create().update(encoder.encode(wellFormed(keySalt)));
    key.update(typeof secret === "string" ? encoder.encode(wellFormed(secret)) : secret);
    this.#keyed = hmac.create(hash, key.digest()) as Keyed;
    this.#working = this.#keyed.clone();
    this.#digest = new Uint8Array(hash.outputLen);
  }

  /** The digest, in a buffer that the next call overwrites. */
  digest(message: string | Uint8Array): Uint8Array {
    const bytes = typeof message === "string" ? utf8(message) : message;
    this.#keyed._cloneInto(this.#working).update(bytes).digestInto(this.#digest);
    return this.#digest;
  }
}

const derivedKeys = new Map<Secret, Map<Hash, Map<string, DerivedKey>>>();

/** The remembered key for this salt and secret. Bytes are known by identity: whoever passes them must not change them. */
function derivedKey(keySalt: string, secret: Secret, hash: Hash): DerivedKey {
  const ofSecret = remembered(derivedKeys, secret, newMap<Hash, Map<string, DerivedKey>>, MAX_SECRETS);
  const ofHash = remembered(ofSecret, hash, newMap<string, DerivedKey>, MAX_SECRETS);
  return remembered(ofHash, keySalt, () => new DerivedKey(keySalt, secret, hash), MAX_DERIVED_KEYS);
}

/** The entry of `key`, made where it is missing; the oldest entry makes room when the map is full. */
export function remembered<K, V>(map: Map<K, V>, key: K, make: () => V, limit: number): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    if (map.size >= limit) map.delete(map.keys().next().value as K);
    map.set(key, value);
  }
  return value;
}

function newMap<K, V>(): Map<K, V> {
  return new Map();
}

/** The UTF-8 bytes of a text, for a short one in a buffer that the next call overwrites. */
function utf8(text: string): Uint8Array {
  wellFormed(text);
  if (text.length * 3 > shortText.length) return encoder.encode(text);
  return shortText.subarray(0, encoder.encodeInto(text, shortText).written);
}

/**
 * `text` itself. `TextEncoder` makes every lone surrogate U+FFFD: two texts would share one signature.
 *
 * @throws UnicodeEncodeError for a lone surrogate
 */
export function wellFormed(text: string): string {
  if (!(text as string & { isWellFormed(): boolean }).isWellFormed()) {
    throw new UnicodeEncodeError("Text with a lone surrogate cannot be signed: it has no UTF-8 form.");
  }
  return text;
}
