/**
 * `django.core.files.uploadedfile`: the files of a form, wherever their bytes are.
 *
 * @module
 */

import { settings } from "../../conf/index.ts";
import { fixedLengthStream, isWorkerd } from "../../platform.ts";
import { Pieces } from "../../utils/bytes.ts";
import { safeFileName } from "../../utils/text.ts";
import { ValueError } from "../exceptions.ts";
import { TemporaryFile } from "./temp.ts";

/** Bytes that are handed over at once, where nobody says how many. */
const DEFAULT_CHUNK_SIZE = 64 * 2 ** 10;
const LF = 10;
const CR = 13;

/** Where the bytes of an `UploadedFile` are: anything that reads them by position. An upload handler may bring its own. */
export interface UploadedFileContent {
  /** The bytes from `start` up to, but not including, `end`, cut where the content ends. */
  read(start: number, end: number): Uint8Array | Promise<Uint8Array>;
  /** The content as a `Blob`, where there is a cheaper way than reading it. */
  blob?(type: string): Blob | Promise<Blob>;
  /** Frees what the content holds. Called once at most. */
  close?(): void;
}

/** Parameters of a part's `Content-Type`, in an object without a prototype. */
export type ContentTypeExtra = Readonly<Record<string, string>>;

/**
 * A file that came with a form, as Django's `UploadedFile`. What the client says of it (`name`, `contentType`,
 * `charset`) is not to be trusted; `name` is a base name, nothing more.
 *
 * It is a file with a position: `read()` goes on where the last one ended, `open()` goes back to the start. `chunks()`,
 * `stream()` and `blob()` always give the whole. To hand it on without a copy, give `fetch` or R2 the `stream()`, or
 * give a `FileResponse` the file itself.
 */
export class UploadedFile {
  /** Bytes a chunk where `chunks()` is not told: 64 KiB. */
  static DEFAULT_CHUNK_SIZE: number = DEFAULT_CHUNK_SIZE;

  /** Bytes. */
  size: number;
  /** The type that the client's part header names, in lower case and without parameters; empty where it names none. */
  contentType: string;
  /** The `charset` parameter of that header. */
  charset: string | null;
  /** All parameters of that header. */
  contentTypeExtra: ContentTypeExtra;
  #name = "";
  #content: UploadedFileContent | undefined;
  #position = 0;

  /**
   * @param content the bytes themselves, a `Blob`, or anything with `read(start, end)`
   * @param size bytes; those of `content` where it has a size of its own
   * @throws SuspiciousFileOperation for a name of which no base name is left
   */
  constructor(
    content: UploadedFileContent | Blob | ArrayBuffer | ArrayBufferView,
    name: string,
    contentType?: string | null,
    size?: number | null,
    charset?: string | null,
    contentTypeExtra?: ContentTypeExtra | null,
  ) {
    const [file, length] = contentOf(content);
    this.#content = file;
    this.name = name;
    this.contentType = contentType ?? "";
    this.size = size ?? length;
    this.charset = charset ?? null;
    this.contentTypeExtra = contentTypeExtra ?? Object.create(null);
  }

  /**
   * The file's base name, at most 255 characters long. Assigning one sanitises it again.
   *
   * @throws SuspiciousFileOperation for a name of which nothing is left, or only `.` or `..`
   */
  get name(): string {
    return this.#name;
  }
  set name(name: string) {
    this.#name = safeFileName(name);
  }

  /** Whether `close()` was called. */
  get closed(): boolean {
    return this.#content === undefined;
  }

  /**
   * The next `size` bytes, or all that are left; empty at the end.
   *
   * @throws ValueError after `close()`
   */
  async read(size?: number | null): Promise<Uint8Array> {
    const content = this.#open();
    const start = this.#position;
    const end = size === undefined || size === null || size < 0 ? this.size : Math.min(start + size, this.size);
    if (end <= start) return new Uint8Array(0);
    // Moved at once, so that two reads side by side get different bytes.
    this.#position = end;
    return content.read(start, end);
  }

