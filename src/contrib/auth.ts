/**
 * `django.contrib.auth`, as far as requests are concerned: who the user of a session is.
 *
 * @module
 */

import { bytesToHex } from "@noble/hashes/utils.js";
import { settings } from "../conf/index.ts";
import { ImproperlyConfigured, SynchronousOnlyOperation } from "../core/exceptions.ts";
import { secretKey } from "../core/signing.ts";
import type { HttpRequest } from "../http/request.ts";
import { MiddlewareMixin } from "../middleware/base.ts";
import { constantTimeCompare, saltedHmac } from "../utils/crypto.ts";
import { isPromise } from "../utils/promise.ts";
import type { SessionBase } from "./sessions/base.ts";

const SESSION_KEY = "_auth_user_id";
const HASH_SESSION_KEY = "_auth_user_hash";

/** The user of a request that nobody has logged in for. */
export class AnonymousUser {
  /** No id. */
  readonly id: null = null;
  /** No primary key. */
  readonly pk: null = null;
  /** `""`. */
  readonly username: string = "";
  /** Never. */
  readonly isStaff: boolean = false;
  /** Never. */
  readonly isActive: boolean = false;
  /** Never. */
  readonly isSuperuser: boolean = false;
  /** Never: whoever is logged in is of another class. */
  readonly isAuthenticated: false = false;
  /** Always. */
  readonly isAnonymous: true = true;

  /** The empty name. */
  getUsername(): string {
    return this.username;
  }

  /** `"AnonymousUser"`. */
  toString(): string {
    return "AnonymousUser";
  }
}

/**
 * Sets `request.user` and `request.auser()`. The `AUTH_GET_USER` setting is asked, once, when the user is first looked
 * at; where it gives nothing, or is not set, the user is an `AnonymousUser`.
 *
 * Where `AUTH_GET_USER` gives a promise, as it does when it looks into the session, `request.user` is that promise until
 * it is known: `await request.auser()` (or `await request.user`) first. Reading on before, as in `request.user.isStaff`, throws
 * `SynchronousOnlyOperation`.
 */
export class AuthenticationMiddleware extends MiddlewareMixin {
  /** Sets the properties; nobody is asked yet. */
  override processRequest(request: HttpRequest): undefined {
    let user: unknown;
    const set = (value: unknown): void => {
      user = value;
    };
    const ask = (): unknown => {
      if (user === undefined) {
        const asked = getUserOf(request);
        user = isPromise(asked) ? pending(asked, set) : asked;
      }
      return user;
    };
    Object.defineProperty(request, "user", { get: ask, set, configurable: true, enumerable: true });
    request.auser = async () => ask();
  }
}

/**
 * The user whom Django's `login()` has put into the session, here or on the site: `AUTH_GET_USER: (request) =>
 * getUser(request, (id) => …)`.
 *
 * A user with a `password`, as Django stores it (`pbkdf2_sha256$…`), is verified as Django does it, by the hash of it in
 * the session: where that does not match, since the password was changed, the session is flushed.
 *
 * @param loadUser the user of an id (text, as Django stores it); nothing where there is none
 * @returns nothing where nobody is logged in
 * @throws ImproperlyConfigured without `SessionMiddleware`
 */
export async function getUser<U extends object>(
  request: HttpRequest,
  loadUser: (id: string) => U | null | undefined | Promise<U | null | undefined>,
): Promise<U | undefined> {
  const { session } = request as { session?: SessionBase };
  if (!session) {
    throw new ImproperlyConfigured("getUser() needs SessionMiddleware: put it before AuthenticationMiddleware.");
  }
  const id = await session.get(SESSION_KEY);
  if (id === undefined || id === null) return undefined;
  const user = await loadUser(String(id));
  if (!user || (await isVerified(session, user))) return user ?? undefined;
  await session.flush();
  return undefined;
}

/**
 * What Django's `login()` puts into the session as `_auth_user_hash`.
 *
 * @param password as Django stores it
 * @throws ImproperlyConfigured where `SECRET_KEY` is empty
 */
export function getSessionAuthHash(password: string): string {
  return authHash(password, secretKey());
}

async function isVerified(session: SessionBase, { password }: { password?: unknown }): Promise<boolean> {
  if (typeof password !== "string") return true;
  const given = await session.get(HASH_SESSION_KEY);
  if (typeof given !== "string") return false;
  const hash = getSessionAuthHash(password);
  if (constantTimeCompare(given, hash)) return true;
  const former = settings.SECRET_KEY_FALLBACKS.filter((key) => key !== "");
  if (!former.some((key) => constantTimeCompare(given, authHash(password, key)))) return false;
  await session.cycleKey();
  await session.set(HASH_SESSION_KEY, hash);
  return true;
}

function authHash(password: string, secret: string): string {
  return bytesToHex(saltedHmac("django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash", password, secret));
}

/** The promise of a user. Who asks it for what a user has (`request.user.isStaff`) has forgotten to wait, and shall not read on. */
function pending(asked: PromiseLike<unknown>, set: (user: unknown) => void): Promise<unknown> {
  const user = (async () => {
    const known = await asked;
    set(known);
    return known;
  })();
  return new Proxy(user, {
    get(target, name) {
      const value = Reflect.get(target, name, target) as unknown;
      if (typeof value === "function") return value.bind(target);
      if (value !== undefined || typeof name === "symbol") return value;
      throw new SynchronousOnlyOperation(
        `request.user.${name} was read before the user is known. Use (await request.auser()).${name}`,
      );
    },
  });
}

/** The answer of `AUTH_GET_USER`, with an `AnonymousUser` for nobody. */
function getUserOf(request: HttpRequest): unknown {
  const ask = settings.AUTH_GET_USER;
  if (typeof ask !== "function") {
    if (ask) throw new ImproperlyConfigured("The AUTH_GET_USER setting must be a function: (request) => user.");
    return new AnonymousUser();
  }
  const user: unknown = ask(request);
  return isPromise(user) ? user.then((known) => known ?? new AnonymousUser()) : (user ?? new AnonymousUser());
}
