import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { overrideSettings, type Settings, settings } from "../../src/conf/index.ts";
import { BadSignature, ImproperlyConfigured, SignatureExpired, UnicodeEncodeError } from "../../src/core/exceptions.ts";
import { BaseSigner, b62Decode, b62Encode, signCookie, unsignCookie } from "../../src/core/signing.ts";
import { base64Hmac } from "../../src/utils/crypto.ts";

// Signed values come from the vectors: Django 5.2 wrote them, at this second, with this key.
const NOW = 1_700_000_000;
const TONY = "Tony:1r31eq:dI_4gu2UU-Mwz3Ov6Chpke_mjRT3UdZ1-89N7lllOHw";

beforeEach(() => {
  settings.configure({ SECRET_KEY: "oracle-secret-key" });
  at(NOW);
});
afterEach(() => {
  vi.useRealTimers();
  settings.configure({ SECRET_KEY: "" });
});

function at(seconds: number): void {
  vi.useFakeTimers({ now: seconds * 1000, toFake: ["Date"] });
}

function under<T>(values: Partial<Settings>, fn: () => T): T {
  return overrideSettings(values, fn);
}

/** What `fn` throws. */
function thrown(fn: () => unknown): unknown {
  try {
    return expect.unreachable(`returned ${String(fn())}`);
  } catch (error) {
    return error;
  }
}

describe("signCookie", () => {
  test("writes what Django writes", () => {
    expect(signCookie("name", "Tony")).toBe(TONY);
    expect(signCookie("name", "Tony", "é")).toBe("Tony:1r31eq:CHV8kwPwTi2CA2O_Tdy92AAzn-9i6FVMYvIVlr8Ly70");
    expect(signCookie("name", "Tony", "1:")).toBe("Tony:1r31eq:VwdsG-gZUzS-gtmP_7GLRnOik6oSEm6eyPfKMnzjwDQ");
    expect(signCookie("__proto__", "v")).toBe("v:1r31eq:aCN9dBHENLHW3TP0yK8fxL0iNT-Dcq31rY3_FTLtHx4");
    expect(signCookie("c", 7)).toBe("7:1r31eq:guxqxnfKcVDWOFTVED_vHor83vy99Gwwf8vi9SPlaMw");
  });

  test("counts the salt by code points, as Python does", () => {
    // One character outside the BMP and two inside it must not share a length, or pairs of salt and name could collide.
    expect(unsignCookie("b", signCookie("b", "v", "😀"), "😀")).toBe("v");
    expect(() => unsignCookie("😀b", signCookie("b", "v", "😀"))).toThrow(BadSignature);
    const byHand = new BaseSigner({ key: "django.http.cookiesoracle-secret-key", salt: "django.http.cookies.v2:1:😀b" });
    expect(signCookie("b", "v", "😀")).toBe(byHand.sign("v:1r31eq"));
  });

  test("refuses text that has no UTF-8 form, which would share a signature with other text", () => {
    expect(() => signCookie("name", "\ud800")).toThrow(UnicodeEncodeError);
    expect(() => signCookie("name", "v", "\udfff")).toThrow(UnicodeEncodeError);
  });

  test("throws ImproperlyConfigured without a SECRET_KEY, when signing and when verifying", () => {
    under({ SECRET_KEY: "" }, () => {
      expect(() => signCookie("name", "Tony")).toThrow(ImproperlyConfigured);
      expect(() => unsignCookie("name", TONY)).toThrow(ImproperlyConfigured);
      expect(() => new BaseSigner({ salt: "s" })).toThrow(ImproperlyConfigured);
    });
  });
});

