/**
 * URLs: `path`, `include`, `reverse`, `resolve`, on itty-router's route tables.
 *
 * @module
 */

export { AutoRouter, Router } from "itty-router";
export { resolve, reverse } from "./urls/base.ts";
export { include, path, rePath } from "./urls/conf.ts";
export { type Converter, registerConverter } from "./urls/converters.ts";
export { NoReverseMatch, Resolver404 } from "./urls/exceptions.ts";
export { asResponse, withHttpRequest } from "./urls/itty.ts";
export { ResolverMatch, type ResolverMatchInit } from "./urls/match.ts";
export type * from "./urls/types.ts";
