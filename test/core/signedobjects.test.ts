import { zlibSync } from "fflate";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { overrideSettings, settings } from "../../src/conf/index.ts";
import { BadSignature, ImproperlyConfigured, SignatureExpired } from "../../src/core/exceptions.ts";
import { dumps, loads, pack, unpack } from "../../src/core/signedobjects.ts";
import { BaseSigner } from "../../src/core/signing.ts";
import { base64urlEncode } from "../../src/utils/base64.ts";

// What Django 5.2 wrote, from the vectors.
const NOW = 1_700_000_000;
const COMPRESSED_ONES = ".eJyLNtShKowFAGpTDxU:daBl766dt22DvWKnp5gpHdsJUrtJruQuXpQ2lIYWpBg";

beforeEach(() => {
  settings.configure({ SECRET_KEY: "oracle-secret-key" });
  vi.useFakeTimers({ now: NOW * 1000, toFake: ["Date"] });
});
afterEach(() => {
  vi.useRealTimers();
  settings.configure({ SECRET_KEY: "" });
});

function thrown(fn: () => unknown): unknown {
  try {
    return expect.unreachable(`returned ${String(fn())}`);
  } catch (error) {
    return error;
  }
}

/** `payload`, well signed. */
function signed(payload: string): string {
  return new BaseSigner({ salt: "django.core.signing" }).sign(`${payload}:1r31eq`);
}

describe("dumps", () => {
  test("writes Python's compact ASCII JSON", () => {
    expect(dumps(null)).toBe("bnVsbA:1r31eq:6ezYp_S_4rCQdJ-by4ouWWolLSW0gx35I86nGpgbKNA");
    expect(dumps("é")).toBe("Ilx1MDBlOSI:1r31eq:DghMp68bQtnJQBCZchYoRwedt80gufcSy8xurbSVcB8");
    expect(dumps("😀")).toBe("Ilx1ZDgzZFx1ZGUwMCI:1r31eq:2CuxsyUI45k0-8mOQ1bB9k875A2Xey3ZgZYNbMgaMys");
    expect(dumps("\u007f\u0080\u00ff")).toBe("Ilx1MDA3Zlx1MDA4MFx1MDBmZiI:1r31eq:lfUwj6WnXSn11IZlluCHxVdlGES2Nc2nXb11RQWvJ9c");
    expect(dumps([1, "2", null, true, { k: [1.5] }])).toBe(
      "WzEsIjIiLG51bGwsdHJ1ZSx7ImsiOlsxLjVdfV0:1r31eq:Fnm33gNQyjAbEtS2qCP59TJ50gSxLmZLqDYATI9OJhM",
    );
    expect(dumps({ a: 1 }, { key: "k" })).toBe("eyJhIjoxfQ:1r31eq:n_SlnIhB48yIgkf71WUb-3F277vVPwIk18uOUo2EVBs");
    expect(dumps({ a: 1 }, { salt: "" })).toBe("eyJhIjoxfQ:1r31eq:ohHBniePvkQ5s-D60LHNjVluAMubpy-O5m8CR1vs_k4");
  });

  test("refuses what JSON has no words for, and options it does not know", () => {
    for (const value of [undefined, () => 1, Symbol("s"), 1n]) expect(() => dumps(value)).toThrow(TypeError);
    expect(() => dumps(1, { compres: true } as object)).toThrow('Did you mean "compress"?');
    expect(() => loads("x", { maxage: 1 } as object)).toThrow('Did you mean "maxAge"?');
  });

  test("compresses only where that makes it shorter", () => {
    expect(dumps("a".repeat(50), { compress: true })).toMatch(/^\./);
    expect(dumps("short", { compress: true })).toBe(dumps("short"));
  });

  test("throws ImproperlyConfigured without a key, when writing and when reading", () => {
    const text = dumps({ a: 1 });
    overrideSettings({ SECRET_KEY: "" }, () => {
      expect(() => dumps({ a: 1 })).toThrow(ImproperlyConfigured);
      expect(() => loads(text)).toThrow(ImproperlyConfigured);
      expect(loads(text, { key: "oracle-secret-key" })).toEqual({ a: 1 });
    });
  });
});

