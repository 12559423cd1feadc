/**
 * What middleware adds to a request, and how a user types it.
 *
 * @module
 */

/**
 * What your middleware adds to every request: merge it into this interface, and `request` has it.
 *
 * ```ts
 * declare module "djedge" {
 *   interface HttpRequestExtensions {
 *     user: User | AnonymousUser;
 *     tenant: string;
 *   }
 * }
 * ```
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is there to be merged with
export interface HttpRequestExtensions {}

/** What the library's own middleware adds, until {@link HttpRequestExtensions} says more of it. */
export interface SetByMiddleware {
  /** The session, by `SessionMiddleware`. */
  session?: unknown;
  /** The site, by `CurrentSiteMiddleware`. */
  site?: unknown;
  /** The user, by `AuthenticationMiddleware`. */
  user?: unknown;
  /** The user, where that has to be waited for, by `AuthenticationMiddleware`. */
  auser?(): Promise<unknown>;
}
