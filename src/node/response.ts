/**
 * How `serve()` writes a `Response` to `node:http`: with a length that is true, and no faster than the client reads.
 *
 * @module
 */

import type { OutgoingHttpHeader, ServerResponse } from "node:http";

/** Headers of one connection (RFC 9110 section 7.6.1): they are the server's to set, not an application's. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Statuses whose responses have no body. */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);

/** A body that a `Response` of `@whatwg-node/fetch` still holds as it was given. */
interface HeldBody {
  readonly bodyInit?: unknown;
  readonly bodyUsed: boolean;
}

/**
 * Writes `response` and resolves when it has been handed over, or when the client has gone.
 *
 * A body of known bytes sets its own `Content-Length`. A stream is held to the one that the response names: what is too
 * much is cut off, and where something is missing the connection is broken off, so that no client takes it as whole.
 *
 * @param close whether the connection ends with this response
 * @throws what the stream threw; the head may have been sent by then
 */
export function writeResponse(response: Response, res: ServerResponse, close: boolean): Promise<void> | undefined {
  const { status } = response;
  const bodiless = res.req.method === "HEAD" || BODILESS.has(status);
  const body = bodyOf(response);
  const head: OutgoingHttpHeader[] = [];
  let length = -1;
  response.headers.forEach((value, name) => {
    if (name === "content-length") length = parseLength(value);
    else if (name === "connection") close ||= /\bclose\b/i.test(value);
    else if (!HOP_BY_HOP.has(name)) head.push(name, value);
  });
  if (status === 204) length = -1;
  else if (status === 205) length = 0;
  else if (!bodiless && !isStream(body)) length = body === null ? 0 : Buffer.byteLength(body);
  if (length >= 0) head.push("content-length", String(length));
  if (close) head.push("connection", "close");
  if (response.statusText) res.writeHead(status, response.statusText, head);
  else res.writeHead(status, head);

  if (isStream(body)) {
    if (!bodiless) return pump(body, res, length);
    body.cancel().catch(() => {});
  }
  if (bodiless || body === null) res.end();
  else res.end(body);
  return undefined;
}

/** Sends a stream with back-pressure, and cancels it when the client goes away. */
async function pump(body: ReadableStream<Uint8Array>, res: ServerResponse, length: number): Promise<void> {
  const reader = body.getReader();
  let cancelled: Promise<void> | undefined;
  const cancel = (reason?: Error): void => {
    cancelled ??= reader.cancel(reason).catch(() => {});
  };
  const gone = (): void => cancel(new Error("The client has gone."));
  res.on("close", gone);
  // The head goes out with the first chunk, but does not wait for one that is long in coming.
  const flush = setImmediate(() => res.flushHeaders());
  let left = length >= 0 ? length : Number.POSITIVE_INFINITY;
  try {
    while (left > 0 && !res.destroyed) {
      const { done, value } = await reader.read();
      if (done) break;
      clearImmediate(flush);
      const chunk = value.byteLength > left ? value.subarray(0, left) : value;
      left -= chunk.byteLength;
      if (!res.write(chunk) && !res.destroyed) await drained(res);
    }
  } finally {
    clearImmediate(flush);
    res.off("close", gone);
  }
  if (left === 0 || res.destroyed) cancel();
  else if (length >= 0) throw new RangeError(`A body ended ${left} bytes before its Content-Length of ${length}.`);
  res.end();
  await cancelled;
}

/** Resolves when `res` takes more, or has been closed. */
function drained(res: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      res.off("drain", settle).off("close", settle);
      resolve();
    };
    res.on("drain", settle).on("close", settle);
  });
}

/** The body as the package's own `Response` still holds it, or else the stream that any `Response` has. */
function bodyOf(response: Response): string | Uint8Array | ReadableStream<Uint8Array> | null {
  const { bodyInit, bodyUsed } = response as unknown as HeldBody;
  if (!bodyUsed && (bodyInit === null || typeof bodyInit === "string" || bodyInit instanceof Uint8Array || isStream(bodyInit))) {
    return bodyInit;
  }
  return response.body;
}

function isStream(body: unknown): body is ReadableStream<Uint8Array> {
  return typeof (body as ReadableStream | null | undefined)?.getReader === "function";
}

function parseLength(value: string): number {
  return /^\d{1,15}$/.test(value) ? Number(value) : -1;
}
