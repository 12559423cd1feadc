/**
 * `django.http.multipartparser`: forms of `multipart/form-data` (RFC 7578), as Django reads them, from a stream.
 *
 * @module
 */

import { decodeHTML } from "entities/decode";
import { settings } from "../conf/index.ts";
import {
  ImproperlyConfigured,
  MultiPartParserError,
  RequestDataTooBig,
  TooManyFieldsSent,
  TooManyFilesSent,
} from "../core/exceptions.ts";
import type { UploadedFile } from "../core/files/uploadedfile.ts";
import { type FileUploadHandler, SkipFile, StopFutureHandlers, StopUpload } from "../core/files/uploadhandler.ts";
import { Base64Decoder } from "../utils/base64.ts";
import { Pieces } from "../utils/bytes.ts";
import { MultiValueDict } from "../utils/datastructures.ts";
import { decode, encode } from "../utils/encoding.ts";
import { parseHeaderParameters } from "../utils/http.ts";
import { attempt } from "../utils/log.ts";
import { isPromise } from "../utils/promise.ts";
import { printable } from "../utils/text.ts";
import { PartReader, type PartSource } from "./boundary.ts";
import { type BodySource, ChunkReader } from "./chunkreader.ts";
import type { Meta } from "./headers.ts";
import { integer, type PartHead } from "./parthead.ts";
import { QueryDict } from "./querydict.ts";

/** RFC 2046 allows 70 characters; Django allows 201. */
const BOUNDARY = /^[ -~]{0,200}[!-~]$/;
const NOT_ASCII = /[^\0-\x7f]/;
/** The file that is being received, until it is complete. */
interface CurrentFile {
  readonly fieldName: string;
  readonly fileName: string;
  /** How far each handler has come. */
  readonly counters: number[];
  /** Bytes. */
  size: number;
  /** Whether a handler took any of it. */
  taken: boolean;
}

/**
 * Parses a body of `multipart/form-data` while it comes in. Every chunk of a file goes to the upload handlers, and the
 * next one is read once they have dealt with it.
 */
export class MultiPartParser {
  #META: Meta;
  #body: BodySource;
  #handlers: readonly FileUploadHandler[];
  #encoding: string;
  #boundary: string;
  /** `null` where the client does not say, as with a chunked body. */
  #contentLength: number | null;
  #chunkSize: number;
  #post: QueryDict = new QueryDict();
  #files: MultiValueDict<UploadedFile> = new MultiValueDict();

  /**
   * @param META `CONTENT_TYPE`, and `CONTENT_LENGTH` where the client sent one
   * @param body the stream; bytes will do
   * @param encoding of names and values; `DEFAULT_CHARSET` where it is not given
   * @throws MultiPartParserError for another content type, for no boundary or a bad one, for a negative length
   */
  constructor(META: Meta, body: BodySource, uploadHandlers: readonly FileUploadHandler[], encoding?: string | null) {
    const contentType = META.CONTENT_TYPE ?? "";
    if (!contentType.startsWith("multipart/")) throw new MultiPartParserError(`Invalid Content-Type: ${contentType}`);
    if (NOT_ASCII.test(contentType))
      throw new MultiPartParserError(`Invalid non-ASCII Content-Type in multipart: ${contentType}`);
    const { boundary } = parseHeaderParameters(contentType)[1];
    if (!boundary || !BOUNDARY.test(boundary)) throw new MultiPartParserError(`Invalid boundary in multipart: ${boundary}`);
    const length = META.CONTENT_LENGTH;
    this.#contentLength = length === undefined || length === "" ? null : (integer(length) ?? 0);
    if (this.#contentLength !== null && this.#contentLength < 0) {
      throw new MultiPartParserError(`Invalid content length: ${this.#contentLength}`);
    }
    this.#META = META;
    this.#body = body;
    this.#handlers = uploadHandlers;
    this.#encoding = encoding || settings.DEFAULT_CHARSET;
    this.#boundary = boundary;
    this.#chunkSize = Math.min(2 ** 31 - 4, ...uploadHandlers.map((handler) => handler.chunkSize || Number.POSITIVE_INFINITY));
  }

