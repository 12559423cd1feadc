/**
 * Signed values and cookies, byte for byte as Django's.
 *
 * @module
 */

export { BadSignature, SignatureExpired } from "./core/exceptions.ts";
export { type DumpsOptions, dumps, type LoadsOptions, loads } from "./core/signedobjects.ts";
export {
  type CookieSignerOptions,
  getCookieSigner,
  Signer,
  type SignerOptions,
  TimestampSigner,
  type UnsignOptions,
} from "./core/signers.ts";
export { BaseSigner, b62Decode, b62Encode, type SigningOptions } from "./core/signing.ts";
export type { Hash, Secret } from "./utils/crypto.ts";
export { constantTimeCompare } from "./utils/crypto.ts";
export type { Duration, DurationLike } from "./utils/duration.ts";
