import { serve } from "djedge/node";
import { app } from "./app.ts";

const server = await serve(app, { port: Number(process.env.PORT ?? 8000) });
console.log(`http://localhost:${server.port}/`);
process.once("SIGTERM", () => server.close());
