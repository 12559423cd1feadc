/**
 * `serve()` on `node:http`.
 *
 * @module
 */

export {};
