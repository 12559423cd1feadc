/**
 * `serve()`: an application on `node:http`.
 *
 * @module
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { FetchHandler } from "../core/handlers/fetch.ts";
import { log } from "../utils/log.ts";
import { checkOptions } from "../utils/options.ts";
import { isPromise } from "../utils/promise.ts";
import { NodeRequest } from "./request.ts";
import { NodeResponse, writeResponse } from "./response.ts";

/** What is read of a request's body that nobody wanted, to keep its connection: bytes. */
const DRAIN_LIMIT = 1_048_576;

/** How long such a body may take to arrive: milliseconds. */
const DRAIN_TIME = 5_000;

/** Milliseconds: a longer timer would fire at once. */
const MAX_TIMEOUT = 2 ** 31 - 1;

/**
 * Requests whose clients wait for "100 Continue". One that gets none may or may not send its body: its connection is of no
 * more use after the response.
 */
const expecting = new WeakSet<IncomingMessage>();

const OPTIONS: ReadonlySet<string> = new Set(["port", "hostname", "signal", "grace"]);

/** What answers: an application, an itty router, or a `fetch` handler. */
export type FetchServer =
  | { fetch(request: Request, env?: never, ctx?: never): unknown }
  | ((request: Request, env?: never, ctx?: never) => unknown);

/** Where and how long to serve. */
export interface ServeOptions {
  /** TCP port; 0 takes any that is free. 8000 by default, as Django's `runserver`. */
  port?: number | undefined;
  /** Host name or address to listen on; all addresses by default. */
  hostname?: string | undefined;
  /** Stops the server, as `close()` does, when it aborts. */
  signal?: AbortSignal | undefined;
  /** Seconds that `close()` leaves running responses to end by themselves; 3 by default. */
  grace?: number | undefined;
}

/** A running server. */
export interface NodeServer {
  /** The server of `node:http`. */
  readonly server: Server;
  /** The port it listens on, once it listens. */
  readonly port: number;
  /**
   * Stops: takes no more connections, lets running responses end, breaks off those that outlast `grace` (the generator
   * behind a stream gets its `finally`), and waits for what was given to `waitUntil()`.
   */
  close(): Promise<void>;
}

/**
 * Serves `app` on `node:http`, with back-pressure both ways, disconnects as aborts, and lengths that are true.
 *
 * The server is returned at once and listens soon; awaiting it waits until it does.
 *
 * @throws TypeError for an unknown option; the promise rejects where the address cannot be listened on
 */
export function serve(app: FetchServer, options: ServeOptions = {}): NodeServer & Promise<NodeServer> {
  checkOptions(options, OPTIONS, "serve()");
  const { port = 8000, hostname, signal, grace = 3 } = options;
  if (!(grace >= 0)) throw new RangeError(`grace must be a number of seconds, not ${grace}.`);
  const graceTime = Math.min(grace * 1000, MAX_TIMEOUT);
  const handler = typeof app === "function" ? app : app?.fetch;
  if (typeof handler !== "function")
    throw new TypeError("serve() takes an application, an object with fetch(), or that function.");
  // What ours can answer at once is written at once, which saves a microsecond of waiting for a promise.
  const fetch = ((handler as Partial<FetchHandler>).answer ?? handler.bind(app as never)) as (...args: unknown[]) => unknown;
  const pending = new Set<Promise<unknown>>();
  const track = <T>(promise: Promise<T>): Promise<T> => {
    pending.add(promise);
    return promise.finally(() => pending.delete(promise));
  };
  const ctx = {
    waitUntil(promise: Promise<unknown>): void {
      track(promise).catch((error) => log("error", "django.server", "A promise given to waitUntil() failed.", error));
    },
  };
  let closed: Promise<void> | undefined;

  function handle(req: IncomingMessage, res: ServerResponse): void {
    // HTTP/1.0 has no such framing (RFC 9112, section 6.1): another reader would see another request behind it.
    if (req.httpVersion === "1.0" && req.headers["transfer-encoding"] !== undefined) {
      res.writeHead(400, ["content-length", "0", "connection", "close"]).end();
      return;
    }
    const request = new NodeRequest(req, res);
    try {
      const response = fetch(request, { req, res, Response: NodeResponse }, ctx);
      const sent = isPromise(response)
        ? response.then((settled) => send(request, req, res, settled))
        : send(request, req, res, response);
      sent?.then(undefined, (error: unknown) => breakOff(req, res, error));
    } catch (error) {
      breakOff(req, res, error);
    }
  }

  /** Writes an answer; a promise where that takes long. */
  function send(request: NodeRequest, req: IncomingMessage, res: ServerResponse, response: unknown): Promise<void> | undefined {
    if (!isResponse(response)) throw new TypeError(`The application answered with ${String(response)}, not with a Response.`);
    if (!req.complete) {
      res.on("close", () => {
        request.abandon();
        drain(req);
      });
    }
    const written = writeResponse(response, res, closed !== undefined || expecting.has(req));
    return (
      written &&
      track(written).then(() => {
        if (closed) server.closeIdleConnections();
      })
    );
  }

  const server = createServer(handle);
  // Their size is bounded by itself. Of those past a number Node would tell nothing, and what a proxy adds comes last.
  server.maxHeadersCount = 0;
  server.on("checkContinue", (req, res) => {
    continueOnRead(req, res);
    handle(req, res);
  });

  function close(): Promise<void> {
    closed ??= stop(server, graceTime).then(() => within(graceTime, Promise.allSettled(pending)));
    return closed;
  }

  const running: NodeServer = {
    server,
    get port() {
      return (server.address() as AddressInfo | null)?.port ?? port;
    },
    close,
  };
  const listening = new Promise<NodeServer>((resolve, reject) => {
    server.once("error", reject);
    // It may be closed before it listens.
    server.once("close", () => resolve(running));
    server.listen(port, hostname, () => {
      server.off("error", reject);
      resolve(running);
    });
  });
  signal?.addEventListener("abort", () => void close(), { once: true });
  if (signal?.aborted) void close();
  return Object.defineProperties(listening, Object.getOwnPropertyDescriptors(running)) as NodeServer & Promise<NodeServer>;
}

