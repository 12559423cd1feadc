/**
 * Decorators by method and by precondition, as `django.views.decorators.http`.
 *
 * @module
 */

import { logResponse } from "../../core/handlers/exception.ts";
import { toHttpResponse } from "../../core/handlers/view.ts";
import type { HttpRequest } from "../../http/request.ts";
import { HttpResponseNotAllowed } from "../../http/response.ts";
import { getConditionalResponse } from "../../middleware/http.ts";
import type { RouteView } from "../../urls/types.ts";
import { httpDate, quoteEtag } from "../../utils/http.ts";
import { checkOptions } from "../../utils/options.ts";
import { type AnyView, type Decorated, wrap } from "./wrap.ts";

// A function without a return statement gives nothing, too: hence void.

/** Gives the ETag of what a view would answer with, with its quotes or without; nothing where there is none. */
export type EtagFunc<K> = (
  request: HttpRequest,
  kwargs: K,
  // biome-ignore lint/suspicious/noConfusingVoidType: see above
) => string | null | undefined | void | Promise<string | null | undefined | void>;

/** Gives the time of the last change of what a view would answer with; nothing where it is not known. */
export type LastModifiedFunc<K> = (
  request: HttpRequest,
  kwargs: K,
  // biome-ignore lint/suspicious/noConfusingVoidType: see above
) => Date | null | undefined | void | Promise<Date | null | undefined | void>;

/** What `condition()` takes. */
export interface ConditionOptions<K> {
  /** Gives the ETag. */
  etagFunc?: EtagFunc<K> | undefined;
  /** Gives the time of the last change. */
  lastModifiedFunc?: LastModifiedFunc<K> | undefined;
}

const CONDITION_OPTIONS: ReadonlySet<string> = new Set(["etagFunc", "lastModifiedFunc"]);

/** Answers 405 to any method that is not in the list (upper case): `requireHttpMethods(["GET", "POST"])(view)`. */
export function requireHttpMethods(methods: readonly string[]): <V extends AnyView>(view: V) => Decorated<V> {
  return (view) =>
    wrap(view, (view) => (request, kwargs) => {
      if (methods.includes(request.method)) return view(request, kwargs);
      const response = new HttpResponseNotAllowed(methods);
      logResponse(`Method Not Allowed (${request.method}): ${request.path}`, response);
      return response;
    });
}

/** Answers 405 to anything but `GET`. */
export function requireGET<V extends AnyView>(view: V): Decorated<V> {
  return requireHttpMethods(["GET"])(view);
}

/** Answers 405 to anything but `POST`. */
export function requirePOST<V extends AnyView>(view: V): Decorated<V> {
  return requireHttpMethods(["POST"])(view);
}

/** Answers 405 to anything but `GET` and `HEAD`. */
export function requireSafe<V extends AnyView>(view: V): Decorated<V> {
  return requireHttpMethods(["GET", "HEAD"])(view);
}

/**
 * Answers 304 or 412 without calling the view, where the preconditions of the request say so (RFC 9110, section 13).
 * Otherwise the view answers, and a `GET` or `HEAD` gets the `ETag` and `Last-Modified` that were found, unless the
 * view has set them.
 *
 * @throws TypeError for an unknown option
 */
export function condition<K extends object>(options: ConditionOptions<K>): <V extends RouteView<K>>(view: V) => Decorated<V> {
  checkOptions(options, CONDITION_OPTIONS, "condition()");
  const { etagFunc, lastModifiedFunc } = options;
  return (view) =>
    wrap(view, (view) => async (request, kwargs) => {
      const modified = await lastModifiedFunc?.(request, kwargs as K);
      const lastModified = modified ? Math.trunc(modified.getTime() / 1000) : undefined;
      const tag = await etagFunc?.(request, kwargs as K);
      const etag = typeof tag === "string" ? quoteEtag(tag) : undefined;
      const response =
        getConditionalResponse(request, etag, lastModified, undefined) ?? toHttpResponse(await view(request, kwargs), view);
      if (request.method === "GET" || request.method === "HEAD") {
        if (lastModified && !response.has("Last-Modified")) response.set("Last-Modified", httpDate(lastModified));
        if (etag) response.setdefault("ETag", etag);
      }
      return response;
    });
}

/** `condition()` with an ETag alone. */
export function etag<K extends object>(etagFunc: EtagFunc<K>): <V extends RouteView<K>>(view: V) => Decorated<V> {
  return condition({ etagFunc });
}

/** `condition()` with a time alone. */
export function lastModified<K extends object>(
  lastModifiedFunc: LastModifiedFunc<K>,
): <V extends RouteView<K>>(view: V) => Decorated<V> {
  return condition({ lastModifiedFunc });
}
