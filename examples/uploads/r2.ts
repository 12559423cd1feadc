/**
 * Uploads that go to an R2 bucket while they come in: a Worker never holds more of them than one part.
 */

import { type HttpRequest, UploadedFile } from "djedge";
import { FileUploadHandler } from "djedge/uploads";

/** R2 takes parts of 5 MiB and more, all but the last of one size. */
export const PART_SIZE: number = 5 * 2 ** 20;

/** The part of a Workers' `R2Bucket` that is used here. */
export interface Bucket {
  put(key: string, value: Blob, options?: ObjectOptions): Promise<unknown>;
  get(key: string, options: { range: { offset: number; length: number } }): Promise<ObjectBody | null>;
  delete(key: string): Promise<void>;
  createMultipartUpload(key: string, options?: ObjectOptions): Promise<MultipartUpload>;
}

interface ObjectOptions {
  httpMetadata: { contentType?: string };
}

interface ObjectBody {
  readonly body: ReadableStream<Uint8Array>;
  arrayBuffer(): Promise<ArrayBuffer>;
}

interface MultipartUpload {
  uploadPart(partNumber: number, value: Blob): Promise<UploadedPart>;
  complete(parts: UploadedPart[]): Promise<unknown>;
  abort(): Promise<void>;
}

interface UploadedPart {
  partNumber: number;
  etag: string;
}

/** Stores each file under a key of its own in the bucket that is bound as `BUCKET`. For `FILE_UPLOAD_HANDLERS`. */
export class R2UploadHandler extends FileUploadHandler {
  declare file?: ObjectWriter | undefined;
  readonly #bucket: Bucket;
  #complete = false;

  constructor(request: HttpRequest) {
    super(request);
    this.#bucket = (request.env as { BUCKET: Bucket }).BUCKET;
  }

  override newFile(...args: Parameters<FileUploadHandler["newFile"]>): void {
    super.newFile(...args);
    this.file = new ObjectWriter(this.#bucket, `${crypto.randomUUID()}/${this.fileName}`, this.contentType);
  }

  override receiveDataChunk(data: Uint8Array): Promise<void> | undefined {
    return this.file?.write(data);
  }

  override async fileComplete(size: number): Promise<R2File | undefined> {
    if (!this.file) return undefined;
    const { key } = this.file;
    await this.file.finish();
    const discard = (): void => {
      // What follows in the form may be wrong, and then the view never sees this file.
      if (!this.#complete) this.request?.waitUntil(this.#bucket.delete(key));
    };
    return new R2File(this.#bucket, key, discard, this.fileName, this.contentType, size);
  }

  override uploadComplete(): void {
    this.#complete = true;
  }

  override async uploadInterrupted(): Promise<void> {
    await this.file?.close();
    this.file = undefined;
  }
}

/** A file in the bucket. `stream()` and the ranges of a `FileResponse` are read from there. */
export class R2File extends UploadedFile {
  readonly key: string;
  readonly #bucket: Bucket;

  constructor(bucket: Bucket, key: string, discard: () => void, name: string, contentType: string, size: number) {
    const read = async (start: number, end: number): Promise<Uint8Array> =>
      new Uint8Array(await (await getRange(bucket, key, start, end)).arrayBuffer());
    super({ read, close: discard }, name, contentType, size);
    this.key = key;
    this.#bucket = bucket;
  }

  override slice(start: number, end: number): ReadableStream<Uint8Array> {
    this.open();
    const { readable, writable } = new FixedLengthStream(end - start);
    const pipe = async (): Promise<void> => (await getRange(this.#bucket, this.key, start, end)).body.pipeTo(writable);
    pipe().catch((error) => writable.abort(error).catch(() => {}));
    return readable;
  }
}

/** An object that is being written: at once if it fits into one part, else by a multipart upload. */
export class ObjectWriter {
  readonly key: string;
  readonly #bucket: Bucket;
  readonly #options: ObjectOptions;
  /** What has come in of the next part. A buffer of its size would be 5 MiB also for a file of a few bytes. */
  #chunks: Uint8Array[] = [];
  #length = 0;
  #upload: MultipartUpload | undefined;
  readonly #parts: UploadedPart[] = [];

  constructor(bucket: Bucket, key: string, contentType = "") {
    this.#bucket = bucket;
    this.key = key;
    this.#options = { httpMetadata: contentType ? { contentType } : {} };
  }

  async write(data: Uint8Array): Promise<void> {
    for (let rest = data; rest.byteLength > 0; ) {
      const fitting = rest.subarray(0, PART_SIZE - this.#length);
      this.#chunks.push(fitting);
      this.#length += fitting.byteLength;
      rest = rest.subarray(fitting.byteLength);
      if (this.#length === PART_SIZE) await this.#sendPart();
    }
  }

  /** Sends what has come in, as the last part. */
  async flush(): Promise<void> {
    if (this.#length > 0) await this.#sendPart();
  }

  async finish(): Promise<void> {
    if (!this.#upload) {
      await this.#bucket.put(this.key, this.#take(), this.#options);
      return;
    }
    await this.flush();
    await this.#upload.complete(this.#parts);
    this.#upload = undefined;
  }

  /** Unless it was finished, nothing of it stays. */
  async close(): Promise<void> {
    await this.#upload?.abort();
    this.#upload = undefined;
  }

  async #sendPart(): Promise<void> {
    this.#upload ??= await this.#bucket.createMultipartUpload(this.key, this.#options);
    this.#parts.push(await this.#upload.uploadPart(this.#parts.length + 1, this.#take()));
  }

  #take(): Blob {
    const part = new Blob(this.#chunks as BlobPart[]);
    this.#chunks = [];
    this.#length = 0;
    return part;
  }
}

async function getRange(bucket: Bucket, key: string, start: number, end: number): Promise<ObjectBody> {
  const object = await bucket.get(key, { range: { offset: start, length: end - start } });
  if (!object) throw new Error(`${key} is not in the bucket any more.`);
  return object;
}

/** workerd's: a stream with a length, which R2 and a response with `Content-Length` need. */
declare const FixedLengthStream: new (length: number) => ReadableWritablePair<Uint8Array, Uint8Array>;
