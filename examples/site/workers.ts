/** `npm start`: what `wrangler.toml` names as `main`. */

import { app } from "./app.ts";
import { type Bucket, R2Storage } from "./storage.r2.ts";
import { useStorage } from "./storage.ts";

useStorage((env) => new R2Storage((env as { BUCKET: Bucket }).BUCKET));

export default app;
