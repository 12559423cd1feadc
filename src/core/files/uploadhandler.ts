/**
 * `django.core.files.uploadhandler`: what becomes of the files of a form, chunk by chunk.
 *
 * @module
 */

import { settings } from "../../conf/index.ts";
import type { HttpRequest } from "../../http/request.ts";
import { isWorkerd } from "../../platform.ts";
import { Pieces } from "../../utils/bytes.ts";
import type { MultiValueDict } from "../../utils/datastructures.ts";
import { checkOptions } from "../../utils/options.ts";
import { RequestDataTooBig } from "../exceptions.ts";
import { type ContentTypeExtra, InMemoryUploadedFile, TemporaryUploadedFile, type UploadedFile } from "./uploadedfile.ts";

const STOP_OPTIONS: ReadonlySet<string> = new Set(["connectionReset"]);

/** Anything that went wrong, or was ended on purpose, while files were uploaded. */
export class UploadFileException extends Error {
  override name = "UploadFileException";
}

/** Thrown by a handler to end the upload: fields and files parsed so far are kept, the file under way is not. */
export class StopUpload extends UploadFileException {
  override name = "StopUpload";
  /** Whether the rest of the body is left unread, which browsers show as a reset connection. */
  readonly connectionReset: boolean;

  /** @param options `connectionReset`: leave the rest of the body unread (`false`: it is read and thrown away) */
  constructor(options: { connectionReset?: boolean | undefined } = {}) {
    checkOptions(options, STOP_OPTIONS, "StopUpload()");
    const { connectionReset = false } = options;
    super(connectionReset ? "StopUpload: Halt current upload." : "StopUpload: Consume request data, then halt.");
    this.connectionReset = connectionReset;
  }
}

/** Thrown by a handler to leave out the file under way. */
export class SkipFile extends UploadFileException {
  override name = "SkipFile";
}

/** Thrown by `newFile()` of a handler that takes the file, so that the handlers after it never hear of it. */
export class StopFutureHandlers extends UploadFileException {
  override name = "StopFutureHandlers";
}

/** What may be awaited, or is there at once. */
export type Awaitable<T> = T | Promise<T>;

/** What a method without `return` returns. */
// biome-ignore lint/suspicious/noConfusingVoidType: to TypeScript, undefined alone would ask for a return
export type Nothing = null | undefined | void;

/**
 * Base class of upload handlers. Handlers stand in a row; each is told of a new file, then gets each chunk of it as the
 * one before it passed it on, then the end. Every method may be async: the parser waits for it before it reads on from
 * the network, which is what slows the sender down to the pace of the slowest handler.
 *
 * A handler takes a file by returning nothing from `receiveDataChunk()`; a file that no handler takes is an error.
 * A field `file` of a handler is closed, if it has a `close()`, when the upload is stopped or the file is skipped.
 */
export class FileUploadHandler {
  /** Bytes that `receiveDataChunk()` gets at most: 64 KiB. The smallest of all handlers counts. */
  chunkSize: number = 64 * 2 ** 10;
  /** The request, as the handler was constructed with it. */
  request: HttpRequest | undefined;
  /** Whether no handler comes after this one. Set by the parser before the body is read. */
  isLast = false;

  /** The form's field of the file under way. */
  fieldName = "";
  /** Its sanitised base name. */
  fileName = "";
  /** Its content type as the client says; empty where it says nothing. */
  contentType = "";
  /** Bytes, as the part's own header claims; seldom there and never to be trusted. */
  contentLength: number | null = null;
  /** The charset that the client names. */
  charset: string | null = null;
  /** Further parameters of the content type. */
  contentTypeExtra: ContentTypeExtra = Object.create(null);
  /** What the handler collects the file in, if it has a `close()`. */
  file?: { close?(): unknown } | undefined;

  /** @param request passed through, never looked at */
  constructor(request?: HttpRequest) {
    this.request = request;
  }

  /**
   * Called before the body is read. A handler that parses it itself returns what it made of it.
   *
   * @param contentLength bytes of the body; `null` where the client did not say
   * @param boundary of the parts, without the two dashes before it
   */
  handleRawInput(
    _input: unknown,
    _META: Readonly<Record<string, string | undefined>>,
    _contentLength: number | null,
    _boundary: Uint8Array,
    _encoding: string,
  ): Awaitable<[post: unknown, files: MultiValueDict<UploadedFile>] | Nothing> {}

  /**
   * A file begins.
   *
   * @throws StopFutureHandlers to keep it from the handlers after this one; SkipFile; StopUpload
   */
  newFile(
    fieldName: string,
    fileName: string,
    contentType: string,
    contentLength: number | null,
    charset: string | null,
    contentTypeExtra: ContentTypeExtra,
  ): Awaitable<void> {
    this.fieldName = fieldName;
    this.fileName = fileName;
    this.contentType = contentType;
    this.contentLength = contentLength;
    this.charset = charset;
    this.contentTypeExtra = contentTypeExtra;
  }

