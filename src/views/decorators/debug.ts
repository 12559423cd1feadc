/**
 * What a report of an error must not show, as `django.views.decorators.debug`.
 *
 * @module
 */

import type { HttpRequest } from "../../http/request.ts";
import { type AnyView, type Decorated, wrap } from "./wrap.ts";

/** What `sensitivePostParameters()` leaves on a request for the filter of a report. */
export interface SensitiveRequest {
  /** The names of the form's fields whose values are to be hidden; `"__ALL__"` for every one. */
  sensitivePostParameters?: readonly string[] | "__ALL__";
}

/**
 * Names the fields of a form that a report of an error does not show; without any, all of them.
 *
 * ```ts
 * const login = sensitivePostParameters("password")(async (request) => …);
 * ```
 *
 * @throws TypeError where it is given a view, or other things that are no names
 */
export function sensitivePostParameters(...parameters: string[]): <V extends AnyView>(view: V) => Decorated<V> {
  if (parameters.some((parameter) => typeof parameter !== "string")) {
    throw new TypeError(
      "sensitivePostParameters() must be called to use it as a decorator: use sensitivePostParameters()(view), not sensitivePostParameters(view).",
    );
  }
  return (view) =>
    wrap(view, (view) => (request: HttpRequest & SensitiveRequest, kwargs) => {
      request.sensitivePostParameters = parameters.length > 0 ? parameters : "__ALL__";
      return view(request, kwargs);
    });
}
