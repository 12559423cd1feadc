import { expect, test } from "vitest";
import { Base64Decoder, decodeBase64 } from "../../src/http/base64.ts";
import { bytes, text } from "./multipart.ts";

const latin1 = (data: string): Uint8Array => Uint8Array.from(data, (char) => char.charCodeAt(0));

// What Python's base64.b64decode() makes of each; nothing where it raises binascii.Error.
const python: [encoded: string, decoded?: string][] = [
  ["", ""],
  ["YWJj", "abc"],
  ["YW Jj\r\n", "abc"],
  ["Y!W@J#j", "abc"],
  ["\xff\xfeYWJj", "abc"],
  ["YW-_Jj", "abc"],
  ["YQ==", "a"],
  ["YQ=\n=", "a"],
  ["Y=Q==", "a"],
  ["YWI=", "ab"],
  ["YW=Jj", "abc"],
  ["=YWJj", "abc"],
  ["====", ""],
  ["YQ==YWJj", "a"],
  ["YWI=YWI=", "ab"],
  ["YQ=a=", "a\x06"],
  ["YQ"],
  ["YQ="],
  ["YWI"],
  ["Y"],
];

test("a field decodes what Python decodes, and stays as it is where Python fails", () => {
  for (const [encoded, decoded = encoded] of python)
    expect([encoded, text(decodeBase64(latin1(encoded)))]).toEqual([encoded, text(latin1(decoded))]);
});

test("a file decodes the same in any two pieces, and throws at its end where Python fails", () => {
  for (const [encoded, decoded] of python) {
    for (let at = 0; at <= encoded.length; at++) {
      const decoder = new Base64Decoder();
      const whole = text(decoder.decode(latin1(encoded.slice(0, at)))) + text(decoder.decode(latin1(encoded.slice(at))));
      if (decoded === undefined) expect(() => decoder.end()).toThrow("Could not decode base64 data.");
      else {
        decoder.end();
        expect([encoded, at, whole]).toEqual([encoded, at, decoded]);
      }
    }
  }
});

test("all bytes come through as btoa() wrote them, one by one", () => {
  const all = String.fromCharCode(...Array.from({ length: 256 }, (_, i) => i));
  for (let length = 0; length < all.length; length++) {
    const decoder = new Base64Decoder();
    const decoded = Array.from(bytes(btoa(all.slice(0, length))), (byte) => [...decoder.decode(Uint8Array.of(byte))]).flat();
    decoder.end();
    expect(decoded).toEqual([...latin1(all.slice(0, length))]);
  }
});
