/**
 * Uploads go to the storage while they arrive, chunk by chunk; what no view keeps is thrown away with the request.
 */

import { type HttpRequest, UploadedFile } from "djedge";
import { FileUploadHandler } from "djedge/uploads";
import { type Draft, storage } from "./storage.ts";

/** A file in the storage that its view may keep. */
export class StoredUpload extends UploadedFile {
  readonly #draft: Draft;

  constructor(draft: Draft, request: HttpRequest, name: string, contentType: string, size: number) {
    const read = (): never => {
      throw new Error(`${name} is in the storage already: keep() it, and open it there`);
    };
    super({ read, close: () => request.waitUntil(draft.close()) }, name, contentType, size);
    this.#draft = draft;
  }

  keep(): Promise<void> {
    return this.#draft.keep();
  }
}

/** Writes every file of a form into the storage. The sender waits while the storage writes. */
export class StorageUploadHandler extends FileUploadHandler {
  declare request: HttpRequest;
  declare file?: Draft | undefined;

  override async newFile(...args: Parameters<FileUploadHandler["newFile"]>): Promise<void> {
    await super.newFile(...args);
    this.file = await storage(this.request).create(this.fileName);
  }

  override async receiveDataChunk(chunk: Uint8Array): Promise<undefined> {
    await this.file?.write(chunk);
  }

  override async fileComplete(size: number): Promise<StoredUpload | undefined> {
    const { file, fileName, contentType, request } = this;
    this.file = undefined;
    await file?.end();
    return file && new StoredUpload(file, request, fileName, contentType, size);
  }

  override async uploadInterrupted(): Promise<void> {
    await this.file?.close();
  }
}
