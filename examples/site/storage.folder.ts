/**
 * Files in a folder, for Deno, Bun and Node.
 */

import { openAsBlob } from "node:fs";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { Http404 } from "djedge";
import type { Draft, Storage, StoredFile } from "./storage.ts";

/** Keeps files in `folder`, which is made when the first comes. Names are base names: `UploadedFile.name` is one. */
export class FolderStorage implements Storage {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async create(name: string): Promise<Draft> {
    const place = this.#path(name);
    const drafts = `${this.#folder}-on-their-way`;
    for (const folder of [this.#folder, drafts]) await mkdir(folder, { recursive: true });
    const draft = join(drafts, crypto.randomUUID());
    const file = await open(draft, "w");
    let ended: Promise<void> | undefined;
    const end = (): Promise<void> => (ended ??= file.close());
    return {
      end,
      write: (chunk) => file.writeFile(chunk),
      keep: () => rename(draft, place),
      close: () => end().then(() => rm(draft, { force: true })),
    };
  }

  async list(): Promise<{ name: string; size: number }[]> {
    const entries = await readdir(this.#folder, { withFileTypes: true }).catch(() => []);
    const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
    const files = names.sort().map((name) => stat(this.#path(name)).then(({ size }) => ({ name, size })));
    // One that was deleted meanwhile is left out.
    return (await Promise.allSettled(files)).flatMap((file) => (file.status === "fulfilled" ? [file.value] : []));
  }

  async open(name: string): Promise<StoredFile | undefined> {
    const path = this.#path(name);
    const stats = await stat(path).catch(() => undefined);
    if (!stats?.isFile()) return undefined;
    const blob = await openAsBlob(path);
    return {
      name,
      size: stats.size,
      etag: `"${stats.mtimeMs.toString(36)}-${stats.size.toString(36)}"`,
      stream: () => blob.stream(),
      slice: (start, end) => blob.slice(start, end),
    };
  }

  async delete(name: string): Promise<void> {
    await rm(this.#path(name), { force: true });
  }

  #path(name: string): string {
    if (name === "." || name === ".." || /[/\\\0]/.test(name))
      throw new Http404(`${JSON.stringify(name)} is no name of a file here`);
    return join(this.#folder, name);
  }
}
