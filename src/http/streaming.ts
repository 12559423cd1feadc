/**
 * `StreamingHttpResponse`: content that is made while it is sent.
 *
 * @module
 */

import { AttributeError } from "../core/exceptions.ts";
import { fixedLengthStream, isWorkerd, keepsLength } from "../platform.ts";
import { Pieces, viewBytes } from "../utils/bytes.ts";
import { log } from "../utils/log.ts";
import { isIterable, type Piece, pieceBytes, toPiece } from "./content.ts";
import { closeContent, type FileContent } from "./filelike.ts";
import type { HttpRequest } from "./request.ts";
import { HttpResponseBase, type ResponseInit, type ToResponseOptions } from "./responsebase.ts";
import { isBodiless } from "./status.ts";

/** Bytes that are made ahead of a client, and the most that small pieces are joined to. */
const CHUNK_SIZE = 65536;

/** What a stream is made of: pieces that are text, bytes, or anything that has a text; or one such piece. */
export type StreamingContent = FileContent | string | ArrayBuffer | ArrayBufferView;

/**
 * A response whose content is an iterable, an async one (a generator of either kind) or a `ReadableStream`. The pieces are
 * text, bytes, or what has a text; those of a `ReadableStream` are bytes, since it goes out as it is.
 *
 * It is read no faster than the client takes it, and not before: no more than 64 KiB are made ahead. Small pieces of an
 * iterable that never waits are sent together; those of an async one go out as they come, and bytes as they are: what was
 * yielded must not be written to again. When the client goes away,
 * `request.signal` aborts and a generator's `finally` runs, as soon as what it awaits has settled.
 */
export class StreamingHttpResponse extends HttpResponseBase {
  #content: FileContent = [];
  /** What was given and has to be closed: middleware puts one content around another. */
  #given: StreamingContent[] = [];
  /** A platform's response that goes out as it came: one that opens a WebSocket. */
  #upgrade: Response | undefined;

  /** @throws TypeError for what cannot be iterated; else as `HttpResponseBase` */
  constructor(streamingContent: StreamingContent = [], init?: ResponseInit) {
    super(init);
    this.#setContent(streamingContent);
  }

  /**
   * The body of a `Response`, unread, with its status, headers and cookies, which can then be changed even where the
   * platform made them immutable.
   */
  static fromResponse(response: Response): StreamingHttpResponse {
    const result = new StreamingHttpResponse(response.body ?? []).copyHead(response);
    if (response.status === 101) result.#upgrade = response;
    return result;
  }

  override get streaming(): boolean {
    return true;
  }

