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

/** A file on the disk. */
class DiskFile {
  readonly fs: NodeFs;
  readonly path: string;
  readonly handle: FileHandle;
  #deleted = false;

  constructor(fs: NodeFs, path: string, handle: FileHandle) {
    this.fs = fs;
    this.path = path;
    this.handle = handle;
  }

  close(): void {
    this.#delete();
    this.handle
      .close()
      .catch(() => {})
      .finally(() => this.#delete());
  }

  /** A file that was renamed or deleted by somebody else is none of ours. */
  #delete(): void {
    if (this.#deleted) return;
    try {
      this.fs.unlinkSync(this.path);
      this.#deleted = true;
    } catch {
      // Windows deletes no open file: tried again after it is closed.
    }
  }
}

/** Files that nobody closed, which Node takes for a fatal error. Python's, too, are deleted with the last reference. */
let abandoned: FinalizationRegistry<DiskFile> | undefined;

/** A file that is written from start to end, read by position, and deleted when it is closed. */
export class TemporaryFile {
  #directory: string | null;
  #suffix: string;
  #opening: Promise<DiskFile> | undefined;
  #file: DiskFile | undefined;
  #length = 0;
  #closed = false;

  /**
   * @param directory where to make it; `null` for the system's directory of temporary files
   * @param suffix the end of its name
   */
  constructor(directory: string | null, suffix = "") {
    this.#directory = directory;
    this.#suffix = suffix;
  }

  /** @throws ValueError before the file was made */
  get path(): string {
    if (!this.#file) throw new ValueError("The temporary file is not on the disk yet. Write to it first.");
    return this.#file.path;
  }

  /** Adds bytes at the end; the first call makes the file, so an empty one will do. */
  async write(data: Uint8Array): Promise<void> {
    const { handle } = await this.#open();
    for (let done = 0; done < data.byteLength; ) {
      const { bytesWritten } = await handle.write(data, done, data.byteLength - done, this.#length);
      done += bytesWritten;
      this.#length += bytesWritten;
    }
  }

  async read(start: number, end: number): Promise<Uint8Array> {
    const { handle } = await this.#open();
    const bytes = new Uint8Array(Math.max(0, Math.min(end, this.#length) - start));
    let done = 0;
    while (done < bytes.byteLength) {
      const { bytesRead } = await handle.read(bytes, done, bytes.byteLength - done, start + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return bytes.subarray(0, done);
  }

  /** The file as a `Blob` that reads the disk when it is read, where the runtime has such a thing. */
  async blob(type: string): Promise<Blob> {
    const { fs, path } = await this.#open();
    if (typeof fs.openAsBlob === "function") return fs.openAsBlob(path, { type });
    return new Blob([(await this.read(0, this.#length)) as Uint8Array<ArrayBuffer>], { type });
  }

  /** Deletes the file, at once where the system can delete open files. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#file) this.#file.close();
    // It is being made at this moment.
    else
      this.#opening?.then(
        (file) => file.close(),
        () => {},
      );
    abandoned?.unregister(this);
  }

  #open(): Promise<DiskFile> {
    if (this.#closed) throw new ValueError("The temporary file is closed.");
    this.#opening ??= this.#create();
    return this.#opening;
  }

  async #create(): Promise<DiskFile> {
    if (isWorkerd()) {
      throw new ImproperlyConfigured(
        "There is no disk here for a TemporaryFileUploadHandler. Use a handler that stores files elsewhere.",
      );
    }
    const [fs, os, { join }] = (await Promise.all(["fs", "os", "path"].map(builtin))) as [
      NodeFs,
      typeof import("node:os"),
      typeof import("node:path"),
    ];
    const path = join(this.#directory ?? os.tmpdir(), `${crypto.randomUUID()}.upload${this.#suffix}`);
    // Made anew and for this user only: nobody can have put a link there before.
    const file = new DiskFile(fs, path, await fs.promises.open(path, "wx+", 0o600));
    this.#file = file;
    abandoned ??= new FinalizationRegistry((left) => left.close());
    if (!this.#closed) abandoned.register(this, file, this);
    return file;
  }
}
