/**
 * View decorators.
 *
 * @module
 */

export { noAppendSlash } from "./views/decorators/common.ts";
export { sensitivePostParameters } from "./views/decorators/debug.ts";
