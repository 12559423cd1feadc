/**
 * Hashes that are ready when the file is: nothing is read twice.
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { FileUploadHandler } from "djedge/uploads";

/** Takes the SHA-256 of every file, and leaves the file to the handlers after it. */
export class HashingUploadHandler extends FileUploadHandler {
  /** In the order in which the files came; the hash in hexadecimal. */
  readonly digests: { fieldName: string; fileName: string; sha256: string }[] = [];
  #hash: ReturnType<typeof sha256.create> = sha256.create();

  override newFile(...args: Parameters<FileUploadHandler["newFile"]>): void {
    super.newFile(...args);
    this.#hash = sha256.create();
  }

  override receiveDataChunk(data: Uint8Array): Uint8Array {
    this.#hash.update(data);
    return data;
  }

  override fileComplete(): undefined {
    const { fieldName, fileName } = this;
    this.digests.push({ fieldName, fileName, sha256: bytesToHex(this.#hash.digest()) });
  }
}
