/**
 * Files in an R2 bucket, for Workers.
 */

import type { Storage, StoredFile } from "./storage.ts";

/** The part of a Workers' `R2Bucket` that is used here. */
export interface Bucket {
  put(key: string, value: Blob): Promise<unknown>;
  get(key: string, options?: { range: { offset: number; length: number } }): Promise<{ body: ReadableStream<Uint8Array> } | null>;
  head(key: string): Promise<{ size: number } | null>;
  list(): Promise<{ objects: { key: string; size: number }[] }>;
  delete(key: string): Promise<void>;
}

/** Keeps files in `bucket`; a range of a file is read as a range of the object. */
export class R2Storage implements Storage {
  readonly #bucket: Bucket;

  constructor(bucket: Bucket) {
    this.#bucket = bucket;
  }

  async save(name: string, content: Blob): Promise<void> {
    await this.#bucket.put(name, content);
  }

  async list(): Promise<{ name: string; size: number }[]> {
    const { objects } = await this.#bucket.list();
    return objects.map(({ key, size }) => ({ name: key, size }));
  }

  async open(name: string): Promise<StoredFile | undefined> {
    const head = await this.#bucket.head(name);
    if (!head) return undefined;
    const read = async (offset: number, length: number): Promise<ReadableStream<Uint8Array>> => {
      const object = await this.#bucket.get(name, { range: { offset, length } });
      if (!object) throw new Error(`${name} was deleted while it was read`);
      return object.body;
    };
    return { name, size: head.size, stream: () => read(0, head.size), slice: (start, end) => read(start, end - start) };
  }

  async delete(name: string): Promise<void> {
    await this.#bucket.delete(name);
  }
}
