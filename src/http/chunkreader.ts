/**
 * A body, chunk by chunk, whatever it comes as.
 *
 * @module
 */

import { UnreadablePostError } from "../core/exceptions.ts";

/** What a body may come as. */
export type BodySource = ReadableStream<Uint8Array> | AsyncIterable<Uint8Array> | Uint8Array | null | undefined;

/** Bytes asked for at once, where the stream lets its reader choose: workerd hands out 4 KiB otherwise. */
const READ_SIZE = 64 * 2 ** 10;

/** From this chunk on, a body is a large one. */
const LARGE = 4;

/** What the readers of streams and the iterators have in common. */
interface Source {
  read(): Promise<{ value?: Uint8Array | undefined }>;
  cancel(reason?: unknown): Promise<unknown> | undefined;
}

/** Reads a body chunk by chunk; every chunk has a buffer of its own, so views of it stay valid. */
export class ChunkReader {
  readonly #body: BodySource;
  #source: Source | undefined;
  #unread: Uint8Array | undefined;
  #delivered = false;

  /** Whether reading has begun, of a body that is not empty. */
  started = false;

  /** @param body left alone, and unlocked, until something is read */
  constructor(body: BodySource) {
    this.#body = body;
  }

  /** The reader of `body`, which may be one itself. */
  static from(body: BodySource): ChunkReader {
    return body instanceof ChunkReader ? body : new ChunkReader(body);
  }

  /**
   * The next chunk that is not empty; `undefined` at the end.
   *
   * @throws UnreadablePostError where the body breaks off
   */
  async read(): Promise<Uint8Array | undefined> {
    const unread = this.take();
    if (unread) return unread;
    try {
      this.started = true;
      this.#source ??= open(this.#body);
      let { value: chunk } = await this.#source.read();
      while (chunk?.byteLength === 0) ({ value: chunk } = await this.#source.read());
      this.#delivered ||= chunk !== undefined;
      this.started = this.#delivered;
      return chunk;
    } catch (error) {
      throw brokenOff(error);
    }
  }

  /** What was put back, without waiting for anything. */
  take(): Uint8Array | undefined {
    const unread = this.#unread;
    this.#unread = undefined;
    return unread;
  }

  /** Puts bytes back, to be read next. */
  unread(chunk: Uint8Array): void {
    if (chunk.byteLength > 0) this.#unread = chunk;
  }

  /** Reads the rest and throws it away. */
  async exhaust(): Promise<void> {
    while ((await this.read()) !== undefined);
  }

  /** Tells the sender that nobody wants the rest. */
  async cancel(reason?: unknown): Promise<void> {
    this.#source ??= open(this.#body);
    await this.#source.cancel(reason);
  }

  /** The chunks, for a parser of your own. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    for (let chunk = await this.read(); chunk; chunk = await this.read()) yield chunk;
  }
}

/** The error of a body that could not be read to its end. */
export function brokenOff(error: unknown): UnreadablePostError {
  if (error instanceof UnreadablePostError) return error;
  return new UnreadablePostError(`The body of the request broke off (${error}).`, { cause: error });
}

function open(body: BodySource): Source {
  if (!body || ArrayBuffer.isView(body)) return bytesSource(body);
  return "getReader" in body ? streamSource(body) : iterableSource(body);
}

function bytesSource(bytes: Uint8Array | null | undefined): Source {
  let value = bytes ?? undefined;
  return {
    read: async () => {
      const given = { value };
      value = undefined;
      return given;
    },
    cancel: () => undefined,
  };
}

function iterableSource(body: AsyncIterable<Uint8Array>): Source {
  const iterator = body[Symbol.asyncIterator]();
  return {
    read: async () => {
      const { done, value } = await iterator.next();
      return done ? {} : { value };
    },
    cancel: () => iterator.return?.(),
  };
}

/**
 * The first chunks come as the runtime cuts them: a small body is all there, and a buffer to read into would cost more
 * than the rest of the request. A large one is worth it, where the stream allows it.
 */
function streamSource(stream: ReadableStream<Uint8Array>): Source {
  let reader: Source = stream.getReader();
  let chunks = 0;
  return {
    read() {
      if (++chunks === LARGE) {
        (reader as ReadableStreamDefaultReader).releaseLock();
        try {
          reader = largeSource(stream.getReader({ mode: "byob" }));
        } catch {
          reader = stream.getReader();
        }
      }
      return reader.read();
    },
    cancel: (reason) => reader.cancel(reason),
  };
}

function largeSource(reader: ReadableStreamBYOBReader): Source {
  let spare: ArrayBuffer | undefined;
  return {
    async read() {
      const buffer = spare ?? new ArrayBuffer(READ_SIZE);
      spare = undefined;
      const { value, done } = await reader.read(new Uint8Array(buffer));
      if (done || !value) return {};
      if (value.byteLength * 2 >= READ_SIZE) return { value };
      // A small view would keep its large buffer in memory. Once it is copied, the buffer can be read into again.
      spare = value.buffer;
      return { value: value.slice() };
    },
    cancel: (reason) => reader.cancel(reason),
  };
}
