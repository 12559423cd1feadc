/**
 * How `serve()` takes a `Response` out and writes it to `node:http`: with a length that is true, and no faster than the
 * client reads.
 *
 * @module
 */

import type { OutgoingHttpHeader, ServerResponse } from "node:http";
import { Headers, Response } from "@whatwg-node/fetch";
import { HOP_BY_HOP } from "../http/responseheaders.ts";
import { isBodiless } from "../http/status.ts";
import { viewBytes } from "../utils/bytes.ts";
import { whenGone } from "./gone.ts";
import { delegate, type Lazy } from "./lazy.ts";

type Body = ReadableStream<Uint8Array>;

const NO_BYTES = new Uint8Array(0);
const NOT_ASCII = /[^\0-\x7f]/;

/**
 * The `Response` that an application makes under `serve()`. Most are written as they were given; one that is asked for
 * more is a whole `Response` of `@whatwg-node/fetch`.
 */
export class NodeResponse implements Lazy<globalThis.Response> {
  readonly status: number;
  readonly statusText: string;
  /** The body as it was given. */
  readonly #content: BodyInit | null;
  readonly #fields: HeadersInit | undefined;
  #headers: globalThis.Headers | undefined;
  #whole: globalThis.Response | undefined;

  /** As the platform's `Response`, for statuses from 200 on. */
  constructor(body?: BodyInit | null, init: ResponseInit = {}) {
    this.status = init.status ?? 200;
    this.statusText = init.statusText ?? "";
    this.#content = body ?? null;
    this.#fields = init.headers;
  }

  /** The headers. */
  get headers(): globalThis.Headers {
    this.#headers ??= new Headers(this.#fields);
    return this.#headers;
  }

  /** A `Response` in full, over the same body. */
  get whole(): globalThis.Response {
    const { status, statusText, headers } = this;
    this.#whole ??= new Response(this.#content, { status, statusText, headers });
    return this.#whole;
  }

  /** The body of `response` where it is still as it was given: to this class, or to that of the package. */
  static contentOf(response: globalThis.Response | NodeResponse): unknown {
    const whole = #content in response ? response.#whole : response;
    if (!whole) return (response as NodeResponse).#content;
    const { bodyInit, bodyUsed } = whole as globalThis.Response & { readonly bodyInit?: unknown };
    return bodyUsed ? undefined : bodyInit;
  }

