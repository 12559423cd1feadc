/**
 * Helpers for headers, dates, caching and URLs.
 *
 * @module
 */

export {};
