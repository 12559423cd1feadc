/**
 * `RequestFactory` and `Client`, for tests of your own.
 *
 * @module
 */

export {};
