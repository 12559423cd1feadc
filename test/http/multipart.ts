/** Bodies of multipart forms, whole and in pieces, and handlers that tell what happened to them. */

import { FileUploadHandler } from "../../src/core/files/uploadhandler.ts";
import type { BodySource } from "../../src/http/chunkreader.ts";
import { MultiPartParser } from "../../src/http/multipartparser.ts";

export const BOUNDARY = "BoUnD";
export const CONTENT_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

/** UTF-8. */
export const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
export const text = (data: Uint8Array): string => new TextDecoder().decode(data);

/** A part with `headers` after its `Content-Disposition`. */
export function part(disposition: string, data: string, ...headers: string[]): string {
  const lines = [`Content-Disposition: form-data; ${disposition}`, ...headers];
  return `--${BOUNDARY}\r\n${lines.join("\r\n")}\r\n\r\n${data}\r\n`;
}

/** A whole form. */
export const form = (...parts: string[]): string => `${parts.join("")}--${BOUNDARY}--\r\n`;

/** `body` in chunks of `size` bytes, each in a buffer of its own. */
export function* cut(body: Uint8Array, size: number): Generator<Uint8Array<ArrayBuffer>> {
  for (let at = 0; at < body.length; at += size) yield body.slice(at, at + size);
}

/** `chunks` without what a stream costs. */
export async function* chunked(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  yield* chunks;
}

/** A stream that makes a chunk when it is asked for one, and tells how many it has made. */
export class Source {
  made = 0;
  cancelled: unknown;
  readonly stream: ReadableStream<Uint8Array>;

  constructor(chunks: Iterable<Uint8Array>) {
    const iterator = chunks[Symbol.iterator]();
    this.stream = new ReadableStream(
      {
        pull: (controller) => {
          const { done, value } = iterator.next();
          if (done) return controller.close();
          this.made++;
          controller.enqueue(value);
        },
        cancel: (reason) => {
          this.cancelled = reason ?? "cancelled";
        },
      },
      { highWaterMark: 0 },
    );
  }
}

/** Takes files, and keeps what it was told. */
export class Recorder extends FileUploadHandler {
  readonly calls: string[] = [];
  readonly files = new Map<string, string>();
  readonly pieces: [size: number, start: number][] = [];

  override newFile(...args: Parameters<FileUploadHandler["newFile"]>): void {
    super.newFile(...args);
    this.calls.push(`newFile ${this.fileName}`);
    this.files.set(this.fileName, "");
  }

  override receiveDataChunk(data: Uint8Array, start: number): Uint8Array | null | undefined {
    this.pieces.push([data.byteLength, start]);
    if (!this.calls.at(-1)?.startsWith("receiveDataChunk")) this.calls.push("receiveDataChunk");
    this.files.set(this.fileName, this.files.get(this.fileName) + String.fromCharCode(...data));
    return undefined;
  }

  override fileComplete(size: number): ReturnType<FileUploadHandler["fileComplete"]> {
    this.calls.push(`fileComplete ${size}`);
  }

  override uploadComplete(): unknown {
    this.calls.push("uploadComplete");
    return undefined;
  }

  override uploadInterrupted(): unknown {
    this.calls.push("uploadInterrupted");
    return undefined;
  }
}

/** Parses `body` by the handlers, with a `Recorder` where there are none. */
export function parse(
  body: BodySource | string,
  {
    handlers = [new Recorder()],
    encoding = "utf-8",
    contentType = CONTENT_TYPE,
    Parser = MultiPartParser,
  }: {
    handlers?: readonly FileUploadHandler[];
    encoding?: string;
    contentType?: string;
    Parser?: typeof MultiPartParser;
  } = {},
): ReturnType<MultiPartParser["parse"]> {
  const source = typeof body === "string" ? bytes(body) : body;
  return new Parser({ CONTENT_TYPE: contentType }, source, handlers, encoding).parse();
}

/** The fields of a form by name, and the content of its files by their names. */
export interface Form {
  fields: Record<string, string[]>;
  files: Record<string, string>;
}

