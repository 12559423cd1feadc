/**
 * Django's `django.http` for the edge.
 *
 * @module djedge
 */

import "./core/link.ts";

export * from "./index.workerd.ts";
