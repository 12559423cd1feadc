/**
 * Signed objects, as `django.core.signing` writes them: JSON, compressed where that is asked for and helps, base64url, a
 * timestamp and a signature.
 *
 * ```ts
 * dumps({ a: 1 }); // "eyJhIjoxfQ:1r31eq:CDNYEgLnQ8rU-LmNC5T_Cp5sB23Fhcc2Dw3OAOx3OxA"
 * loads("eyJhIjoxfQ:1r31eq:CDNYEgLnQ8rU-LmNC5T_Cp5sB23Fhcc2Dw3OAOx3OxA"); // { a: 1 }
 * ```
 *
 * It stands apart from `signing.ts` so that a Worker with signed cookies alone carries no zlib.
 *
 * @module
 */

import { Inflate, zlibSync } from "fflate";
import { settings } from "../conf/index.ts";
import { base64urlDecode, base64urlEncode } from "../utils/base64.ts";
import { concat } from "../utils/bytes.ts";
import { checkOptions } from "../utils/options.ts";
import { escapeNonAscii } from "../utils/text.ts";
import { BadSignature, ValueError } from "./exceptions.ts";
import { BaseSigner, type Duration, removeTimestamp, type Secret, TIMESTAMP_SIGNER_SALT, timestamp } from "./signing.ts";

/** Options of `dumps()`. */
export interface DumpsOptions {
  /** The key; `SECRET_KEY` where it is missing or empty. */
  key?: Secret | undefined;
  /** The namespace of the signature: `"django.core.signing"`. */
  salt?: string | undefined;
  /** Compresses with zlib where that makes it shorter: a `.` then stands first. */
  compress?: boolean | undefined;
}

/** Options of `loads()`. */
export interface LoadsOptions {
  /** The key; `SECRET_KEY` where it is missing or empty. */
  key?: Secret | undefined;
  /** Former keys, which still verify; `SECRET_KEY_FALLBACKS` where they are missing. */
  fallbackKeys?: Iterable<Secret> | undefined;
  /** The namespace of the signature: `"django.core.signing"`. */
  salt?: string | undefined;
  /** Seconds that the signature may be old; any number where it is missing. */
  maxAge?: Duration | null | undefined;
}

const DUMPS_OPTIONS: ReadonlySet<string> = new Set(["key", "salt", "compress"]);
const LOADS_OPTIONS: ReadonlySet<string> = new Set(["key", "fallbackKeys", "salt", "maxAge"]);
const SALT = "django.core.signing";

/** Deflate makes of one byte at most 1032: input that goes in by pieces of this size cannot overshoot the limit by much. */
const PIECE = 1024;

/**
 * A URL-safe text of `value`, with the time and a signature.
 *
 * @param value anything that `JSON.stringify()` writes
 * @throws TypeError for what JSON cannot hold, and for an unknown option
 * @throws ImproperlyConfigured where no key is given and `SECRET_KEY` is empty
 */
export function dumps(value: unknown, options: DumpsOptions = {}): string {
  checkOptions(options, DUMPS_OPTIONS, "dumps()");
  const signer = new BaseSigner({ key: options.key, salt: (options.salt ?? SALT) || TIMESTAMP_SIGNER_SALT });
  return signer.sign(`${pack(value, options.compress)}:${timestamp()}`);
}

/**
 * What `dumps()` wrote, here or in Django.
 *
 * @throws BadSignature where the text was changed, cut, signed with another key or salt, or holds no JSON
 * @throws SignatureExpired where it is older than `maxAge`
 * @throws ImproperlyConfigured where no key is given and `SECRET_KEY` is empty
 */
export function loads(text: string, options: LoadsOptions = {}): unknown {
  checkOptions(options, LOADS_OPTIONS, "loads()");
  const { key, fallbackKeys, maxAge } = options;
  const signer = new BaseSigner({ key, fallbackKeys, salt: (options.salt ?? SALT) || TIMESTAMP_SIGNER_SALT });
  return unpack(removeTimestamp(signer.unsign(text), ":", maxAge));
}

/** JSON as base64url; compressed, with a `.` before it, where that is asked for and shorter. */
export function pack(value: unknown, compress: boolean | undefined): string {
  const data = new TextEncoder().encode(toJson(value));
  if (compress) {
    const compressed = zlibSync(data);
    if (compressed.length < data.length - 1) return `.${base64urlEncode(compressed)}`;
  }
  return base64urlEncode(data);
}

/**
 * The value of what `pack()` wrote. Compressed data may grow to `DATA_UPLOAD_MAX_MEMORY_SIZE` bytes.
 *
 * @throws BadSignature where it is malformed or larger: to the caller it is as good as unsigned
 */
export function unpack(text: string): unknown {
  try {
    const compressed = text.startsWith(".");
    const data = base64urlDecode(compressed ? text.slice(1) : text);
    return JSON.parse(
      latin1(compressed ? decompress(data, settings.DATA_UPLOAD_MAX_MEMORY_SIZE ?? Number.POSITIVE_INFINITY) : data),
    );
  } catch (error) {
    throw new BadSignature(`The signature matches, but the value cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

/** Compact JSON in ASCII, as Python's `json.dumps(value, separators=(",", ":"))`. */
function toJson(value: unknown): string {
  const json: string | undefined = JSON.stringify(value);
  if (json === undefined) throw new TypeError(`A value of type ${typeof value} cannot be signed: JSON has no such thing.`);
  // What JSON.stringify() loses leaves this behind.
  if (json.includes("{}")) JSON.stringify(value, refuseLost);
  return escapeNonAscii(json);
}

/** Throws for a `Map`, a `Set`, a promise, and whatever else of the platform has nothing to show. */
function refuseLost(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value) || Object.keys(value).length > 0) return value;
  const prototype: object | null = Object.getPrototypeOf(value);
  if (prototype === null || Object.getPrototypeOf(prototype) === null) return value;
  throw new TypeError(`Object of type ${prototype.constructor.name} is not JSON serializable`);
}

/** Undoes zlib (RFC 1950), as far as `limit` bytes. */
function decompress(data: Uint8Array, limit: number): Uint8Array {
  const [method = 0, flags = 0] = data;
  if ((method & 15) !== 8 || ((method << 8) | flags) % 31 !== 0 || (flags & 32) !== 0) throw new ValueError("No zlib header.");
  const end = data.length - 4;
  const chunks: Uint8Array[] = [];
  let size = 0;
  const inflate = new Inflate((chunk) => {
    size += chunk.length;
    if (size > limit) throw new ValueError(`Compressed data grows beyond ${limit} bytes (DATA_UPLOAD_MAX_MEMORY_SIZE).`);
    chunks.push(chunk);
  });
  for (let at = 2; at < end; at += PIECE) inflate.push(data.subarray(at, Math.min(at + PIECE, end)), at + PIECE >= end);
  const result = concat(chunks, size);
  if (end < 2 || adler32(result) !== new DataView(data.buffer, data.byteOffset + end).getUint32(0))
    throw new ValueError("Wrong zlib checksum.");
  return result;
}

function adler32(data: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (const byte of data) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return ((b << 16) | a) >>> 0;
}

function latin1(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return text;
}
