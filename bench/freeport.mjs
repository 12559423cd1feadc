/** For servers that do not tell which port they got when they ask for any. */

import { createServer } from "node:net";

/** A port of the loopback interface that nobody listens on. */
export function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
