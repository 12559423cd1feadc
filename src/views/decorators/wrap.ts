/**
 * What every decorator of a view does.
 *
 * @module
 */

import type { GetResponse, HookResult, View } from "../../core/handlers/types.ts";
import { isLate, toHttpResponse } from "../../core/handlers/view.ts";
import type { HttpRequest } from "../../http/request.ts";
import type { HttpResponseBase } from "../../http/response.ts";
import type { MiddlewareMixin } from "../../middleware/base.ts";
import type { RouteView } from "../../urls/types.ts";
import { isPromise } from "../../utils/promise.ts";

/** A view of whatever arguments, as decorators take it. */
export type AnyView = RouteView<object>;

/**
 * What a decorator makes of a view: the same arguments, and an answer that need not be the view's own. `V` stands by itself
 * so that `path("<int:id>/", requireGET((request, { id }) => …))` knows `id`.
 */
export type Decorated<V extends AnyView> = V | View<V extends (request: never, kwargs: infer K) => unknown ? K : never>;

/** What `decorate` makes of `view`, under its name and with the marks that other decorators have put on it (`csrfExempt`). */
export function wrap<V extends AnyView>(view: V, decorate: (view: View) => View): Decorated<V> {
  const decorated = decorate(view as unknown as View);
  Object.defineProperty(decorated, "name", { value: view.name, configurable: true });
  return Object.assign(decorated, view) as unknown as V;
}

/** A view whose response is changed by `patch` on its way out; a plain `Response` is wrapped for that. */
export function patchResponse<V extends AnyView>(view: V, patch: (response: HttpResponseBase) => void): Decorated<V> {
  const patched = (result: HttpResponseBase | Response): HttpResponseBase => {
    const response = toHttpResponse(result, view);
    patch(response);
    return response;
  };
  return wrap(view, (view) => (request, kwargs) => {
    const result = view(request, kwargs);
    return isPromise(result) ? result.then(patched) : patched(result);
  });
}

/**
 * A view within a middleware of its own, as Django's `decorator_from_middleware()`. `processView` may answer in the view's
 * place; the response of the view is processed when it is rendered.
 */
export function withMiddleware<V extends AnyView, M extends MiddlewareMixin>(
  view: V,
  Middleware: new (getResponse: GetResponse) => M,
  processView?: (middleware: M, request: HttpRequest, view: View) => HookResult | Promise<HookResult>,
): Decorated<V> {
  return wrap(view, (view) => {
    const middleware = new Middleware(view as GetResponse);
    return async (request, kwargs) => {
      const early = (await middleware.processRequest?.(request)) ?? (await processView?.(middleware, request, view));
      if (early) return early;
      const response = toHttpResponse(await view(request, kwargs), view);
      const process = (rendered: HttpResponseBase): HttpResponseBase | Promise<HttpResponseBase> =>
        middleware.processResponse?.(request, rendered) ?? rendered;
      if (!isLate(response)) return process(response);
      const render = response.render.bind(response);
      response.render = async () => process(toHttpResponse(await render(), `${response.constructor.name}.render()`));
      return response;
    };
  });
}
