/**
 * The `Request` that `serve()` makes of what `node:http` hands over.
 *
 * @module
 */

import type { IncomingMessage, ServerResponse } from "node:http";
import type { TLSSocket } from "node:tls";
import { Request } from "@whatwg-node/fetch";

/** Methods whose requests have no body in Fetch. */
const BODILESS: ReadonlySet<string> = new Set(["GET", "HEAD"]);

/**
 * A `Request` over an `IncomingMessage`: its body is read from the socket only as fast as it is asked for, and its
 * signal aborts when the client goes away. Both are made when they are first looked at.
 */
export class NodeRequest extends Request {
  readonly #incoming: IncomingMessage;
  /** Called before the first read of the body. */
  readonly #onRead: (() => void) | undefined;
  #body: ReadableStream<Uint8Array> | null | undefined;
  #controller: AbortController | undefined;
  #gone: unknown;

  /**
   * @param incoming what Node hands over; its target is taken as it stands
   * @param onRead called before the first read of the body
   */
  constructor(incoming: IncomingMessage, onRead?: () => void) {
    const method = incoming.method ?? "GET";
    const headers = headersOf(incoming.rawHeaders);
    super(urlOf(incoming, headers.host), {
      method,
      headers,
      // The package takes Node's streams for a body; what it makes of this one is used by its own text() and json().
      body: BODILESS.has(method) ? null : (incoming as unknown as ReadableStream),
    });
    this.#incoming = incoming;
    this.#onRead = onRead;
  }

  /** The raw body. Cancelling it leaves the connection to the server, which drains or closes it. */
  override get body(): ReadableStream<Uint8Array<ArrayBuffer>> | null {
    if (this.#body === undefined) this.#body = BODILESS.has(this.method) ? null : bodyOf(this.#incoming, this.#onRead);
    return this.#body as ReadableStream<Uint8Array<ArrayBuffer>> | null;
  }

  /** Aborts when the client goes away before it has the whole response. */
  override get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#gone !== undefined) this.#controller.abort(this.#gone);
    }
    return this.#controller.signal;
  }

  /** Tells whoever listens that the client has gone. */
  abort(reason: Error): void {
    this.#gone = reason;
    this.#controller?.abort(reason);
  }
}

/** What `djedge` and others are told beside the request, in the shape of other adapters of `node:http`. */
export interface NodeConnection {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
}

/** A dictionary that inherits nothing, which is faster to fill than one of `Object.create(null)`. */
class Dictionary {
  [name: string]: string;
}
Object.setPrototypeOf(Dictionary.prototype, null);
Reflect.deleteProperty(Dictionary.prototype, "constructor");

/** The headers by their names in lower case, repeated ones joined as Fetch does; Node's own object drops some of these. */
function headersOf(raw: readonly string[]): Record<string, string> {
  const headers = new Dictionary();
  for (let i = 0; i < raw.length; i += 2) {
    const name = (raw[i] as string).toLowerCase();
    const value = raw[i + 1] as string;
    const former = headers[name];
    headers[name] = former === undefined ? value : `${former}${name === "cookie" ? "; " : ", "}${value}`;
  }
  return headers;
}

function urlOf(incoming: IncomingMessage, host = "localhost"): string {
  const target = incoming.url ?? "/";
  // The absolute form of a target (RFC 9112 section 3.2.2) is what a proxy is sent.
  if (!target.startsWith("/") && target !== "*") return target;
  const scheme = (incoming.socket as TLSSocket).encrypted ? "https" : "http";
  return `${scheme}://${host}${target === "*" ? "/*" : target}`;
}

function bodyOf(incoming: IncomingMessage, onRead: (() => void) | undefined): ReadableStream<Uint8Array> {
  let chunks: AsyncIterator<Uint8Array> | undefined;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (!chunks) {
          onRead?.();
          chunks = incoming.iterator({ destroyOnReturn: false }) as AsyncIterator<Uint8Array>;
        }
        const { done, value } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(new Uint8Array(value.buffer as ArrayBuffer, value.byteOffset, value.byteLength));
      },
      async cancel() {
        await chunks?.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
