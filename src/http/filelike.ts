/**
 * Files as the runtimes hand them over, made one: something with a name, a size, and its bytes, whole or in part.
 *
 * @module
 */

import { fileSize } from "../platform.ts";
import { viewBytes } from "../utils/bytes.ts";
import type { ByteRange } from "./range.ts";

/** What a file's bytes come in: a stream, or chunks one after the other. */
export type FileContent = ReadableStream | AsyncIterable<unknown> | (Iterable<unknown> & object);

/**
 * Anything that gives its bytes by `stream()`, as a `Blob` does. With `size` and `slice()` it answers ranges: `slice()` gives
 * the bytes from `start` up to, not including, `end`, as a stream or as a file again, at once or as a promise. So an
 * object in R2 is served in parts, none of which passes through memory whole:
 *
 * ```ts
 * const head = await env.BUCKET.head(key);
 * return new FileResponse({
 *   name: key,
 *   size: head.size,
 *   stream: () => env.BUCKET.get(key),
 *   slice: (start, end) => env.BUCKET.get(key, { range: { offset: start, length: end - start } }),
 * });
 * ```
 */
export interface FileSource {
  /** A file name or a path, of which the last part counts. */
  readonly name?: string | undefined;
  /** Bytes. Without it the response is sent without a length, and has no ranges. */
  readonly size?: number | undefined;
  /** The content type, which counts where the name tells none. */
  readonly type?: string | undefined;
  /** The content from its start, or the promise of it. */
  stream(): unknown;
  /** The bytes from `start` to before `end`, of the same kind as the whole. */
  slice?(start: number, end: number): unknown;
  /** Called once, when the response is closed. */
  close?(): unknown;
}

/** Node's `FileHandle`, as far as it is used. */
export interface FileHandleLike {
  /** The descriptor. */
  readonly fd: number;
  /** Reads `length` bytes from `position` into `buffer`; from where it is for `null`. */
  read(buffer: Uint8Array, offset: number, length: number, position: number | null): Promise<{ readonly bytesRead: number }>;
  /** Closes it. */
  close(): Promise<void>;
}

/** `Deno.FsFile`, as far as it is used. */
export interface FsFileLike {
  /** Reads on into `buffer`. */
  read(buffer: Uint8Array): Promise<number | null>;
  /** Goes to a position. */
  seek(offset: number, whence: number): Promise<number>;
  /** What is known of it. */
  statSync(): { readonly isFile: boolean; readonly size: number };
  /** Closes it. */
  close(): void;
}

/** An R2 object with its body, which can be read once and as a whole; `FileSource` shows one that has ranges. */
export interface R2ObjectLike {
  /** The name. */
  readonly key: string;
  /** Bytes of the whole object. */
  readonly size: number;
  /** What was stored with it. */
  readonly httpMetadata?: { readonly contentType?: string };
  /** Which part of it the body is; `size` is that of the whole. */
  readonly range?: { readonly offset?: number; readonly length?: number; readonly suffix?: number };
  /** The content. */
  readonly body: ReadableStream;
}

/**
 * A file as a runtime hands it over: a `Blob` or `File` (so `Bun.file()` and `fs.openAsBlob()`), a `FileHandle` of Node, a
 * `Deno.FsFile`, an R2 object, bytes, a stream, or any object with `stream()`.
 */
export type FileLike =
  | Blob
  | FileSource
  | FileHandleLike
  | FsFileLike
  | R2ObjectLike
  | FileContent
  | ArrayBuffer
  | ArrayBufferView;

/** Bytes that are read from a disk at a time. */
const CHUNK_SIZE = 65536;

/**
 * Any file as a `FileSource`; what has `stream()` is one.
 *
 * @throws TypeError for what is no file, such as a path
 */
export function fileSource(file: FileLike): FileSource {
  const bytes = viewBytes(file);
  if (bytes) return { size: bytes.length, stream: () => [bytes], slice: (start, end) => [bytes.subarray(start, end)] };
  if (has(file, "stream")) return file as FileSource;
  // An open ReadStream of Node has both, too.
  if (has(file, "read") && typeof (file as FileHandleLike).fd === "number" && !isContent(file))
    return handleSource(file as FileHandleLike);
  if (has(file, "seek")) return fsFileSource(file as FsFileLike);
  const { key, size, range, httpMetadata, body, path } = (file ?? {}) as R2ObjectLike & { readonly path?: unknown };
  if (has(body, "getReader")) {
    const part = size === undefined ? undefined : bodyRange(size, range);
    return new OpenFile(body, key, part && part.end - part.start, httpMetadata?.contentType, part && { ...part, of: size });
  }
  if (typeof file !== "string" && isContent(file)) return new OpenFile(file, typeof path === "string" ? path : undefined);
  throw new TypeError(`FileResponse takes an open file, a Blob, a stream or bytes, not ${describe(file)}.`);
}

