/**
 * What may be a promise, and need not.
 *
 * @module
 */

/** Whether `value` has to be waited for. */
export function isPromise<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof (value as PromiseLike<T> | null | undefined)?.then === "function";
}
