/**
 * Multipart forms and upload handlers.
 *
 * @module
 */

export {};