/** Which bytes of an R2 object its body has. */
function bodyRange(size: number, { offset = 0, length = size, suffix }: R2ObjectLike["range"] = {}): ByteRange {
  const start = suffix === undefined ? offset : Math.max(0, size - suffix);
  return { start, end: Math.min(size, start + (suffix === undefined ? length : size)) };
}

/** A file that is open already, and is read once. */
export class OpenFile implements FileSource {
  readonly content: FileContent;
  readonly name: string | undefined;
  readonly size: number | undefined;
  readonly type: string | undefined;
  /** Which bytes these are, of how many, where they may be a part of the file only. */
  readonly range: (ByteRange & { readonly of: number }) | undefined;

  constructor(content: FileContent, name?: string, size?: number, type?: string, range?: ByteRange & { readonly of: number }) {
    this.content = content;
    this.name = name;
    this.size = size;
    this.type = type;
    this.range = range;
  }

  stream(): FileContent {
    return this.content;
  }
}

/** What `stream()` or `slice()` of a source gave, as content: a stream as it is, a file opened, a promise waited for. */
export function openContent(given: unknown): FileContent {
  if (has(given, "then")) return later(given as unknown as Promise<unknown>);
  const bytes = viewBytes(given);
  if (bytes) return [bytes];
  if (isContent(given)) return given;
  if (has(given, "stream")) return openContent((given as FileSource).stream());
  const body: unknown = (given as R2ObjectLike | null)?.body;
  if (has(body, "getReader")) return body as unknown as ReadableStream;
  throw new TypeError(`A file gave ${describe(given)} where its bytes were asked for. Is it gone?`);
}

/** Gives up content that nobody reads any more, or ever did. */
export function closeContent(content: FileContent): unknown {
  const { locked, cancel, close, destroy, return: end } = content as unknown as Record<string, unknown>;
  if (locked) return undefined; // whoever reads the stream ends it
  return ((cancel ?? close ?? destroy ?? end) as (() => unknown) | undefined)?.call(content);
}

/** Content that is still to come; it is closed also where nobody has waited for it. */
function later(promise: Promise<unknown>): AsyncIterable<unknown> & { close(): Promise<unknown> } {
  const opened = Promise.resolve(promise).then(openContent);
  const close = (): Promise<unknown> => opened.then(closeContent, () => {});
  opened.catch(() => {}); // before anybody reads, nobody can be told
  async function* chunks(): AsyncGenerator<unknown> {
    yield* (await opened) as AsyncIterable<unknown>;
  }
  return { [Symbol.asyncIterator]: chunks, close };
}

function handleSource(file: FileHandleLike): FileSource {
  const read = async (buffer: Uint8Array, position: number | null): Promise<number> =>
    (await file.read(buffer, 0, buffer.length, position)).bytesRead;
  return diskSource(fileSize(file.fd), read, () => file.close());
}

function fsFileSource(file: FsFileLike): FileSource {
  const { isFile, size } = file.statSync();
  const read = async (buffer: Uint8Array, position: number | null): Promise<number> => {
    if (position !== null) await file.seek(position, 0);
    return (await file.read(buffer)) ?? 0;
  };
  return diskSource(isFile ? size : undefined, read, () => file.close());
}

/** A file that is read at positions, so that parts of it cost no more than themselves. */
function diskSource(
  size: number | undefined,
  read: (buffer: Uint8Array, position: number | null) => Promise<number>,
  close: () => unknown,
): FileSource {
  async function* chunks(start: number, end: number): AsyncGenerator<Uint8Array> {
    for (let position = start; position < end; ) {
      const buffer = new Uint8Array(Math.min(CHUNK_SIZE, end - position));
      // What has no length may be a pipe, which has no positions.
      const length = await read(buffer, end === Number.POSITIVE_INFINITY ? null : position);
      if (length === 0) return;
      position += length;
      yield buffer.subarray(0, length);
    }
  }
  return { size, stream: () => chunks(0, size ?? Number.POSITIVE_INFINITY), slice: chunks, close };
}

function isContent(value: unknown): value is FileContent {
  const content = value as Partial<ReadableStream & AsyncIterable<unknown> & Iterable<unknown>> | null | undefined;
  return typeof (content?.getReader ?? content?.[Symbol.asyncIterator] ?? content?.[Symbol.iterator]) === "function";
}

function has(value: unknown, method: string): boolean {
  return typeof (value as Record<string, unknown> | null | undefined)?.[method] === "function";
}

function describe(value: unknown): string {
  return typeof value === "string" ? `the text ${JSON.stringify(value.slice(0, 100))}` : Object.prototype.toString.call(value);
}
