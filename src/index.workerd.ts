/**
 * Django's `django.http` for the edge: the root entry as Workers bundle it.
 *
 * @module
 */

export {};
