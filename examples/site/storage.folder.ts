/**
 * Files in a folder, for Deno, Bun and Node.
 */

import { openAsBlob } from "node:fs";
import { mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Storage } from "./storage.ts";

/** Keeps files in `folder`, which is made when the first comes. Names are base names: `UploadedFile.name` is one. */
export class FolderStorage implements Storage {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async save(name: string, content: Blob): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    await writeFile(this.#path(name), content.stream());
  }

  async list(): Promise<{ name: string; size: number }[]> {
    const names = await readdir(this.#folder).catch(() => []);
    return Promise.all(names.sort().map(async (name) => ({ name, size: (await stat(this.#path(name))).size })));
  }

  async open(name: string): Promise<Blob | undefined> {
    const blob = await openAsBlob(this.#path(name)).catch(() => undefined);
    return blob && new File([blob], name);
  }

  async delete(name: string): Promise<void> {
    await rm(this.#path(name), { force: true });
  }

  #path(name: string): string {
    if (name === "." || name === ".." || /[/\\\0]/.test(name)) throw new Error(`${JSON.stringify(name)} is not a file name`);
    return join(this.#folder, name);
  }
}
