/**
 * Protection against forged requests, view by view, as `django.views.decorators.csrf`.
 *
 * @module
 */

import { CsrfViewMiddleware, getToken } from "../../middleware/csrf.ts";
import { type AnyView, type Decorated, withMiddleware, wrap } from "./wrap.ts";

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
  return withMiddleware(view, CsrfViewMiddleware, (middleware, request, view) => middleware.processView(request, view));
}

/** Lets `getToken()` know the visitor's secret in a view without `CsrfViewMiddleware`; no request is rejected. */
export function requiresCsrfToken<V extends AnyView>(view: V): Decorated<V> {
  return withMiddleware(view, CsrfViewMiddleware);
}

/** Sends the cookie with every response of a view, also where no token was asked for: for pages whose scripts send requests. */
export function ensureCsrfCookie<V extends AnyView>(view: V): Decorated<V> {
  return withMiddleware(view, CsrfViewMiddleware, (_, request) => void getToken(request));
}
