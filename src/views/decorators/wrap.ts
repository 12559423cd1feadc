/**
 * What every decorator of a view does.
 *
 * @module
 */

import type { View } from "../../core/handlers/types.ts";
import { checkResponse, isPromise, wrapResponse } from "../../core/handlers/view.ts";
import type { HttpResponseBase } from "../../http/response.ts";

/** `decorated` under the name of `view`, and with the marks that other decorators have put on it (`csrfExempt`). */
export function wrap<K>(view: View<K>, decorated: View<K>): View<K> {
  Object.defineProperty(decorated, "name", { value: view.name, configurable: true });
  return Object.assign(decorated, view);
}

/** A view whose response is changed by `patch` on its way out; a plain `Response` is wrapped for that. */
export function patchResponse<K>(view: View<K>, patch: (response: HttpResponseBase) => void): View<K> {
  const patched = (result: HttpResponseBase | Response): HttpResponseBase => {
    const response = wrapResponse(checkResponse(result, view));
    patch(response);
    return response;
  };
  return wrap(view, (request, kwargs) => {
    const result = view(request, kwargs);
    return isPromise(result) ? result.then(patched) : patched(result);
  });
}
