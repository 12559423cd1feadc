/**
 * Packed bodies of the platform's `Response`: who has unpacked them, and who will pack them.
 *
 * @module
 */

import { isWorkerd } from "../platform.ts";

/** What a `Response` is made with; the last is workerd's. */
export type NativeInit = ResponseInit & { encodeBody?: "manual" };

/**
 * Whether `fetch()` has unpacked the body of this response already: its headers still say that it is packed. Workers
 * pack it again.
 */
export function isUnpacked(response: Response): boolean {
  return !!response.url && response.headers.has("Content-Encoding") && !isWorkerd();
}

/**
 * A `Response` of bytes that are packed as `encoding` says.
 *
 * @param origin the `Response` that they came in, if any
 */
export function nativeResponse(
  Class: typeof Response,
  body: ConstructorParameters<typeof Response>[0],
  init: NativeInit,
  encoding: string | undefined,
  origin: Response | undefined,
): Response {
  if (encoding === undefined) return new Class(body, init);
  const isOfOrigin = encoding === origin?.headers.get("Content-Encoding");
  if (isOfOrigin && origin?.status === init.status && isWorkerd()) {
    // Only workerd knows whether these bytes are packed already, or when they go out.
    const response = new Class(body, origin);
    for (const name of [...response.headers.keys()]) response.headers.delete(name);
    new Headers(init.headers).forEach((value, name) => {
      response.headers.set(name, value);
    });
    return response;
  }
  // workerd would pack once more what says that it is packed; but what came by `fetch()` is unpacked when it is read.
  if (!(isOfOrigin && origin?.url)) init.encodeBody = "manual";
  return new Class(body, init);
}
