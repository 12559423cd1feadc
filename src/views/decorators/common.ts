/**
 * Marks for `CommonMiddleware`, as `django.views.decorators.common`.
 *
 * @module
 */

import { type AnyView, type Decorated, wrap } from "./wrap.ts";

/** Marks a view as one that `CommonMiddleware` never redirects to by appending a slash. */
export function noAppendSlash<V extends AnyView>(view: V): Decorated<V> {
  const marked = wrap(view, (view) => (request, kwargs) => view(request, kwargs));
  return Object.assign(marked, { shouldAppendSlash: false });
}
