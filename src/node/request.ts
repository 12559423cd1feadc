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
  readonly #outgoing: ServerResponse;
  #body: ReadableStream<Uint8Array<ArrayBuffer>> | null | undefined;
  #signal: AbortSignal | undefined;

  /**
   * @param incoming what Node hands over; its target is taken as it stands
   * @param outgoing the response to it, by which a client is known to have gone
   */
  constructor(incoming: IncomingMessage, outgoing: ServerResponse) {
    const method = incoming.method ?? "GET";
    const headers = headersOf(incoming.rawHeaders);
    super(urlOf(incoming, headers.host), {
      method,
      headers,
      // The package takes Node's streams for a body; what it makes of this one is used by its own text() and json().
      body: BODILESS.has(method) ? null : (incoming as unknown as ReadableStream),
    });
    this.#incoming = incoming;
    this.#outgoing = outgoing;
  }

  /** The raw body. Cancelling it leaves the connection to the server, which drains or closes it. */
  override get body(): ReadableStream<Uint8Array<ArrayBuffer>> | null {
    if (this.#body === undefined) this.#body = BODILESS.has(this.method) ? null : streamOf(this.#incoming);
    return this.#body;
  }

  /** Aborts when the client goes away before it has the whole response. */
  override get signal(): AbortSignal {
    this.#signal ??= signalOf(this.#incoming, this.#outgoing);
    return this.#signal;
  }
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

function streamOf(incoming: IncomingMessage): ReadableStream<Uint8Array<ArrayBuffer>> {
  let chunks: AsyncIterator<Uint8Array<ArrayBuffer>> | undefined;
  return new ReadableStream(
    {
      async pull(controller) {
        chunks ??= incoming.iterator({ destroyOnReturn: false }) as AsyncIterator<Uint8Array<ArrayBuffer>>;
        const { done, value } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
      },
      async cancel() {
        await chunks?.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}

function signalOf(incoming: IncomingMessage, outgoing: ServerResponse): AbortSignal {
  const controller = new AbortController();
  const gone = (): void => {
    if (!outgoing.writableFinished && incoming.socket.destroyed) controller.abort(new Error("The client has gone."));
  };
  outgoing.on("close", gone);
  // The response of a pipelined request has no socket before its turn, and is told of nothing.
  incoming.on("close", gone);
  gone();
  return controller.signal;
}
