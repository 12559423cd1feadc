/**
 * Where uploaded files go. Each start file says which: an R2 bucket on Workers, a folder everywhere else.
 */

import type { FileSource, HttpRequest } from "djedge";

/** A stored file as `FileResponse` takes it: the storage itself slices its ranges. */
export interface StoredFile extends FileSource {
  readonly name: string;
  readonly size: number;
  /** Changes with the content, so that a download resumes only where it is still the same file. */
  readonly etag: string;
}

/** A file on its way in. Nobody sees it before it is kept. */
export interface Draft {
  write(chunk: Uint8Array): Promise<void>;
  /** All of it is written. */
  end(): Promise<void>;
  /** Puts it in its place. */
  keep(): Promise<void>;
  /** Throws it away, unless it was kept. */
  close(): Promise<void>;
}

/** A place for files, by name. */
export interface Storage {
  create(name: string): Promise<Draft>;
  list(): Promise<{ name: string; size: number }[]>;
  open(name: string): Promise<StoredFile | undefined>;
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
