import { describe, expect, test } from "vitest";
import { overrideSettings } from "../../src/conf/index.ts";
import { MemoryFileUploadHandler, TemporaryFileUploadHandler } from "../../src/core/files/uploadhandler.ts";
import { MultiPartParser } from "../../src/http/multipartparser.ts";
import { growth, LINEAR } from "../linear.ts";
import { BOUNDARY, bytes, CONTENT_TYPE, chunked, cut, form, outcome, parse, part, Recorder, Source, text } from "./multipart.ts";

const rejects = (name: string): unknown => expect.objectContaining({ name });
const ANYTHING = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i)).join("");

/** `chunk` for ever, after `first`. */
function* endless(first: string, chunk: string): Generator<Uint8Array> {
  yield bytes(first);
  for (const next = bytes(chunk); ; ) yield next.slice();
}

describe("the content type", () => {
  const parser = (contentType: string, length?: string): MultiPartParser =>
    new MultiPartParser({ CONTENT_TYPE: contentType, CONTENT_LENGTH: length }, null, []);

  test("has to be multipart, in ASCII, with a boundary of 1 to 201 printable characters", () => {
    for (const [contentType, message] of [
      ["", "Invalid Content-Type: "],
      ["text/plain; boundary=a", "Invalid Content-Type: text/plain; boundary=a"],
      ["multipart/form-data; boundary=é", "Invalid non-ASCII Content-Type in multipart: multipart/form-data; boundary=é"],
      ["multipart/form-data", "Invalid boundary in multipart: undefined"],
      ["multipart/form-data; boundary=", "Invalid boundary in multipart: "],
      ['multipart/form-data; boundary="a "', "Invalid boundary in multipart: a "],
      [`multipart/form-data; boundary=${"a".repeat(202)}`, `Invalid boundary in multipart: ${"a".repeat(202)}`],
    ]) {
      expect(() => parser(contentType as string)).toThrow(
        expect.objectContaining({ name: "MultiPartParserError", message }) as unknown as Error,
      );
    }
    for (const boundary of ["a", "a".repeat(201), '"a b"', "-----", "'()+_,./:=?"])
      parser(`multipart/form-data; boundary=${boundary}`);
  });

  test("with a boundary of 10 KB is refused, and looked at once", () => {
    expect(() => parser(`multipart/form-data; boundary=${"a".repeat(10_240)}`)).toThrow("Invalid boundary");
    expect(() => parser(`multipart/form-data; boundary=${"a ".repeat(5120)}`)).toThrow("Invalid boundary");
  });

  test("goes with a length that is not negative", async () => {
    expect(() => parser(CONTENT_TYPE, "-1")).toThrow("Invalid content length: -1");
    const [fields, files] = await new MultiPartParser(
      { CONTENT_TYPE, CONTENT_LENGTH: "0" },
      bytes(form(part('name="a"', "1"))),
      [],
    ).parse();
    expect([fields.size, files.size]).toEqual([0, 0]);
  });

  test("may have a boundary that the body's data is full of", async () => {
    for (const boundary of ["-", "--", "a", "aa", "-a-a"]) {
      const body = `--${boundary}\r\nContent-Disposition: form-data; name="x"\r\n\r\n- -\r\n--${boundary}--`;
      expect(await outcome(body, { contentType: `multipart/form-data; boundary=${boundary}` })).toEqual({
        fields: { x: ["- -"] },
        files: {},
      });
    }
  });
});

