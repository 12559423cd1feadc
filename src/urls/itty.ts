/**
 * itty-router: what an entry of a URL table does in one of its routers, and stages for a router of one's own.
 *
 * @module
 */

import { asFetch } from "../core/handlers/fetch.ts";
import type { View } from "../core/handlers/types.ts";
import { isHttpResponse, isLate, render } from "../core/handlers/view.ts";
import { HttpRequest } from "../http/request.ts";
import { connection } from "../platform.ts";
import { matchOf } from "./match.ts";
import type { IttyHttpRequest, IttyRequest } from "./types.ts";

type Handler = (request: IttyRequest, ...runtime: unknown[]) => Promise<Response>;

const handlers = new WeakMap<View, Handler>();

/**
 * The handler of every entry of a URL table: answers with the view that the entry's matcher has just found, as
 * `asFetch()` would. Nothing, so that the next route runs, where it did not match.
 */
export async function answer(request: IttyRequest, ...runtime: unknown[]): Promise<Response | undefined> {
  const view = matchOf(request.params)?.func;
  if (!view) return undefined;
  let handler = handlers.get(view);
  if (!handler) {
    handler = asFetch(view) as unknown as Handler;
    handlers.set(view, handler);
  }
  return handler(request, ...runtime);
}

/**
 * A `before` stage for a router of itty's: every handler after it gets one and the same `HttpRequest`.
 *
 * ```ts
 * const router = Router({ before: [withHttpRequest], finally: [asResponse] });
 * router.get("/bands/:id", (request) => new JsonResponse({ id: request.params.id, query: request.GET.dict() }));
 * ```
 *
 * itty-router's own `url`, `params`, `query` and `route` are there too.
 */
export function withHttpRequest(request: IttyRequest, ...runtime: unknown[]): void;
/** The same: the last overload is what itty-router's types take the type of a handler's request from. */
export function withHttpRequest(request: IttyHttpRequest, ...runtime: unknown[]): void;
export function withHttpRequest(request: IttyRequest, ...runtime: unknown[]): void {
  const native = request as unknown as Request;
  const http = HttpRequest.fromRuntime(native, connection(native, runtime[0], runtime[1]));
  const own = (name: keyof IttyRequest): PropertyDescriptor => ({ get: () => request[name], configurable: true });
  // "url" is also how AutoRouter tells a request from a response's options: without it, it would send our headers back.
  Object.defineProperties(http, { url: own("url"), params: own("params"), query: own("query"), route: own("route") });
  request.proxy = http;
}

/**
 * A `finally` stage for a router of itty's: makes a `Response` of what a view returned. In an `AutoRouter`, whose own
 * formatter comes first, it is that formatter: `AutoRouter({ before: [withHttpRequest], format: asResponse })`.
 *
 * What is no response of ours is left as it is: a `Response`, or nothing.
 */
export function asResponse(result: unknown, request: IttyRequest | HttpRequest): unknown {
  if (!isHttpResponse(result)) return result;
  const http = request instanceof HttpRequest ? request : HttpRequest.fromRequest(request as unknown as Request);
  return isLate(result)
    ? render(result).then((response) => response.toResponse({ request: http }))
    : result.toResponse({ request: http });
}
