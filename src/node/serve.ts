/**
 * `serve()`: an application on `node:http`.
 *
 * @module
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { log } from "../utils/log.ts";
import { checkOptions } from "../utils/options.ts";
import { NodeRequest } from "./request.ts";
import { writeResponse } from "./response.ts";

/** What is read of a request's body that nobody wanted, to keep its connection: bytes. */
const DRAIN_LIMIT = 1_048_576;

/** How long such a body may take to arrive: milliseconds. */
const DRAIN_TIME = 5_000;

const OPTIONS: ReadonlySet<string> = new Set(["port", "hostname", "signal", "grace"]);

/** What answers: an application, an itty router, or a `fetch` handler. */
export type FetchServer =
  | { fetch(request: Request, env?: never, ctx?: never): unknown }
  | ((request: Request, env?: never, ctx?: never) => unknown);

/** Where and how long to serve. */
export interface ServeOptions {
  /** TCP port; 0 takes any that is free. 8000 by default, as Django's `runserver`. */
  port?: number;
  /** Host name or address to listen on; all addresses by default. */
  hostname?: string;
  /** Stops the server, as `close()` does, when it aborts. */
  signal?: AbortSignal;
  /** Seconds that `close()` leaves running responses to end by themselves; 3 by default. */
  grace?: number;
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
  const fetch = (typeof app === "function" ? app : app.fetch.bind(app)) as (...args: unknown[]) => unknown;
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

  async function handle(req: IncomingMessage, res: ServerResponse, expects: boolean): Promise<void> {
    let answered = !expects;
    try {
      const request = new NodeRequest(req, () => {
        if (!answered) res.writeContinue();
        answered = true;
      });
      watch(request, req, res);
      const response = await fetch(request, { req, res }, ctx);
      if (!isResponse(response)) throw new TypeError(`The application answered with ${String(response)}, not with a Response.`);
      // A client that waits for "100 Continue" and gets none may or may not send its body: the connection is of no more use.
      const written = writeResponse(response, res, { close: closed !== undefined || !answered });
      if (written) await track(written);
    } catch (error) {
      if (res.destroyed) return;
      log("error", "django.server", `${req.method} ${req.url} broke off.`, error);
      // What has been written still goes out, and then the end of the connection, so that no client takes it as whole.
      if (!res.headersSent) {
        res.writeHead(500, ["content-type", "text/plain; charset=utf-8", "content-length", "21"]).end("Internal Server Error");
      } else if (res.socket) res.socket.destroySoon();
      else res.destroy();
    }
  }

  /** Sees to what comes after a response, or in its place: the client's leave, what is left of the body, the server's stop. */
  function watch(request: NodeRequest, req: IncomingMessage, res: ServerResponse): void {
    const gone = (): void => {
      if (!res.writableFinished) request.abort(new Error("The client has gone."));
    };
    res.on("close", () => {
      gone();
      if (res.writableFinished && !req.complete) drain(req);
      if (closed) server.closeIdleConnections();
    });
    // The response of a pipelined request is told of nothing before its turn.
    req.on("close", () => {
      if (req.socket.destroyed) gone();
    });
  }

  const server = createServer((req, res) => void handle(req, res, false));
  server.on("checkContinue", (req, res) => void handle(req, res, true));

  function close(): Promise<void> {
    closed ??= stop(server, grace * 1000).then(async () => {
      await Promise.race([Promise.allSettled(pending), delay(grace * 1000)]);
    });
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

/** Reads away the rest of a body that nobody wanted; what is too long or too slow ends with its connection. */
function drain(req: IncomingMessage): void {
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
  const response = value as Response | null | undefined;
  return typeof response?.status === "number" && typeof response.headers?.forEach === "function";
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });
}
