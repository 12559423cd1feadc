/**
 * `django.contrib.sessions.middleware`.
 *
 * @module
 */

import { settings } from "../../conf/index.ts";
import { ImproperlyConfigured } from "../../core/exceptions.ts";
import type { HttpRequest } from "../../http/request.ts";
import type { HttpResponseBase } from "../../http/response.ts";
import { MiddlewareMixin } from "../../middleware/base.ts";
import { patchVaryHeaders } from "../../utils/cache.ts";
import type { SessionBase } from "./base.ts";
import { type SessionStore, StoredSession } from "./cache.ts";
import { SignedCookieSession } from "./signed_cookies.ts";

/**
 * Sets `request.session`: in signed cookies, or in the `SESSION_STORE`. A session that was modified is saved and its
 * cookie sent, though not with a response of status 500 and above; where it was looked into, the response varies on
 * the cookie.
 */
export class SessionMiddleware extends MiddlewareMixin {
  /**
   * Opens the session; nothing of it is read.
   *
   * @throws ImproperlyConfigured where `SESSION_STORE` is no store
   */
  override processRequest(request: HttpRequest): undefined {
    const readKey = (): string | undefined => request.COOKIES[settings.SESSION_COOKIE_NAME];
    const store = storeFor(request);
    request.session = store ? new StoredSession(store, readKey) : new SignedCookieSession(readKey);
  }

  /**
   * Saves the session where it has to be, and sets or deletes its cookie.
   *
   * @throws SessionInterrupted where the session was removed meanwhile
   */
  override processResponse(request: HttpRequest, response: HttpResponseBase): HttpResponseBase | Promise<HttpResponseBase> {
    const { session } = request;
    if (session.accessed || session.modified || settings.SESSION_SAVE_EVERY_REQUEST) return finish(request, response, session);
    if (session.sessionKey === null) deleteCookie(request, response);
    return response;
  }
}

async function finish(request: HttpRequest, response: HttpResponseBase, session: SessionBase): Promise<HttpResponseBase> {
  if (session.accessed) patchVaryHeaders(response, ["Cookie"]);
  if (await session.isEmpty()) {
    deleteCookie(request, response);
  } else if ((session.modified || settings.SESSION_SAVE_EVERY_REQUEST) && response.statusCode < 500) {
    const maxAge = (await session.getExpireAtBrowserClose()) ? null : await session.getExpiryAge();
    await session.save();
    response.setCookie(settings.SESSION_COOKIE_NAME, session.sessionKey ?? "", {
      maxAge,
      domain: settings.SESSION_COOKIE_DOMAIN,
      path: settings.SESSION_COOKIE_PATH,
      secure: settings.SESSION_COOKIE_SECURE,
      httpOnly: settings.SESSION_COOKIE_HTTPONLY,
      sameSite: settings.SESSION_COOKIE_SAMESITE,
    });
    // Also where only SESSION_SAVE_EVERY_REQUEST has asked for it: no cache may give this cookie to others.
    patchVaryHeaders(response, ["Cookie"]);
  }
  return response;
}

/** Takes the cookie of a session that is empty from its visitor. */
function deleteCookie(request: HttpRequest, response: HttpResponseBase): void {
  const name = settings.SESSION_COOKIE_NAME;
  if (!(name in request.COOKIES)) return;
  response.deleteCookie(name, {
    path: settings.SESSION_COOKIE_PATH,
    domain: settings.SESSION_COOKIE_DOMAIN,
    sameSite: settings.SESSION_COOKIE_SAMESITE,
  });
  patchVaryHeaders(response, ["Cookie"]);
}

function storeFor(request: HttpRequest): SessionStore | undefined {
  const setting = settings.SESSION_STORE;
  if (!setting) return undefined;
  const store = (typeof setting === "function" ? setting(request.env) : setting) as Partial<SessionStore> | null | undefined;
  for (const method of ["get", "set", "delete"] as const) {
    if (typeof store?.[method] !== "function") {
      throw new ImproperlyConfigured(
        `The SESSION_STORE setting must be an object with get(key), set(key, value, { ttl }) and delete(key), or a function of env that gives one; there is no ${method}().`,
      );
    }
  }
  return store as SessionStore;
}