describe("loads", () => {
  test("reads back what dumps wrote", () => {
    const values = [null, true, 0, -1.5, "", "é😀\ud83d", [], {}, { é: [1, { __proto__: null, b: "x".repeat(3000) }] }];
    for (const value of values) {
      for (const compress of [false, true]) expect(loads(dumps(value, { compress }))).toEqual(value);
    }
  });

  test("keeps __proto__ a key like any other", () => {
    const value = loads(dumps(JSON.parse('{"__proto__":{"admin":true}}'))) as Record<string, unknown>;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(value.admin).toBeUndefined();
  });

  test("reads what Python's zlib wrote", () => {
    const payload = new BaseSigner({ salt: "o" }).unsign(COMPRESSED_ONES);
    expect(unpack(payload)).toEqual(new Array(40).fill(1));
  });

  test("refuses any change, cut or addition, compressed or not", () => {
    for (const text of [dumps({ a: 1 }), dumps("a".repeat(50), { compress: true })]) {
      for (let i = 0; i < text.length; i++) {
        expect(thrown(() => loads(text.slice(0, i)))).toBeInstanceOf(BadSignature);
        expect(thrown(() => loads(text.slice(0, i) + (text[i] === "A" ? "B" : "A") + text.slice(i + 1)))).toBeInstanceOf(
          BadSignature,
        );
        expect(thrown(() => loads(`${text.slice(0, i)}A${text.slice(i)}`))).toBeInstanceOf(BadSignature);
      }
    }
  });

  test("refuses another salt or key, and an age beyond maxAge", () => {
    const text = dumps({ a: 1 });
    expect(() => loads(text, { salt: "other" })).toThrow(BadSignature);
    expect(() => loads(text, { key: "other" })).toThrow(BadSignature);
    expect(loads(text, { key: "other", fallbackKeys: ["oracle-secret-key"] })).toEqual({ a: 1 });
    vi.setSystemTime((NOW + 11) * 1000);
    expect(loads(text, { maxAge: 11 })).toEqual({ a: 1 });
    expect(() => loads(text, { maxAge: 10 })).toThrow(SignatureExpired);
  });

  test("refuses to sign what JSON has no form for, rather than lose it", () => {
    for (const value of [new Map([[1, 2]]), { cart: new Set([1]) }, [Promise.resolve({ a: 1 })]]) {
      expect(() => dumps(value)).toThrow(/^Object of type (Map|Set|Promise) is not JSON serializable$/);
    }
    expect(loads(dumps({ a: {}, b: Object.create(null), c: [], d: new Date(0) }))).toEqual({
      a: {},
      b: {},
      c: [],
      d: "1970-01-01T00:00:00.000Z",
    });
  });

  test("makes BadSignature of every malformed payload that is well signed", () => {
    const payloads = ["", ".", "a", "@@@@", "é", "bm9wZQ", "eydhJzoxfQ", "WzEsXQ", "Igki", "MDE", "77u_MQ", "MSAy", ".WzFd"];
    for (const payload of payloads)
      expect(
        thrown(() => loads(signed(payload))),
        payload,
      ).toBeInstanceOf(BadSignature);
    expect(loads(signed("eyJhIjoxfQ==")), "padding is no malformation").toEqual({ a: 1 });
    expect(thrown(() => loads(signed(base64urlEncode(new TextEncoder().encode("[".repeat(100_000))))))).toBeInstanceOf(
      BadSignature,
    );
  });

  test("makes BadSignature of compressed data that is cut or spoilt anywhere", () => {
    const value = new Array(100).fill("value");
    const data = zlibSync(new TextEncoder().encode(JSON.stringify(value)));
    const read = (bytes: Uint8Array) => loads(signed(`.${base64urlEncode(bytes)}`));
    let refused = 0;
    for (let i = 0; i < data.length; i++) {
      expect(
        thrown(() => read(data.subarray(0, i))),
        `cut at ${i}`,
      ).toBeInstanceOf(BadSignature);
      const changed = data.slice();
      changed[i] = (changed[i] as number) ^ 0x10;
      // A few bits of a Huffman table mean nothing: what is not refused must be the very value.
      try {
        expect(read(changed), `byte ${i}`).toEqual(value);
      } catch (error) {
        expect(error, `byte ${i}`).toBeInstanceOf(BadSignature);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(data.length - 5);
  });

  test("gives up on a small text that inflates to very much, as soon as the limit is passed", () => {
    const bomb = zlibSync(new Uint8Array(32 * 1024 * 1024));
    expect(bomb.length).toBeLessThan(33 * 1024);
    const error = thrown(() => loads(signed(`.${base64urlEncode(bomb)}`)));
    expect(error).toBeInstanceOf(BadSignature);
    expect((error as Error).message).toContain("beyond 2621440 bytes");
  });

  test("inflates as far as DATA_UPLOAD_MAX_MEMORY_SIZE bytes and no further", () => {
    const text = dumps("a".repeat(998), { compress: true });
    overrideSettings({ DATA_UPLOAD_MAX_MEMORY_SIZE: 1000 }, () => expect(loads(text)).toHaveLength(998));
    overrideSettings({ DATA_UPLOAD_MAX_MEMORY_SIZE: 999 }, () => expect(() => loads(text)).toThrow(BadSignature));
    overrideSettings({ DATA_UPLOAD_MAX_MEMORY_SIZE: null }, () => expect(loads(text)).toHaveLength(998));
  });

  test("survives random payloads", () => {
    for (let i = 0; i < 300; i++) {
      const bytes = crypto.getRandomValues(new Uint8Array(1 + (i % 60)));
      bytes.set([0x78, 0x9c].slice(0, bytes.length));
      expect(thrown(() => loads(signed(`.${base64urlEncode(bytes)}`)))).toBeInstanceOf(BadSignature);
    }
  });
});

describe("pack, unpack", () => {
  test("are each other's inverse for every length of text", () => {
    for (let length = 0; length < 300; length++) {
      const value = "é/+".repeat(length).slice(0, length);
      expect(unpack(pack(value, false))).toBe(value);
      expect(unpack(pack(value, true))).toBe(value);
    }
  });
});
