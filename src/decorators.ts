/**
 * View decorators.
 *
 * @module
 */

export type { View, ViewResult } from "./core/handlers/types.ts";
export type { CacheControl } from "./utils/cache.ts";
export { cacheControl, gzipPage, neverCache, varyOnCookie, varyOnHeaders } from "./views/decorators/cache.ts";
export { noAppendSlash } from "./views/decorators/common.ts";
export { csrfExempt, csrfProtect, ensureCsrfCookie, requiresCsrfToken } from "./views/decorators/csrf.ts";
export { sensitivePostParameters } from "./views/decorators/debug.ts";
export {
  type ConditionOptions,
  condition,
  type EtagFunc,
  etag,
  type LastModifiedFunc,
  lastModified,
  requireGET,
  requireHttpMethods,
  requirePOST,
  requireSafe,
} from "./views/decorators/http.ts";
export type { AnyView, Decorated } from "./views/decorators/wrap.ts";