  /** Calls `each` with the headers of `response`, their names in lower case. */
  static forEachHeader(response: globalThis.Response | NodeResponse, each: (value: string, name: string) => void): void {
    if (#content in response && !response.#headers && isPlain(response.#fields)) {
      for (const name in response.#fields) each(response.#fields[name] as string, name.toLowerCase());
    } else {
      // The package's keep the case.
      response.headers.forEach((value, name) => {
        each(value, name.toLowerCase());
      });
    }
  }
}

delegate<globalThis.Response>(NodeResponse.prototype, [
  "arrayBuffer",
  "blob",
  "body",
  "bodyUsed",
  "bytes",
  "clone",
  "formData",
  "json",
  "ok",
  "redirected",
  "text",
  "type",
  "url",
]);

/**
 * Writes `response` and resolves when it has been handed over, or when the client has gone.
 *
 * A body of known bytes sets its own `Content-Length`. A stream is held to the one that the response names: what is too
 * much is cut off, and where something is missing the connection is broken off, so that no client takes it as whole.
 *
 * @param close whether the connection ends with this response
 * @throws what the stream threw; the head may have been sent by then
 */
export function writeResponse(
  response: globalThis.Response | NodeResponse,
  res: ServerResponse,
  close: boolean,
): Promise<void> | undefined {
  const { status, statusText } = response;
  const bodiless = res.req.method === "HEAD" || isBodiless(status);
  const body = bodyOf(response);
  const head: OutgoingHttpHeader[] = [];
  let length = -1;
  let isAscii = true;
  NodeResponse.forEachHeader(response, (value, name) => {
    isAscii &&= !NOT_ASCII.test(value);
    if (name === "content-length") length = parseLength(value);
    else if (name === "connection") close ||= /\bclose\b/i.test(value);
    else if (!HOP_BY_HOP.has(name)) head.push(name, value);
  });
  if (status === 204) length = -1;
  else if (status === 205) length = 0;
  else if (!bodiless && !isStream(body)) length = body === null ? 0 : Buffer.byteLength(body);
  if (length >= 0) head.push("content-length", String(length));
  if (close) head.push("connection", "close");
  try {
    if (statusText) res.writeHead(status, statusText, head);
    else res.writeHead(status, head);
  } catch (error) {
    if (isStream(body)) body.cancel(error).catch(() => {});
    throw error;
  }

  if (isStream(body)) {
    if (!bodiless) return pump(body, res, length);
    body.cancel().catch(() => {});
  }
  if (bodiless || body === null) res.end();
  // Node writes a head that text follows in the charset of that text.
  else res.end(typeof body === "string" && !(isAscii && !NOT_ASCII.test(statusText)) ? Buffer.from(body) : body);
  return undefined;
}

/** Sends a stream with back-pressure, and cancels it when the client goes away. */
async function pump(body: Body, res: ServerResponse, length: number): Promise<void> {
  const reader = body.getReader();
  let cancelled: Promise<void> | undefined;
  const cancel = (reason?: Error): void => {
    cancelled ??= reader.cancel(reason).catch(() => {});
  };
  let isGone = false;
  const gone = new Promise<void>((resolve) => {
    whenGone(res, () => {
      isGone = true;
      cancel(new DOMException("The client has gone.", "AbortError"));
      resolve();
    });
  });
  // The head goes out with the first chunk, but does not wait for one that is long in coming. (flushHeaders() would write
  // it in UTF-8.)
  const flush = setImmediate(() => res.write(NO_BYTES));
  let left = length >= 0 ? length : Number.POSITIVE_INFINITY;
  try {
    while (left > 0 && !isGone) {
      const { done, value } = await reader.read();
      if (done) break;
      clearImmediate(flush);
      const bytes = bytesOf(value);
      const chunk = bytes.byteLength > left ? bytes.subarray(0, left) : bytes;
      left -= chunk.byteLength;
      if (!res.write(chunk) && !isGone) await Promise.race([drained(res), gone]);
    }
  } catch (error) {
    cancel(error as Error);
    throw error;
  } finally {
    clearImmediate(flush);
  }
  if (left === 0 || isGone) cancel();
  else if (length >= 0) throw new RangeError(`A body ended ${left} bytes before its Content-Length of ${length}.`);
  res.end();
  await cancelled;
}

/** A chunk of a stream, which may hold text and other views of bytes. */
function bytesOf(chunk: unknown): Uint8Array {
  const bytes = typeof chunk === "string" ? Buffer.from(chunk) : viewBytes(chunk);
  if (bytes) return bytes;
  throw new TypeError(`A stream that is sent must have chunks of bytes or text, not ${Object.prototype.toString.call(chunk)}.`);
}

/** Resolves when `res` takes more. */
function drained(res: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    res.once("drain", resolve);
  });
}

/** The body as it can be written: known text or bytes, or a stream. */
function bodyOf(response: globalThis.Response | NodeResponse): string | Uint8Array | Body | null {
  const content = NodeResponse.contentOf(response);
  if (content === null || typeof content === "string" || content instanceof Uint8Array || isStream(content)) return content;
  return (response as globalThis.Response).body;
}

function isStream(body: unknown): body is Body {
  return typeof (body as Body | null | undefined)?.getReader === "function";
}

function isPlain(headers: HeadersInit | undefined): headers is Record<string, string> {
  return headers !== undefined && Object.getPrototypeOf(headers) === Object.prototype;
}

function parseLength(value: string): number {
  return /^\d{1,15}$/.test(value) ? Number(value) : -1;
}