describe("unsignCookie", () => {
  test("gives the value back, whatever characters it has", () => {
    for (const value of ["", "Tony", "a:b:c", ":", "é", "😀", "\u0000\n;", "x".repeat(5000), "Ω".repeat(2000)]) {
      expect(unsignCookie("name", signCookie("name", value, "s"), "s")).toBe(value);
    }
  });

  test("refuses a value of which any byte was changed", () => {
    for (let i = 0; i < TONY.length; i++) {
      for (const other of ["A", "z", "0", "-", "_", ":", ".", "=", "é", "\u0000", "\ud800"]) {
        if (other === TONY[i]) continue;
        const changed = TONY.slice(0, i) + other + TONY.slice(i + 1);
        expect(
          thrown(() => unsignCookie("name", changed)),
          changed,
        ).toBeInstanceOf(BadSignature);
      }
    }
  });

  test("refuses a value of which any bit was changed, also in the bits that base64 leaves unused", () => {
    for (let i = 0; i < TONY.length; i++) {
      for (let bit = 0; bit < 8; bit++) {
        const changed = TONY.slice(0, i) + String.fromCharCode(TONY.charCodeAt(i) ^ (1 << bit)) + TONY.slice(i + 1);
        expect(
          thrown(() => unsignCookie("name", changed)),
          changed,
        ).toBeInstanceOf(BadSignature);
      }
    }
  });

  test("refuses a value that was cut at any place, or had anything added", () => {
    for (let i = 0; i < TONY.length; i++) {
      expect(
        thrown(() => unsignCookie("name", TONY.slice(0, i))),
        TONY.slice(0, i),
      ).toBeInstanceOf(BadSignature);
      if (i > 0)
        expect(
          thrown(() => unsignCookie("name", TONY.slice(i))),
          TONY.slice(i),
        ).toBeInstanceOf(BadSignature);
    }
    for (const more of ["=", "A", " ", ":", "\n", ":x"]) {
      expect(() => unsignCookie("name", TONY + more)).toThrow(BadSignature);
      expect(() => unsignCookie("name", more + TONY)).toThrow(BadSignature);
    }
  });

  test("refuses another name, another salt, and the two swapped", () => {
    expect(() => unsignCookie("nam", TONY)).toThrow(BadSignature);
    expect(() => unsignCookie("name", TONY, "s")).toThrow(BadSignature);
    expect(() => unsignCookie("", TONY, "name")).toThrow(BadSignature);
    const signed = signCookie("a", "v", "bc");
    for (const [name, salt] of [
      ["ab", "c"],
      ["abc", ""],
      ["", "abc"],
      ["bc", "a"],
      ["a", "b"],
      ["a", "bcd"],
    ] as const) {
      expect(() => unsignCookie(name, signed, salt)).toThrow(BadSignature);
    }
  });

  test("reads values of Django before 6.0.6 while SIGNED_COOKIE_LEGACY_SALT_FALLBACK is true", () => {
    const legacy = new BaseSigner({ key: "django.http.cookiesoracle-secret-key", salt: "namesalt" }).sign("v:1r31eq");
    expect(unsignCookie("name", legacy, "salt")).toBe("v");
    at(NOW + 11);
    expect(() => unsignCookie("name", legacy, "salt", 10)).toThrow(SignatureExpired);
    under({ SIGNED_COOKIE_LEGACY_SALT_FALLBACK: false }, () => {
      expect(() => unsignCookie("name", legacy, "salt")).toThrow(BadSignature);
    });
  });

  test("does not fall back for a new value that is only too old", () => {
    at(NOW + 61);
    expect(thrown(() => unsignCookie("name", TONY, "", 60))).toBeInstanceOf(SignatureExpired);
    expect((thrown(() => unsignCookie("name", TONY, "", 60)) as Error).message).toBe("Signature age 61 > 60 seconds");
  });

  test("knows ages to the fraction of a second, and takes a duration", () => {
    at(NOW + 60);
    expect(unsignCookie("name", TONY, "", 60)).toBe("Tony");
    expect(unsignCookie("name", TONY, "", { total: () => 60 })).toBe("Tony");
    at(NOW + 60.25);
    expect(() => unsignCookie("name", TONY, "", 60)).toThrow(SignatureExpired);
    expect(() => unsignCookie("name", TONY, "", { total: () => 60 })).toThrow(SignatureExpired);
    expect(() => unsignCookie("name", TONY, "", -1)).toThrow(SignatureExpired);
    expect(() => unsignCookie("name", TONY, "", 0)).toThrow(SignatureExpired);
    expect(() => unsignCookie("name", TONY, "", Number.NaN)).toThrow(TypeError);
  });

  test("takes a timestamp that the clock has not reached as young, as Django does", () => {
    at(NOW - 100);
    expect(unsignCookie("name", TONY, "", 0)).toBe("Tony");
  });

  test("refuses a well-signed value whose timestamp is missing or malformed", () => {
    const signer = new BaseSigner({ key: "django.http.cookiesoracle-secret-key", salt: "django.http.cookies.v2:0:name" });
    for (const value of ["hello", "hello:", "hello:!", "hello: 1", ":", "", "hello:é", "hello:--1"]) {
      expect(
        thrown(() => unsignCookie("name", signer.sign(value))),
        value,
      ).toBeInstanceOf(BadSignature);
    }
  });

  test("refuses what is no text", () => {
    for (const value of [null, undefined, 7, {}, []]) {
      expect(() => unsignCookie("name", value as unknown as string)).toThrow(BadSignature);
    }
  });

  test("follows a rotation of keys", () => {
    const old = under({ SECRET_KEY: "old" }, () => signCookie("name", "v"));
    const older = under({ SECRET_KEY: "older" }, () => signCookie("name", "v"));
    expect(() => unsignCookie("name", old)).toThrow(BadSignature);
    under({ SECRET_KEY_FALLBACKS: ["old"] }, () => {
      expect(unsignCookie("name", old)).toBe("v");
      expect(() => unsignCookie("name", older)).toThrow(BadSignature);
      expect(unsignCookie("name", signCookie("name", "v"))).toBe("v");
    });
    under({ SECRET_KEY_FALLBACKS: ["old", "older"] }, () => expect(unsignCookie("name", older)).toBe("v"));
    // Also where the list itself is changed.
    const fallbacks = ["old"];
    under({ SECRET_KEY_FALLBACKS: fallbacks }, () => {
      expect(unsignCookie("name", old)).toBe("v");
      fallbacks.pop();
      expect(() => unsignCookie("name", old)).toThrow(BadSignature);
    });
    // A fallback verifies and never signs.
    const signed = under({ SECRET_KEY_FALLBACKS: ["old"] }, () => signCookie("name", "v"));
    under({ SECRET_KEY: "old" }, () => expect(() => unsignCookie("name", signed)).toThrow(BadSignature));
  });

  test("takes no empty fallback for a key, in any signer", () => {
    const forged = `v:${base64Hmac("saltsigner", "v", "")}`;
    const signer = new BaseSigner({ key: "key", salt: "salt", fallbackKeys: ["", "former"] });
    expect(() => signer.unsign(forged)).toThrow(BadSignature);
    expect(signer.unsign(`v:${base64Hmac("saltsigner", "v", "former")}`)).toBe("v");
    const anybody = new BaseSigner({ key: "django.http.cookies", salt: "django.http.cookies.v2:0:name" }).sign("v:1r31eq");
    under({ SECRET_KEY_FALLBACKS: [""] }, () => expect(() => unsignCookie("name", anybody)).toThrow(BadSignature));
  });

  test("survives random bytes", () => {
    for (let i = 0; i < 500; i++) {
      const text = String.fromCharCode(...crypto.getRandomValues(new Uint16Array(i % 80)));
      expect(thrown(() => unsignCookie("name", text, "", 5))).toBeInstanceOf(BadSignature);
    }
  });
});

