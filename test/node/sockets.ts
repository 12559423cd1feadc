/** A client that sees what is on the wire: bytes out, bytes in. */

import { connect, type Socket } from "node:net";

/** One connection. What has come in is `received`, as Latin-1. */
export class Wire {
  received = "";
  closed = false;
  readonly socket: Socket;

  constructor(port: number, text = "") {
    this.socket = connect(port, "127.0.0.1");
    this.socket.setEncoding("latin1");
    this.socket.on("data", (data) => {
      this.received += data;
    });
    this.socket.on("error", () => {});
    this.socket.on("close", () => {
      this.closed = true;
    });
    if (text) this.send(text);
  }

  send(text: string | Uint8Array): void {
    this.socket.write(text as string, "latin1");
  }

  /** Resolves when `condition` holds; fails after five seconds, with what has come in. */
  async until(condition: (received: string) => boolean): Promise<string> {
    const end = Date.now() + 5000;
    while (!condition(this.received)) {
      if (Date.now() > end) throw new Error(`Waited in vain. Received so far: ${JSON.stringify(this.received.slice(0, 2000))}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 1000);
        const settle = (): void => {
          clearTimeout(timer);
          this.socket.off("data", settle).off("close", settle);
          resolve();
        };
        this.socket.on("data", settle).on("close", settle);
      });
    }
    return this.received;
  }

  /** Everything up to the end of the connection. */
  async end(): Promise<string> {
    return this.until(() => this.closed);
  }

  destroy(): void {
    this.socket.destroy();
  }
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

/** Resolves when `condition` holds; fails after five seconds. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const end = Date.now() + 5000;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`Waited in vain for: ${what}`);
    await pause(2);
  }
}

/** How often `part` is in `text`. */
export function count(text: string, part: string): number {
  return text.split(part).length - 1;
}
