/** What the runtimes have as globals, as far as the pages use it. */

declare const Deno: {
  serve(
    options: { port?: number; hostname?: string; onListen?: (address: { port: number }) => void },
    handler: (request: Request, info: { remoteAddr: { hostname: string } }) => Response | Promise<Response>,
  ): unknown;
  env: { get(name: string): string | undefined };
  open(path: string): Promise<{ readable: ReadableStream<Uint8Array>; close(): void; stat(): Promise<{ size: number }> }>;
};

declare const Bun: {
  serve(options: {
    port?: number;
    hostname?: string;
    idleTimeout?: number;
    fetch: (request: Request, server: unknown) => Response | Promise<Response>;
  }): { port: number };
  file(path: string): Blob;
};
