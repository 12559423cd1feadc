/**
 * The body of a request: one reader of bytes under everything that reads it.
 *
 * @module
 */

import { settings } from "../conf/index.ts";
import { RawPostDataException, RequestDataTooBig } from "../core/exceptions.ts";
import { isWorkerd } from "../platform.ts";
import { Pieces } from "../utils/bytes.ts";
import { handled } from "../utils/promise.ts";
import { brokenOff, ChunkReader } from "./chunkreader.ts";

const LINE_FEED = 10;
/** Bytes up to which a body is read at once. */
const SHORT = 64 * 2 ** 10;

/**
 * Reads a body as Python reads a file, and keeps Django's account of it: once reading has begun, the whole can no longer
 * be had; once the whole has been had, it can be read again from its start.
 */
export class RequestBody {
  readonly #native: Request | undefined;
  readonly #contentLength: () => number;
  readonly #isServed: boolean;
  #length: number | undefined;
  #reader: ChunkReader | undefined;
  #taken: boolean;
  #whole: Promise<Uint8Array> | undefined;
  #bytes: Uint8Array | undefined;
  #stream: ReadableStream<Uint8Array> | null | undefined;

  /**
   * @param native the platform's request
   * @param contentLength what the client says its length is, in bytes: not to be trusted, but enough to refuse it
   * @param isServed whether a server made the request, which gives no more bytes than the client said
   */
  constructor(native: Request | undefined, contentLength: () => number, isServed: boolean) {
    this.#native = native;
    this.#contentLength = contentLength;
    this.#isServed = isServed;
    this.#taken = native?.bodyUsed === true;
  }

  /** Whether any of it was read, or asked for. */
  get started(): boolean {
    return this.#taken || (!this.#isShort && (this.#chunks.started || this.#taken));
  }

  /** The whole, if it has been read. */
  get bytes(): Uint8Array | undefined {
    return this.#bytes;
  }

  /** The whole, if it was asked for. */
  get pending(): Promise<Uint8Array> | undefined {
    return this.#whole;
  }

  /**
   * Reads the whole, once.
   *
   * @throws RawPostDataException where reading has begun otherwise
   * @throws RequestDataTooBig over `DATA_UPLOAD_MAX_MEMORY_SIZE`
   * @throws UnreadablePostError where it breaks off
   */
  whole(): Promise<Uint8Array> {
    if (this.#whole) return this.#whole;
    if (this.started) {
      return Promise.reject(new RawPostDataException("You cannot access body after reading from request's data stream"));
    }
    const limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE ?? Number.POSITIVE_INFINITY;
    // What is refused unread can still be read in parts.
    if (this.#contentLength() > limit) return Promise.reject(tooBig());
    const reading = this.#isShort ? this.#readAtOnce() : this.#read(null, false, limit);
    this.#whole = handled(
      reading.then(
        (content) => {
          if (content.byteLength > limit) throw tooBig();
          this.#reader = undefined;
          this.#bytes = ArrayBuffer.isView(content) ? content : new Uint8Array(content);
          return this.#bytes;
        },
        (error: unknown) => {
          if (error instanceof RequestDataTooBig) throw error;
          // What broke off is lost: from then on, it has been read.
          this.#whole = undefined;
          throw brokenOff(error);
        },
      ),
    );
    return this.#whole;
  }

  /** Up to `size` bytes; all that is left without `size`. */
  read(size?: number | null): Promise<Uint8Array> {
    return handled(this.#read(size, false));
  }

  /** Up to the next line feed and with it, or up to `size` bytes; nothing at the end. */
  readline(size?: number | null): Promise<Uint8Array> {
    return handled(this.#read(size, true));
  }

  /** Lines, until there are no more. */
  async *lines(): AsyncGenerator<Uint8Array, void, undefined> {
    for (let line = await this.readline(); line.byteLength > 0; line = await this.readline()) yield line;
  }

  /** All lines that are left. */
  async readlines(): Promise<Uint8Array[]> {
    const lines: Uint8Array[] = [];
    for await (const line of this.lines()) lines.push(line);
    return lines;
  }

  /** What is left, as a stream; the one that the runtime gave where nothing was read of it. */
  get stream(): ReadableStream<Uint8Array> | null {
    if (this.#stream === undefined) {
      this.#stream = this.started ? streamOf(this.#chunks) : this.#source;
      this.#taken = true;
    }
    return this.#stream;
  }

  /** What a parser reads: the whole, where it was read, or else what comes in. */
  get chunks(): ChunkReader {
    return this.#bytes ? new ChunkReader(this.#bytes) : this.#chunks;
  }

  /** Whether the platform may read the whole, since that is not much, and no stream was made of it yet. */
  get #isShort(): boolean {
    if (!this.#isServed || this.#reader) return false;
    this.#length ??= this.#contentLength();
    return this.#length > 0 && this.#length <= SHORT;
  }

  /** Without a stream, that is in 500 ns in place of 2200 on Bun, and 1100 in place of 2700 on Deno. */
  #readAtOnce(): Promise<Uint8Array | ArrayBuffer> {
    this.#taken = true;
    const native = this.#native as Request;
    // djedge/node has to copy for an ArrayBuffer; workerd takes 3000 ns longer to make bytes of one.
    return isWorkerd() || !("bytes" in native) ? native.arrayBuffer() : native.bytes();
  }

  /** The reader under everything else. */
  get #chunks(): ChunkReader {
    if (!this.#reader) {
      const source = this.#bytes ? undefined : this.#source;
      if (source?.locked) this.#taken = true;
      this.#reader = new ChunkReader(this.#bytes ?? source);
    }
    return this.#reader;
  }

  get #source(): ReadableStream<Uint8Array> | null {
    try {
      return this.#native?.body ?? null;
    } catch {
      return null; // itty-router's AutoRouter hands out a proxy of the request, which fails to read null.
    }
  }

  async #read(size: number | null | undefined, byLine: boolean, limit = Number.POSITIVE_INFINITY): Promise<Uint8Array> {
    if (size !== undefined && size !== null && !Number.isInteger(size))
      throw new TypeError(`A body is read by whole bytes, not ${size}.`);
    this.#taken = true;
    const pieces = new Pieces();
    let left = size === undefined || size === null || size < 0 ? Number.POSITIVE_INFINITY : size;
    while (left > 0) {
      const chunk = this.#chunks.take() ?? (await this.#chunks.read());
      if (!chunk) break;
      let piece = left < chunk.byteLength ? chunk.subarray(0, left) : chunk;
      const end = byLine ? piece.indexOf(LINE_FEED) + 1 : 0;
      if (end > 0) piece = piece.subarray(0, end);
      if (piece.byteLength < chunk.byteLength) this.#chunks.unread(chunk.subarray(piece.byteLength));
      pieces.add(piece);
      if (pieces.size > limit) throw tooBig();
      left = end > 0 ? 0 : left - piece.byteLength;
    }
    return pieces.concat();
  }
}

function streamOf(chunks: ChunkReader): ReadableStream<Uint8Array> {
  return new ReadableStream(
    {
      async pull(controller) {
        const chunk = await chunks.read();
        if (chunk) controller.enqueue(chunk);
        else controller.close();
      },
      cancel: (reason) => chunks.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

function tooBig(): RequestDataTooBig {
  return new RequestDataTooBig("Request body exceeded settings.DATA_UPLOAD_MAX_MEMORY_SIZE.");
}