describe("fields", () => {
  test("come in their order, repeated ones together, in a dictionary that is immutable", async () => {
    const [fields] = await parse(form(part('name="b"', "1"), part('name="a"', "2"), part('name="b"', "3"), part('name="c"', "")));
    expect([...fields.lists()]).toEqual([
      ["b", ["1", "3"]],
      ["a", ["2"]],
      ["c", [""]],
    ]);
    expect(() => fields.set("a", "1")).toThrow("This QueryDict instance is immutable");
  });

  test("are in the charset of the form, which _charset_ does not change", async () => {
    const body = Uint8Array.from(form(part('name="_charset_"', "latin-1"), part('name="\xc1"', "\xc2")), (char) =>
      char.charCodeAt(0),
    );
    const [koi8] = await parse(body, { encoding: "koi8-r" });
    // Django decodes the header of a part as UTF-8 first, and drops a line that is none.
    expect([...koi8.lists()]).toEqual([["_charset_", ["latin-1"]]]);
    const value = Uint8Array.from(form(part('name="a"', "\xc1")), (char) => char.charCodeAt(0));
    expect((await parse(value, { encoding: "koi8-r" }))[0].get("a")).toBe("а");
    expect((await parse(value, { encoding: "utf-8" }))[0].get("a")).toBe("\ufffd");
  });

  test("in base64 are decoded, and kept where they are none", async () => {
    const base64 = "Content-Transfer-Encoding: base64";
    const values = ["YWJj", "YW\r\nJj", "Y!W@J#j", "YQ==", "YQ", "=", ""];
    const [fields] = await parse(form(...values.map((value) => part('name="a"', value, base64))));
    expect(fields.getlist("a")).toEqual(["abc", "abc", "abc", "a", "YQ", "", ""]);
  });

  test("may hold anything, a form with another boundary too", async () => {
    const nested = '--inner\r\nContent-Disposition: form-data; name="b"\r\n\r\n1\r\n--inner--\r\n';
    const [fields] = await parse(
      form(part('name="a"', nested, "Content-Type: multipart/mixed; boundary=inner"), part('name="z"', ANYTHING)),
    );
    expect([...fields.lists()]).toEqual([
      ["a", [nested]],
      ["z", [ANYTHING]],
    ]);
  });

  test("without a name are left out, and so is what stands before and after the form", async () => {
    const nameless = `--${BOUNDARY}\r\nContent-Type: text/plain\r\n\r\nx\r\n--${BOUNDARY}\r\n\r\nx\r\n`;
    const body = `preamble\r\n\r\n${nameless}${form(part('name="a"', "1"))}epilogue\r\n\r\nx`;
    expect(await outcome(body)).toEqual({ fields: { a: ["1"] }, files: {} });
  });
});

describe("files", () => {
  test("have what their headers say", async () => {
    const handler = new Recorder();
    const heads: unknown[] = [];
    handler.fileComplete = () => {
      const { fieldName, fileName, contentType, contentLength, charset, contentTypeExtra } = handler;
      heads.push([fieldName, fileName, contentType, contentLength, charset, { ...contentTypeExtra }]);
    };
    const type = "Content-Type: Text/Plain; charset=UTF-8; x=\"a;b\"; y*=utf-8''%C3%A9";
    await parse(
      form(
        part('name=" f "; filename="é.txt"', "1", type, "Content-Length: 12"),
        part("name=g; filename=b.txt", "1"),
        part(
          "name=h; filename=a.txt; filename*=utf-8'en'%E2%82%AC%20rates.txt",
          "1",
          "content-type:  image/png",
          "Content-Length: x",
        ),
        part('name="i"; filename="a\\"b\\\\c"', "1"),
      ),
      { handlers: [handler] },
    );
    expect(heads).toEqual([
      ["f", "é.txt", "text/plain", 12, "UTF-8", { charset: "UTF-8", x: "a;b", y: "é" }],
      ["g", "b.txt", "", null, null, {}],
      ["h", "€ rates.txt", "image/png", null, null, {}],
      ["i", "c", "", null, null, {}],
    ]);
  });

  test("have base names, without what does not print, HTML entities decoded", () => {
    const parser = new MultiPartParser({ CONTENT_TYPE }, null, []);
    for (const [name, expected] of [
      // Django's tests/file_uploads: CANDIDATE_TRAVERSAL_FILE_NAMES and its neighbours.
      ["/tmp/hax0rd.txt", "hax0rd.txt"],
      ["C:\\Windows\\hax0rd.txt", "hax0rd.txt"],
      ["C:/Windows/hax0rd.txt", "hax0rd.txt"],
      ["\\tmp\\hax0rd.txt", "hax0rd.txt"],
      ["subdir/hax0rd.txt", "hax0rd.txt"],
      ["..\\..\\hax0rd.txt", "hax0rd.txt"],
      ["../..\\hax0rd.txt", "hax0rd.txt"],
      ["../hax0rd.txt", "hax0rd.txt"],
      ["&sol;hax0rd.txt", "hax0rd.txt"],
      ["&#x2F;hax0rd.txt", "hax0rd.txt"],
      ["&bsol;..&#47;hax0rd.txt", "hax0rd.txt"],
      ["&amp;sol;x", "&sol;x"],
      ["a&lt;b&notit;.txt", "a<b¬it;.txt"],
      ["hax0\t\r\nrd\0.txt\u2028", "hax0rd.txt"],
      ["a\u202etxt.exe", "atxt.exe"],
      [".hidden", ".hidden"],
      ["...", "..."],
    ]) {
      expect([name, parser.sanitizeFileName(name as string)]).toEqual([name, expected]);
    }
    for (const name of ["", ".", "..", "/", "a/", "a\\..", "&#46;&period;", "\0", "x/\u200b"]) {
      expect([name, parser.sanitizeFileName(name)]).toEqual([name, null]);
    }
  });

  test("without a name, or whose name is empty once it is sanitised, are none", async () => {
    for (const name of ["", "..", "a/", "\0"]) {
      const body = form(part(`name="f"; filename="${name}"`, "x"), part('name="a"', "1"));
      expect(await outcome(body)).toEqual({ fields: { ...(name ? {} : { f: ["x"] }), a: ["1"] }, files: {} });
    }
  });

  test("in base64 are decoded over any cut, junk and line breaks left out", async () => {
    const data = ANYTHING.slice(0, 100);
    const encoded = btoa(data).replace(/.{7}/g, "$&\r\n").replace(/.{11}/gs, "$&\t*");
    const body = bytes(form(part('name="f"; filename="f"', encoded, "Content-Transfer-Encoding: base64"), part('name="a"', "1")));
    for (let size = 1; size < 40; size++) {
      expect(await outcome(chunked(cut(body, size)))).toEqual({ fields: { a: ["1"] }, files: { f: data } });
    }
    for (const bad of ["YQ", "YWJjY", "Y"]) {
      // A file whose field has no name is read too, but is none.
      for (const name of ["f", ""]) {
        const broken = form(part(`name="${name}"; filename="f"`, bad, "Content-Transfer-Encoding: base64"));
        await expect(parse(broken)).rejects.toEqual(rejects("MultiPartParserError"));
      }
    }
  });
});

