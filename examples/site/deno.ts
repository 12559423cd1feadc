/** `npm run start:deno` */

import { app } from "./app.ts";
import { FolderStorage } from "./storage.folder.ts";
import { useStorage } from "./storage.ts";

useStorage(() => new FolderStorage(`${Deno.env.get("SITE_STATE") ?? ".cache/site"}/files`));

Deno.serve(
  {
    port: Number(Deno.env.get("PORT") ?? 8000),
    hostname: "127.0.0.1",
    onListen: ({ port }) => console.log(`The demo site is at http://127.0.0.1:${port}/`),
  },
  (request, info) => app.fetch(request, info),
);
