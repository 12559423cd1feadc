/**
 * Where uploaded files go. Each start file says which: an R2 bucket on Workers, a folder everywhere else.
 */

import type { HttpRequest } from "djedge";

/** A stored file as `FileResponse` takes it: the store itself slices its ranges. */
export interface StoredFile {
  readonly name: string;
  readonly size: number;
  stream(): ReadableStream<Uint8Array> | Promise<ReadableStream<Uint8Array>>;
  slice(start: number, end: number): unknown;
}

/** A place for files, by name. */
export interface Storage {
  save(name: string, content: Blob): Promise<void>;
  list(): Promise<{ name: string; size: number }[]>;
  open(name: string): Promise<StoredFile | Blob | undefined>;
  delete(name: string): Promise<void>;
}

let provide: ((env: unknown) => Storage) | undefined;

/** Called once by the start file. */
export function useStorage(provider: (env: unknown) => Storage): void {
  provide = provider;
}

/** The storage of this request: a binding of a Worker lives in its `env`. */
export function storage(request: HttpRequest): Storage {
  if (!provide) throw new Error("No storage: the start file has to call useStorage().");
  return provide(request.env);
}
