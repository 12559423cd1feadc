/** Query strings and urlencoded forms. */

import fc from "fast-check";
import { describe, expect } from "vitest";
import { QueryDict } from "../../src/http/querydict.ts";
import { HttpRequest } from "../../src/http/request.ts";
import { decode, encode, escapeUriPath, iriToUri, isWellFormed, unquotePath } from "../../src/utils/encoding.ts";
import { paths, queries } from "./corpus.ts";
import { attempt, cut, cuts, latin1, mutated, property, textOf, toWellFormed, wellFormed } from "./fuzz.ts";

const TOKENS = [
  "&",
  "=",
  "+",
  ";",
  "%",
  "%41",
  "%C3",
  "%A9",
  "%C3%A9",
  "%ff",
  "%00",
  "%ED%A0%80",
  "%F0%9F%8E%B8",
  "%g",
  "é",
  "a",
  "a=1",
];
const query = fc.oneof(mutated(queries, ...TOKENS), textOf(...TOKENS));
const pairs = (q: QueryDict): [string, string[]][] => [...q.lists()];

/** The URL standard's percent-decoding of UTF-8, the slow way. */
function percentDecode(text: string): string {
  const bytes = [...text.replaceAll("+", " ")].map((char) =>
    [...new TextEncoder().encode(char)].map((byte) => String.fromCharCode(byte)).join(""),
  );
  const decoded = bytes.join("").replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(latin1(decoded));
}

describe("QueryDict", () => {
  property(
    "reads any text as the URL standard says (application/x-www-form-urlencoded)",
    query,
    (text) => {
      // Not by URLSearchParams: that of Node makes four characters of "é%ED%A0%80" but for the first.
      const given = toWellFormed(text);
      const expected = new Map<string, string[]>();
      for (const field of given.split("&").filter(Boolean)) {
        const [key = "", ...rest] = field.split("=");
        const name = percentDecode(key);
        expected.set(name, [...(expected.get(name) ?? []), percentDecode(rest.join("="))]);
      }
      expect(pairs(new QueryDict(given))).toEqual([...expected]);
    },
    queries,
  );

  property("reads bytes as it reads text", query, (text) => {
    const ascii = text.replace(/[^\0-\x7f]/g, "");
    expect(pairs(new QueryDict(latin1(ascii)))).toEqual(pairs(new QueryDict(ascii)));
  });

  property(
    "reads what urlencode() writes, in any charset",
    fc.tuple(
      fc.array(fc.tuple(wellFormed, fc.array(wellFormed, { minLength: 1, maxLength: 3 })), { maxLength: 6 }),
      fc.constantFrom("utf-8", "latin-1", "koi8-r", "shift_jis", "gb18030"),
    ),
    async ([entries, encoding]) => {
      const q = new QueryDict(null, { mutable: true, encoding });
      for (const [key, values] of entries) q.setlist(key, values);
      const text = await attempt(["UnicodeEncodeError"], () => q.urlencode());
      if (text === undefined) return expect(encoding).not.toBe("utf-8");
      expect(text).toMatch(/^[\w.~+%&=-]*$/);
      // A charset may have two characters for the same bytes.
      const again = new QueryDict(text, { encoding });
      expect(again.urlencode()).toBe(text);
      if (encoding !== "shift_jis" && encoding !== "gb18030") expect(pairs(again)).toEqual(pairs(q));
      return undefined;
    },
  );

  property(
    "knows no charset that it fails in",
    fc.tuple(
      fc.uint8Array({ maxLength: 40 }),
      fc.oneof(
        fc.constantFrom("utf_8", "latin1", "cp1252", "euc-jp", "big5", "iso-2022-jp", "utf-16", "utf-7", "", "x"),
        fc.string(),
      ),
    ),
    async ([bytes, charset]) => {
      const text = await attempt(["LookupError"], () => decode(bytes, charset));
      if (text === undefined) return;
      const again = await attempt(["LookupError", "UnicodeEncodeError"], () => encode(text, charset));
      if (again) expect(decode(again, charset)).toBe(text);
    },
  );
});

describe("a form that is urlencoded", () => {
  property("is the same however it comes in pieces", fc.tuple(query, cuts), async ([text, places]) => {
    const body = new TextEncoder().encode(text);
    const init = { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" }, duplex: "half" };
    const request = HttpRequest.fromRequest(new Request("http://a/", { ...init, body: cut(body, places) } as RequestInit));
    expect(pairs(await request.POST)).toEqual(pairs(new QueryDict(body)));
    expect(await request.body).toEqual(body);
  });
});

describe("percent-encoding of paths", () => {
  property("unquotePath() undoes escapeUriPath()", wellFormed, (path) => {
    const escaped = escapeUriPath(path);
    expect(escaped).toMatch(/^[!-~]*$/);
    expect(unquotePath(escaped)).toBe(path);
  });

  property(
    "unquotePath() takes any text, and leaves what is not UTF-8",
    fc.oneof(mutated(paths, ...TOKENS), textOf(...TOKENS)),
    (path) => {
      const text = unquotePath(path);
      expect(text.length).toBeLessThanOrEqual(path.length);
      // What is left percent-encoded is no UTF-8, so that a second decoding cannot fail either.
      if (!path.includes("%25")) expect(unquotePath(text).length).toBeLessThanOrEqual(text.length);
    },
    paths,
  );

  property("iriToUri() writes ASCII, and writes that again as it is", fc.oneof(mutated(paths), wellFormed), async (iri) => {
    const uri = await attempt(["UnicodeEncodeError"], () => iriToUri(iri));
    if (uri === undefined) return expect(isWellFormed(iri)).toBe(false);
    expect(uri).toMatch(/^[!-~]*$/);
    return expect(iriToUri(uri)).toBe(uri);
  });
});
