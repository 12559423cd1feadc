/**
 * `serve()` on `node:http`.
 *
 * @module
 */

export { type FetchServer, type NodeServer, type ServeOptions, serve } from "./node/serve.ts";
