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
  /** The client's port, likewise. */
  readonly remotePort: number | undefined;
  /** Whether the request comes from a server of the runtime, which ends a body where its `Content-Length` says. */
  readonly isServed: boolean;
  /** The class of the responses that the runtime takes best, where that is not its own `Response`. */
  readonly Response?: typeof Response | undefined;
  /** Keeps the runtime from ending a response that is silent for long. */
  keepAlive(): void;
}

/** The second argument of `Deno.serve`'s handler. */
interface DenoInfo {
  readonly remoteAddr: { readonly hostname?: string; readonly port?: number };
}

/** The second argument of `Bun.serve`'s `fetch`. */
interface BunServer {
  requestIP(request: unknown): { readonly address: string; readonly port: number } | null;
  timeout(request: unknown, seconds: number): void;
}

/** The second argument that adapters of `node:http` give, `djedge/node` among them. */
interface NodeAdapter {
  readonly req: { readonly socket: { readonly remoteAddress?: string; readonly remotePort?: number } };
  readonly Response?: typeof Response;
}

/** How the server of a runtime tells about a request, by what it gives beside it. */
interface ServerKind<Beside> {
  address(beside: Beside, request: unknown): string | undefined;
  port(beside: Beside, request: unknown): number | undefined;
  keepAlive?(beside: Beside, request: unknown): void;
  Response?(beside: Beside): typeof Response | undefined;
}

const DENO: ServerKind<DenoInfo> = {
  address: ({ remoteAddr }) => remoteAddr.hostname,
  port: ({ remoteAddr }) => remoteAddr.port,
};

const BUN: ServerKind<BunServer> = {
  address: (server, request) => server.requestIP(request)?.address,
  port: (server, request) => server.requestIP(request)?.port,
  // Seconds, the most there are: without any limit the connection would have none for its later requests either.
  keepAlive: (server, request) => server.timeout(request, 255),
};

const NODE: ServerKind<NodeAdapter> = {
  address: ({ req }) => req.socket.remoteAddress,
  port: ({ req }) => req.socket.remotePort,
  Response: ({ Response }) => Response,
};

let workerd: boolean | undefined;

/** Whether this is workerd: Cloudflare Workers, `wrangler dev`, Miniflare. */
export function isWorkerd(): boolean {
  workerd ??= globalThis.navigator?.userAgent === "Cloudflare-Workers";
  return workerd;
}

/** What is written to one side comes out of the other. */
export interface StreamPair {
  /** The end. */
  readonly readable: ReadableStream<Uint8Array>;
  /** The beginning. */
  readonly writable: WritableStream<Uint8Array>;
}

/**
 * The two sides of workerd's `FixedLengthStream`, the only way to send a stream with a `Content-Length` there.
 *
 * @param length bytes
 */
export function fixedLengthStream(length: number): StreamPair {
  const { FixedLengthStream } = globalThis as unknown as {
    FixedLengthStream: new (length: number) => StreamPair;
  };
  return new FixedLengthStream(length);
}

/**
 * Whether a `Response` made of this stream has the `Content-Length` that it names: on workerd only streams of its own do,
 * such as the body of an R2 object or of a fetched response. They can be told by reading into buffers of the reader.
 */
export function keepsLength(stream: ReadableStream): boolean {
  if (!isWorkerd()) return true;
  try {
    stream.getReader({ mode: "byob" }).releaseLock();
    return true;
  } catch {
    return false;
  }
}

/**
 * The bytes of the regular file behind a descriptor of `node:fs`, which Node's `FileHandle` tells only later; `undefined`
 * for a pipe, and where the runtime cannot tell.
 */
export function fileSize(fd: number): number | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?(id: string): unknown } };
  const fs = process?.getBuiltinModule?.("node:fs") as
    | { fstatSync(fd: number): { isFile(): boolean; readonly size: number } }
    | undefined;
  try {
    const stat = fs?.fstatSync(fd);
    return stat?.isFile() ? stat.size : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Reads the arguments after the request of a runtime's `fetch`, which are told apart by their shape: Deno's info, Bun's
 * server, what an adapter of `node:http` gives, or else the `env` and `ctx` of a Worker.
 */
export function connection(request: unknown, second: unknown, third: unknown): Connection {
  if (typeof second === "object" && second !== null) {
    if (isDenoInfo(second)) return new ServerConnection(DENO, second, request, third);
    if (isBunServer(second)) return new ServerConnection(BUN, second, request, third);
    if (isNodeAdapter(second)) return new ServerConnection(NODE, second, request, third);
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

  /** Only the runtime has a context to give. */
  get isServed(): boolean {
    return this.ctx !== undefined && isWorkerd();
  }

  /** Cloudflare sets this header itself; on any other runtime a client could have written it. */
  get remoteAddr(): string | undefined {
    if (!isWorkerd()) return undefined;
    return (this.#request as Request).headers.get("cf-connecting-ip") ?? undefined;
  }

  /** The port is nothing that Cloudflare tells. */
  get remotePort(): undefined {
    return undefined;
  }

  keepAlive(): void {}
}

class ServerConnection<Beside> implements Connection {
  readonly #kind: ServerKind<Beside>;
  readonly #beside: Beside;
  readonly #request: unknown;
  readonly #third: unknown;

  constructor(kind: ServerKind<Beside>, beside: Beside, request: unknown, third: unknown) {
    this.#kind = kind;
    this.#beside = beside;
    this.#request = request;
    this.#third = third;
  }

  get env(): unknown {
    return (globalThis as { process?: { env?: unknown } }).process?.env;
  }

  get ctx(): ExecutionContextLike | undefined {
    return executionContext(this.#third);
  }

  get isServed(): boolean {
    return true;
  }

  get remoteAddr(): string | undefined {
    return this.#kind.address(this.#beside, this.#request);
  }

  get remotePort(): number | undefined {
    return this.#kind.port(this.#beside, this.#request);
  }

  get Response(): typeof Response | undefined {
    return this.#kind.Response?.(this.#beside);
  }

  keepAlive(): void {
    this.#kind.keepAlive?.(this.#beside, this.#request);
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

/**
 * The text of a file of the program, where the runtime has files and lets this one be read without asking anybody.
 *
 * @param file a path or a `file:` URL, as it stands in an error's stack
 */
export async function readSource(file: string): Promise<string | undefined> {
  // Nothing but source, whatever a forged stack may name.
  if (!/\.[cm]?[jt]sx?$/.test(file)) return undefined;
  const { Deno } = globalThis as { Deno?: { permissions: { querySync(descriptor: object): { state: string } } } };
  try {
    const path = file.startsWith("file:") ? new URL(file) : file;
    if (Deno && Deno.permissions.querySync({ name: "read", path }).state !== "granted") return undefined;
    // A name that bundlers do not follow: a Worker has no such module, and needs none.
    const name = "node:fs/promises";
    const { readFile } = (await import(/* @vite-ignore */ name)) as {
      readFile(path: URL | string, encoding: "utf8"): Promise<string>;
    };
    return await readFile(path, "utf8");
  } catch {
    return undefined;
  }
}
