/**
 * Text to bytes and back in Python's charsets, and the percent-encoding of `urllib.parse` and `django.utils.encoding`.
 *
 * UTF-8 is the platform's own. Every other charset is made from `TextDecoder`, and its encoder by inverting that, when
 * it is first used: there is no table to ship. Where Python and the web disagree about a single-byte charset
 * (`iso-8859-1` is not `windows-1252`), Python is followed.
 *
 * @module
 */

import { LookupError, UnicodeDecodeError, UnicodeEncodeError } from "../core/exceptions.ts";
import { multiByteDecoder } from "./multibyte.ts";

/** Both directions of one charset. */
interface Codec {
  /** Bytes that mean nothing throw any error where `fatal` is true, else they become U+FFFD. */
  decode(bytes: Uint8Array, fatal: boolean): string;
  /** The bytes, or `undefined` where the charset lacks a character. */
  encode(text: string): Uint8Array<ArrayBuffer> | undefined;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const strictDecoder = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });

const utf8: Codec = {
  decode: (bytes, fatal) => (fatal ? strictDecoder : decoder).decode(bytes),
  encode: (text) => (isWellFormed(text) ? (encoder.encode(text) as Uint8Array<ArrayBuffer>) : undefined),
};

/** By name as Python normalises it. Names come from clients, so only those of known charsets are kept. */
const codecs: Map<string, Codec> = new Map([
  ["utf-8", utf8],
  ["utf_8", utf8],
]);

/** Names that were looked for in vain. */
const unknown: Set<string> = new Set();
const MAX_UNKNOWN = 100;
/** Characters: no charset has so long a name. */
const MAX_LABEL = 64;

/** Python's names that no `TextDecoder` knows. */
const ALIASES =
  "u8,utf,cp65001=utf-8 utf16,u16=utf-16 utf_16_le=utf-16le utf_16_be=utf-16be latin,latin_1,8859,iso8859=latin1 us,646,cp367=ascii " +
  "latin8=iso-8859-14 latin9=iso-8859-15 latin10=iso-8859-16 cp874=windows-874 cp932,932=windows-31j shiftjis=shift_jis cp936,ms936=gbk " +
  "cp949=euc-kr cp950=big5 eucjp=euc-jp euckr=euc-kr mac_roman,macroman=macintosh mac_cyrillic=x-mac-cyrillic";

/** Names that are the web's only. */
const NOT_PYTHON = /^(?:x_|unicode|koi8?$|iso8859\d|$)/;

/** Bytes 0x80 to 0x9F of Python's cp1252: `TextDecoder` of Node 20 takes them for Latin-1. */
const WINDOWS_1252 = "€�‚ƒ„…†‡ˆ‰Š‹Œ�Ž��‘’“”•–—˜™š›œ�žŸ";

/** Runs of percent-encoded bytes that are UTF-8 (RFC 3629 section 4) in group 1, or one byte that is not. */
const PERCENT_UTF8 = new RegExp(
  "((?:%[0-7]H|%c[2-9a-f]T|%dHT|%e0%[ab]HT|%e[1-9abcef]TT|%ed%[89]HT|%f0%[9ab]HTT|%f[1-3]TTT|%f4%8HTT)+)|%[89a-f]H"
    .replaceAll("T", "%[89ab]H")
    .replaceAll("H", "[\\da-f]"),
  "gi",
);

/**
 * The text that `bytes` are in `charset`. Bytes that mean nothing become U+FFFD (Python's `errors="replace"`), or
 * throw where `fatal` is true. A byte order mark is kept, as Python keeps it.
 *
 * @throws LookupError for an unknown charset
 * @throws UnicodeDecodeError for bad bytes, where `fatal` is true
 */
export function decode(bytes: Uint8Array, charset = "utf-8", fatal = false): string {
  const codec = lookup(charset);
  try {
    return codec.decode(bytes, fatal);
  } catch (cause) {
    throw new UnicodeDecodeError(`The bytes are not text in "${charset}".`, { cause });
  }
}

/**
 * The bytes of `text` in `charset`.
 *
 * @throws LookupError for an unknown charset
 * @throws UnicodeEncodeError for a character that the charset does not have; a lone surrogate is in none
 */
