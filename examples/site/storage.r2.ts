/**
 * Files in an R2 bucket, for Workers.
 */

import { ObjectWriter, type Bucket as UploadBucket } from "../uploads/r2.ts";
import type { Draft, Storage, StoredFile } from "./storage.ts";

/** The part of a Workers' `R2Bucket` that is used here. */
export interface Bucket extends UploadBucket {
  head(key: string): Promise<{ size: number; httpEtag: string } | null>;
  list(): Promise<{ objects: { key: string; size: number }[] }>;
}

/** Keeps files in `bucket`; a range of a file is read as a range of the object. */
export class R2Storage implements Storage {
  readonly #bucket: Bucket;

  constructor(bucket: Bucket) {
    this.#bucket = bucket;
  }

  async create(name: string): Promise<Draft> {
    return new R2Draft(this.#bucket, name);
  }

  async list(): Promise<{ name: string; size: number }[]> {
    const { objects } = await this.#bucket.list();
    return objects.map(({ key, size }) => ({ name: key, size }));
  }

  async open(name: string): Promise<StoredFile | undefined> {
    const head = await this.#bucket.head(name);
    if (!head) return undefined;
    const { size, httpEtag } = head;
    const read = (offset: number, length: number): Promise<unknown> => this.#bucket.get(name, { range: { offset, length } });
    const slice = (start: number, end: number): Promise<unknown> => read(start, end - start);
    return { name, size, etag: httpEtag, stream: () => read(0, size), slice };
  }

  async delete(name: string): Promise<void> {
    await this.#bucket.delete(name);
  }
}

/** Of the file, no more than a part is ever in memory. */
class R2Draft implements Draft {
  readonly #writer: ObjectWriter;

  constructor(bucket: Bucket, name: string) {
    this.#writer = new ObjectWriter(bucket, name);
  }

  write(chunk: Uint8Array): Promise<void> {
    return this.#writer.write(chunk);
  }

  end(): Promise<void> {
    return this.#writer.flush();
  }

  keep(): Promise<void> {
    return this.#writer.finish();
  }

  close(): Promise<void> {
    return this.#writer.close();
  }
}
