import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { overrideSettings, settings } from "../../src/conf/index.ts";
import {
  BadSignature,
  ImproperlyConfigured,
  SignatureExpired,
  UnicodeEncodeError,
  ValueError,
} from "../../src/core/exceptions.ts";
import { getCookieSigner, Signer, TimestampSigner } from "../../src/core/signers.ts";

// What Django 5.2 wrote, from the vectors.
const NOW = 1_700_000_000;

beforeEach(() => {
  settings.configure({ SECRET_KEY: "oracle-secret-key" });
  vi.useFakeTimers({ now: NOW * 1000, toFake: ["Date"] });
});
afterEach(() => {
  vi.useRealTimers();
  settings.configure({ SECRET_KEY: "" });
});

describe("Signer", () => {
  test("writes Django's signatures", () => {
    expect(new Signer().sign("hello")).toBe("hello:5JqFJipPMvGm0ewm8fO08GDsX9Bnung0f008v2wKdyk");
    expect(new Signer().sign("")).toBe(":5PTcOss-fFXEUmtqC3-5ANs8zYll1ziqLmewNvpC0g4");
    expect(new Signer().signature("é")).toBe("hTMJH-5xoJPdrgw3fs5nWz_6KDdsV8syQf7fiGMNkqU");
    expect(new Signer({ salt: "é" }).sign("hello")).toBe("hello:Cr926zMaLbv4L5RWysCN3iQRn75D4CSX0FEu4hGRAnY");
    expect(new Signer({ key: "é" }).sign("hello")).toBe("hello:oK5EiepHvM5zOVljbMWau78X5DANj5sb4oBns1ShCy8");
    expect(new Signer({ sep: "::" }).sign("hello")).toBe("hello::5JqFJipPMvGm0ewm8fO08GDsX9Bnung0f008v2wKdyk");
    expect(new Signer({ algorithm: "sha1" }).sign("hello")).toBe("hello:iR75XHOCRLMTtzefEox0drulJLc");
  });

  test("gives bytes the signature of their text", () => {
    expect(new Signer().signature(new TextEncoder().encode("é"))).toBe(new Signer().signature("é"));
  });

  test("takes SECRET_KEY and its own salt for empty ones, as Python's `or` does", () => {
    expect(new Signer({ key: "", salt: "" }).sign("hello")).toBe(new Signer().sign("hello"));
    expect(new Signer({ key: new Uint8Array(0) }).sign("hello")).toBe(new Signer().sign("hello"));
  });

  test("signs with every algorithm it names, each with its own signature", () => {
    const lengths = { md5: 22, sha1: 27, sha224: 38, sha256: 43, sha384: 64, sha512: 86 };
    for (const [algorithm, length] of Object.entries(lengths)) {
      const signer = new Signer({ algorithm });
      expect(signer.signature("v")).toHaveLength(length);
      expect(signer.unsign(signer.sign("v"))).toBe("v");
      if (algorithm !== "sha256") expect(() => signer.unsign(new Signer().sign("v"))).toThrow(BadSignature);
    }
    for (const algorithm of ["nope", "toString", "__proto__"]) expect(() => new Signer({ algorithm })).toThrow(ValueError);
  });

  test("refuses separators that base64url has characters of", () => {
    for (const sep of ["", "-", "_", "=", "a", "Z", "0", "abc", "a-b_c=", "^", "[", "\\", "]", "`", "\n", "a\n"]) {
      expect(() => new Signer({ sep }), JSON.stringify(sep)).toThrow(ValueError);
    }
    for (const sep of [":", "/", "a:", ".", "::", "é", " ", "\n\n"]) {
      const signer = new Signer({ sep });
      expect(signer.unsign(signer.sign(`a${sep}b`)), JSON.stringify(sep)).toBe(`a${sep}b`);
    }
  });

  test("verifies with fallback keys: those given, or else those of the settings", () => {
    const old = new Signer({ key: "old" }).sign("v");
    expect(new Signer({ fallbackKeys: ["older", "old"] }).unsign(old)).toBe("v");
    expect(new Signer({ fallbackKeys: [new TextEncoder().encode("old")] }).unsign(old)).toBe("v");
    overrideSettings({ SECRET_KEY_FALLBACKS: ["old"] }, () => {
      expect(new Signer({ key: "mine" }).unsign(old)).toBe("v");
      expect(() => new Signer({ fallbackKeys: [] }).unsign(old)).toThrow(BadSignature);
    });
  });

  test("needs SECRET_KEY only where no key is given", () => {
    overrideSettings({ SECRET_KEY: "" }, () => {
      expect(new Signer({ key: "given" }).sign("v")).toBe("v:MMkwSMeozbFEK1-AgBCN1CL0kM5cJwJ1qSpPbuFDbt4");
      expect(() => new Signer()).toThrow(ImproperlyConfigured);
      expect(() => new TimestampSigner()).toThrow(ImproperlyConfigured);
      expect(() => getCookieSigner()).toThrow(ImproperlyConfigured);
    });
  });

  test("knows no age, and says so instead of ignoring it", () => {
    const signer = new Signer();
    expect(() => signer.unsign(signer.sign("v"), { maxAge: 5 })).toThrow(TypeError);
  });

  test("refuses options it does not know", () => {
    expect(() => new Signer({ fallback: [] } as object)).toThrow('Did you mean "fallbackKeys"?');
  });

  test("signs objects", () => {
    const signer = new Signer({ salt: "o" });
    expect(signer.signObject({ a: 1 })).toBe("eyJhIjoxfQ:Ye3M_Z9zAumwb7WAyVOneqZETDBmQRz1Tbc5y-aeJQk");
    expect(signer.unsignObject(signer.signObject({ a: 1 }))).toEqual({ a: 1 });
    expect(signer.unsignObject(".eJyLNtShKowFAGpTDxU:daBl766dt22DvWKnp5gpHdsJUrtJruQuXpQ2lIYWpBg")).toEqual(
      new Array(40).fill(1),
    );
    expect(signer.signObject(new Array(40).fill(1), { compress: true })).toMatch(/^\./);
    expect(() => signer.unsignObject(signer.sign("not base64"))).toThrow(BadSignature);
  });

  test("refuses a value with a lone surrogate: on signing for what it is, on reading as a bad signature", () => {
    expect(() => new Signer().sign("\ud800")).toThrow(UnicodeEncodeError);
    const replaced = new Signer().sign("\ufffd");
    expect(() => new Signer().unsign(`\ud800${replaced.slice(1)}`)).toThrow(BadSignature);
  });
});

