import { describe, expect, test } from "vitest";
import { overrideSettings } from "../../src/conf/index.ts";
import { MemoryFileUploadHandler } from "../../src/core/files/uploadhandler.ts";
import { BufferedMultiPartParser } from "../../src/http/bufferedmultipart.ts";
import { MultiPartParser } from "../../src/http/multipartparser.ts";
import { HttpRequest } from "../../src/http/request.ts";
import "../../src/uploads.ts";
import { BOUNDARY, bytes, cut, form, outcome, parse, part, Recorder, Source } from "./multipart.ts";

const Parser = BufferedMultiPartParser;

/** Bodies on which parse-multipart-data by itself throws, or gives something else than Django. */
const bodies: Record<string, string> = {
  "a form of a browser": form(part('name="a"', "1"), part('name="f"; filename="f.txt"', "data", "Content-Type: text/plain")),
  "an empty file input": form(part('name="f"; filename=""', "", "Content-Type: application/octet-stream")),
  "names that are not ASCII": form(part('name="é"', "ü"), part('name="f"; filename="☃.txt"', "x", "Content-Type: text/plain")),
  "a file name with a semicolon": form(part('name="f"; filename="a;b.txt"', "x", "Content-Type: text/plain")),
  "a file name with quotes": form(part('name="f"; filename="a\\"b.txt"', "x", "Content-Type: text/plain")),
  "filename*": form(part("name=f; filename*=utf-8''%E2%82%AC", "x", "Content-Type: text/plain")),
  "an equals sign in a name": form(part('name="a=b"', "1")),
  "a file without a content type": form(part('name="f"; filename="f"', "x")),
  "parameters of the content type": form(part('name="f"; filename="f"', "x", "Content-Type: text/plain; charset=koi8-r")),
  "a field with a content type": form(part('name="a"', "1", "Content-Type: text/plain; charset=utf-8")),
  base64: form(part('name="a"', "YWJj", "Content-Transfer-Encoding: base64")),
  "a preamble": `preamble\r\n${form(part('name="a"', "1"))}`,
  "an epilogue": `${form(part('name="a"', "1"))}epilogue`,
  "a part without a name": `--${BOUNDARY}\r\nContent-Type: text/plain\r\n\r\nx\r\n${form(part('name="a"', "1"))}`,
  "a delimiter inside of a line": form(part('name="a"', `1--${BOUNDARY}2`)),
  "bare line feeds": form(part('name="a"', "1")).replaceAll("\r\n", "\n"),
  "data with line breaks": form(part('name="a"', "\r\n1\r\n\r\n2\n")),
  "no part at all": `--${BOUNDARY}--\r\n`,
  "no delimiter": "nothing",
  "only line breaks": "\r\n\r\n",
};

describe("BufferedMultiPartParser", () => {
  test.each(Object.entries(bodies))("reads %s as the streaming parser does, whole and in pieces", async (_, body) => {
    const expected = await outcome(body);
    expect(await outcome(body, { Parser })).toEqual(expected);
    expect(await outcome(new Source(cut(bytes(body), 10)).stream, { Parser })).toEqual(expected);
  });

  test("reads a body that is cut off anywhere as the streaming parser does", async () => {
    const body = bodies["a form of a browser"] as string;
    for (let length = 0; length < body.length; length++) {
      expect(await outcome(body.slice(0, length), { Parser })).toEqual(await outcome(body.slice(0, length)));
    }
  });

  test("fails as the streaming parser does", async () => {
    const header = `--${BOUNDARY}\r\nX: ${"x".repeat(2000)}\r\n\r\n`;
    await expect(parse(header, { Parser })).rejects.toThrow("Request max total header size exceeded.");
    await overrideSettings({ DATA_UPLOAD_MAX_NUMBER_FIELDS: 1 }, async () => {
      const body = form(part('name="a"', "1"), part('name="b"', "1"));
      await expect(parse(body, { Parser })).rejects.toEqual(expect.objectContaining({ name: "TooManyFieldsSent" }));
    });
    expect(() => new Parser({ CONTENT_TYPE: "text/plain" }, null, [])).toThrow("Invalid Content-Type: text/plain");
  });

  test("hands a large body to the streaming parser, which waits for the handlers", async () => {
    const chunk = "x".repeat(64 * 2 ** 10);
    const chunks = [part('name="f"; filename="f"', "").slice(0, -2), ...Array(20).fill(chunk), `\r\n--${BOUNDARY}--`];
    const source = new Source(chunks.map(bytes));
    const handler = new Recorder();
    const made: number[] = [];
    handler.receiveDataChunk = () => {
      made.push(source.made);
      return undefined;
    };
    await parse(source.stream, { Parser, handlers: [handler] });
    expect(made.length).toBeGreaterThanOrEqual(20);
    expect(made[0]).toBeLessThan(9);
    expect(handler.calls).toContain(`fileComplete ${20 * chunk.length}`);
  });

  test("is chosen by the request, or by MULTIPART_PARSER", async () => {
    const request = (): HttpRequest => {
      const body = new FormData();
      body.append("a", "é");
      body.append("f", new File(["data"], "f.txt", { type: "text/plain" }));
      return HttpRequest.fromRequest(new Request("http://testserver/", { method: "POST", body }));
    };
    const chosen = request();
    expect(chosen.multipartParserClass).toBe(MultiPartParser);
    chosen.multipartParserClass = Parser;
    expect((await chosen.POST).get("a")).toBe("é");
    expect((await chosen.FILES).get("f")).toMatchObject({ name: "f.txt", size: 4, contentType: "text/plain" });
    await overrideSettings({ MULTIPART_PARSER: Parser }, async () => {
      const set = request();
      expect(set.multipartParserClass).toBe(Parser);
      expect((await set.POST).get("a")).toBe("é");
    });
  });

  test("puts files into memory within the same limit", async () => {
    await overrideSettings({ FILE_UPLOAD_MAX_MEMORY_SIZE: 3 }, async () => {
      const handlers = [new MemoryFileUploadHandler()];
      const body = bodies["a form of a browser"] as string;
      await expect(parse(body, { Parser, handlers })).rejects.toEqual(expect.objectContaining({ name: "RequestDataTooBig" }));
    });
  });
});
