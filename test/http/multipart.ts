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

/** The fields of a form, and its files as a `Recorder` got them. */
export async function outcome(body: BodySource | string, options: Parameters<typeof parse>[1] = {}): Promise<unknown> {
  const handler = new Recorder();
  const [fields] = await parse(body, { ...options, handlers: [handler] });
  return { fields: Object.fromEntries(fields.lists()), files: Object.fromEntries(handler.files) };
}
