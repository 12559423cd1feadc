// A Worker with an R2 bucket that lives for as long as this process: `node miniflare.mjs worker.js`, on the port that PORT names.
// biome-ignore lint/correctness/noUndeclaredDependencies: wrangler has it
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

const options = { modules: true, scriptPath: process.argv[2], compatibilityDate: "2026-11-01", r2Buckets: ["BUCKET"], cf: false };
const miniflare = new Miniflare(convertV4MiniflareOptions({ ...options, host: "127.0.0.1", port: Number(process.env.PORT) }));
await miniflare.ready;
process.on("SIGTERM", () => miniflare.dispose().then(() => process.exit(0)));
