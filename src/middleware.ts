/**
 * Django's middleware: security, sessions, users, protection against forged requests, compression.
 *
 * @module
 */

export {
  AnonymousUser,
  AuthenticationMiddleware,
  getSessionAuthHash,
  getUser,
} from "./contrib/auth.ts";
export { type ExpiryOptions, SessionBase, type SessionData } from "./contrib/sessions/base.ts";
export { type SessionStore, StoredSession } from "./contrib/sessions/cache.ts";
export { SessionMiddleware } from "./contrib/sessions/middleware.ts";
export { SignedCookieSession } from "./contrib/sessions/signed_cookies.ts";
export { type KVNamespaceLike, KVSessionStore, MemorySessionStore } from "./contrib/sessions/stores.ts";
export { CurrentSiteMiddleware, RequestSite } from "./contrib/sites.ts";
export { SessionInterrupted } from "./core/exceptions.ts";
export { MiddlewareMixin } from "./middleware/base.ts";
export { XFrameOptionsMiddleware } from "./middleware/clickjacking.ts";
export { CommonMiddleware } from "./middleware/common.ts";
export { CsrfViewMiddleware, getToken, rotateToken } from "./middleware/csrf.ts";
export { GZipMiddleware } from "./middleware/gzip.ts";
export { ConditionalGetMiddleware } from "./middleware/http.ts";
export { SecurityMiddleware } from "./middleware/security.ts";
