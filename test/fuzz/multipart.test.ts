/** Multipart forms: the same however they come, an error of the documented ones or an answer, and no more than was sent. */

import fc from "fast-check";
import { describe, expect } from "vitest";
import { InMemoryUploadedFile, type UploadedFile } from "../../src/core/files/uploadedfile.ts";
import { BufferedMultiPartParser, MemoryFileUploadHandler, MultiPartParser } from "../../src/uploads.ts";
import { Base64Decoder } from "../../src/utils/base64.ts";
import { multiparts } from "./corpus.ts";
import { cut, cuts, latin1, mutated, property, textOf, toWellFormed, wellFormed } from "./fuzz.ts";

const TOKENS = [
  ...[
    "--B",
    "--B--",
    "\r\n",
    "\n",
    "\r",
    "--",
    "-",
    "B",
    "\r\n\r\n",
    "\r\n--B\r\n",
    'Content-Disposition: form-data; name="a"',
    'name="',
    '"',
  ],
  ...[
    "; filename=",
    "filename*=utf-8''%41",
    "Content-Type: text/plain",
    "Content-Transfer-Encoding: base64",
    "Content-Length: 1",
    "YWJj",
    "=",
    ":",
  ],
  ...["\xc3\xa9", "\xff", "x".repeat(600), "&#x2e;", "\\", "/", "..", "_charset_"],
];
const ERRORS = ["MultiPartParserError", "TooManyFieldsSent", "TooManyFilesSent", "RequestDataTooBig", "SuspiciousFileOperation"];
const body = fc.oneof(mutated(multiparts, ...TOKENS), textOf(...TOKENS)).map((text) => text.replace(/[^\0-\xff]/g, "?"));

interface Read {
  fields: unknown[];
  files: unknown[];
  error?: string;
}

/** All that a form comes to, to be compared. */
async function read(
  stream: ReadableStream<Uint8Array> | Uint8Array,
  Parser: typeof MultiPartParser,
  encoding = "utf-8",
  boundary = "B",
): Promise<Read> {
  const META = { CONTENT_TYPE: `multipart/form-data; boundary="${boundary}"` };
  try {
    const [post, files] = await new Parser(META, stream, [new MemoryFileUploadHandler()], encoding).parse();
    const list = [...files.lists()].flatMap(([name, all]) => all.map((file): [string, UploadedFile] => [name, file]));
    const read = list.map(async ([name, file]) => [
      name,
      file.name,
      file.size,
      file.contentType,
      { ...file.contentTypeExtra },
      await file.read(),
    ]);
    return { fields: [...post.lists()], files: await Promise.all(read) };
  } catch (error) {
    const { name, message } = error as Error;
    if (!ERRORS.includes(name)) throw error;
    return { fields: [], files: [], error: message };
  }
}

