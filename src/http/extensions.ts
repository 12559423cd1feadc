/**
 * What middleware adds to a request, and how a user types it.
 *
 * @module
 */

import type { SessionBase } from "../contrib/sessions/base.ts";
import type { RequestSite } from "../contrib/sites.ts";

/**
 * What your middleware adds to every request: merge it into this interface, and `request` has it.
 *
 * ```ts
 * declare module "djedge" {
 *   interface HttpRequestExtensions {
 *     session: SessionBase;
 *     user: User | AnonymousUser; // what auser() gives, too
 *     tenant: string;
 *   }
 * }
 * ```
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is there to be merged with
export interface HttpRequestExtensions {}

/**
 * What the library's own middleware adds, until {@link HttpRequestExtensions} says more of it. Without the middleware the
 * property is missing: the types trust you to have it in the list.
 */
export interface SetByMiddleware {
  /** The session, by `SessionMiddleware`. */
  session: SessionBase;
  /** The site, by `CurrentSiteMiddleware`. */
  site: RequestSite;
  /** The user, or the promise of one until it is known, by `AuthenticationMiddleware`. */
  user: unknown;
  /** The user, by `AuthenticationMiddleware`, of the type that `user` was given. */
  auser(): Promise<HttpRequestExtensions extends { user: infer User } ? Awaited<User> : unknown>;
}
