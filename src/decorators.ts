/**
 * View decorators.
 *
 * @module
 */

export {};
