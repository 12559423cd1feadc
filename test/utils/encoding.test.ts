import { describe, expect, test } from "vitest";
import {
  decode,
  encode,
  escapeUriPath,
  iriToUri,
  isKnownCharset,
  isWellFormed,
  quote,
  unquotePath,
  unquotePlus,
} from "../../src/utils/encoding.ts";
import { growth, LINEAR } from "../linear.ts";

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const hex = (data: Uint8Array): string => Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");
const named = (name: string): { name: string } => expect.objectContaining({ name });

describe("decode and encode", () => {
  // Each line is Python 3.12's: text.encode(charset).hex()
  const python: [charset: string, text: string, encoded: string][] = [
    ["utf-8", "é😀", "c3a9f09f9880"],
    ["UTF8", "é", "c3a9"],
    ["iso-8859-1", "é\x80ÿ", "e980ff"],
    ["latin-1", "é", "e9"],
    ["ISO8859-1", "é", "e9"],
    ["us-ascii", "abc", "616263"],
    ["windows-1252", "€é", "80e9"],
    ["cp1252", "€", "80"],
    ["iso-8859-15", "€", "a4"],
    ["latin9", "€", "a4"],
    ["iso-8859-9", "ğ\x80", "f080"],
    ["koi8-r", "абв", "c1c2d7"],
    ["windows-1251", "абв", "e0e1e2"],
    ["cp1251", "я", "ff"],
    ["cp866", "я", "ef"],
    ["mac-roman", "é", "8e"],
    ["shift_jis", "日本語 テスト abc", "93fa967b8cea20836583588367" + "20616263"],
    ["euc-jp", "日本語", "c6fccbdcb8ec"],
    ["gbk", "中文测试", "d6d0cec4b2e2cad4"],
    ["gb2312", "中文", "d6d0cec4"],
    ["big5", "中文", "a4a4a4e5"],
    ["euc-kr", "한국어", "c7d1b1b9beee"],
    ["gb18030", "中é♥ü😀", "d6d0a8a68137ac33a8b99439fc36"],
    ["utf-16-le", "aé", "6100e900"],
    ["utf-16-be", "aé", "006100e9"],
    ["utf-16", "a", "fffe6100"],
  ];
  test.each(python)("%s: %s is %s in both directions", (charset, text, encoded) => {
    expect(hex(encode(text, charset))).toBe(encoded);
    expect(decode(encode(text, charset), charset)).toBe(text);
  });

  test("a byte that means nothing becomes U+FFFD, or throws where it is asked to", () => {
    for (const [charset, data] of [
      ["utf-8", bytes(0x61, 0xff)],
      ["ascii", bytes(0x61, 0x80)],
      ["windows-1252", bytes(0x61, 0x81)],
      ["iso-8859-7", bytes(0x61, 0xff)],
      ["shift_jis", bytes(0x61, 0xff)],
    ] as const) {
      expect(decode(data, charset), charset).toBe("a\ufffd");
      expect(() => decode(data, charset, true), charset).toThrow(named("UnicodeDecodeError"));
      expect(decode(bytes(0x61), charset, true), charset).toBe("a");
    }
  });

  test("what is no character of a multi-byte charset is U+FFFD for its first byte, and Python goes on behind that", () => {
    // Python 3.12's: bytes.fromhex(data).decode(charset, "replace")
    for (const [charset, data, text] of [
      ["shift_jis", "efbfbf", "\ufffdｿｿ"],
      ["shift_jis", "8220", "\ufffd "],
      ["shift_jis", "ec5f14", "\ufffd_\x14"],
      ["shift_jis", "829b82a0", "\ufffd宸\ufffd"],
      ["shift_jis", "fa41", "\ufffdA"],
      ["shift_jis", "80a0fdff61", "\ufffd\ufffd\ufffd\ufffda"],
      ["shift_jis", "93fa82", "日\ufffd"],
      ["cp932", "fa41", "ⅱ"],
      ["euc-jp", "efbfbf", "鐃\ufffd"],
      ["euc-jp", "829b61", "\ufffd\ufffda"],
      ["euc-jp", "8fa1", "\ufffd"],
      ["euc-jp", "8fa14161", "\ufffd\ufffdAa"],
      ["euc-jp", "8ff0f0a1a1", "\ufffd韶\u3000"],
      ["euc-jp", "8fb0a18eb1", "丂ｱ"],
      ["euc-kr", "82ff41", "\ufffd\ufffdA"],
      ["gbk", "82ff41", "\ufffd\ufffdA"],
      ["gbk", "80c4e3", "\ufffd你"],
      ["gbk", "a5fa31", "\ufffd\ufffd1"],
      ["big5", "fa41", "\ufffdA"],
      ["big5", "8ea4a4", "\ufffd中"],
    ] as const) {
      const given = Uint8Array.from(data.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
      expect(decode(given, charset), `${charset} ${data}`).toBe(text);
      if (text.includes("\ufffd")) expect(() => decode(given, charset, true), data).toThrow(named("UnicodeDecodeError"));
    }
  });

  test("Shift_JIS and EUC-JP are the standard's, without Microsoft's characters", () => {
    for (const [charset, text, encoded] of [
      ["shift_jis", "〜−‖¢£¬", "8160817c81618191819281ca"],
      ["euc-jp", "〜−‖¢£¬", "a1c1a1dda1c2a1f1a1f2a2cc"],
      ["cp932", "～－∥￠￡￢①", "8160817c81618191819281ca8740"],
    ] as const) {
      expect(hex(encode(text, charset)), charset).toBe(encoded);
      expect(decode(encode(text, charset), charset), charset).toBe(text);
    }
    for (const charset of ["shift_jis", "euc-jp"]) {
      for (const char of "ⅷ①～\x80") expect(() => encode(char, charset), char).toThrow(named("UnicodeEncodeError"));
    }
  });

  test("a byte order mark of UTF-8 stays, as in Python", () => {
    expect(decode(bytes(0xef, 0xbb, 0xbf, 0x61))).toBe("\ufeffa");
  });

  test("a character that the charset lacks throws, and so does a lone surrogate in any", () => {
    expect(() => encode("€", "iso-8859-1")).toThrow(named("UnicodeEncodeError"));
    expect(() => encode("é", "ascii")).toThrow(named("UnicodeEncodeError"));
    expect(() => encode("😀", "shift_jis")).toThrow(named("UnicodeEncodeError"));
    expect(() => encode("\ufffd", "koi8-r")).toThrow(named("UnicodeEncodeError"));
    for (const charset of ["utf-8", "utf-16", "latin-1", "gbk"]) {
      expect(() => encode("a\ud800", charset), charset).toThrow(named("UnicodeEncodeError"));
    }
  });

  test("every byte of a single-byte charset that is a character comes back", () => {
    for (const charset of ["latin-1", "koi8-r", "windows-1252", "windows-1251", "iso-8859-2", "iso-8859-15", "macintosh"]) {
      for (let byte = 0; byte < 256; byte++) {
        const char = decode(bytes(byte), charset);
        if (char !== "\ufffd") expect(hex(encode(char, charset)), charset).toBe(hex(bytes(byte)));
      }
    }
  });

  test("an unknown charset is a LookupError that names it, and no property of an object is a charset", () => {
    for (const charset of ["bogus", "", "__proto__", "constructor", "x-user-defined", "utf-99", "unicode", "koi8", "iso88591"]) {
      expect(isKnownCharset(charset), charset).toBe(false);
      expect(() => decode(bytes(), charset)).toThrow(`unknown encoding: ${charset}`);
      expect(() => encode("", charset)).toThrow(named("LookupError"));
    }
    for (const charset of ["UTF-8", "utf_8", "Latin-1", "us-ascii", "Windows-1252", "gb2312", "utf-16"]) {
      expect(isKnownCharset(charset), charset).toBe(true);
    }
  });

  test("a stateful charset can be read but says that it cannot be written", () => {
    expect(decode(bytes(0x1b, 0x24, 0x42, 0x46, 0x7c, 0x1b, 0x28, 0x42), "iso-2022-jp")).toBe("日");
    expect(() => encode("日", "iso-2022-jp")).toThrow(/iso-2022-jp.*utf-8/);
  });
});

test("isWellFormed tells lone surrogates from pairs", () => {
  expect(isWellFormed("a😀")).toBe(true);
  expect(isWellFormed("a\ud83d")).toBe(false);
});

describe("iriToUri and escapeUriPath", () => {
  test("keep what a URL may hold, and encode the rest", () => {
    expect(iriToUri("/é?q=ü%20#ñ")).toBe("/%C3%A9?q=%C3%BC%20#%C3%B1");
    expect(escapeUriPath("/a b?é%;=#")).toBe("/a%20b%3F%C3%A9%25%3B%3D%23");
    expect(iriToUri(null)).toBeNull();
  });

  test("throw for a lone surrogate", () => {
    expect(() => iriToUri("/\ud800")).toThrow(named("UnicodeEncodeError"));
    expect(() => escapeUriPath("/\udfff/")).toThrow(named("UnicodeEncodeError"));
  });
});

test("quote encodes all bytes but Python's safe ones and those that are named", () => {
  expect(quote(encode("aZ09_.-~ /é"))).toBe("aZ09_.-~%20%2F%C3%A9");
  expect(quote(encode("a/b c"), "/ ")).toBe("a/b c");
  expect(quote(bytes(0x05, 0xe9), "é")).toBe("%05%E9");
});

describe("unquotePlus", () => {
  test("decodes UTF-8, spaces, and leaves a percent sign that stands alone", () => {
    expect(unquotePlus("a+b%20c%C3%A9%F0%9F%98%80")).toBe("a b cé😀");
    expect(unquotePlus("100%+%zz%4")).toBe("100% %zz%4");
  });

  test("makes of bad UTF-8 what Python makes of it", () => {
    const python: [text: string, decoded: string][] = [
      ["%ff", "\ufffd"],
      ["%C3", "\ufffd"],
      ["%C3%28", "\ufffd("],
      ["%E2%82x", "\ufffdx"],
      ["%ED%A0%80", "\ufffd\ufffd\ufffd"],
      ["%C0%80", "\ufffd\ufffd"],
      ["%F4%90%80%80", "\ufffd\ufffd\ufffd\ufffd"],
      ["é%C3%A9+%ff", "éé \ufffd"],
      ["%C3é", "\ufffdé"],
    ];
    for (const [text, decoded] of python) expect(unquotePlus(text), text).toBe(decoded);
  });

  test("agrees with decodeURIComponent on every character", () => {
    for (const code of [0, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff]) {
      const char = String.fromCodePoint(code);
      expect(unquotePlus(encodeURIComponent(`<${char}>`))).toBe(`<${char}>`);
    }
  });

  test("decodes other charsets by runs of ASCII, in which a letter can be half a character", () => {
    expect(unquotePlus("%C1%C2", "koi8-r")).toBe("аб");
    expect(unquotePlus("%83A", "shift_jis")).toBe("ア");
    expect(unquotePlus("é%E9", "latin-1")).toBe("éé");
    expect(unquotePlus("%41%00éab", "utf-16-le")).toBe("Aé\u6261");
    expect(unquotePlus("ab", "utf-16-le")).toBe("ab");
  });
});

describe("unquotePath", () => {
  test("leaves the bytes that are not UTF-8 as Django does", () => {
    const django: [path: string, decoded: string][] = [
      ["/%C3%A9%41%2f%25", "/éA/%"],
      ["/%ff%FE", "/%FF%FE"],
      ["/%c3%28", "/%C3("],
      ["/%e2%82%c3%a9", "/%E2%82é"],
      ["/%ed%a0%80/%c0%80/%f5%80%80%80", "/%ED%A0%80/%C0%80/%F5%80%80%80"],
      ["/%f0%9f%98%80%f0%9f", "/😀%F0%9F"],
      ["/%zz%4/%", "/%zz%4/%"],
      ["/%25ff", "/%ff"],
    ];
    for (const [path, decoded] of django) expect(unquotePath(path), path).toBe(decoded);
  });

  test("takes linear time for a path of nothing but bad bytes", async () => {
    const make = (size: number): string => "%e2%82".repeat(size / 6);
    expect(await growth(200_000, make, unquotePath)).toBeLessThan(LINEAR);
  });
});
