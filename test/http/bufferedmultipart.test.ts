import { describe, expect, onTestFinished, test } from "vitest";
import { overrideSettings } from "../../src/conf/index.ts";
import { MemoryFileUploadHandler } from "../../src/core/files/uploadhandler.ts";
import { BufferedMultiPartParser } from "../../src/http/bufferedmultipart.ts";
import { MultiPartParser } from "../../src/http/multipartparser.ts";
import { HttpRequest } from "../../src/http/request.ts";
import "../../src/uploads.ts";
import { BOUNDARY, bodies, bytes, cut, form, outcome, parse, part, Recorder, Source } from "./multipart.ts";

const Parser = BufferedMultiPartParser;

describe("BufferedMultiPartParser", () => {
  test.each(Object.entries(bodies))(
    "reads %s as Django does, whole and in pieces, and so does the streaming parser",
    async (_, given) => {
      const [body, expected] = given;
      for (const Parser of [MultiPartParser, BufferedMultiPartParser]) {
        expect(await outcome(body, { Parser })).toEqual(expected);
        expect(await outcome(new Source(cut(bytes(body), 10)).stream, { Parser })).toEqual(expected);
      }
    },
  );

  test("reads a body that is cut off anywhere as the streaming parser does", async () => {
    const [body] = bodies["a form of a browser"] as [string, unknown];
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
      const made = HttpRequest.fromRequest(new Request("http://testserver/", { method: "POST", body }));
      onTestFinished(() => made.close());
      return made;
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
      const [body] = bodies["a form of a browser"] as [string, unknown];
      await expect(parse(body, { Parser, handlers })).rejects.toEqual(expect.objectContaining({ name: "RequestDataTooBig" }));
    });
  });
});