  /**
   * A piece of the file. It is never written to again, so it may be kept; it must not be changed, as it is a view of
   * what came from the network.
   *
   * @param start position of its first byte in the file
   * @returns what the next handler gets; nothing where this one took it
   */
  receiveDataChunk(_rawData: Uint8Array, _start: number): Awaitable<Uint8Array | Nothing> {
    throw new TypeError(`${this.constructor.name} must have a method receiveDataChunk().`);
  }

  /**
   * The file is complete.
   *
   * @param fileSize bytes
   * @returns the file for `request.FILES`; nothing to leave that to the next handler
   */
  fileComplete(_fileSize: number): Awaitable<UploadedFile | Nothing> {
    throw new TypeError(`${this.constructor.name} must have a method fileComplete().`);
  }

  /** The whole form is read. A handler that returns something truthy keeps it from those after it. */
  uploadComplete(): Awaitable<unknown> {
    return undefined;
  }

  /** The body ended within a file, the client went away, or the form was refused: free what is unfinished. */
  uploadInterrupted(): Awaitable<unknown> {
    return undefined;
  }
}

/** Keeps files in memory, if the whole body is small enough (`FILE_UPLOAD_MAX_MEMORY_SIZE` bytes). */
export class MemoryFileUploadHandler extends FileUploadHandler {
  /** Whether the body is small enough. */
  activated = false;
  #chunks = new Pieces();
  #total = 0;

  override handleRawInput(
    _input: unknown,
    _META: Readonly<Record<string, string | undefined>>,
    contentLength: number | null,
    _boundary: Uint8Array,
    _encoding: string,
  ): void {
    this.activated = contentLength !== null && contentLength <= settings.FILE_UPLOAD_MAX_MEMORY_SIZE;
  }

  override newFile(...args: Parameters<FileUploadHandler["newFile"]>): void {
    super.newFile(...args);
    this.#chunks = new Pieces();
    if (this.activated) throw new StopFutureHandlers();
  }

  /**
   * @throws RequestDataTooBig where the files have outgrown the memory they may take: no handler comes after this one, as
   *   on a runtime without a disk, or the body is longer than the client said
   */
  override receiveDataChunk(rawData: Uint8Array, _start: number): Uint8Array | undefined {
    if (!this.activated && !this.isLast) return rawData;
    // Also where the length that the client gave was small enough: it need not be true (CVE-2026-5766).
    this.#total += rawData.byteLength;
    if (this.#total > settings.FILE_UPLOAD_MAX_MEMORY_SIZE) throw new RequestDataTooBig(this.#outgrown());
    // A small view may hold a large buffer in memory.
    this.#chunks.add(rawData.byteLength * 2 < rawData.buffer.byteLength ? rawData.slice() : rawData);
    return undefined;
  }

  override fileComplete(fileSize: number): InMemoryUploadedFile | undefined {
    if (!this.activated && !this.isLast) return undefined;
    const content = this.#chunks.concat();
    this.#chunks = new Pieces();
    const { fieldName, fileName, contentType, charset, contentTypeExtra } = this;
    return new InMemoryUploadedFile(content, fieldName, fileName, contentType, fileSize, charset, contentTypeExtra);
  }

  override uploadInterrupted(): void {
    this.#chunks = new Pieces();
  }

  #outgrown(): string {
    const limit = settings.FILE_UPLOAD_MAX_MEMORY_SIZE;
    return (
      `The file "${this.fileName}" outgrew FILE_UPLOAD_MAX_MEMORY_SIZE (${limit} bytes for the files of a request that ` +
      "stay in memory), and no upload handler takes it: add one that stores it to FILE_UPLOAD_HANDLERS, or raise the setting."
    );
  }
}

/** Writes files to the disk while they come in. For Node, Deno and Bun; there is no disk under workerd. */
export class TemporaryFileUploadHandler extends FileUploadHandler {
  /** The file that is being written. */
  declare file?: TemporaryUploadedFile | undefined;

  override async newFile(...args: Parameters<FileUploadHandler["newFile"]>): Promise<void> {
    super.newFile(...args);
    this.file = new TemporaryUploadedFile(this.fileName, this.contentType, 0, this.charset, this.contentTypeExtra);
    await this.file.write(new Uint8Array(0));
  }

  override receiveDataChunk(rawData: Uint8Array, _start: number): Promise<void> | undefined {
    return this.file?.write(rawData);
  }

  override fileComplete(fileSize: number): TemporaryUploadedFile | undefined {
    const { file } = this;
    // The file is the request's from here on.
    this.file = undefined;
    if (file) file.size = fileSize;
    return file;
  }

  override uploadInterrupted(): void {
    this.file?.close();
    this.file = undefined;
  }
}

/** What a request's `uploadHandlers` are at first: those of `FILE_UPLOAD_HANDLERS`; or else memory, then the disk if there is one. */
export function defaultUploadHandlers(request: HttpRequest): FileUploadHandler[] {
  const classes = settings.FILE_UPLOAD_HANDLERS;
  if (classes.length > 0) return classes.map((Handler) => new Handler(request));
  const memory = new MemoryFileUploadHandler(request);
  return isWorkerd() ? [memory] : [memory, new TemporaryFileUploadHandler(request)];
}