describe("any cut of the body", () => {
  const body = bytes(
    form(
      part('name="a"', "1\r\n--BoUn\r\n"),
      part('name="f"; filename="ü.bin"', `\r\n${ANYTHING}\r\n--BoUn`, "Content-Type: application/octet-stream"),
      part('name="g"; filename="empty"', ""),
      part('name="é"', "ü"),
    ),
  );

  test("in two or three, and into pieces of any one size, gives the same", async () => {
    const whole = await outcome(body.slice());
    expect(whole).toEqual({
      fields: { a: ["1\r\n--BoUn\r\n"], é: ["ü"] },
      files: { "ü.bin": String.fromCharCode(...bytes(`\r\n${ANYTHING}\r\n--BoUn`)), empty: "" },
    });
    for (let i = 0; i < body.length; i++) {
      expect(await outcome(chunked([body.slice(0, i), body.slice(i)]))).toEqual(whole);
      const pieces = [body.slice(0, i), body.slice(i, i + 3), body.slice(i + 3)];
      expect(await outcome(chunked(pieces))).toEqual(whole);
    }
    for (let size = 1; size < 80; size++) expect(await outcome(chunked(cut(body, size)))).toEqual(whole);
  });

  test("in two leaves whole files whole where the second half is missing, and tells the handlers of the one that is not", async () => {
    const delimiters = [...text(body).matchAll(/--BoUnD/g)].map(({ index }) => bytes(text(body).slice(0, index)).length);
    // A file is complete once something follows the delimiter after it.
    const ends = [delimiters[2], delimiters[3]].map((start) => (start as number) + `--${BOUNDARY}`.length);
    for (let length = 0; length <= body.length; length++) {
      const handler = new Recorder();
      await parse(chunked(cut(body.slice(0, length), 50)), { handlers: [handler] });
      const complete = handler.calls.filter((call) => call.startsWith("fileComplete")).length;
      expect([length, complete]).toEqual([length, ends.filter((end) => length > end).length]);
      const begun = handler.calls.filter((call) => call.startsWith("newFile")).length;
      expect([length, handler.calls.includes("uploadInterrupted")]).toEqual([length, begun > complete]);
      expect(handler.calls.at(-1)).toBe("uploadComplete");
    }
  });
});

describe("what looks like a delimiter", () => {
  const delimiter = `\r\n--${BOUNDARY}`;

  test("is data, at every offset and up to its last byte", async () => {
    for (let length = 1; length < delimiter.length; length++) {
      for (let offset = 0; offset < 12; offset++) {
        const begun = delimiter.slice(0, length);
        const data = `${"x".repeat(offset)}${begun}${"x".repeat(12 - offset)}${begun}${begun}`;
        // Django takes a line break before the delimiter for its own, once.
        const body = bytes(form(part('name="f"; filename="f"', data), part('name="a"', data)));
        const expected = { fields: { a: [data] }, files: { f: data } };
        expect(await outcome(body)).toEqual(expected);
        expect(await outcome(chunked(cut(body, 5)))).toEqual(expected);
      }
    }
  });

  test("and never becomes one costs linear time", async () => {
    for (const [boundary, data] of [
      ["a".repeat(200), "a".repeat(199)],
      ["a".repeat(200), `${"a".repeat(199)}b`],
      [`b${"a".repeat(199)}`, "a"],
      [`${"a".repeat(100)}b${"a".repeat(99)}`, "a"],
      ["-", "-\r\n"],
    ] as const) {
      const contentType = `multipart/form-data; boundary=${boundary}`;
      const make = (size: number): Uint8Array =>
        bytes(
          `--${boundary}\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n${`--${data}`.repeat(size / data.length)}`,
        );
      const work = (body: Uint8Array): unknown => parse(body, { contentType, handlers: [new MemoryFileUploadHandler()] });
      await overrideSettings({ FILE_UPLOAD_MAX_MEMORY_SIZE: 2 ** 30, DATA_UPLOAD_MAX_NUMBER_FIELDS: null }, async () => {
        expect(await growth(2 ** 16, make, work)).toBeLessThan(LINEAR);
      });
    }
  });
});