/** The fields of a form, and its files as a `Recorder` got them. */
export async function outcome(body: BodySource | string, options: Parameters<typeof parse>[1] = {}): Promise<Form> {
  const handler = new Recorder();
  const [fields] = await parse(body, { ...options, handlers: [handler] });
  return { fields: Object.fromEntries(fields.lists()), files: Object.fromEntries(handler.files) };
}

/** What clients send, and what some of them should not, with what Django makes of it. */
export const bodies: Record<string, [body: string, expected: Form]> = {
  "a form of a browser": [
    form(part('name="a"', "1"), part('name="f"; filename="f.txt"', "data", "Content-Type: text/plain")),
    { fields: { a: ["1"] }, files: { "f.txt": "data" } },
  ],
  "an empty file input": [
    form(part('name="f"; filename=""', "", "Content-Type: application/octet-stream")),
    { fields: { f: [""] }, files: {} },
  ],
  "names that are not ASCII": [
    form(part('name="é"', "ü"), part('name="f"; filename="☃.txt"', "x", "Content-Type: text/plain")),
    { fields: { é: ["ü"] }, files: { "☃.txt": "x" } },
  ],
  "a file name with a semicolon": [
    form(part('name="f"; filename="a;b.txt"', "x", "Content-Type: text/plain")),
    { fields: {}, files: { "a;b.txt": "x" } },
  ],
  "a file name with quotes": [
    form(part('name="f"; filename="a\\"b.txt"', "x", "Content-Type: text/plain")),
    { fields: {}, files: { 'a"b.txt': "x" } },
  ],
  "filename*": [
    form(part("name=f; filename*=utf-8''%E2%82%AC", "x", "Content-Type: text/plain")),
    { fields: {}, files: { "€": "x" } },
  ],
  "an equals sign in a name": [form(part('name="a=b"', "1")), { fields: { "a=b": ["1"] }, files: {} }],
  "a file without a content type": [form(part('name="f"; filename="f"', "x")), { fields: {}, files: { f: "x" } }],
  "parameters of the content type": [
    form(part('name="f"; filename="f"', "x", "Content-Type: text/plain; charset=koi8-r")),
    { fields: {}, files: { f: "x" } },
  ],
  "a field with a content type": [
    form(part('name="a"', "1", "Content-Type: text/plain; charset=utf-8")),
    { fields: { a: ["1"] }, files: {} },
  ],
  base64: [form(part('name="a"', "YWJj", "Content-Transfer-Encoding: base64")), { fields: { a: ["abc"] }, files: {} }],
  "a preamble": [`preamble\r\n${form(part('name="a"', "1"))}`, { fields: { a: ["1"] }, files: {} }],
  "an epilogue": [`${form(part('name="a"', "1"))}epilogue`, { fields: { a: ["1"] }, files: {} }],
  "a part without a name": [
    `--${BOUNDARY}\r\nContent-Type: text/plain\r\n\r\nx\r\n${form(part('name="a"', "1"))}`,
    { fields: { a: ["1"] }, files: {} },
  ],
  "a delimiter inside of a line": [form(part('name="a"', `1--${BOUNDARY}2`)), { fields: { a: ["1"] }, files: {} }],
  "bare line feeds": [form(part('name="a"', "1")).replaceAll("\r\n", "\n"), { fields: {}, files: {} }],
  "data with line breaks": [form(part('name="a"', "\r\n1\r\n\r\n2\n")), { fields: { a: ["\r\n1\r\n\r\n2\n"] }, files: {} }],
  "no part at all": [`--${BOUNDARY}--\r\n`, { fields: {}, files: {} }],
  "no delimiter": ["nothing", { fields: {}, files: {} }],
  "only line breaks": ["\r\n\r\n", { fields: {}, files: {} }],
  "a body that ends in a field": [
    form(part('name="a"', "1"), part('name="b"', "2")).slice(0, -13),
    { fields: { a: ["1"], b: ["2"] }, files: {} },
  ],
};
