import { expect, test } from "vitest";
import { integer, parseHead } from "../../src/http/parthead.ts";
import { growth, LINEAR } from "../linear.ts";
import { bytes } from "./multipart.ts";

const head = (...lines: string[]): ReturnType<typeof parseHead> => parseHead(bytes(`\r\n${lines.join("\r\n")}`));
const disposition = (params: string): unknown[] => {
  const { name, filename } = head(`Content-Disposition: form-data; ${params}`);
  return [name, filename];
};

test("names and file names are read plain, quoted, escaped and by RFC 2231", () => {
  for (const [params, name, filename] of [
    ['name="a"', "a", undefined],
    ['name="a"; filename=""', "a", ""],
    ['name="é"; filename="☃.txt"', "é", "☃.txt"],
    ["name=a; filename=b.txt", "a", "b.txt"],
    ["filename=b.txt ;name=a", "a", "b.txt"],
    ['NAME="a"; FileName="b"', "a", "b"],
    ['name=" a "', "a", undefined],
    ['name="a;b"; filename="c;d=e"', "a;b", "c;d=e"],
    ['name="a\\"b"; filename="c\\\\d"', 'a"b', "c\\d"],
    ["name=a; filename*=UTF-8''%E2%82%AC", "a", "€"],
    ["name=a; filename*=iso-8859-1'en'%A3%20rates", "a", "£ rates"],
    ["name=a; filename*=\"UTF-8''%E2%82%AC\"", "a", "€"],
    ["name=a; filename*=nothing", "a", "nothing"],
    ["name*=utf-8''%41", "A", undefined],
    ["", undefined, undefined],
    [";;;", undefined, undefined],
  ] as const) {
    expect([params, ...disposition(params)]).toEqual([params, name, filename]);
  }
});

test("a name in an unknown charset stays encoded", () => {
  expect(disposition("name=a; filename*=bogus''%41")).toEqual(["a", "%41"]);
});

test("the content type has parameters of its own, in an object without a prototype", () => {
  const { contentType, contentTypeExtra } = head("Content-Type: TEXT/Plain ; Charset=koi8-r; __proto__=x; title*=utf-8''%C3%A9");
  expect(contentType).toBe("text/plain");
  expect(Object.entries(contentTypeExtra)).toEqual([
    ["charset", "koi8-r"],
    ["__proto__", "x"],
    ["title", "é"],
  ]);
  expect(Object.getPrototypeOf(contentTypeExtra)).toBeNull();
  expect(head("X: y")).toMatchObject({ contentType: "", contentTypeExtra: {}, contentLength: null, base64: false });
});

test("of repeated headers the last one counts, and only those that begin with Content-", () => {
  const { name, contentType, contentLength, base64 } = head(
    "content-disposition: form-data; name=a",
    "X-Content-Type: a/b",
    "Content-Type: a/b",
    "CONTENT-TYPE: c/d",
    "Content-Length: 1",
    "Content-Length: 2",
    "Content-Transfer-Encoding: base64",
    "Content-Disposition: form-data; name=b",
  );
  expect([name, contentType, contentLength, base64]).toEqual(["b", "c/d", 2, true]);
});

test("a line without a colon is no header", () => {
  for (const line of ['Content-Dispositiona; name="b"', 'Content-Disposition; name="b"', "Content-TypeX"]) {
    expect(head("Content-Disposition: form-data; name=a", line)).toMatchObject({ name: "a", contentType: "" });
  }
});

test("white space around a header and its value is Python's, and around a name that of ASCII", () => {
  expect(head('\x1cContent-Disposition:\x85form-data; name="\t\xa0a "').name).toBe("\xa0a");
  expect(head("\x85\x1fContent-Type:\xa0\u3000Text/Plain").contentType).toBe("text/plain");
  expect(head("Content-Transfer-Encoding:\x1fbase64").base64).toBe(true);
});

test("a line that is no UTF-8 is left out, and the others stay", () => {
  const block = Uint8Array.from("\r\nContent-Disposition: form-data; name=\xe9\r\nContent-Type: text/plain\r\n", (char) =>
    char.charCodeAt(0),
  );
  expect(parseHead(block)).toMatchObject({ name: undefined, contentType: "text/plain" });
});

test("a length is read as Python's int() reads it", () => {
  for (const [text, value] of [
    ["12", 12],
    [" +1_000 ", 1000],
    ["-1", -1],
    ["", null],
    ["1.5", null],
    ["1__0", null],
    ["0x10", null],
    ["1e3", null],
  ] as const) {
    expect([text, integer(text)]).toEqual([text, value]);
  }
});

test("takes linear time, whatever the header repeats", async () => {
  for (const piece of [";a=b", '\\"', ";", " ", '"', "*0=a;", "\r\nContent-Type: a", "%"]) {
    const make = (size: number): Uint8Array =>
      bytes(`\r\nContent-Disposition: form-data; name="a"; x="${piece.repeat(size / piece.length)}`);
    expect(await growth(2 ** 15, make, (block) => parseHead(block))).toBeLessThan(LINEAR);
  }
});
