/**
 * Decorators that tell caches what to do, as `django.views.decorators.cache`, `.vary` and `.gzip`.
 *
 * @module
 */

import { GZipMiddleware } from "../../middleware/gzip.ts";
import { addNeverCacheHeaders, type CacheControl, patchCacheControl, patchVaryHeaders } from "../../utils/cache.ts";
import { type AnyView, type Decorated, patchResponse, withMiddleware } from "./wrap.ts";

/** Adds directives to the `Cache-Control` of a view: `cacheControl({ maxAge: 3600, private: true })(view)`. */
export function cacheControl(directives: CacheControl): <V extends AnyView>(view: V) => Decorated<V> {
  return (view) => patchResponse(view, (response) => patchCacheControl(response, directives));
}

/** Keeps the responses of a view out of every cache. */
export function neverCache<V extends AnyView>(view: V): Decorated<V> {
  return patchResponse(view, addNeverCacheHeaders);
}

/** Adds names to the `Vary` of a view: `varyOnHeaders("Accept", "Accept-Language")(view)`. */
export function varyOnHeaders(...headers: string[]): <V extends AnyView>(view: V) => Decorated<V> {
  return (view) => patchResponse(view, (response) => patchVaryHeaders(response, headers));
}

/** Adds `Cookie` to the `Vary` of a view. */
export function varyOnCookie<V extends AnyView>(view: V): Decorated<V> {
  return varyOnHeaders("Cookie")(view);
}

/** Compresses the responses of a view, as `GZipMiddleware` does those of all. */
export function gzipPage<V extends AnyView>(view: V): Decorated<V> {
  return withMiddleware(view, GZipMiddleware);
}
