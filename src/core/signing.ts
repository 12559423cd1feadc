/**
 * The signatures of `django.core.signing`, and signed cookies. Whole objects are signed in `signedobjects.ts`.
 *
 * ```ts
 * signCookie("name", "Tony"); // "Tony:1r31eq:dI_4gu2UU-Mwz3Ov6Chpke_mjRT3UdZ1-89N7lllOHw"
 * unsignCookie("name", "Tony:1r31eq:dI_4gu2UU-Mwz3Ov6Chpke_mjRT3UdZ1-89N7lllOHw"); // "Tony"
 * unsignCookie("name", "Toni:1r31eq:dI_4gu2UU-Mwz3Ov6Chpke_mjRT3UdZ1-89N7lllOHw"); // throws BadSignature
 * ```
 *
 * @module
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { settings } from "../conf/index.ts";
import { base64Hmac, constantTimeCompare, type Hash, remembered, type Secret, wellFormed } from "../utils/crypto.ts";
import { type Duration, toSeconds } from "../utils/duration.ts";
import { BadSignature, ImproperlyConfigured, SignatureExpired, UnicodeEncodeError, ValueError } from "./exceptions.ts";

export type { Duration, Secret };

const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Django's pattern, which with its `A-z` also takes in `[\]^` and the backtick, and with its `$` one last line break. */
const SEP_UNSAFE = /^[A-z0-9\-_=]*\n?$/;

/** What `TimestampSigner` signs with unless told otherwise, in Django's own words. */
export const TIMESTAMP_SIGNER_SALT = "django.core.signing.TimestampSigner";

/** The signers of cookies by salt, and the keys that they were made with. A site has a handful of cookies. */
let kept = { keys: [""], signers: new Map<string, BaseSigner>() };
const MAX_COOKIE_SIGNERS = 512;

/** Options of a signer. */
export interface SigningOptions {
  /** The key; `SECRET_KEY` where it is missing or empty. */
  key?: Secret | undefined;
  /** Former keys, which still verify; `SECRET_KEY_FALLBACKS` where they are missing. */
  fallbackKeys?: Iterable<Secret> | undefined;
  /** What stands before the signature: `":"`. */
  sep?: string | undefined;
  /** The namespace of the signature: equal values have different signatures under different salts. */
  salt: string;
}

/** Signs text, and takes a signature off again. The door's `Signer` and `TimestampSigner` are built on it. */
export class BaseSigner {
  #key: Secret;
  #fallbackKeys: Iterable<Secret>;
  #hash: Hash;
  /** What derived keys are looked up by: put together for each signature, it would have to be hashed for each. */
  #keySalt: string;

  /** What stands before the signature. */
  readonly sep: string;
  /** The namespace of the signature. */
  readonly salt: string;

  /**
   * A signer with a hash of `@noble/hashes`.
   *
   * @throws ImproperlyConfigured where no key is given and `SECRET_KEY` is empty
   * @throws ValueError for a separator that is empty or of characters that base64url has
   */
  constructor(options: SigningOptions, hash: Hash = sha256) {
    this.#key = options.key?.length ? owned(options.key) : secretKey();
    this.#fallbackKeys = options.fallbackKeys ? Array.from(options.fallbackKeys, owned) : settings.SECRET_KEY_FALLBACKS;
    this.#hash = hash;
    this.sep = options.sep ?? ":";
    this.salt = options.salt;
    this.#keySalt = `${options.salt}signer`;
    if (this.sep !== ":" && SEP_UNSAFE.test(this.sep)) {
      throw new ValueError(`Unsafe Signer separator: ${JSON.stringify(this.sep)} (cannot be empty or consist of only A-z0-9-_=)`);
    }
  }