  /** Whether the content comes asynchronously: it is an async iterable or a `ReadableStream`. */
  get isAsync(): boolean {
    return !isIterable(this.#content);
  }

  /** The content in bytes, to be iterated once. A middleware may replace it by another that takes its pieces from it. */
  get streamingContent(): AsyncIterable<Uint8Array<ArrayBuffer>> {
    return encoded(this.#content, this.charset);
  }

  set streamingContent(content: StreamingContent) {
    this.#setContent(content);
  }

  /** @throws AttributeError always: there is only `streamingContent` */
  get content(): never {
    throw new AttributeError("This StreamingHttpResponse instance has no `content` attribute. Use `streamingContent` instead.");
  }

  /** @throws AttributeError always: there is only `streamingContent` */
  get text(): never {
    throw new AttributeError("This StreamingHttpResponse instance has no `text` attribute.");
  }

  /** All of the content, read to its end. */
  override async getvalue(): Promise<Uint8Array> {
    const chunks = new Pieces();
    // The next one may come in the same buffer.
    for await (const chunk of this.streamingContent) chunks.add(chunk.slice());
    return chunks.concat();
  }

  /** Closes what was given as content, whether or not it was read: a generator's `finally` runs. */
  override close(): void {
    for (const content of this.#given.splice(0)) this.resourceClosers.push(() => closeContent(content as FileContent));
    super.close();
  }

  /**
   * The platform's `Response`. A `ReadableStream` that nothing was put around is its body as it is.
   *
   * @throws ValueError for a status below 200, unless it is a WebSocket's
   */
  override toResponse(options: ToResponseOptions = {}): Response {
    const { request } = options;
    if (this.#upgrade) return this.#upgrade;
    if (isBodiless(this.statusCode) || request?.method === "HEAD") {
      const response = this.makeResponse(null, options);
      this.close();
      request?.close();
      return response;
    }
    const content = this.#content;
    const header = this.get("Content-Length", "");
    const length = /^\d{1,15}$/.test(header) ? Number(header) : undefined;
    // Who waits for the end of the content has to see it.
    const closes = this.resourceClosers.length > 0 || this.close !== StreamingHttpResponse.prototype.close;
    const isFree = !closes && this.#given.length === 1 && !request?.inUse;
    const asItIs = isFree && isStream(content) && (length === undefined || keepsLength(content));
    return this.makeResponse(asItIs ? content : this.#body(request, length), options);
  }

  #setContent(content: StreamingContent): void {
    const isPiece = typeof content === "string" || viewBytes(content) !== undefined;
    if (!isPiece && (Object(content) !== content || !(isIterable(content) || isStream(content) || isAsyncIterable(content)))) {
      throw new TypeError(
        `${this.constructor.name} takes an iterable, an async one or a ReadableStream, not ${String(content)}.`,
      );
    }
    const list = isPiece ? [content] : Array.isArray(content) || content instanceof Set ? content : undefined;
    // Read once, as everything that streams.
    this.#content = list?.values() ?? (content as FileContent);
    if (!Array.isArray(content)) this.#given.push(content);
  }

  #body(request: HttpRequest | undefined, length: number | undefined): ReadableStream<Uint8Array<ArrayBuffer>> {
    const source = new ContentSource(this.#content, this, request, length);
    const stream = new ReadableStream(source, { highWaterMark: 0, size: byteLength });
    if (!isWorkerd()) return stream;
    // A Worker is stopped when its client has gone, unless something is waited for.
    request?.waitUntil(source.finished);
    if (length === undefined) return stream;
    const { readable, writable } = fixedLengthStream(length);
    stream.pipeTo(writable).catch(() => {});
    return readable as ReadableStream<Uint8Array<ArrayBuffer>>;
  }
}

type Controller = ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;

/**
 * Reads content as a stream's consumer asks for it, and closes response and request at its end, however that comes.
 *
 * Each `pull()` goes on for as long as the consumer keeps up: a call for each piece would cost more than the piece.
 */
class ContentSource implements UnderlyingDefaultSource<Uint8Array<ArrayBuffer>> {
  /** Resolves when the content has ended. */
  readonly finished: Promise<void>;
  readonly #content: FileContent;
  readonly #response: StreamingHttpResponse;
  readonly #request: HttpRequest | undefined;
  readonly #charset: string;
  /** Bytes that are still to come, where the response says how many. */
  #left: number | undefined;
  #source: AsyncIterator<unknown> | Iterator<unknown> | undefined;
  #cancelled = false;
  #failure: { readonly error: unknown } | undefined;
  #finish: () => void = () => {};

  constructor(content: FileContent, response: StreamingHttpResponse, request?: HttpRequest, length?: number) {
    this.#content = content;
    this.#response = response;
    this.#request = request;
    this.#charset = response.charset;
    this.#left = length;
    this.finished = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  pull(controller: Controller): void | Promise<void> {
    if (this.#failure) return controller.error(this.#failure.error);
    try {
      this.#source ??= iterate(this.#content);
      if (!isIterable(this.#content)) return this.#pullAsync(controller, this.#source as AsyncIterator<unknown>);
      const { chunk, done, failure } = join(this.#source as Iterator<unknown>, this.#charset);
      this.#send(controller, chunk);
      if (failure) throw failure.error;
      if (done) this.#end(controller);
    } catch (error) {
      this.#fail(controller, error);
    }
  }

  async #pullAsync(controller: Controller, source: AsyncIterator<unknown>): Promise<void> {
    try {
      do {
        const { done, value } = await source.next();
        if (this.#cancelled) return;
        if (done) return this.#end(controller);
        this.#send(controller, pieceBytes(toPiece(value, this.#charset)));
      } while ((controller.desiredSize ?? 0) > -CHUNK_SIZE);
    } catch (error) {
      if (!this.#cancelled) this.#fail(controller, error);
    }
  }

  /** The client has gone away. */
  async cancel(reason: unknown): Promise<void> {
    this.#cancelled = true;
    this.#request?.abort(reason);
    await this.#stop();
    this.#close();
  }

  #send(controller: Controller, chunk: Uint8Array<ArrayBuffer>): void {
    if (chunk.length === 0) return; // some runtimes take it for the end
    if (this.#left !== undefined) {
      this.#left -= chunk.length;
      if (this.#left < 0)
        throw new RangeError(`The content is longer than its Content-Length, by ${-this.#left} bytes at least.`);
    }
    controller.enqueue(chunk);
    // Node and Deno do not wait for an end behind the last byte: they cancel the stream, though nobody has gone away.
    if (this.#left === 0) this.#request?.markSent();
  }

  #end(controller: Controller): void {
    if (this.#left) throw new RangeError(`The content is shorter than its Content-Length, by ${this.#left} bytes.`);
    controller.close();
    this.#close();
  }

  /** The head is out: all that can be done is to break off, behind what came before the error. */
  #fail(controller: Controller, error: unknown): void {
    log("error", "django.request", `The content of a response failed: ${this.#request?.path ?? ""}`, error);
    if ((controller.desiredSize ?? 0) < 0) this.#failure = { error };
    else controller.error(error);
    void this.#stop(error).then(() => this.#close());
  }

  /** @param failure what it failed with, which a stream gives once more when it is cancelled */
  async #stop(failure?: unknown): Promise<void> {
    try {
      await this.#source?.return?.();
    } catch (error) {
      if (error !== failure)
        log("error", "django.request", `The content of a response failed to close: ${this.#request?.path ?? ""}`, error);
    }
  }

  #close(): void {
    this.#response.close();
    this.#request?.close();
    this.#finish();
  }
}

function iterate(content: FileContent): AsyncIterator<unknown> | Iterator<unknown> {
  if (isStream(content)) {
    const reader = content.getReader();
    const end = async (): Promise<IteratorReturnResult<undefined>> => {
      await reader.cancel();
      return { done: true, value: undefined };
    };
    return { next: () => reader.read() as Promise<IteratorResult<unknown>>, return: end };
  }
  return isAsyncIterable(content) ? content[Symbol.asyncIterator]() : content[Symbol.iterator]();
}

/** What a {@link join} gives: `failure` is what the iterator threw behind the pieces of `chunk`. */
interface Joined {
  chunk: Uint8Array<ArrayBuffer>;
  done: boolean;
  failure: { readonly error: unknown } | undefined;
}

/**
 * The next pieces of an iterator that never waits, up to about 64 KiB of them, as one. Bytes are copied before the next
 * piece is asked for: it may come in the same buffer.
 */
function join(source: Iterator<unknown>, charset: string): Joined {
  let block = new Uint8Array(0);
  let used = 0;
  let text = "";
  let size = 0;
  let done = false;
  const add = (bytes: Uint8Array): void => {
    const needed = used + bytes.length;
    if (needed > block.length) {
      const larger = new Uint8Array(Math.max(needed, Math.min(4 * used, CHUNK_SIZE)));
      larger.set(block.subarray(0, used));
      block = larger;
    }
    block.set(bytes, used);
    used = needed;
  };
  let failure: Joined["failure"];
  try {
    while (size < CHUNK_SIZE) {
      const result = source.next();
      done = result.done === true;
      if (done) break;
      const piece: Piece = toPiece(result.value, charset);
      size += piece.length;
      if (typeof piece === "string") text += piece;
      else {
        if (text) add(pieceBytes(text));
        text = "";
        add(piece);
      }
    }
  } catch (error) {
    failure = { error };
  }
  if (used === 0) return { chunk: pieceBytes(text), done, failure };
  if (text) add(pieceBytes(text));
  return { chunk: block.subarray(0, used), done, failure };
}

async function* encoded(content: FileContent, charset: string): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for await (const piece of content as AsyncIterable<unknown>) yield pieceBytes(toPiece(piece, charset));
}

function byteLength(chunk: Uint8Array): number {
  return chunk.length;
}

function isStream(content: StreamingContent): content is ReadableStream {
  return typeof (content as ReadableStream).getReader === "function";
}

function isAsyncIterable(content: StreamingContent): content is AsyncIterable<unknown> {
  return typeof (content as Partial<AsyncIterable<unknown>>)[Symbol.asyncIterator] === "function";
}
