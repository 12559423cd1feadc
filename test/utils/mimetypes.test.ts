import { expect, test } from "vitest";
import { guessContentType } from "../../src/utils/mimetypes.ts";

// Expected values: Python 3.12's mimetypes.types_map, and Django's FileResponse for compressed files.
test.each([
  ["a.txt", "text/plain"],
  ["a.TXT", "text/plain"],
  ["a.b.c.pdf", "application/pdf"],
  ["a..txt", "text/plain"],
  ["a.js", "text/javascript"],
  ["a.mjs", "text/javascript"],
  ["a.py", "text/x-python"],
  ["a.xls", "application/vnd.ms-excel"],
  ["a.ico", "image/vnd.microsoft.icon"],
  ["a.3gp", "audio/3gpp"],
  ["a.avi", "video/x-msvideo"],
  ["a.wav", "audio/x-wav"],
  ["a.tar", "application/x-tar"],
  ["a.rdf", "application/xml"],
  ["a:b.css", "text/css"],
  ["a:.css", "application/octet-stream"],
  [":.css", "text/css"],
])("%s is %s as in Python", (name, type) => {
  expect(guessContentType(name)).toBe(type);
});

test.each([
  ["a.webp", "image/webp"],
  ["a.woff2", "font/woff2"],
  ["a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"],
])("%s, which Python 3.12 does not know, is %s", (name, type) => {
  expect(guessContentType(name)).toBe(type);
});

test.each([
  ["a.gz", "application/gzip"],
  ["a.tar.gz", "application/gzip"],
  ["a.unknown.gz", "application/gzip"],
  ["a.tgz", "application/gzip"],
  ["a.TGZ", "application/gzip"],
  ["a.svgz", "application/gzip"],
  ["a.tbz2", "application/x-bzip"],
  ["a.bz2", "application/x-bzip"],
  ["a.txz", "application/x-xz"],
  ["a.html.br", "application/x-brotli"],
  ["a.Z", "application/x-compress"],
  ["a.z", "application/octet-stream"],
  ["a.txt.GZ", "application/octet-stream"],
])("%s, compressed, is %s", (name, type) => {
  expect(guessContentType(name)).toBe(type);
});

test.each([
  "",
  "noext",
  ".txt",
  ".gz",
  "..",
  "...txt",
  "a.",
  "a.txt ",
  "a.tx t",
  "a.constructor",
  "a.__proto__",
  "a.unknown",
  "a.md",
])("%j has no type of its own", (name) => {
  expect(guessContentType(name)).toBe("application/octet-stream");
});

test("takes a name of any length in one pass", () => {
  expect(guessContentType(".".repeat(1_000_000))).toBe("application/octet-stream");
  expect(guessContentType(`${"a.".repeat(1_000_000)}png`)).toBe("image/png");
});
