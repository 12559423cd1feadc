/** `npm start`: what `wrangler.toml` names as `main`. */

import { app } from "./app.ts";
import { type Bucket, R2Storage } from "./storage.r2.ts";
import { useStorage } from "./storage.ts";

useStorage((env) => new R2Storage((env as { BUCKET: Bucket }).BUCKET));

export default {
  async fetch(request: Request, env: unknown, ctx: unknown): Promise<Response> {
    const response = await app.fetch(request, env, ctx);
    // The proxy of `wrangler dev` would compress what names no encoding, and keep a stream to itself until it ends.
    if (!response.headers.has("Content-Encoding")) response.headers.set("Content-Encoding", "identity");
    return response;
  },
};
