/**
 * `request.signal`: one meaning on every runtime.
 *
 * @module
 */

/**
 * Tells when the client goes away. It follows the signal of the platform's request, where there is one, until the
 * response is out: Deno aborts that signal after every request, also after one that ended well.
 */
export class Disconnect {
  readonly #controller: AbortController = new AbortController();
  #native: AbortSignal | undefined;

  /** @param native the signal to follow; reading it makes Deno print a warning, so it is read when it is needed */
  constructor(native: AbortSignal | undefined) {
    if (native?.aborted) this.abort(native.reason);
    else {
      this.#native = native;
      native?.addEventListener("abort", this.#follow);
    }
  }

  /** Aborts when the client goes away. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The client went away. */
  abort(reason?: unknown): void {
    this.close();
    this.#controller.abort(reason instanceof Error ? reason : new DOMException("The client went away.", "AbortError"));
  }

  /** The response is out: what happens to the platform's signal from now on says nothing. */
  close(): void {
    this.#native?.removeEventListener("abort", this.#follow);
    this.#native = undefined;
  }

  readonly #follow = (): void => this.abort(this.#native?.reason);
}
