/**
 * The `Request` that `serve()` makes of what `node:http` hands over.
 *
 * @module
 */

import type { IncomingMessage, ServerResponse } from "node:http";
import type { TLSSocket } from "node:tls";
import { Headers, Request } from "@whatwg-node/fetch";
import { pathStart } from "../http/environ.ts";
import { whenGone } from "./gone.ts";
import { delegate, type Lazy } from "./lazy.ts";

type Body = ReadableStream<Uint8Array<ArrayBuffer>>;

/** Methods whose requests have no body in Fetch. */
const BODILESS: ReadonlySet<string> = new Set(["GET", "HEAD"]);

/** What would end the host in a URL: a client could lend the path a beginning with it. */
const ENDS_HOST = /[/?#\\]/;

/**
 * A `Request` over an `IncomingMessage`: its body is read from the socket only as fast as it is asked for, and its
 * signal aborts when the client goes away. What most requests are asked for is made here, when it is; a whole `Request`
 * of `@whatwg-node/fetch` does the rest.
 */
export class NodeRequest implements Lazy<globalThis.Request> {
  readonly #incoming: IncomingMessage;
  readonly #outgoing: ServerResponse;
  #headers: globalThis.Headers | undefined;
  #body: Body | null | undefined;
  #signal: AbortSignal | undefined;
  #whole: globalThis.Request | undefined;
  #used = false;
  /** Ends what is reading the body. */
  #giveUp: ((reason: Error) => void) | undefined;

  /**
   * @param incoming what Node hands over; its target is taken as it stands
   * @param outgoing the response to it, by which a client is known to have gone
   */
  constructor(incoming: IncomingMessage, outgoing: ServerResponse) {
    this.#incoming = incoming;
    this.#outgoing = outgoing;
  }

  /** The method, in upper case as Node's parser demands it. */
  get method(): string {
    return this.#incoming.method ?? "GET";
  }

  /** Path and query as they came; the host that the absolute form names (RFC 9112, section 3.2.2) is not believed. @internal */
  get target(): string {
    const { url = "/" } = this.#incoming;
    if (url.startsWith("/")) return url;
    const rest = url === "*" ? url : url.slice(pathStart(url));
    return rest.startsWith("/") ? rest : `/${rest}`;
  }

  /** Scheme, `Host` header and target; without a `Host` that can be one, `localhost`. */
  get url(): string {
    const scheme = (this.#incoming.socket as TLSSocket).encrypted ? "https" : "http";
    const host = this.headers.get("host");
    return `${scheme}://${!host || ENDS_HOST.test(host) ? "localhost" : host}${this.target}`;
  }

  /** The headers, repeated ones joined. */
  get headers(): globalThis.Headers {
    this.#headers ??= new Headers(fieldsOf(this.#incoming.rawHeaders));
    return this.#headers;
  }

  /** The raw body. Cancelling it leaves the connection to the server, which drains or closes it. */
  get body(): Body | null {
    if (this.#body === undefined) this.#body = this.#openBody();
    return this.#body;
  }

  /** Whether reading of the body has begun. */
  get bodyUsed(): boolean {
    return this.#used;
  }

  /** The whole body, read without a stream unless there is one already. */
  async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#used || this.#body !== undefined || BODILESS.has(this.method)) return this.whole.bytes();
    this.#used = true;
    // What comes with its head is all there in the next turn, and needs no events.
    await undefined;
    const incoming = this.#incoming;
    const content: Buffer = incoming.complete ? (incoming.read() ?? Buffer.alloc(0)) : Buffer.concat(await this.#chunks());
    return new Uint8Array(content.buffer as ArrayBuffer, content.byteOffset, content.byteLength);
  }

  /** As `bytes()`, in a buffer of its own. */
  async arrayBuffer(): Promise<ArrayBuffer> {
    const { buffer, byteOffset, byteLength } = await this.bytes();
    return buffer.slice(byteOffset, byteOffset + byteLength);
  }

  /** The response is out, and the rest of the body will be read away: who still reads it learns so. @internal */
  abandon(): void {
    this.#giveUp?.(new Error("The response has ended before the body of the request was read."));
  }

  /** All that comes in. */
  #chunks(): Promise<Buffer[]> {
    const incoming = this.#incoming;
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      const brokenOff = (): void => reject(incoming.errored ?? new Error("The client has gone."));
      const take = (chunk: Buffer): void => void chunks.push(chunk);
      this.#giveUp = (reason) => {
        incoming.off("data", take);
        reject(reason);
      };
      if (incoming.destroyed) brokenOff();
      incoming.on("data", take);
      incoming.on("end", () => resolve(chunks));
      incoming.on("error", reject);
      incoming.on("close", () => incoming.readableEnded || brokenOff());
    });
  }

  #openBody(): Body | null {
    if (BODILESS.has(this.method)) return null;
    if (this.#used) return spentStream();
    const incoming = this.#incoming;
    let chunks: AsyncIterator<Uint8Array<ArrayBuffer>> | undefined;
    return new ReadableStream(
      {
        start: (controller) => {
          this.#giveUp = (reason) => controller.error(reason);
        },
        pull: async (controller) => {
          this.#used = true;
          chunks ??= incoming.iterator({ destroyOnReturn: false }) as AsyncIterator<Uint8Array<ArrayBuffer>>;
          const { done, value } = await chunks.next();
          if (controller.desiredSize === null) return; // given up
          if (done) {
            this.#giveUp = undefined;
            controller.close();
          } else controller.enqueue(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
        },
        cancel: async () => {
          this.#used = true;
          this.#giveUp = undefined;
          await chunks?.return?.();
        },
      },
      { highWaterMark: 0 },
    );
  }

  /** Aborts when the client goes away before it has the whole response. */
  get signal(): AbortSignal {
    this.#signal ??= signalOf(this.#outgoing);
    return this.#signal;
  }

  /** A `Request` in full. It reads the same body. */
  get whole(): globalThis.Request {
    const { method, url, headers, body, signal } = this;
    this.#whole ??= new Request(url, { method, headers, body, signal, duplex: "half" } as RequestInit);
    return this.#whole;
  }
}

delegate<globalThis.Request>(NodeRequest.prototype, [
  "blob",
  "cache",
  "clone",
  "credentials",
  "destination",
  "formData",
  "integrity",
  "json",
  "keepalive",
  "mode",
  "redirect",
  "referrer",
  "referrerPolicy",
  "text",
]);

/** A dictionary that inherits nothing, which is faster to fill than one of `Object.create(null)`. */
class Dictionary {
  [name: string]: string;
}
Object.setPrototypeOf(Dictionary.prototype, null);
Reflect.deleteProperty(Dictionary.prototype, "constructor");

/** The headers by their names in lower case, repeated ones joined as Fetch does; Node's own object drops some of these. */
function fieldsOf(raw: readonly string[]): Record<string, string> {
  const fields = new Dictionary();
  for (let i = 0; i < raw.length; i += 2) {
    const name = (raw[i] as string).toLowerCase();
    const value = raw[i + 1] as string;
    const former = fields[name];
    fields[name] = former === undefined ? value : `${former}${name === "cookie" ? "; " : ", "}${value}`;
  }
  return fields;
}

/** The stream of a body that was read without one. */
function spentStream(): Body {
  return new ReadableStream({
    start: (controller) => controller.error(new TypeError("The body of the request has been read already.")),
  });
}

function signalOf(outgoing: ServerResponse): AbortSignal {
  const controller = new AbortController();
  whenGone(outgoing, () => controller.abort(new DOMException("The client has gone.", "AbortError")));
  return controller.signal;
}