  /**
   * Reads the body to its end. One that ends within a field is taken as far as it goes; a file that is cut off is left
   * out, and the handlers are told by `uploadInterrupted()`, as they are of every error.
   *
   * @returns the fields, immutable, and the files
   * @throws MultiPartParserError for a part header of 1024 bytes or more, or base64 that is none
   * @throws TooManyFieldsSent, TooManyFilesSent, RequestDataTooBig over Django's limits
   * @throws UnreadablePostError where the body breaks off, as when the client goes away
   * @throws ImproperlyConfigured for a file that no handler takes
   */
  async parse(): Promise<[QueryDict, MultiValueDict<UploadedFile>]> {
    const handlers = this.#handlers;
    if (this.#contentLength === 0) return [new QueryDict(null, { encoding: this.#encoding }), this.#files];
    try {
      const boundary = encode(this.#boundary);
      for (const [i, handler] of handlers.entries()) handler.isLast = i === handlers.length - 1;
      for (const handler of handlers) {
        const args = [this.#body, this.#META, this.#contentLength, boundary, this.#encoding] as const;
        const result = await handler.handleRawInput(...args);
        if (result) return [result[0] as QueryDict, result[1]];
      }
      await this.#read(ChunkReader.from(this.#body));
    } catch (error) {
      await this.#interrupt();
      await closeFiles(this.#handlers);
      for (const [, files] of this.#files.lists()) {
        for (const file of files) await attempt(`Closing ${file.name}`, () => file.close());
      }
      throw error;
    }
    return [this.#post, this.#files];
  }

  /**
   * The base name of what a client calls its file: HTML entities decoded, directories of either kind and characters
   * that do not print removed. It is still the client's choice, and not safe as a path.
   *
   * @returns `null` where nothing is left, or only `.` or `..`
   */
  sanitizeFileName(fileName: string): string | null {
    const text = fileName.includes("&") ? decodeHTML(fileName) : fileName;
    const name = printable(text.slice(Math.max(text.lastIndexOf("/"), text.lastIndexOf("\\")) + 1));
    return name === "" || name === "." || name === ".." ? null : name;
  }

  /** The parts of the body: how it is cut up is all that another parser may change. */
  protected parts(chunks: ChunkReader, boundary: string): PartSource | Promise<PartSource> {
    return new PartReader(chunks, encode(`--${boundary}`));
  }

  async #read(chunks: ChunkReader): Promise<void> {
    try {
      const complete = await this.#readParts(await this.parts(chunks, this.#boundary));
      if (!complete) await this.#interrupt();
    } catch (error) {
      if (!(error instanceof StopUpload)) throw error;
      await closeFiles(this.#handlers);
      if (error.connectionReset) await chunks.cancel(error);
      else await chunks.exhaust();
    }
    for (const handler of this.#handlers) if (await handler.uploadComplete()) break;
  }

  /** Reads all parts, and returns whether the last file was complete. */
  async #readParts(parts: PartSource): Promise<boolean> {
    const { DATA_UPLOAD_MAX_NUMBER_FIELDS: maxFields, DATA_UPLOAD_MAX_NUMBER_FILES: maxFiles } = settings;
    let fields = 0;
    let files = 0;
    let bytes = 0;
    let complete = true;
    let current: CurrentFile | undefined;
    for (;;) {
      const begun = parts.begin();
      const head = isPromise(begun) ? await begun : begun;
      if (head === null) return complete;
      if (current) {
        // Only what follows its delimiter shows that a file is complete.
        await this.#fileComplete(current);
        current = undefined;
        complete = true;
      }
      const { name, filename } = head;
      // What comes before the first delimiter and after the last one are two more.
      if (!filename && maxFields !== null && ++fields > maxFields + 2) {
        throw new TooManyFieldsSent("The number of GET/POST parameters exceeded settings.DATA_UPLOAD_MAX_NUMBER_FIELDS.");
      }
      const fieldName = name === undefined ? undefined : this.#recode(name);
      if (fieldName === undefined) {
        parts.take();
        if (parts.inPart) await parts.skip();
      } else if (!filename) {
        // Two more for what "&=" would be in an urlencoded form.
        bytes += codePoints(fieldName) + 2;
        let data = parts.take();
        if (parts.inPart) data = await readRest(parts, data, bytes);
        bytes += data.byteLength;
        checkSize(bytes);
        const text = decode(head.base64 ? decodeBase64(data) : data, this.#encoding);
        // The dictionary is immutable from the start, for everybody but its parent class.
        MultiValueDict.prototype.appendlist.call(this.#post, fieldName, text);
      } else {
        if (maxFiles !== null && ++files > maxFiles) {
          throw new TooManyFilesSent("The number of files exceeded settings.DATA_UPLOAD_MAX_NUMBER_FILES.");
        }
        const fileName = this.sanitizeFileName(this.#recode(filename));
        // As in Django, a file without a name or without a field is none.
        if (fileName !== null && fieldName !== "") {
          complete = false;
          current = await this.#readFile(parts, head, fieldName, fileName);
        } else if (fileName !== null && head.base64) {
          // It has to be base64 all the same.
          const base64 = new Base64Decoder();
          for (base64.decode(parts.take()); parts.inPart; base64.decode(parts.take())) await parts.next();
          checkWhole(base64);
        }
        if (parts.inPart) await parts.skip();
      }
    }
  }

  /** Hands a file to the handlers. Nothing comes back where one of them skips it. */
  async #readFile(parts: PartSource, head: PartHead, fieldName: string, fileName: string): Promise<CurrentFile | undefined> {
    const handlers = this.#handlers;
    const file: CurrentFile = { fieldName, fileName, counters: handlers.map(() => 0), size: 0, taken: false };
    if (handlers.length === 0) throw notTaken(file);
    try {
      const { contentType, contentTypeExtra, contentLength } = head;
      const charset = contentTypeExtra.charset ?? null;
      for (const handler of handlers) {
        try {
          await handler.newFile(fieldName, fileName, contentType, contentLength, charset, contentTypeExtra);
        } catch (error) {
          if (error instanceof StopFutureHandlers) break;
          throw error;
        }
      }
      const base64 = head.base64 ? new Base64Decoder() : undefined;
      for (;;) {
        const data = base64 ? base64.decode(parts.take()) : parts.take();
        file.size += data.byteLength;
        for (let start = 0; start < data.byteLength; start += this.#chunkSize) {
          const whole = data.byteLength <= this.#chunkSize;
          // No promise, no wait: a turn of the event loop for every chunk would cost more than parsing it.
          const waiting = this.#receive(file, whole ? data : data.subarray(start, start + this.#chunkSize), 0);
          if (waiting) await waiting;
        }
        if (!parts.inPart) break;
        await parts.next();
      }
      if (base64) checkWhole(base64);
      return file;
    } catch (error) {
      if (!(error instanceof SkipFile)) throw error;
      await closeFiles(this.#handlers);
      return undefined;
    }
  }

  /** Passes a chunk along the handlers from the given one on; a promise where one of them has to be waited for. */
  #receive(file: CurrentFile, chunk: Uint8Array, from: number): Promise<void> | undefined {
    const handlers = this.#handlers;
    let data = chunk;
    for (let i = from; i < handlers.length; i++) {
      const start = file.counters[i] as number;
      file.counters[i] = start + data.byteLength;
      const passed = (handlers[i] as FileUploadHandler).receiveDataChunk(data, start);
      if (isPromise(passed)) {
        return passed.then((next) => {
          if (next) return this.#receive(file, next, i + 1);
          file.taken = true;
          return undefined;
        });
      }
      if (!passed) {
        file.taken = true;
        return undefined;
      }
      data = passed;
    }
    return undefined;
  }

  async #fileComplete(file: CurrentFile): Promise<void> {
    for (const [i, handler] of this.#handlers.entries()) {
      const result = await handler.fileComplete(file.counters[i] as number);
      if (result) {
        this.#files.appendlist(file.fieldName, result);
        // It is the request's from here on: a later StopUpload or SkipFile must not close it.
        handler.file = undefined;
        // The handlers after this one never hear of the end, and what they have collected is nobody's.
        await closeFiles(this.#handlers.slice(i + 1));
        return;
      }
    }
    if (file.size > 0 && !file.taken) throw notTaken(file);
  }

  /** Tells every handler; an error of one keeps none of the others from it. */
  async #interrupt(): Promise<void> {
    for (const handler of this.#handlers) {
      await attempt(`uploadInterrupted() of ${handler.constructor.name}`, () => handler.uploadInterrupted());
    }
  }

  /** Django reads a part's header as UTF-8, then its parameters' bytes in the encoding of the form. */
  #recode(text: string): string {
    return this.#encoding === "utf-8" ? text : decode(encode(text), this.#encoding);
  }
}

/** Closes what the handlers collect the file under way in. */
async function closeFiles(handlers: readonly FileUploadHandler[]): Promise<void> {
  for (const handler of handlers) {
    const { file } = handler;
    handler.file = undefined;
    await attempt(`Closing the file of ${handler.constructor.name}`, () => file?.close?.());
  }
}

/** A field that comes in several chunks. */
async function readRest(parts: PartSource, first: Uint8Array, before: number): Promise<Uint8Array> {
  const pieces = new Pieces();
  pieces.add(first);
  while (parts.inPart) {
    checkSize(before + pieces.size);
    await parts.next();
    pieces.add(parts.take());
  }
  return pieces.concat();
}

/** The value of a field in base64; the bytes as they are where they are none. */
function decodeBase64(encoded: Uint8Array): Uint8Array {
  const base64 = new Base64Decoder();
  const decoded = base64.decode(encoded);
  return base64.complete ? decoded : encoded;
}

function checkWhole(base64: Base64Decoder): void {
  if (!base64.complete) throw new MultiPartParserError("Could not decode base64 data.");
}

function checkSize(bytes: number): void {
  const limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE;
  if (limit !== null && bytes > limit) {
    throw new RequestDataTooBig("Request body exceeded settings.DATA_UPLOAD_MAX_MEMORY_SIZE.");
  }
}

function notTaken(file: CurrentFile): ImproperlyConfigured {
  return new ImproperlyConfigured(
    `No upload handler takes the file "${file.fileName}" of the field "${file.fieldName}". Add one to FILE_UPLOAD_HANDLERS or ` +
      "to request.uploadHandlers whose receiveDataChunk() returns nothing, or whose fileComplete() returns a file.",
  );
}

/** Python's `len(text)`. */
function codePoints(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length; i++) if ((text.charCodeAt(i) & 0xfc00) === 0xdc00) count--;
  return count;
}
