/**
 * Django's middleware.
 *
 * @module
 */

export { XFrameOptionsMiddleware } from "./middleware/clickjacking.ts";
export { CommonMiddleware } from "./middleware/common.ts";
export { SecurityMiddleware } from "./middleware/security.ts";