describe("BaseSigner", () => {
  test("remembers derived keys without confusing salts and keys that join to the same text", () => {
    const signature = (key: string, salt: string) => new BaseSigner({ key, salt }).signature("v");
    // Django hashes salt + "signer" + key: these pairs join to different texts, and these to the same.
    expect(signature("k", "a")).not.toBe(signature("ka", ""));
    expect(signature("k", "asigner")).toBe(signature("signerk", "a"));
    for (let i = 0; i < 2000; i++) expect(signature("k", `salt${i}`)).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(signature("k", "a")).toBe(signature("k", "a"));
  });

  test("takes keys as bytes, and keeps its own copy", () => {
    const key = new Uint8Array([0, 255, 128]);
    const signer = new BaseSigner({ key, salt: "django.core.signing.Signer" });
    expect(signer.sign("hello")).toBe("hello:ibMXlOltFeI9aDtDyBevUPNqkmdDGulg6D9o_gr48yg");
    key.fill(7);
    expect(signer.sign("hello")).toBe("hello:ibMXlOltFeI9aDtDyBevUPNqkmdDGulg6D9o_gr48yg");
  });

  test("keeps its keys out of what is logged of it", () => {
    expect(JSON.stringify(new BaseSigner({ key: "hidden-key", fallbackKeys: ["hidden-too"], salt: "s" }))).not.toContain(
      "hidden",
    );
  });
});

describe("b62Encode, b62Decode", () => {
  test("round trip, with Django's digits", () => {
    expect(b62Encode(1_700_000_000)).toBe("1r31eq");
    expect(b62Encode(9_007_199_254_740_991)).toBe("fFgnDxSe7");
    expect(b62Encode(-62)).toBe("-10");
    for (const number of [0, 1, 61, 62, 3843, 3844, -1, 2 ** 31, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]) {
      expect(b62Decode(b62Encode(number))).toBe(number);
    }
    expect(b62Decode("-0")).toBe(0);
    expect(b62Decode("00z")).toBe(61);
  });

  test("refuse what they cannot hold", () => {
    for (const number of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])
      expect(() => b62Encode(number)).toThrow(RangeError);
    for (const text of ["", " 1", "!", "é", "1-"]) expect(() => b62Decode(text)).toThrow("is no number in base 62");
    expect(() => b62Decode("zzzzzzzzzzzzzz")).toThrow(RangeError);
  });
});
