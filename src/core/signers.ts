/**
 * The signers of `django.core.signing`.
 *
 * ```ts
 * const signer = new Signer();
 * signer.sign("hello"); // "hello:5JqFJipPMvGm0ewm8fO08GDsX9Bnung0f008v2wKdyk"
 * signer.unsign("hello:5JqFJipPMvGm0ewm8fO08GDsX9Bnung0f008v2wKdyk"); // "hello"
 * signer.unsign("hallo:5JqFJipPMvGm0ewm8fO08GDsX9Bnung0f008v2wKdyk"); // throws BadSignature
 * ```
 *
 * @module
 */

import { md5, sha1 } from "@noble/hashes/legacy.js";
import { sha224, sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import type { Hash } from "../utils/crypto.ts";
import { checkOptions } from "../utils/options.ts";
import { ValueError } from "./exceptions.ts";
import { pack, unpack } from "./signedobjects.ts";
import {
  BaseSigner,
  cookieSigning,
  type Duration,
  removeTimestamp,
  type Secret,
  TIMESTAMP_SIGNER_SALT,
  timestamp,
} from "./signing.ts";

/** Options of a `Signer`. */
export interface SignerOptions {
  /** The key; `SECRET_KEY` where it is missing or empty. */
  key?: Secret | undefined;
  /** What stands before the signature: `":"`. */
  sep?: string | undefined;
  /** The namespace of the signature: equal values have different signatures under different salts. The class's own where it is missing or empty. */
  salt?: string | undefined;
  /** The hash: `"sha256"`, or `"md5"`, `"sha1"`, `"sha224"`, `"sha384"`, `"sha512"`. */
  algorithm?: string | undefined;
  /** Former keys, which still verify; `SECRET_KEY_FALLBACKS` where they are missing. */
  fallbackKeys?: Iterable<Secret> | undefined;
}

/** Options of `unsign()` and `unsignObject()`. */
export interface UnsignOptions {
  /** Seconds that the signature may be old; any number where it is missing. For a `TimestampSigner` only. */
  maxAge?: Duration | null | undefined;
}

const SIGNER_OPTIONS: ReadonlySet<string> = new Set(["key", "sep", "salt", "algorithm", "fallbackKeys"]);
const UNSIGN_OPTIONS: ReadonlySet<string> = new Set(["maxAge"]);
const OBJECT_OPTIONS: ReadonlySet<string> = new Set(["compress"]);
const ALGORITHMS: ReadonlyMap<string, Hash> = /* @__PURE__ */ new Map<string, Hash>([
  ["md5", md5],
  ["sha1", sha1],
  ["sha224", sha224],
  ["sha256", sha256],
  ["sha384", sha384],
  ["sha512", sha512],
]);

/** Signs text and objects: the signature stands behind the last separator. */
export class Signer extends BaseSigner {
  /** The salt of those who are given none. Django takes the class's full name: a subclass that Django shares sets its own here. */
  static defaultSalt: string = "django.core.signing.Signer";

  /** The name of the hash. */
  readonly algorithm: string;

  /**
   * A signer with the options given, or with the settings.
   *
   * @throws ImproperlyConfigured where no key is given and `SECRET_KEY` is empty
   * @throws ValueError for a separator that is empty or of characters that base64url has, and for an unknown algorithm
   * @throws TypeError for an unknown option
   */
  constructor(options: SignerOptions = {}) {
    checkOptions(options, SIGNER_OPTIONS, "Signer()");
    const { key, sep, fallbackKeys } = options;
    const algorithm = options.algorithm || "sha256";
    const hash = ALGORITHMS.get(algorithm);
    if (!hash)
      throw new ValueError(`"${algorithm}" is no hash that a Signer knows: use one of ${[...ALGORITHMS.keys()].join(", ")}.`);
    super({ key, sep, fallbackKeys, salt: options.salt || new.target.defaultSalt }, hash);
    this.algorithm = algorithm;
  }

  /**
   * The value without its signature.
   *
   * @throws BadSignature where the signature is missing, or was made with no key known here
   * @throws TypeError where a `maxAge` is asked for, which only a `TimestampSigner` can tell
   */
  override unsign(signedValue: string, options: UnsignOptions = {}): string {
    if (options.maxAge !== undefined)
      throw new TypeError("A Signer writes no time, so it knows no maxAge. Use a TimestampSigner.");
    return super.unsign(signedValue);
  }

  /**
   * A URL-safe signed text of any value that JSON holds.
   *
   * @param options `compress`: with zlib, where that makes it shorter
   * @throws TypeError for what JSON cannot hold
   */
  signObject(value: unknown, options: { compress?: boolean | undefined } = {}): string {
    checkOptions(options, OBJECT_OPTIONS, "signObject()");
    return this.sign(pack(value, options.compress));
  }

  /**
   * What `signObject()` signed.
   *
   * @throws BadSignature, SignatureExpired as `unsign()` does, and BadSignature where the value cannot be read
   */
  unsignObject(signedValue: string, options: UnsignOptions = {}): unknown {
    return unpack(this.unsign(signedValue, options));
  }
}

/** A `Signer` that signs the time along with the value. */
export class TimestampSigner extends Signer {
  static override defaultSalt: string = TIMESTAMP_SIGNER_SALT;

  /** The seconds of the clock in base 62. */
  timestamp(): string {
    return timestamp();
  }

  /** `value`, the time and the signature, with the separator between them. */
  override sign(value: string | number): string {
    return super.sign(`${value}${this.sep}${this.timestamp()}`);
  }

  /**
   * The value without its time and signature.
   *
   * @throws BadSignature where the signature is missing, or was made with no key known here
   * @throws SignatureExpired where it is older than `maxAge` seconds
   */
  override unsign(signedValue: string, options: UnsignOptions = {}): string {
    checkOptions(options, UNSIGN_OPTIONS, "unsign()");
    return removeTimestamp(super.unsign(signedValue), this.sep, options.maxAge);
  }
}

/** Options of `getCookieSigner()`. */
export interface CookieSignerOptions {
  /** The namespace of the signature: `"django.core.signing.get_cookie_signer"`. */
  salt?: string | undefined;
}

/**
 * The signer of cookies, with its own keys made from `SECRET_KEY` and `SECRET_KEY_FALLBACKS`.
 *
 * The salt of a signed cookie is made of its name and salt: `request.getSignedCookie()` and `response.setSignedCookie()` do it.
 *
 * @throws ImproperlyConfigured where `SECRET_KEY` is empty
 */
export function getCookieSigner(options: CookieSignerOptions = {}): TimestampSigner {
  checkOptions(options, COOKIE_SIGNER_OPTIONS, "getCookieSigner()");
  return new TimestampSigner(cookieSigning(options.salt ?? "django.core.signing.get_cookie_signer"));
}

const COOKIE_SIGNER_OPTIONS: ReadonlySet<string> = new Set(["salt"]);