  /**
   * The whole file in chunks of `chunkSize` bytes (64 KiB), from its start.
   *
   * @throws ValueError after `close()`
   */
  async *chunks(chunkSize?: number): AsyncGenerator<Uint8Array, void, undefined> {
    this.open();
    const size = chunkSize || this.#chunkSize;
    for (let chunk = await this.read(size); chunk.byteLength > 0; chunk = await this.read(size)) yield chunk;
  }

  get #chunkSize(): number {
    return (this.constructor as typeof UploadedFile).DEFAULT_CHUNK_SIZE;
  }

  /** Whether `chunks(chunkSize)` would give more than one. */
  multipleChunks(chunkSize?: number): boolean {
    return this.size > (chunkSize || this.#chunkSize);
  }

  /** The lines of the file with their ends (`\n`, `\r\n` or `\r`), from its start. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    // What has come of a line that goes on, and whether it ended in a \r, which may be half of its end.
    let begun = new Pieces();
    let ended = false;
    for await (const chunk of this.chunks()) {
      let start = 0;
      for (let end = ended ? Number(chunk[0] === LF) : lineEnd(chunk, 0); end > 0 || ended; end = lineEnd(chunk, start)) {
        begun.add(chunk.subarray(start, end));
        yield begun.concat();
        begun = new Pieces();
        ended = false;
        start = end;
      }
      begun.add(chunk.subarray(start));
      ended = start < chunk.length && chunk[chunk.length - 1] === CR;
    }
    if (begun.size > 0) yield begun.concat();
  }

  /**
   * The whole file as a stream, whatever `read()` did before. On workerd its length is known, so that R2 takes it.
   *
   * @throws ValueError after `close()`
   */
  stream(): ReadableStream<Uint8Array> {
    return this.slice(0, this.size);
  }

  /**
   * The bytes from `start` up to, but not including, `end`, as a stream. By this a `FileResponse` answers ranges.
   *
   * @throws ValueError after `close()`
   */
  slice(start: number, end: number): ReadableStream<Uint8Array> {
    this.#open();
    let position = start;
    const last = Math.min(end, this.size);
    const source = new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          if (position < last) {
            const chunk = await this.#open().read(position, Math.min(position + DEFAULT_CHUNK_SIZE, last));
            if (chunk.byteLength === 0) throw new ValueError(`The file "${this.name}" ends before its ${this.size} bytes.`);
            position += chunk.byteLength;
            controller.enqueue(chunk);
          }
          if (position >= last) controller.close();
        },
      },
      { highWaterMark: 0 },
    );
    if (!isWorkerd()) return source;
    const { readable, writable } = fixedLengthStream(Math.max(0, last - start));
    // What goes wrong shows on the readable side.
    source.pipeTo(writable).catch(() => {});
    return readable;
  }

  /**
   * The whole file as a `Blob` of its `contentType`.
   *
   * @throws ValueError after `close()`
   */
  async blob(): Promise<Blob> {
    const content = this.#open();
    if (content.blob) return content.blob(this.contentType);
    return new Blob([(await content.read(0, this.size)) as Uint8Array<ArrayBuffer>], { type: this.contentType });
  }

  /**
   * Goes back to the start of the file.
   *
   * @throws ValueError after `close()`: what was freed cannot be opened again
   */
  open(): this {
    this.#open();
    this.#position = 0;
    return this;
  }

  /** Frees the file: its memory, or its place on the disk. `request.close()` does so for every file of a form. */
  close(): void {
    const content = this.#content;
    this.#content = undefined;
    content?.close?.();
  }

  #open(): UploadedFileContent {
    if (!this.#content) throw new ValueError(`The file "${this.name}" is closed. Read it before the request is closed.`);
    return this.#content;
  }
}

/** A file whose bytes are in memory. `chunks()` gives them as one. */
export class InMemoryUploadedFile extends UploadedFile {
  /** The name of the form's field; `null` where there was no form. */
  fieldName: string | null;