describe("MultiPartParser", () => {
  property(
    "gives the same for any bytes, however they come in pieces",
    fc.tuple(body, cuts),
    async ([text, places]) => {
      const bytes = latin1(text);
      const whole = await read(bytes, MultiPartParser);
      expect(await read(cut(bytes, places), MultiPartParser)).toEqual(whole);
      const sent = whole.files.reduce((sum: number, file) => sum + (file as [unknown, unknown, number])[2], 0);
      expect(sent).toBeLessThanOrEqual(bytes.length);
    },
    multiparts.map((text): [string, number[]] => [text, [1, 2, 3, 50, 51, 52, 53]]),
  );

  property(
    "gives the same for any bytes as BufferedMultiPartParser",
    fc.tuple(body, cuts),
    async ([text, places]) => {
      const bytes = latin1(text);
      expect(await read(cut(bytes, places), BufferedMultiPartParser)).toEqual(await read(bytes, MultiPartParser));
    },
    multiparts.map((text): [string, number[]] => [text, [9]]),
  );

  property(
    "fails as documented in any charset and with any boundary",
    fc.tuple(body, fc.constantFrom("shift_jis", "latin-1", "utf-16", "koi8-r"), fc.constantFrom("B", "-", "--B", "\\", "a b")),
    async ([text, encoding, boundary]) => {
      await read(latin1(text), MultiPartParser, encoding, boundary);
    },
  );

  // What a browser may put into a name: it percent-encodes quotes and line breaks itself.
  const name = wellFormed.filter(
    (text) =>
      text !== "" &&
      !/["\\&/]|\p{Cc}/u.test(text) &&
      text === text.trim() &&
      !/\p{C}|\p{Z}/u.test(text) &&
      !/^\.+$/.test(text) &&
      text.length < 100,
  );
  const entry = fc.oneof(
    fc.tuple(name, fc.oneof(wellFormed, textOf("\r\n", "--", "--B", "-"))),
    fc.tuple(name, fc.record({ filename: name, content: fc.uint8Array({ maxLength: 300 }) })),
  );
  property(
    "reads what the platform's FormData writes",
    fc.tuple(fc.array(entry, { maxLength: 8 }), cuts),
    async ([entries, places]) => {
      const form = new FormData();
      const fields: [string, string][] = [];
      const files: [string, string, Uint8Array][] = [];
      for (const [key, value] of entries) {
        if (typeof value === "string") {
          form.append(key, toWellFormed(value)); // workerd writes a lone surrogate as three bytes
          fields.push([key, toWellFormed(value).replace(/\r\n|\r|\n/g, "\r\n")]);
        } else {
          form.append(key, new File([value.content as Uint8Array<ArrayBuffer>], value.filename));
          files.push([key, value.filename, value.content]);
        }
      }
      const request = new Request("http://a/", { method: "POST", body: form });
      const META = { CONTENT_TYPE: request.headers.get("content-type") as string };
      const bytes = new Uint8Array(await request.arrayBuffer());
      const [post, sent] = await new MultiPartParser(META, cut(bytes, places), [new MemoryFileUploadHandler()]).parse();
      const values = [...post.lists()].flatMap(([key, list]) => list.map((value) => [key, value.replace(/\r\n|\r|\n/g, "\r\n")]));
      expect(values.sort()).toEqual(fields.sort());
      const contents = [...sent.lists()].flatMap(([key, list]) => list.map(async (file) => [key, file.name, await file.read()]));
      const order = (all: unknown[][]): unknown[][] => all.sort((a, b) => (String(a) < String(b) ? -1 : 1));
      expect(order(await Promise.all(contents))).toEqual(order(files));
    },
  );

  property(
    "a file name is a base name, or none",
    textOf("/", "\\", "..", ".", "&#x2f;", "&sol;", "&#47", "\u202e", "\0", "a", "C:", " "),
    (text) => {
      const parser = new MultiPartParser({ CONTENT_TYPE: "multipart/form-data; boundary=B" }, null, []);
      const name = parser.sanitizeFileName(text);
      if (name === null) return;
      expect(name).not.toMatch(/[/\\]|\p{Cc}|^\.\.?$|^$/u);
      expect(new InMemoryUploadedFile(new Uint8Array(), null, name).name.length).toBeGreaterThan(0);
    },
  );
});

describe("Base64Decoder", () => {
  property(
    "decodes what the platform encodes, in any pieces, with white space anywhere",
    fc.tuple(fc.uint8Array({ maxLength: 200 }), cuts, fc.array(fc.nat(300))),
    ([bytes, places, blanks]) => {
      let text = btoa(String.fromCharCode(...bytes));
      for (const at of blanks) text = `${text.slice(0, at)}\r\n ${text.slice(at)}`;
      const encoded = latin1(text);
      const decoder = new Base64Decoder();
      const at = [0, ...places.map((place) => place % (encoded.length + 1)).sort((a, b) => a - b)];
      const decoded = at.flatMap((start, i) => [...decoder.decode(encoded.subarray(start, at[i + 1] ?? encoded.length))]);
      expect(decoded).toEqual([...bytes]);
      expect(decoder.complete).toBe(true);
    },
  );

  property("decodes any bytes to fewer", fc.uint8Array({ maxLength: 200 }), (bytes) => {
    expect(new Base64Decoder().decode(bytes).length).toBeLessThanOrEqual(bytes.length);
  });
});
