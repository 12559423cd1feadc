/**
 * Marks for `CommonMiddleware`, as `django.views.decorators.common`.
 *
 * @module
 */

import type { View } from "../../core/handlers/types.ts";
import { wrap } from "./wrap.ts";

/** Marks a view as one that `CommonMiddleware` never redirects to by appending a slash. */
export function noAppendSlash<K>(view: View<K>): View<K> {
  const marked = wrap(view, (request, kwargs) => view(request, kwargs));
  return Object.assign(marked, { shouldAppendSlash: false });
}