/** Lets running responses end, and breaks off what is left after `grace` milliseconds. */
function stop(server: Server, grace: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), grace);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}

/** Answers with a 500, or breaks off what has begun, so that no client takes it as whole. */
function breakOff(req: IncomingMessage, res: ServerResponse, error: unknown): void {
  if (res.destroyed) return;
  log("error", "django.server", `${req.method} ${req.url} broke off.`, error);
  if (!res.headersSent) {
    res
      .writeHead(500, "Internal Server Error", ["content-type", "text/plain; charset=utf-8", "content-length", "21"])
      .end("Internal Server Error");
  } else if (res.socket) {
    endSoon(req, res.socket);
  } else {
    // Its turn is to come: it is pipelined.
    res.once("socket", (socket: Socket) => endSoon(req, socket));
  }
}

/** Ends a connection, so that no client takes the response for whole. What has been written still goes out. */
function endSoon(req: IncomingMessage, socket: Socket): void {
  // Node hands a chunk on in the next turn. To HTTP/1.0, an end is the end of the response.
  setImmediate(() => (req.httpVersion === "1.0" ? socket.resetAndDestroy() : socket.destroySoon()));
}

/** Sends "100 Continue" when the body is first asked for, in whatever way. */
function continueOnRead(req: IncomingMessage, res: ServerResponse): void {
  expecting.add(req);
  const read = req._read;
  req._read = (size) => {
    if (expecting.delete(req) && !res.headersSent) res.writeContinue();
    read.call(req, size);
  };
}

/** Reads away the rest of a body that nobody wanted; what is too long or too slow ends with its connection. */
function drain(req: IncomingMessage): void {
  if (req.complete) return;
  let left = DRAIN_LIMIT;
  const end = (): void => {
    if (!req.complete) req.socket.destroySoon();
  };
  const timer = setTimeout(end, DRAIN_TIME);
  timer.unref();
  const discard = (): void => {
    for (let chunk: Uint8Array | null = req.read(); chunk !== null; chunk = req.read()) left -= chunk.byteLength;
    if (left < 0) end();
  };
  // Not by flowing, which a reader that was left in the middle would hold up.
  req.on("readable", discard);
  req.on("end", () => clearTimeout(timer));
  req.on("error", () => clearTimeout(timer));
  discard();
}

function isResponse(value: unknown): value is Response {
  // One of ours is not asked for its headers: it would have to make an object of them.
  if (value instanceof NodeResponse) return true;
  const response = value as Response | null | undefined;
  return typeof response?.status === "number" && typeof response.headers?.forEach === "function";
}

/** Resolves with `work`, or after so many milliseconds. */
function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    void work.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
