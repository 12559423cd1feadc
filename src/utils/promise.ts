/**
 * What may be a promise, and need not.
 *
 * @module
 */

/** Whether `value` has to be waited for. */
export function isPromise<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof (value as PromiseLike<T> | null | undefined)?.then === "function";
}

/**
 * `promise` itself, which ends no process where it fails and nobody awaits it: a view may leave a body unread that its client
 * breaks off. Who awaits it gets the error.
 */
export function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}
