/**
 * Protection against forged requests, view by view, as `django.views.decorators.csrf`.
 *
 * @module
 */

import type { View } from "../../core/handlers/types.ts";
import { checkResponse, wrapResponse } from "../../core/handlers/view.ts";
import type { HttpRequest } from "../../http/request.ts";
import { CsrfViewMiddleware, getToken } from "../../middleware/csrf.ts";
import { wrap } from "./wrap.ts";

/** `CsrfViewMiddleware` that lets every request pass. */
class NeverRejects extends CsrfViewMiddleware {
  protected override async reject(): Promise<undefined> {}
}

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
  return protect(view, CsrfViewMiddleware);
}

/** Lets `getToken()` know the visitor's secret in a view without `CsrfViewMiddleware`; no request is rejected. */
export function requiresCsrfToken<K>(view: View<K>): View<K> {
  return protect(view, NeverRejects);
}

/** Sends the cookie with every response of a view, also where no token was asked for: for pages whose scripts send requests. */
export function ensureCsrfCookie<K>(view: View<K>): View<K> {
  return protect(view, NeverRejects, getToken);
}

function protect<K>(view: View<K>, Middleware: typeof CsrfViewMiddleware, before?: (request: HttpRequest) => unknown): View<K> {
  return wrap(view, (request, kwargs) => {
    const middleware: CsrfViewMiddleware = new Middleware(async () => {
      const rejected = await middleware.processView(request, view as View);
      before?.(request);
      return wrapResponse(rejected ?? checkResponse(await view(request, kwargs), view));
    });
    return middleware.call(request);
  });
}