describe("limits", () => {
  test("DATA_UPLOAD_MAX_NUMBER_FIELDS counts what is no file; a million tiny parts stop there, and the rest is not read", async () => {
    const source = new Source(endless("", `--${BOUNDARY}\r\n\r\n`.repeat(1000)));
    await expect(parse(source.stream)).rejects.toEqual(rejects("TooManyFieldsSent"));
    expect(source.made).toBeLessThan(4);
    const fields = (count: number): string =>
      form(...Array.from({ length: count }, (_, i) => part(`name="${i}"`, "")), part('name="f"; filename="f"', ""));
    await overrideSettings({ DATA_UPLOAD_MAX_NUMBER_FIELDS: 5 }, async () => {
      expect((await parse(fields(5)))[0].size).toBe(5);
      await expect(parse(fields(6))).rejects.toEqual(rejects("TooManyFieldsSent"));
    });
  });

  test("a million tiny parts are read where there is no limit, or none that they count for", async () => {
    function* many(thousands: number, one: string): Generator<Uint8Array> {
      const thousand = bytes(one.repeat(1000));
      for (let i = 0; i < thousands; i++) yield thousand.slice();
      yield bytes(form(part('name="a"', "1")));
    }
    await overrideSettings({ DATA_UPLOAD_MAX_NUMBER_FIELDS: null }, async () => {
      expect(await outcome(chunked(many(1000, `--${BOUNDARY}\r\n\r\n`)))).toEqual({ fields: { a: ["1"] }, files: {} });
    });
    const nameless = `--${BOUNDARY}\r\nContent-Disposition: x; filename=x\r\n\r\n\r\n`;
    expect(await outcome(chunked(many(100, nameless)))).toEqual({ fields: { a: ["1"] }, files: {} });
  }, 60_000);

  test("DATA_UPLOAD_MAX_NUMBER_FILES counts files", async () => {
    const files = (count: number): string =>
      form(...Array.from({ length: count }, (_, i) => part(`name="f"; filename="${i}"`, "")));
    await overrideSettings({ DATA_UPLOAD_MAX_NUMBER_FILES: 3 }, async () => {
      expect(await outcome(files(3))).toEqual({ fields: {}, files: { 0: "", 1: "", 2: "" } });
      await expect(parse(files(4))).rejects.toEqual(rejects("TooManyFilesSent"));
    });
    await overrideSettings({ DATA_UPLOAD_MAX_NUMBER_FILES: null }, async () => {
      await parse(files(200));
    });
  });

  test("DATA_UPLOAD_MAX_MEMORY_SIZE counts names and values, not files; what is over it is not read", async () => {
    await overrideSettings({ DATA_UPLOAD_MAX_MEMORY_SIZE: 100 }, async () => {
      const file = part('name="f"; filename="f"', "x".repeat(1000));
      await parse(form(file, part('name="ab"', "x".repeat(96))));
      await expect(parse(form(part('name="ab"', "x".repeat(97)), file))).rejects.toEqual(rejects("RequestDataTooBig"));
      await expect(parse(form(part('name="a"', "x".repeat(50)), part('name="b"', "x".repeat(50))))).rejects.toEqual(
        rejects("RequestDataTooBig"),
      );
      const field = new Source(endless(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="a"\r\n\r\n`, "x".repeat(60)));
      await expect(parse(field.stream)).rejects.toEqual(rejects("RequestDataTooBig"));
      expect(field.made).toBeLessThan(6);
    });
  });

  test("a part's header and the line breaks around it have at most 1024 bytes, and an endless one is not waited for", async () => {
    const head = 'Content-Disposition: form-data; name="a"\r\nX: ';
    const padded = (size: number): string => form(`--${BOUNDARY}\r\n${head}${"x".repeat(size - head.length)}\r\n\r\n1\r\n`);
    expect(await outcome(padded(1018))).toEqual({ fields: { a: ["1"] }, files: {} });
    await expect(parse(padded(1019))).rejects.toEqual(rejects("MultiPartParserError"));
    for (const chunk of ["x", "X: x\r\n", "\r\n\r", "x".repeat(500)]) {
      const source = new Source(endless(`--${BOUNDARY}\r\n${head}`, chunk));
      await expect(parse(source.stream)).rejects.toThrow("Request max total header size exceeded.");
      expect(source.made).toBeLessThan(1200);
    }
  });

  test("parameters by the thousand are cut off by that, and those that fit are read", async () => {
    const disposition = (count: number): string => `name="a"${";b".repeat(count)};c="${'\\"'.repeat(count)}"`;
    expect(await outcome(form(part(disposition(200), "1")))).toEqual({ fields: { a: ["1"] }, files: {} });
    await expect(parse(form(part(disposition(5000), "1")))).rejects.toEqual(rejects("MultiPartParserError"));
  });

  test("an endless preamble is an error, or it is thrown away as it comes", async () => {
    const source = new Source(endless("", "x".repeat(500)));
    await expect(parse(source.stream)).rejects.toEqual(rejects("MultiPartParserError"));
    expect(source.made).toBeLessThan(5);

    function* lines(): Generator<Uint8Array> {
      const line = bytes("\r\n\r\nx".repeat(10_000));
      for (let i = 0; i < 300; i++) yield line.slice();
      yield bytes(form(part('name="a"', "1")));
    }
    expect(await outcome(chunked(lines()))).toEqual({ fields: { a: ["1"] }, files: {} });
  });

  test("FILE_UPLOAD_MAX_MEMORY_SIZE is the whole body's without a length, and names the remedy", async () => {
    const handlers = [new MemoryFileUploadHandler()];
    await overrideSettings({ FILE_UPLOAD_MAX_MEMORY_SIZE: 100 }, async () => {
      const error = await parse(form(part('name="f"; filename="big.bin"', "x".repeat(101))), { handlers }).catch(
        (error) => error,
      );
      expect(error).toEqual(rejects("RequestDataTooBig"));
      expect(error.message).toContain('"big.bin"');
      expect(error.message).toContain("FILE_UPLOAD_HANDLERS");
    });
  });
});

describe("a body that comes in single bytes", () => {
  test("takes linear time, for a field and for a file", async () => {
    await overrideSettings({ DATA_UPLOAD_MAX_MEMORY_SIZE: null, FILE_UPLOAD_MAX_MEMORY_SIZE: 2 ** 30 }, async () => {
      for (const disposition of ['name="a"', 'name="f"; filename="f"']) {
        const make = (size: number): Uint8Array => bytes(form(part(disposition, "x".repeat(size))));
        const work = (body: Uint8Array): unknown => parse(chunked(cut(body, 1)), { handlers: [new MemoryFileUploadHandler()] });
        expect(await growth(2 ** 13, make, work)).toBeLessThan(LINEAR);
      }
    });
  });
});

describe("a file that no handler takes", () => {
  const body = form(part('name="f"; filename="f.txt"', "data"));

  test("is an error that names it and the remedy", async () => {
    const passing = new Recorder();
    passing.receiveDataChunk = (data) => data;
    for (const handlers of [[], [passing], [passing, passing]]) {
      const error = await parse(body, { handlers }).catch((error) => error);
      expect(error).toEqual(rejects("ImproperlyConfigured"));
      expect(error.message).toContain('"f.txt" of the field "f"');
      expect(error.message).toContain("FILE_UPLOAD_HANDLERS");
    }
  });

  test("is none where one of them took its data, or gives a file for it", async () => {
    expect((await parse(body))[1].size).toBe(0);
    const passing = new Recorder();
    passing.receiveDataChunk = (data) => data;
    expect((await parse(body, { handlers: [passing, new MemoryFileUploadHandler()] }))[1].get("f")?.size).toBe(4);
  });
});

test("temporary files need a disk, and say so where there is none", async () => {
  const parsing = parse(form(part('name="f"; filename="f.txt"', "data")), { handlers: [new TemporaryFileUploadHandler()] });
  if (globalThis.navigator?.userAgent === "Cloudflare-Workers") {
    await expect(parsing).rejects.toThrow("There is no disk here for a TemporaryFileUploadHandler.");
    return;
  }
  const file = (await parsing)[1].getItem("f");
  expect(file).toMatchObject({ name: "f.txt", size: 4 });
  if ("close" in file) file.close();
});
