/**
 * URLs: `path`, `include`, `reverse`, `resolve`, on itty-router's route tables.
 *
 * @module
 */

export {};
