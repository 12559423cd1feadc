/**
 * Real servers for the wire tests: a program is started on a runtime as a user would start it, on a free port.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { root } from "../../scripts/binaries.mjs";

/** A server that runs until `stop()`. */
export interface Server {
  readonly name: string;
  readonly port: number;
  readonly url: string;
  readonly pid: number;
  /** All that it has written so far. */
  output(): string;
  stop(): Promise<void>;
}

/** Starts `command` with `PORT` set, and resolves when something listens there. */
export async function start(
  name: string,
  command: readonly string[],
  env: Record<string, string> = {},
  cwd: string = root,
): Promise<Server> {
  const port = await freePort();
  const [program = "", ...args] = command.map((word) => word.replaceAll("{port}", String(port)));
  // A process group of its own, so that what the program starts ends with it.
  const child = spawn(program, args, {
    cwd,
    detached: true,
    env: { ...process.env, NO_COLOR: "1", ...env, PORT: String(port) },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const server = {
    name,
    port,
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    output: () => output,
    stop: () => stop(child),
  };
  for (let tries = 0; !(await listens(port)); tries++) {
    if (child.exitCode !== null || tries > 600) {
      await stop(child);
      throw new Error(`${name} does not listen on port ${port}:\n${output}`);
    }
    await sleep(50);
  }
  return server;
}

/** Starts the demo site as a user does, with a folder of its own for what its visitors leave behind. */
export function startSite(runtime: "workers" | "deno" | "bun" | "node", visitors: string): Promise<Server> {
  const state = `${root}.cache/test/site-${visitors}-${runtime}`;
  rmSync(state, { recursive: true, force: true });
  return start(runtime, [process.execPath, "scripts/start.mjs", runtime], { SITE_STATE: state });
}

/** An unused port. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  const ended = once(child, "exit");
  try {
    process.kill(-child.pid, "SIGTERM");
    if ((await Promise.race([ended, sleep(3000, "late")])) !== "late") return;
    process.kill(-child.pid, "SIGKILL");
    await ended;
  } catch {
    // It ended by itself.
  }
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** A raw connection: what arrives is kept with the time at which it came. */
export class RawClient {
  readonly socket: Socket;
  readonly chunks: { at: number; text: string }[] = [];
  ended = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding("latin1");
    socket.on("data", (text: string) => this.chunks.push({ at: performance.now(), text }));
    for (const event of ["end", "close", "error"]) {
      socket.on(event, () => {
        this.ended = true;
      });
    }
  }

  static async connect(port: number): Promise<RawClient> {
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    socket.setNoDelay(true);
    return new RawClient(socket);
  }

  /** All that arrived, as Latin-1. */
  get text(): string {
    return this.chunks.map(({ text }) => text).join("");
  }

  send(data: string | Uint8Array): void {
    this.socket.write(data);
  }

  /** Waits until what arrived matches, or throws after `milliseconds` with what it was. */
  async until(pattern: RegExp | ((text: string) => boolean), milliseconds = 10_000): Promise<string> {
    const matches = typeof pattern === "function" ? pattern : (text: string) => pattern.test(text);
    const deadline = performance.now() + milliseconds;
    while (!matches(this.text)) {
      if (performance.now() > deadline)
        throw new Error(`Waited in vain for ${pattern}; this arrived: ${JSON.stringify(this.text.slice(-500))}`);
      await sleep(5);
    }
    return this.text;
  }

  /** Waits until the server has ended the connection. */
  async end(milliseconds = 10_000): Promise<string> {
    const deadline = performance.now() + milliseconds;
    while (!this.ended) {
      if (performance.now() > deadline)
        throw new Error(`The connection stays open; this arrived: ${JSON.stringify(this.text.slice(-500))}`);
      await sleep(5);
    }
    return this.text;
  }

  close(): void {
    this.socket.destroy();
  }

  /** Ends the connection as a crashed client does, with a reset. */
  reset(): void {
    this.socket.resetAndDestroy();
  }
}
