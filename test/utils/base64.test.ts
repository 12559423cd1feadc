import { expect, test } from "vitest";
import { Base64Decoder, base64urlDecode, base64urlEncode } from "../../src/utils/base64.ts";
import { bytes, text } from "../http/multipart.ts";

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

test("decodes the same in any two pieces, and is not complete where Python fails", () => {
  for (const [encoded, decoded] of python) {
    for (let at = 0; at <= encoded.length; at++) {
      const decoder = new Base64Decoder();
      const whole = text(decoder.decode(latin1(encoded.slice(0, at)))) + text(decoder.decode(latin1(encoded.slice(at))));
      expect([encoded, at, decoder.complete ? whole : undefined]).toEqual([encoded, at, decoded]);
    }
  }
});

test("all bytes come through as btoa() wrote them, one by one", () => {
  const all = String.fromCharCode(...Array.from({ length: 256 }, (_, i) => i));
  for (let length = 0; length < all.length; length++) {
    const decoder = new Base64Decoder();
    const decoded = Array.from(bytes(btoa(all.slice(0, length))), (byte) => [...decoder.decode(Uint8Array.of(byte))]).flat();
    expect(decoder.complete).toBe(true);
    expect(decoded).toEqual([...latin1(all.slice(0, length))]);
  }
});

test("base64url is what the platform writes, without its padding", () => {
  for (let length = 0; length < 70; length++) {
    const data = crypto.getRandomValues(new Uint8Array(length));
    const encoded = btoa(String.fromCharCode(...data))
      .replaceAll("+", "-")
      .replaceAll("/", "_");
    expect(base64urlEncode(data)).toBe(encoded.replaceAll("=", ""));
    for (const given of [encoded, encoded.replaceAll("=", "")]) expect(base64urlDecode(given)).toEqual(data);
  }
});

test("base64url is read as leniently as Django does", () => {
  // What django.core.signing.b64_decode() makes of each; nothing where it raises binascii.Error.
  const django: [encoded: string, decoded?: string][] = [
    ["", ""],
    ["Ij4+Ig", '">>"'],
    ["Ij8/Ig", '"??"'],
    ["MQ=", "1"],
    ["MQ==A", "1"],
    ["MC4xMA==AA", "0.10"],
    ["e30=_", "{}"],
    ["MWUz ", "1e3"],
    ["\rWzFd", "[1]"],
    ["M~S41", "1.5"],
    ["eµyJhMSI6MX0=", '{"a1":1}'],
    ["é", ""],
    ["a"],
    ["aaaaa"],
    ["a b"],
    ["aa\n"],
  ];
  for (const [encoded, decoded] of django) {
    if (decoded === undefined) expect(() => base64urlDecode(encoded), encoded).toThrow("Not base64url");
    else expect([encoded, text(base64urlDecode(encoded))]).toEqual([encoded, decoded]);
  }
});
