/** `npm run start:bun` */

import { app } from "./app.ts";
import { FolderStorage } from "./storage.folder.ts";
import { useStorage } from "./storage.ts";

useStorage(() => new FolderStorage(`${process.env.SITE_STATE ?? ".cache/site"}/files`));

const server = Bun.serve({
  port: Number(process.env.PORT ?? 8000),
  hostname: "127.0.0.1",
  // A stream may be silent for as long as it likes.
  idleTimeout: 0,
  fetch: (request, server) => app.fetch(request, server),
});
console.log(`The demo site is at http://127.0.0.1:${server.port}/`);
