import { app } from "./app.ts";

const server = Bun.serve({
  port: Number(process.env.PORT ?? 8000),
  // The server says who the client is, and lets silent streams live.
  fetch: (request, server) => app.fetch(request, server),
});
console.log(`http://localhost:${server.port}/`);