  /**
   * The signature of `value`, text or bytes: base64url without padding.
   *
   * @throws UnicodeEncodeError for a value with a lone surrogate
   */
  signature(value: string | number | Uint8Array, key: Secret = this.#key): string {
    return base64Hmac(this.#keySalt, typeof value === "object" ? value : String(value), key, this.#hash);
  }

  /**
   * `value`, the separator, and the signature.
   *
   * @throws UnicodeEncodeError for a value with a lone surrogate
   */
  sign(value: string | number): string {
    return `${value}${this.sep}${this.signature(value)}`;
  }

  /**
   * The value without its signature.
   *
   * @throws BadSignature where the signature is missing, or was made with no key known here
   */
  unsign(signedValue: string): string {
    const [value, signature] = splitLast(signedValue, this.sep);
    if (this.#verifies(value, signature, this.#key)) return value;
    // An empty former key would let anybody sign.
    for (const key of this.#fallbackKeys) if (key.length > 0 && this.#verifies(value, signature, key)) return value;
    throw new BadSignature(`Signature "${signature}" does not match`);
  }

  #verifies(value: string, signature: string, key: Secret): boolean {
    try {
      return constantTimeCompare(signature, this.signature(value, key));
    } catch (error) {
      if (error instanceof UnicodeEncodeError)
        throw new BadSignature("The value is no text that can be signed", { cause: error });
      throw error;
    }
  }
}

/** The seconds of the clock in base 62: what stands between a value and its signature. */
export function timestamp(): string {
  return b62Encode(Math.floor(Date.now() / 1000));
}

/**
 * Takes the timestamp off again.
 *
 * @param maxAge seconds that may have gone by since then; any number of them where it is missing
 * @throws SignatureExpired where more have gone by. A timestamp that the clock has not reached yet is young, as in Django
 * @throws BadSignature where there is no timestamp
 */
export function removeTimestamp(stamped: string, sep: string, maxAge?: Duration | null): string {
  const [value, stamp] = splitLast(stamped, sep);
  const signedAt = fromBase62(stamp);
  if (Number.isNaN(signedAt)) throw new BadSignature(`"${stamp}" is no timestamp`);
  if (maxAge !== undefined && maxAge !== null) {
    const age = Date.now() / 1000 - signedAt;
    const limit = toSeconds(maxAge, "maxAge");
    if (age > limit) throw new SignatureExpired(`Signature age ${age} > ${limit} seconds`);
  }
  return value;
}

/**
 * The value of a signed cookie, for `response.setSignedCookie()`.
 *
 * @throws ImproperlyConfigured where `SECRET_KEY` is empty
 * @throws UnicodeEncodeError for a value, name or salt with a lone surrogate
 */
export function signCookie(name: string, value: string | number, salt = ""): string {
  return cookieSigner(cookieSalt(name, salt)).sign(`${value}:${timestamp()}`);
}

/**
 * What was signed, for `request.getSignedCookie()`.
 *
 * @param maxAge seconds that the signature may be old
 * @throws BadSignature where it was signed for another name, salt or key, or not at all
 * @throws SignatureExpired where it is older than `maxAge`
 * @throws ImproperlyConfigured where `SECRET_KEY` is empty
 * @throws UnicodeEncodeError for a salt with a lone surrogate
 */
export function unsignCookie(name: string, signedValue: string, salt = "", maxAge?: Duration | null): string {
  let stamped: string;
  try {
    stamped = cookieSigner(cookieSalt(name, salt)).unsign(signedValue);
  } catch (error) {
    if (!(error instanceof BadSignature) || !settings.SIGNED_COOKIE_LEGACY_SALT_FALLBACK) throw error;
    stamped = cookieSigner(name + salt).unsign(signedValue);
  }
  return removeTimestamp(stamped, ":", maxAge);
}

/** The signer of a cookie, kept while the keys are the same: to make one takes a sixth of the time of a signature. */
function cookieSigner(salt: string): BaseSigner {
  const keys = [secretKey(), ...settings.SECRET_KEY_FALLBACKS];
  if (keys.length !== kept.keys.length || keys.some((key, i) => key !== kept.keys[i])) kept = { keys, signers: new Map() };
  return remembered(kept.signers, salt, () => new BaseSigner(cookieSigning(salt)), MAX_COOKIE_SIGNERS);
}

/** What Django's `get_cookie_signer()` gives its signer: keys of their own for cookies. */
export function cookieSigning(salt: string): SigningOptions {
  return {
    key: cookieKey(secretKey()),
    fallbackKeys: settings.SECRET_KEY_FALLBACKS.filter((key) => key !== "").map(cookieKey),
    salt: salt || TIMESTAMP_SIGNER_SALT,
  };
}

/** A whole number in base 62, with the digits `0-9A-Za-z`. */
export function b62Encode(number: number): string {
  if (!Number.isSafeInteger(number)) throw new RangeError(`${number} is no integer that base 62 can hold exactly.`);
  if (number === 0) return "0";
  let text = "";
  for (let rest = Math.abs(number); rest > 0; rest = Math.floor(rest / 62)) text = BASE62.charAt(rest % 62) + text;
  return number < 0 ? `-${text}` : text;
}

/**
 * The number that `b62Encode()` wrote.
 *
 * @throws ValueError for text that is no such number
 * @throws RangeError for a number beyond `Number.MAX_SAFE_INTEGER`
 */
export function b62Decode(text: string): number {
  const number = fromBase62(text);
  if (Number.isNaN(number)) throw new ValueError(`${JSON.stringify(text)} is no number in base 62.`);
  if (!Number.isSafeInteger(number))
    throw new RangeError(`${JSON.stringify(text)} is beyond the integers that a number can hold exactly.`);
  return number;
}

/** The number, rounded where it is beyond the safe integers; `NaN` for other text. */
function fromBase62(text: string): number {
  if (text === "") return Number.NaN;
  const negative = text.startsWith("-");
  let number = 0;
  for (let i = negative ? 1 : 0; i < text.length; i++) {
    const digit = BASE62.indexOf(text.charAt(i));
    if (digit < 0) return Number.NaN;
    number = number * 62 + digit;
  }
  return negative ? 0 - number : number;
}

/** The length keeps every pair of salt and name apart from every other (CVE-2026-6873); Python counts code points. */
function cookieSalt(name: string, salt: string): string {
  // Half a character at its end would join with another half at the beginning of the name.
  const length = salt === "" ? 0 : [...wellFormed(salt)].length;
  return `django.http.cookies.v2:${length}:${salt}${name}`;
}

function cookieKey(secret: string): string {
  return `django.http.cookies${secret}`;
}

/** @throws ImproperlyConfigured where `SECRET_KEY` is empty; @internal */
export function secretKey(): string {
  if (!settings.SECRET_KEY?.length) throw new ImproperlyConfigured("The SECRET_KEY setting must not be empty.");
  return settings.SECRET_KEY;
}

/** A copy of a key's bytes: the caller may change theirs, and derived keys are remembered by identity. */
function owned(key: Secret): Secret {
  return typeof key === "string" ? key : key.slice();
}

/** Python's `rsplit(sep, 1)`. */
function splitLast(text: string, sep: string): [before: string, after: string] {
  // Text from outside may turn out to be missing altogether, whatever its type says.
  const at = typeof text === "string" ? text.lastIndexOf(sep) : -1;
  if (at < 0) throw new BadSignature(`No "${sep}" found in value`);
  return [text.slice(0, at), text.slice(at + sep.length)];
}
