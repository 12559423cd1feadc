/**
 * `FileResponse`: a file sent as it is read, whole or in the ranges that were asked for.
 *
 * @module
 */

import { contentDispositionHeader } from "../utils/http.ts";
import { guessContentType } from "../utils/mimetypes.ts";
import { baseName } from "../utils/text.ts";
import { type FileContent, type FileLike, type FileSource, fileSource, OpenFile, openContent } from "./filelike.ts";
import { type ByteRange, contentRange, ifRangeHolds, type MultipartRanges, multipartRanges, parseRange } from "./range.ts";
import type { HttpRequest } from "./request.ts";
import type { ResponseInit, ToResponseOptions } from "./responsebase.ts";
import { isBodiless } from "./status.ts";
import { type StreamingContent, StreamingHttpResponse } from "./streaming.ts";

/** What a `FileResponse` takes beside what every response does. */
export interface FileResponseInit extends ResponseInit {
  /** Has the browser save the file instead of showing it. */
  asAttachment?: boolean | undefined;
  /** The name to save it under, instead of the file's own. */
  filename?: string | undefined;
}

/** A file that can answer ranges. */
type SlicedFile = FileSource & { readonly size: number; slice(start: number, end: number): unknown };

/** What a browser would run, and so no type that a file may give itself: an upload has it from who has sent it. */
const ACTIVE = /^\s*(?:text|application|image)\/(?:[\w.+-]*(?:html|xml|script|svg)\b)/i;

/** What says something about the file, and nothing about an answer without it. */
const OF_THE_FILE = ["Content-Disposition", "Content-Encoding", "Content-Type"];

/**
 * Sends a file of any runtime without loading it, and closes it afterwards, however that ends. The headers
 * `Content-Length`, `Content-Type` (by the name, unless `contentType` is given) and `Content-Disposition` come from the file.
 *
 * A file whose size is known and that can be cut (a `Blob`, an open file of Node or Deno, bytes, an object with `slice()`)
 * answers ranges (RFC 9110, section 14): `GET` and status 200 only, one or several, with `If-Range`. Of the file no more is
 * read than is sent. Set `Accept-Ranges: none` to send it whole all the same. An R2 object that was got in part is sent as that
 * part, with 206.
 */
export class FileResponse extends StreamingHttpResponse {
  static override moreOptions: readonly string[] = ["asAttachment", "filename"];

  /** Has the browser save the file. */
  readonly asAttachment: boolean;
  /** The name to save it under; empty for the file's own. */
  readonly filename: string;
  /** The file: what was given, where that has `stream()`, else made into it. */
  readonly fileToStream: FileSource;
  readonly #hasContentType: boolean;
  /** Whether the content is still the file, and nobody has asked for its bytes. */
  #isUnopened: boolean;

  /** @throws TypeError for what is no open file, such as a path, and for an unknown option */
  constructor(file: FileSource, init?: FileResponseInit);
  constructor(file: FileLike, init?: FileResponseInit);
  constructor(file: FileLike, init: FileResponseInit = {}) {
    const source = fileSource(file);
    super(source instanceof OpenFile ? source.content : undefined, init);
    this.#isUnopened = !(source instanceof OpenFile);
    this.#hasContentType = typeof init.contentType === "string";
    this.asAttachment = init.asAttachment ?? false;
    this.filename = init.filename ?? "";
    this.fileToStream = source;
    if (typeof source.close === "function") this.resourceClosers.push(() => source.close?.());
    this.setHeaders(source);
    const part = source instanceof OpenFile ? source.range : undefined;
    if (part && part.end - part.start < part.of && this.statusCode === 200) {
      this.statusCode = 206;
      this.set("Content-Range", contentRange(part, part.of));
    }
  }

  /** Sets `Content-Length`, `Content-Type` and `Content-Disposition` from the file; called by the constructor. */
  setHeaders(file: FileSource): void {
    const filename = baseName(this.filename || (typeof file.name === "string" ? file.name : ""));
    if (Number.isSafeInteger(file.size)) this.set("Content-Length", file.size);
    if (!this.#hasContentType) {
      const type = guessContentType(filename);
      const own = type === "application/octet-stream" && file.type && !ACTIVE.test(file.type) ? file.type : type;
      this.set("Content-Type", own);
    }
    const disposition = contentDispositionHeader(this.asAttachment, filename);
    if (disposition) this.set("Content-Disposition", disposition);
  }

  /** The bytes of the file; it is opened when they are first asked for. Once assigned, what is sent is no file any more. */
  override get streamingContent(): AsyncIterable<Uint8Array<ArrayBuffer>> {
    if (this.#isUnopened) this.streamingContent = openContent(this.fileToStream.stream());
    return super.streamingContent;
  }

  override set streamingContent(content: StreamingContent) {
    this.#isUnopened = false;
    super.streamingContent = content;
  }

  /** The file as a `Response`, or the ranges of it that `request` asks for, or 416 where they are not in it. */
  override toResponse(options: ToResponseOptions = {}): Response {
    if (this.#isUnopened && !isBodiless(this.statusCode)) {
      const { request } = options;
      const ranges = request && this.#ranges(request);
      if (ranges) this.streamingContent = this.#part(ranges);
      else if (request?.method !== "HEAD") this.streamingContent = openContent(this.fileToStream.stream());
    }
    return super.toResponse(options);
  }

  /** What `request` asks for; nothing where the whole file is the answer. */
  #ranges(request: HttpRequest): ByteRange[] | undefined {
    const { size, slice } = this.fileToStream;
    if (size === undefined || typeof slice !== "function" || this.statusCode !== 200) return undefined;
    this.setdefault("Accept-Ranges", "bytes");
    const header = request.headers.get("Range");
    if (request.method !== "GET" || header === undefined || this.get("Accept-Ranges") !== "bytes") return undefined;
    if (!ifRangeHolds(request.headers.get("If-Range"), this.get("ETag"), this.get("Last-Modified"))) return undefined;
    const ranges = parseRange(header, size);
    // A compressed file can be cut, but parts in one body would have to say that they are compressed, each by itself.
    return ranges && ranges.length > 1 && this.has("Content-Encoding") ? undefined : ranges;
  }

  /** Makes this the answer to a request for `ranges`: 206, or 416 for none. */
  #part(ranges: readonly ByteRange[]): FileContent {
    const file = this.fileToStream as SlicedFile;
    const [first, second] = ranges;
    if (!first) {
      this.statusCode = 416;
      for (const name of OF_THE_FILE) this.delete(name);
      this.set("Content-Range", `bytes */${file.size}`);
      this.set("Content-Length", 0);
      return [];
    }
    this.statusCode = 206;
    if (!second) {
      this.set("Content-Range", contentRange(first, file.size));
      this.set("Content-Length", first.end - first.start);
      return openContent(file.slice(first.start, first.end));
    }
    const multipart = multipartRanges(ranges, file.size, this.get("Content-Type", ""));
    this.set("Content-Type", multipart.contentType);
    this.set("Content-Length", multipart.length);
    return multipartContent(file, ranges, multipart);
  }
}

async function* multipartContent(
  file: SlicedFile,
  ranges: readonly ByteRange[],
  { heads, tail }: MultipartRanges,
): AsyncGenerator<unknown> {
  for (const [i, { start, end }] of ranges.entries()) {
    yield heads[i];
    yield* openContent(file.slice(start, end)) as AsyncIterable<unknown>;
  }
  yield tail;
}
