/**
 * When a client goes away.
 *
 * @module
 */

import type { ServerResponse } from "node:http";

/**
 * Calls `listener`, once, when the client has gone before it had the whole response; at once where that is so already.
 *
 * The response of a pipelined request has no socket before its turn, and is told of nothing: its request is.
 */
export function whenGone(outgoing: ServerResponse, listener: () => void): void {
  const incoming = outgoing.req;
  const check = (): void => {
    if (outgoing.writableFinished || !(outgoing.destroyed || incoming.socket.destroyed)) return;
    outgoing.off("close", check);
    incoming.off("close", check);
    listener();
  };
  outgoing.on("close", check);
  incoming.on("close", check);
  check();
}
