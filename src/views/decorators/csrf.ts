/**
 * Protection against forged requests, view by view, as `django.views.decorators.csrf`.
 *
 * @module
 */

import type { HookResult, View } from "../../core/handlers/types.ts";
import { checkResponse, wrapResponse } from "../../core/handlers/view.ts";
import type { HttpRequest } from "../../http/request.ts";
import { CsrfViewMiddleware, getToken } from "../../middleware/csrf.ts";
import { wrap } from "./wrap.ts";

/** Marks a view as one that `CsrfViewMiddleware` does not protect. */
export function csrfExempt<K>(view: View<K>): View<K> {
  const marked = wrap(view, (request, kwargs) => view(request, kwargs));
  return Object.assign(marked, { csrfExempt: true });
}

/**
 * Protects a view as `CsrfViewMiddleware` does all. Around it, `csrfExempt` puts the check off until the view is called:
 * what stands between may then still choose the upload handlers.
 */
export function csrfProtect<K>(view: View<K>): View<K> {
  return around(view, (middleware, request) => middleware.processView(request, view as View));
}

/** Lets `getToken()` know the visitor's secret in a view without `CsrfViewMiddleware`; no request is rejected. */
export function requiresCsrfToken<K>(view: View<K>): View<K> {
  return around(view, () => undefined);
}

/** Sends the cookie with every response of a view, also where no token was asked for: for pages whose scripts send requests. */
export function ensureCsrfCookie<K>(view: View<K>): View<K> {
  return around(view, (_, request) => void getToken(request));
}

/** A view within a `CsrfViewMiddleware` of its own; `before` is called between the two, and may answer in its place. */
function around<K>(
  view: View<K>,
  before: (middleware: CsrfViewMiddleware, request: HttpRequest) => HookResult | Promise<HookResult>,
): View<K> {
  return wrap(view, (request, kwargs) => {
    const middleware: CsrfViewMiddleware = new CsrfViewMiddleware(async () =>
      wrapResponse((await before(middleware, request)) ?? checkResponse(await view(request, kwargs), view)),
    );
    return middleware.call(request);
  });
}