  /** As Django's: the bytes, the field, then what `UploadedFile` takes. */
  constructor(
    content: UploadedFileContent | Blob | ArrayBuffer | ArrayBufferView,
    fieldName: string | null,
    name: string,
    contentType?: string | null,
    size?: number | null,
    charset?: string | null,
    contentTypeExtra?: ContentTypeExtra | null,
  ) {
    super(content, name, contentType, size, charset, contentTypeExtra);
    this.fieldName = fieldName;
  }

  /** The whole file as one chunk, whatever `chunkSize` is. */
  override async *chunks(_chunkSize?: number): AsyncGenerator<Uint8Array, void, undefined> {
    yield await this.open().read();
  }

  /** Never: what is in memory is one chunk. */
  override multipleChunks(_chunkSize?: number): boolean {
    return false;
  }
}

/** A file that a program makes itself, for tests: a name and its content. */
export class SimpleUploadedFile extends InMemoryUploadedFile {
  /**
   * @param content bytes, or text, which becomes UTF-8
   * @param options `contentType`, `"text/plain"` where it is not given; the type itself will do
   */
  constructor(
    name: string,
    content?: string | Blob | ArrayBuffer | ArrayBufferView | null,
    options: string | { contentType?: string } = {},
  ) {
    const contentType = typeof options === "string" ? options : (options.contentType ?? "text/plain");
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : (content ?? new Uint8Array(0));
    super(bytes, null, name, contentType);
  }
}

/** A file in a temporary file on disk, which is deleted when the file is closed. For Node, Deno and Bun. */
export class TemporaryUploadedFile extends UploadedFile {
  #file: TemporaryFile;

  /** As Django's. The file is made in `FILE_UPLOAD_TEMP_DIR`, or where the system keeps temporary files. */
  constructor(
    name: string,
    contentType?: string | null,
    size?: number | null,
    charset?: string | null,
    contentTypeExtra?: ContentTypeExtra | null,
  ) {
    // For tools that go by it; nothing else of the name comes near the disk.
    const extension = /\.[a-z0-9]{1,16}$/i.exec(name)?.[0];
    const file = new TemporaryFile(settings.FILE_UPLOAD_TEMP_DIR, extension);
    super(file, name, contentType, size ?? 0, charset, contentTypeExtra);
    this.#file = file;
  }

  /**
   * The path of the file on disk. It may be renamed: closing it then deletes nothing.
   *
   * @throws ValueError before anything was written
   */
  temporaryFilePath(): string {
    return this.#file.path;
  }

  /** Adds bytes at the end. The promise is settled once they are written: waiting for it is what slows the sender down. */
  write(data: Uint8Array): Promise<void> {
    return this.#file.write(data);
  }
}

function contentOf(content: UploadedFileContent | Blob | ArrayBuffer | ArrayBufferView): [UploadedFileContent, size: number] {
  if (ArrayBuffer.isView(content) || content instanceof ArrayBuffer) {
    const bytes = ArrayBuffer.isView(content)
      ? new Uint8Array(content.buffer, content.byteOffset, content.byteLength)
      : new Uint8Array(content);
    return [{ read: (start, end) => bytes.subarray(start, end) }, bytes.byteLength];
  }
  if ("arrayBuffer" in content) {
    const blob = content;
    return [
      {
        read: async (start, end) => new Uint8Array(await blob.slice(start, end).arrayBuffer()),
        blob: (type) => (blob.type === type ? blob : blob.slice(0, blob.size, type)),
      },
      blob.size,
    ];
  }
  return [content, 0];
}

/** Where the line that begins at `start` ends, after its line break; 0 where more bytes are needed to tell. */
function lineEnd(bytes: Uint8Array, start: number): number {
  for (let i = start; i < bytes.length; i++) {
    if (bytes[i] === LF) return i + 1;
    // A \r at the very end may be half of a \r\n.
    if (bytes[i] === CR && i + 1 < bytes.length) return bytes[i + 1] === LF ? i + 2 : i + 1;
  }
  return 0;
}
