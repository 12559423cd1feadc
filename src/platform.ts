/**
 * What differs between the runtimes and shows on the outside: the one file, beside `node.ts`, that names any of them.
 * Nothing is looked up before it is needed, and nothing here knows the rest of the library.
 *
 * @module
 */

/** What a Worker's `fetch` gets as its third argument, as far as it is used. */
export interface ExecutionContextLike {
  /** Keeps the request's work alive until `promise` has settled. */
  waitUntil(promise: Promise<unknown>): void;
}

/** What a runtime tells about a request beside the request itself. */
export interface Connection {
  /** The bindings of a Worker; the environment variables elsewhere. */
  readonly env: unknown;
  readonly ctx: ExecutionContextLike | undefined;
  /** The client's address as the runtime itself saw it; read when it is asked for. */
  readonly remoteAddr: string | undefined;
  /** Keeps the runtime from ending a response that is silent for long. */
  keepAlive(): void;
}

/** The second argument of `Deno.serve`'s handler. */
interface DenoInfo {
  readonly remoteAddr: { readonly hostname?: string };
}

/** The second argument of `Bun.serve`'s `fetch`. */
interface BunServer {
  requestIP(request: unknown): { readonly address: string } | null;
  timeout(request: unknown, seconds: number): void;
}

/** The second argument that adapters of `node:http` give, `djedge/node` among them. */
interface NodeAdapter {
  readonly req: { readonly socket: { readonly remoteAddress?: string } };
}

let workerd: boolean | undefined;

/** Whether this is workerd: Cloudflare Workers, `wrangler dev`, Miniflare. */
export function isWorkerd(): boolean {
  workerd ??= globalThis.navigator?.userAgent === "Cloudflare-Workers";
  return workerd;
}

/**
 * The two sides of workerd's `FixedLengthStream`, the only way to send a stream with a `Content-Length` there.
 *
 * @param length bytes
 */
export function fixedLengthStream(length: number): ReadableWritablePair<Uint8Array, Uint8Array> {
  const { FixedLengthStream } = globalThis as unknown as {
    FixedLengthStream: new (length: number) => ReadableWritablePair<Uint8Array, Uint8Array>;
  };
  return new FixedLengthStream(length);
}

/**
 * Reads the arguments after the request of a runtime's `fetch`, which are told apart by their shape: Deno's info, Bun's
 * server, what an adapter of `node:http` gives, or else the `env` and `ctx` of a Worker.
 */
export function connection(request: unknown, second: unknown, third: unknown): Connection {
  if (typeof second === "object" && second !== null) {
    if (isDenoInfo(second)) return new RuntimeConnection(third, () => second.remoteAddr.hostname);
    if (isBunServer(second)) {
      const keepAlive = (): void => second.timeout(request, 0);
      return new RuntimeConnection(third, () => second.requestIP(request)?.address, keepAlive);
    }
    if (isNodeAdapter(second)) return new RuntimeConnection(third, () => second.req.socket.remoteAddress);
  }
  return new WorkerConnection(request, second, third);
}

class WorkerConnection implements Connection {
  readonly env: unknown;
  readonly ctx: ExecutionContextLike | undefined;
  readonly #request: unknown;

  constructor(request: unknown, env: unknown, ctx: unknown) {
    this.#request = request;
    this.env = env;
    this.ctx = executionContext(ctx);
  }

  /** Cloudflare sets this header itself; on any other runtime a client could have written it. */
  get remoteAddr(): string | undefined {
    if (!isWorkerd()) return undefined;
    return (this.#request as Request).headers.get("cf-connecting-ip") ?? undefined;
  }

  keepAlive(): void {}
}

class RuntimeConnection implements Connection {
  readonly ctx: ExecutionContextLike | undefined;
  readonly keepAlive: () => void;
  readonly #address: () => string | undefined;

  constructor(ctx: unknown, address: () => string | undefined, keepAlive: () => void = nothing) {
    this.ctx = executionContext(ctx);
    this.keepAlive = keepAlive;
    this.#address = address;
  }

  get env(): unknown {
    return (globalThis as { process?: { env?: unknown } }).process?.env;
  }

  get remoteAddr(): string | undefined {
    return this.#address();
  }
}

function executionContext(third: unknown): ExecutionContextLike | undefined {
  const ctx = third as ExecutionContextLike | null | undefined;
  return typeof ctx?.waitUntil === "function" ? ctx : undefined;
}

function isDenoInfo(second: object): second is DenoInfo {
  return "remoteAddr" in second && typeof (second as DenoInfo).remoteAddr === "object";
}

function isBunServer(second: object): second is BunServer {
  return typeof (second as BunServer).requestIP === "function";
}

function isNodeAdapter(second: object): second is NodeAdapter {
  return typeof (second as NodeAdapter).req?.socket === "object";
}

function nothing(): void {}
