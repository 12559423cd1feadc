/**
 * Files in an R2 bucket, for Workers.
 */

import type { Draft, Storage, StoredFile } from "./storage.ts";

/** The part of a Workers' `R2Bucket` that is used here. */
export interface Bucket {
  createMultipartUpload(key: string): Promise<MultipartUpload>;
  put(key: string, value: Blob): Promise<unknown>;
  get(key: string, options: { range: { offset: number; length: number } }): Promise<{ body: ReadableStream } | null>;
  head(key: string): Promise<{ size: number; httpEtag: string } | null>;
  list(): Promise<{ objects: { key: string; size: number }[] }>;
  delete(key: string): Promise<void>;
}

interface MultipartUpload {
  uploadPart(number: number, value: Blob): Promise<UploadedPart>;
  complete(parts: UploadedPart[]): Promise<unknown>;
  abort(): Promise<void>;
}

interface UploadedPart {
  partNumber: number;
  etag: string;
}

/** Bytes: R2 takes no smaller part but the last, and all but the last have to be of one size. */
const PART_SIZE = 5 * 2 ** 20;

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

/** A multipart upload: of the file, no more than a part is ever in memory. */
class R2Draft implements Draft {
  readonly #bucket: Bucket;
  readonly #name: string;
  #upload: MultipartUpload | undefined;
  #parts: UploadedPart[] = [];
  #chunks: Uint8Array<ArrayBuffer>[] = [];
  #length = 0;

  constructor(bucket: Bucket, name: string) {
    this.#bucket = bucket;
    this.#name = name;
  }

  async write(chunk: Uint8Array): Promise<void> {
    let rest = chunk.slice();
    while (this.#length + rest.length >= PART_SIZE) {
      const missing = PART_SIZE - this.#length;
      this.#chunks.push(rest.subarray(0, missing));
      rest = rest.subarray(missing);
      await this.#flush();
    }
    this.#chunks.push(rest);
    this.#length += rest.length;
  }

  async end(): Promise<void> {
    if (this.#length > 0) await this.#flush();
  }

  async keep(): Promise<void> {
    if (!this.#upload) await this.#bucket.put(this.#name, new Blob());
    await this.#upload?.complete(this.#parts);
    this.#upload = undefined;
  }

  async close(): Promise<void> {
    await this.#upload?.abort();
    this.#upload = undefined;
  }

  async #flush(): Promise<void> {
    const part = new Blob(this.#chunks);
    this.#chunks = [];
    this.#length = 0;
    this.#upload ??= await this.#bucket.createMultipartUpload(this.#name);
    this.#parts.push(await this.#upload.uploadPart(this.#parts.length + 1, part));
  }
}
