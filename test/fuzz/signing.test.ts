/** Signed values: only what was signed comes back, and forged ones are BadSignature, whatever they look like. */

import fc from "fast-check";
import { describe, expect } from "vitest";
import { overrideSettings } from "../../src/conf/index.ts";
import { dumps, loads, pack, unpack } from "../../src/core/signedobjects.ts";
import { Signer, TimestampSigner } from "../../src/core/signers.ts";
import { b62Decode, b62Encode, signCookie, unsignCookie } from "../../src/core/signing.ts";
import { base64urlDecode, base64urlEncode } from "../../src/utils/base64.ts";
import { isWellFormed } from "../../src/utils/encoding.ts";
import { signedValues } from "./corpus.ts";
import { attempt, mutated, property, textOf } from "./fuzz.ts";

const withKey = <T>(work: () => T): T => overrideSettings({ SECRET_KEY: "a key", SECRET_KEY_FALLBACKS: ["a former key"] }, work);
const value = fc.oneof(fc.constantFrom(...signedValues), textOf(":", "-", "_", "=", ".", "a", "1r31eq"));
const json = fc.jsonValue({ maxDepth: 4 });

describe("Signer", () => {
  property(
    "gives back what it signed, and nothing else",
    fc.tuple(value, fc.nat(), fc.integer({ min: 1, max: 255 })),
    ([text, at, flip]) =>
      withKey(async () => {
        for (const signer of [new Signer(), new TimestampSigner({ salt: "s" })]) {
          const signed = await attempt(["UnicodeEncodeError"], () => signer.sign(text));
          if (signed === undefined) return expect(isWellFormed(text)).toBe(false);
          expect(signer.unsign(signed)).toBe(text);
          // Another character, anywhere.
          const place = at % signed.length;
          const forged = signed.slice(0, place) + String.fromCharCode(signed.charCodeAt(place) ^ flip) + signed.slice(place + 1);
          await expectBad(() => signer.unsign(forged));
          await expectBad(() => signer.unsign(signed.slice(0, -1 - (at % 40))));
        }
        return undefined;
      }),
    signedValues.map((text): [string, number, number] => [text, 3, 1]),
  );

  property(
    "takes no text that was not signed",
    fc.oneof(value, mutated(["a:1r31eq:dI_4gu2UU-Mwz3Ov6Chpke_mjRT3UdZ1-89N7lllOHw"])),
    (text) =>
      withKey(async () => {
        await expectBad(() => new Signer().unsign(text));
        await expectBad(() => new TimestampSigner().unsign(text));
        await expectBad(() => loads(text));
        await expectBad(() => unsignCookie("name", text));
      }),
  );
});

describe("signed objects", () => {
  property("loads() gives back what dumps() was given", fc.tuple(json, fc.boolean()), ([object, compress]) =>
    withKey(() => {
      const text = dumps(object, { compress });
      expect(text).toMatch(/^\.?[\w:-]+$/);
      expect(loads(text)).toEqual(JSON.parse(JSON.stringify(object)));
    }),
  );

  property(
    "what is well signed but no object is BadSignature",
    fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      json.map((object) => base64urlDecode(pack(object, true).replace(/^\./, ""))),
    ),
    async (bytes) => {
      for (const text of [base64urlEncode(bytes), `.${base64urlEncode(bytes)}`]) {
        const object = await attempt(["BadSignature"], () => ({ object: unpack(text) }));
        if (object) expect(JSON.stringify(object)).toEqual(expect.any(String));
      }
    },
  );

  property(
    "unpack() of any text is an object or BadSignature",
    fc.oneof(value, mutated(["eyJhIjoxfQ", ".eJyrVkpUsjKsBQAKGQJJ"])),
    async (text) => {
      await attempt(["BadSignature"], () => unpack(text));
    },
  );
});

describe("signed cookies", () => {
  const part = textOf("a", "b", ":", "v2", "1", "2");
  property("count for one name and one salt only", fc.tuple(part, part, fc.nat(30), value), ([name, salt, at, text]) =>
    overrideSettings({ SECRET_KEY: "a key", SIGNED_COOKIE_LEGACY_SALT_FALLBACK: false }, async () => {
      const signed = await attempt(["UnicodeEncodeError"], () => signCookie(name, text, salt));
      if (signed === undefined) return;
      expect(unsignCookie(name, signed, salt)).toBe(text);
      // The same characters, cut elsewhere (CVE-2026-6873).
      for (const joined of [salt + name, name + salt]) {
        const [otherSalt, otherName] = [joined.slice(0, at), joined.slice(at)];
        if (otherName !== name || otherSalt !== salt) await expectBad(() => unsignCookie(otherName, signed, otherSalt));
      }
    }),
  );
});

describe("base 62 and base64url", () => {
  property("b62Decode() undoes b62Encode()", fc.maxSafeInteger(), (number) => {
    expect(b62Decode(b62Encode(number))).toBe(number);
  });

  property(
    "b62Decode() of any text is a safe integer or one of its errors",
    textOf("a", "Z", "0", "-", "zzzzzzzzz"),
    async (text) => {
      const number = await attempt(["ValueError", "RangeError"], () => b62Decode(text));
      if (number !== undefined) expect(Number.isSafeInteger(number)).toBe(true);
    },
  );

  property("base64urlDecode() undoes base64urlEncode()", fc.uint8Array({ maxLength: 100 }), (bytes) => {
    expect(base64urlDecode(base64urlEncode(bytes))).toEqual(bytes);
  });
});

async function expectBad(work: () => unknown): Promise<void> {
  const result = await attempt(["BadSignature", "UnicodeEncodeError"], () => [work()]);
  expect(result).toBe(undefined);
}
