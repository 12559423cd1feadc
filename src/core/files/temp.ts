/**
 * Temporary files. The one room of the core that touches a disk: Node's built-ins are imported when the first file is
 * made, never where there is no disk.
 *
 * @module
 */

import type { FileHandle } from "node:fs/promises";
import { isWorkerd } from "../../platform.ts";
import { ImproperlyConfigured, ValueError } from "../exceptions.ts";

type NodeFs = typeof import("node:fs");

/** The name is put together at run time, so that no bundler for the edge looks for the module. */
const builtin = (name: string): Promise<unknown> => import(/* @vite-ignore */ `node:${name}`);

/** A file that is written from start to end, read by position, and deleted when it is closed. */
export class TemporaryFile {
  #directory: string | null;
  #opening: Promise<FileHandle> | undefined;
  #fs: NodeFs | undefined;
  #path: string | undefined;
  #length = 0;
  #closed = false;
  #deleted = false;

  /** @param directory where to make it; `null` for the system's directory of temporary files */
  constructor(directory: string | null) {
    this.#directory = directory;
  }

  /** @throws ValueError before the file was made */
  get path(): string {
    if (this.#path === undefined) throw new ValueError("The temporary file is not on the disk yet. Write to it first.");
    return this.#path;
  }

  /** Adds bytes at the end; the first call makes the file, so an empty one will do. */
  async write(data: Uint8Array): Promise<void> {
    const file = await this.#open();
    for (let done = 0; done < data.byteLength; ) {
      const { bytesWritten } = await file.write(data, done, data.byteLength - done, this.#length);
      done += bytesWritten;
      this.#length += bytesWritten;
    }
  }

  async read(start: number, end: number): Promise<Uint8Array> {
    const file = await this.#open();
    const bytes = new Uint8Array(Math.max(0, Math.min(end, this.#length) - start));
    let done = 0;
    while (done < bytes.byteLength) {
      const { bytesRead } = await file.read(bytes, done, bytes.byteLength - done, start + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return bytes.subarray(0, done);
  }

  /** The file as a `Blob` that reads the disk when it is read, where the runtime has such a thing. */
  async blob(type: string): Promise<Blob> {
    await this.#open();
    if (typeof this.#fs?.openAsBlob === "function") return this.#fs.openAsBlob(this.path, { type });
    return new Blob([(await this.read(0, this.#length)) as Uint8Array<ArrayBuffer>], { type });
  }

  /** Deletes the file, at once where the system can delete open files. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#delete();
    this.#opening
      ?.then((file) => file.close())
      .catch(() => {})
      .finally(() => this.#delete());
  }

  /** A file that was renamed or deleted by somebody else is none of ours. */
  #delete(): void {
    if (this.#path === undefined || this.#deleted) return;
    try {
      this.#fs?.unlinkSync(this.#path);
      this.#deleted = true;
    } catch {
      // Windows deletes no open file: tried again after it is closed.
    }
  }

  #open(): Promise<FileHandle> {
    if (this.#closed) throw new ValueError("The temporary file is closed.");
    this.#opening ??= this.#create();
    return this.#opening;
  }

  async #create(): Promise<FileHandle> {
    if (isWorkerd()) {
      throw new ImproperlyConfigured(
        "There is no disk here for a TemporaryFileUploadHandler. Use a handler that stores files elsewhere.",
      );
    }
    const [fs, os, path] = (await Promise.all(["fs", "os", "path"].map(builtin))) as [
      NodeFs,
      typeof import("node:os"),
      typeof import("node:path"),
    ];
    const name = path.join(this.#directory ?? os.tmpdir(), `${crypto.randomUUID()}.upload`);
    // Made anew and for this user only: nobody can have put a link there before.
    const file = await fs.promises.open(name, "wx+", 0o600);
    this.#fs = fs;
    this.#path = name;
    if (this.#closed) this.#delete();
    return file;
  }
}
