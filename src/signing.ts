/**
 * Signed values and cookies, byte for byte as Django's.
 *
 * @module
 */

export {};
