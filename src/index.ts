/**
 * Django's `django.http` for the edge.
 *
 * @module
 */

import "./core/link.ts";

export * from "./index.workerd.ts";