describe("TimestampSigner", () => {
  test("is a Signer that writes the time", () => {
    const signer = new TimestampSigner();
    expect(signer).toBeInstanceOf(Signer);
    expect(signer.sign("hello")).toBe("hello:1r31eq:qmfpmbztiWDUPBws7gXwiSKR9cvXXTSTyh076jtych4");
    expect(new TimestampSigner({ sep: "/" }).sign("hello")).toBe("hello/1r31eq/D9PmtpYHCuhi6KTWWrM4QoH5CW0gnG3hMXQ1Ynqss4E");
    expect(new TimestampSigner({ salt: "o" }).signObject("é")).toBe(
      "Ilx1MDBlOSI:1r31eq:iDqSRgcSFckw4YXRHysuZha-rRfOgeHCr_-WY6LCJlo",
    );
  });

  test("refuses what is older than maxAge", () => {
    const signer = new TimestampSigner();
    const signed = signer.sign("hello");
    const object = signer.signObject([1]);
    vi.setSystemTime((NOW + 11) * 1000);
    expect(signer.unsign(signed)).toBe("hello");
    expect(signer.unsign(signed, { maxAge: 11 })).toBe("hello");
    expect(() => signer.unsign(signed, { maxAge: 10 })).toThrow(SignatureExpired);
    expect(() => signer.unsignObject(object, { maxAge: 10.5 })).toThrow(SignatureExpired);
    expect(() => signer.unsign(signed, { maxage: 10 } as object)).toThrow('Did you mean "maxAge"?');
  });

  test("lets a subclass keep its own time", () => {
    class Later extends TimestampSigner {
      override timestamp(): string {
        return "z";
      }
    }
    expect(new Later().sign("v")).toMatch(/^v:z:/);
  });
});

describe("getCookieSigner", () => {
  test("signs with the keys of cookies", () => {
    expect(getCookieSigner({ salt: "s" }).sign("hello")).toBe("hello:1r31eq:jVcvbcavuvGOg0Sj3i7T6fsKT-t1l9KoPgmDfvMK-qE");
    expect(getCookieSigner({ salt: "" }).sign("hello")).toBe("hello:1r31eq:pPdTks_0rseOEWN3bXxxPMJ8sl_0q-64k89K34MAUEY");
    expect(() => getCookieSigner().unsign(new TimestampSigner().sign("hello"))).toThrow(BadSignature);
  });
});