export function encode(text: string, charset = "utf-8"): Uint8Array<ArrayBuffer> {
  const bytes = lookup(charset).encode(text);
  if (!bytes) throw cannotEncode(text, charset);
  return bytes;
}

/** Whether `charset` names a charset, in any of its spellings (Python's `codecs.lookup`). */
export function isKnownCharset(charset: string): boolean {
  return find(charset) !== undefined;
}

/** Whether `text` is free of lone surrogates, and so has bytes in UTF-8. */
export function isWellFormed(text: string): boolean {
  return (text as string & { isWellFormed(): boolean }).isWellFormed();
}

/**
 * Percent-encodes what is not ASCII, and the few ASCII characters that no URL may hold (RFC 3987 section 3.1; Django's
 * `iri_to_uri`). What is percent-encoded already stays as it is, and nothing stays nothing.
 *
 * @throws UnicodeEncodeError for a lone surrogate
 */
export function iriToUri<T extends string | null | undefined>(iri: T): T {
  return (iri?.replace(/[^\w/#%[\]=:;$&()+,!?*@'~.-]+/g, percentEncode) ?? iri) as T;
}

/**
 * Percent-encodes a path, with `?`, `#`, `;`, `=` and `%` (Django's `escape_uri_path`).
 *
 * @throws UnicodeEncodeError for a lone surrogate
 */
export function escapeUriPath(path: string): string {
  return path.replace(/[^\w/:@&+$,.!~*'()-]+/g, percentEncode);
}

/** Percent-encodes all bytes but letters, digits, `_.-~` and the ASCII characters of `safe` (Python's `quote`). */
export function quote(bytes: Uint8Array, safe = ""): string {
  let result = "";
  for (const byte of bytes) {
    const char = String.fromCharCode(byte);
    if (byte < 128 && (/[\w.~-]/.test(char) || safe.includes(char))) result += char;
    else result += (byte < 16 ? "%0" : "%") + byte.toString(16).toUpperCase();
  }
  return result;
}

/**
 * Decodes a piece of a query string, in which a `+` is a space (Python's `unquote_plus`). What is not text in `charset`
 * becomes U+FFFD; a `%` without two hexadecimal digits stays.
 *
 * @throws LookupError for an unknown charset, where there is something to decode
 */
export function unquotePlus(text: string, charset = "utf-8"): string {
  const decoded = charset === "utf-8" ? unquoteUtf8(text) : undefined;
  if (decoded !== undefined) return decoded;
  return unquote(text.replaceAll("+", " "), charset);
}

/**
 * Decodes what is percent-encoded (Python's `unquote`), as `unquotePlus()` does, where a `+` is a `+`.
 *
 * @throws LookupError for an unknown charset, where there is something to decode
 */
export function unquote(text: string, charset = "utf-8"): string {
  // Characters outside ASCII are text already; it is the runs between them that have bytes.
  return text.includes("%") ? text.replace(/[^\u0080-\uffff]+/g, (run) => decode(unquoteToBytes(run), charset)) : text;
}

/**
 * Decodes a percent-encoded path. Bytes that are not UTF-8 stay percent-encoded (Django's `repercent_broken_unicode`),
 * and so does a `%` without two hexadecimal digits.
 */
export function unquotePath(path: string): string {
  if (!path.includes("%")) return path;
  return path.replace(PERCENT_UTF8, (byte, text?: string) => (text ? decodeURIComponent(text) : byte.toUpperCase()));
}

/** The usual case of `unquotePlus()`, faster than `decodeURIComponent()`; `undefined` where it is not all UTF-8. */
function unquoteUtf8(text: string): string | undefined {
  let result = "";
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (char === 43) {
      let end = i + 1;
      while (text.charCodeAt(end) === 43) end++;
      result += text.slice(from, i) + " ".repeat(end - i);
      i = end - 1;
      from = end;
    } else if (char === 37) {
      let code = percentByte(text, i);
      if (code < 0) continue;
      let more = 0;
      if (code > 0x7f) {
        more = code < 0xc2 ? 0 : code < 0xe0 ? 1 : code < 0xf0 ? 2 : code < 0xf5 ? 3 : 0;
        const least = [0x110000, 0x80, 0x800, 0x10000][more] as number;
        code &= 0x3f >> more;
        for (let at = i + 3; at <= i + 3 * more; at += 3) {
          const next = percentByte(text, at);
          code = next >> 6 === 2 ? (code << 6) | (next & 0x3f) : 0;
        }
        if (code < least || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return undefined;
      }
      // fromCharCode() is a few instructions everywhere, fromCodePoint() a call.
      result += text.slice(from, i) + (more < 3 ? String.fromCharCode(code) : String.fromCodePoint(code));
      i += 3 * more + 2;
      from = i + 1;
    }
  }
  return from === 0 ? text : result + text.slice(from);
}

/** The byte that is percent-encoded at `at`, or -1. */
function percentByte(text: string, at: number): number {
  if (text.charCodeAt(at) !== 37) return -1;
  const high = hexDigit(text.charCodeAt(at + 1));
  const low = hexDigit(text.charCodeAt(at + 2));
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const letter = code | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

/** What the percent-encoded bytes of an ASCII text are. */
function unquoteToBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  let size = 0;
  for (let i = 0; i < text.length; i++) {
    const byte = percentByte(text, i);
    bytes[size++] = byte < 0 ? text.charCodeAt(i) : byte;
    if (byte >= 0) i += 2;
  }
  return bytes.subarray(0, size);
}

function percentEncode(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    throw cannotEncode(text, "utf-8");
  }
}

function cannotEncode(text: string, charset: string): UnicodeEncodeError {
  return new UnicodeEncodeError(`The charset "${charset}" lacks a character of ${JSON.stringify(text.slice(0, 80))}.`);
}

function lookup(charset: string): Codec {
  const codec = find(charset);
  if (!codec) throw new LookupError(`unknown encoding: ${charset}`);
  return codec;
}

/** The codec of a name in any spelling, made on the first use. */
function find(charset: string): Codec | undefined {
  const known = codecs.get(charset);
  if (known || charset.length >= MAX_LABEL || unknown.has(charset)) return known;
  const codec = make(charset);
  if (!codec) {
    // Not to be found takes longest, and clients can ask for it again and again.
    if (unknown.size >= MAX_UNKNOWN) unknown.clear();
    unknown.add(charset);
  }
  return codec;
}

function make(charset: string): Codec | undefined {
  const name = charset
    .toLowerCase()
    .split(/[^a-z\d.]+/)
    .filter(Boolean)
    .join("_");
  let codec = codecs.get(name);
  if (codec || NOT_PYTHON.test(name)) return codec;
  for (const label of [aliasOf(name) ?? name.replaceAll("_", "-"), name]) {
    let web: string;
    try {
      web = webDecoder(label).encoding;
    } catch {
      continue;
    }
    if (web === "utf-8") codec = utf8;
    else if (web.startsWith("utf-16")) codec = utf16(web, label === "utf-16");
    else codec = legacy(web, label);
    codecs.set(name, codec);
    return codec;
  }
  return undefined;
}

/** What the platform calls a charset that Python has another name for. Most requests name none: no table is made. */
function aliasOf(name: string): string | undefined {
  const groups = ALIASES.split(" ").map((group) => group.split("=") as [string, string]);
  return groups.find(([names]) => names.split(",").includes(name))?.[1];
}

/** A charset that is not Unicode's: its encoder is the decoder, inverted at the first use. */
function legacy(web: string, label: string): Codec {
  const pairs = /^(?:gbk|big5|euc|shift)/.test(web);
  const multiByte = pairs || /^(?:gb|iso-2022)/.test(web);
  const platform = webDecoder(web);
  let decode: Codec["decode"];
  if (pairs) decode = multiByteDecoder(web, label, platform);
  else if (multiByte) decode = (bytes, fatal) => (fatal ? webDecoder(web, true) : platform).decode(bytes);
  else decode = singleByte(web, label, platform);
  let table: Map<string, number[]> | undefined;
  return {
    decode,
    encode(text) {
      table ??= invert(decode, multiByte, web);
      const result: number[] = [];
      for (const char of text) {
        const code = char.codePointAt(0) as number;
        let bytes = code < 0x80 ? [code] : table.get(char);
        if (code > 0xffff && web === "gb18030") bytes = gb18030(code - 0x10000 + 189000);
        if (!bytes) return undefined;
        result.push(...bytes);
      }
      return Uint8Array.from(result);
    },
  };
}

/** Some labels mean a superset to the web; Python takes them at their word. */
function singleByte(web: string, label: string, platform: TextDecoder): Codec["decode"] {
  const ascii = /ascii|ansi/.test(label);
  const latin1 = web === "windows-1252";
  const microsoft = /125|874/.test(label);
  const table = Array.from({ length: 256 }, (_, byte) => {
    const identity = String.fromCharCode(byte);
    if (byte < 0x80) return identity;
    if (ascii) return "\ufffd";
    if (byte < 0xa0 && microsoft && latin1) return WINDOWS_1252[byte - 0x80] as string;
    if (latin1 || (byte < 0xa0 && !microsoft && /^(?:iso|windows)/.test(web))) return identity;
    const char = platform.decode(Uint8Array.of(byte));
    // The platforms fill the holes of Microsoft's code pages with control characters, or with private ones.
    return web.startsWith("windows") && /[\x80-\x9f\ue000-\uf8ff]/.test(char) ? "\ufffd" : char;
  });
  return (bytes, fatal) => {
    let text = "";
    for (const byte of bytes) text += table[byte];
    if (fatal && text.includes("\ufffd")) throw new RangeError("a byte without a meaning");
    return text;
  };
}

/** Which bytes each character comes from: every sequence of bytes is decoded once, with a line feed after each. */
function invert(decode: Codec["decode"], multiByte: boolean, web: string): Map<string, number[]> {
  if (web === "iso-2022-jp") throw new LookupError('The charset "iso-2022-jp" can be read but not written. Use "utf-8".');
  const table = new Map<string, number[]>();
  const add = (sequences: number[][]): void => {
    const chars = decode(Uint8Array.from(sequences.flatMap((bytes) => [...bytes, 10])), false).split("\n");
    for (const [i, bytes] of sequences.entries()) {
      const char = chars[i] as string;
      if ([...char].length === 1 && char !== "\ufffd" && !table.has(char)) table.set(char, bytes);
    }
  };
  const range = (from: number): number[] => Array.from({ length: 256 - from }, (_, i) => from + i);
  add(range(0x80).map((byte) => [byte]));
  if (multiByte) {
    const trails = range(0x40);
    for (const lead of range(0x81)) {
      add(trails.map((trail) => [lead, trail]));
      if (web === "euc-jp") add(trails.map((trail) => [0x8f, lead, trail]));
    }
    if (web === "gb18030") {
      // What is left of the Basic Multilingual Plane has four bytes.
      add(Array.from({ length: 39420 }, (_, i) => gb18030(i)));
    }
  }
  return table;
}

/** Four bytes that count up, in the digits that GB 18030 has for each place. */
function gb18030(index: number): number[] {
  const digit = (unit: number, radix: number): number => Math.trunc(index / unit) % radix;
  return [0x81 + digit(12600, 126), 0x30 + digit(1260, 10), 0x81 + digit(10, 126), 0x30 + digit(1, 10)];
}

function utf16(web: string, withMark: boolean): Codec {
  return {
    decode(bytes, fatal) {
      const big = withMark && bytes[0] === 0xfe && bytes[1] === 0xff;
      return webDecoder(big ? "utf-16be" : web, fatal, !withMark).decode(bytes);
    },
    encode(text) {
      if (!isWellFormed(text)) return undefined;
      const marked = withMark ? `\ufeff${text}` : text;
      const view = new DataView(new ArrayBuffer(marked.length * 2));
      for (let i = 0; i < marked.length; i++) view.setUint16(i * 2, marked.charCodeAt(i), web === "utf-16le");
      return new Uint8Array(view.buffer);
    },
  };
}

function webDecoder(label: string, fatal = false, ignoreBOM = true): TextDecoder {
  return new TextDecoder(label, { fatal, ignoreBOM });
}
