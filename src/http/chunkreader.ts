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
  #source: Source;
  #unread: Uint8Array | undefined;

  constructor(body: BodySource) {
    if (!body || ArrayBuffer.isView(body)) this.#source = bytesSource(body);
    else if ("getReader" in body) this.#source = streamSource(body);
    else this.#source = iterableSource(body);
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
      let chunk = await this.#source.read();
      while (chunk?.byteLength === 0) chunk = await this.#source.read();
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
    await this.#source.cancel(reason);
  }
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
