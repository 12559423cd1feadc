/** `npm run start:node` */

import process from "node:process";
import { serve } from "djedge/node";
import { app } from "./app.ts";
import { FolderStorage } from "./storage.folder.ts";
import { useStorage } from "./storage.ts";

useStorage(() => new FolderStorage(`${process.env.SITE_STATE ?? ".cache/site"}/files`));

const { port } = await serve(app, { port: Number(process.env.PORT ?? 8000), hostname: "127.0.0.1" });
console.log(`The demo site is at http://127.0.0.1:${port}/`);
