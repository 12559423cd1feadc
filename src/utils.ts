/**
 * Helpers for headers, dates, caching and URLs.
 *
 * @module
 */

export {
  addNeverCacheHeaders,
  type CacheControl,
  getMaxAge,
  type HasHeaders,
  patchCacheControl,
  patchResponseHeaders,
  patchVaryHeaders,
} from "./utils/cache.ts";
export { escapeUriPath, iriToUri } from "./utils/encoding.ts";
export {
  contentDispositionHeader,
  httpDate,
  parseHeaderParameters,
  parseHttpDate,
  urlHasAllowedHostAndScheme,
} from "./utils/http.ts";
