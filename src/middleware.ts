/**
 * Django's middleware.
 *
 * @module
 */

export {};
