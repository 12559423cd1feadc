/**
 * Protection against forged requests, view by view, as `django.views.decorators.csrf`.
 *
 * @module
 */

import type { HookResult, View } from "../../core/handlers/types.ts";
import { toHttpResponse } from "../../core/handlers/view.ts";
import type { HttpRequest } from "../../http/request.ts";
import { CsrfViewMiddleware, getToken } from "../../middleware/csrf.ts";
import { type AnyView, type Decorated, wrap } from "./wrap.ts";

/** Marks a view as one that `CsrfViewMiddleware` does not protect. */
export function csrfExempt<V extends AnyView>(view: V): Decorated<V> {
  const marked = wrap(view, (view) => (request, kwargs) => view(request, kwargs));
  return Object.assign(marked, { csrfExempt: true });
}

/**
 * Protects a view as `CsrfViewMiddleware` does all. Around it, `csrfExempt` puts the check off until the view is called:
 * what stands between may then still choose the upload handlers.
 */
export function csrfProtect<V extends AnyView>(view: V): Decorated<V> {
  return around(view, (middleware, request, view) => middleware.processView(request, view));
}

/** Lets `getToken()` know the visitor's secret in a view without `CsrfViewMiddleware`; no request is rejected. */
export function requiresCsrfToken<V extends AnyView>(view: V): Decorated<V> {
  return around(view, () => undefined);
}

/** Sends the cookie with every response of a view, also where no token was asked for: for pages whose scripts send requests. */
export function ensureCsrfCookie<V extends AnyView>(view: V): Decorated<V> {
  return around(view, (_, request) => void getToken(request));
}

/** A view within a `CsrfViewMiddleware` of its own; `before` is called between the two, and may answer in its place. */
function around<V extends AnyView>(
  view: V,
  before: (middleware: CsrfViewMiddleware, request: HttpRequest, view: View) => HookResult | Promise<HookResult>,
): Decorated<V> {
  return wrap(view, (view) => (request, kwargs) => {
    const middleware: CsrfViewMiddleware = new CsrfViewMiddleware(async () =>
      toHttpResponse((await before(middleware, request, view)) ?? (await view(request, kwargs)), view),
    );
    return middleware.call(request);
  });
}
