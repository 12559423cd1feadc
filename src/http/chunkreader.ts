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

interface Source {
  read(): Promise<Uint8Array | undefined>;
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
    const unread = this.#unread;
    this.#unread = undefined;
    if (unread) return unread;
    try {
      this.started = true;
      this.#source ??= open(this.#body);
      let chunk = await this.#source.read();
      while (chunk?.byteLength === 0) chunk = await this.#source.read();
      this.#delivered ||= chunk !== undefined;
      this.started = this.#delivered;
      return chunk;
    } catch (error) {
      if (error instanceof UnreadablePostError) throw error;
      throw new UnreadablePostError(`The body of the request broke off (${error}).`, { cause: error });
    }
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

function open(body: BodySource): Source {
  if (!body || ArrayBuffer.isView(body)) return bytesSource(body);
  return "getReader" in body ? streamSource(body) : iterableSource(body);
}

function bytesSource(bytes: Uint8Array | null | undefined): Source {
  let chunk = bytes ?? undefined;
  return {
    read: async () => {
      const given = chunk;
      chunk = undefined;
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
      return done ? undefined : value;
    },
    cancel: () => iterator.return?.(),
  };
}

function streamSource(stream: ReadableStream<Uint8Array>): Source {
  let reader: ReadableStreamBYOBReader;
  try {
    reader = stream.getReader({ mode: "byob" });
  } catch {
    const plain = stream.getReader();
    return { read: async () => (await plain.read()).value, cancel: (reason) => plain.cancel(reason) };
  }
  return {
    read: async () => {
      const { value, done } = await reader.read(new Uint8Array(READ_SIZE));
      if (done || !value) return undefined;
      // A small view would keep its large buffer in memory.
      return value.byteLength * 2 < READ_SIZE ? value.slice() : value;
    },
    cancel: (reason) => reader.cancel(reason),
  };
}
