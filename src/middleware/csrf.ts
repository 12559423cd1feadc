/**
 * Protection against requests that other sites forge, as `django.middleware.csrf`.
 *
 * @module
 */

import { settings } from "../conf/index.ts";
import type { SessionBase } from "../contrib/sessions/base.ts";
import { DisallowedHost, ImproperlyConfigured, UnreadablePostError } from "../core/exceptions.ts";
import { logResponse } from "../core/handlers/exception.ts";
import type { HookResult, View } from "../core/handlers/types.ts";
import { toHttpResponse } from "../core/handlers/view.ts";
import { headerName } from "../http/headers.ts";
import { isSameDomain } from "../http/host.ts";
import type { HttpRequest } from "../http/request.ts";
import type { HttpResponseBase } from "../http/response.ts";
import { patchVaryHeaders } from "../utils/cache.ts";
import { constantTimeCompare, getRandomString, LETTERS_AND_DIGITS } from "../utils/crypto.ts";
import { type SplitResult, urlsplit } from "../utils/urlparse.ts";
import { csrfFailure } from "../views/csrf.ts";
import { MiddlewareMixin } from "./base.ts";

const SECRET_LENGTH = 32;
const TOKEN_LENGTH = 2 * SECRET_LENGTH;
const SESSION_KEY = "_csrftoken";

/** Methods that change nothing (RFC 9110, section 9.2.1). */
const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);

/** What is known of a request: Django keeps it in `META`, where a report of an error would show the secret. */
interface CsrfState {
  secret: string | undefined;
  /** Whether the cookie is to be sent: for a new secret, and for one that was used, whose time then begins anew. */
  needsUpdate: boolean;
  /** Whether the request has passed the check: the middleware and the decorator need not both do it. */
  checked: boolean;
}

const states = new WeakMap<HttpRequest, CsrfState>();

function stateOf(request: HttpRequest): CsrfState {
  let state = states.get(request);
  if (!state) {
    state = { secret: undefined, needsUpdate: false, checked: false };
    states.set(request, state);
  }
  return state;
}

/**
 * The token for a form (`csrfmiddlewaretoken`) or for the `X-CSRFToken` header: 64 letters and digits, another one each
 * time. The response then sets the cookie, and varies on it.
 */
export function getToken(request: HttpRequest): string {
  const state = stateOf(request);
  state.secret ??= newSecret();
  state.needsUpdate = true;
  return mask(state.secret);
}

/** Changes the secret: to be done on login, so that tokens from before it are of no use. */
export function rotateToken(request: HttpRequest): void {
  Object.assign(stateOf(request), { secret: newSecret(), needsUpdate: true });
}

/**
 * Refuses a request of an unsafe method with 403 unless it comes from this site, by its `Origin` or `Referer`, and
 * brings a token that matches the secret in the visitor's cookie (or session, under `CSRF_USE_SESSIONS`).
 *
 * To find a form's token, `request.POST` is read, unless the view is marked by `csrfExempt`.
 */
export class CsrfViewMiddleware extends MiddlewareMixin {
  /**
   * Reads the secret.
   *
   * @throws ImproperlyConfigured under `CSRF_USE_SESSIONS` without `SessionMiddleware` before this one
   */
  override processRequest(request: HttpRequest): undefined | Promise<undefined> {
    if (!settings.CSRF_USE_SESSIONS) {
      const cookie = request.COOKIES[settings.CSRF_COOKIE_NAME];
      if (cookie === undefined) return undefined;
      if (formatProblem(cookie)) rotateToken(request);
      else stateOf(request).secret = unmask(cookie);
      return undefined;
    }
    return sessionOf(request)
      .get(SESSION_KEY)
      .then((secret) => {
        if (typeof secret === "string") stateOf(request).secret = unmask(secret);
        return undefined;
      });
  }

  /** Answers 403 in the view's place where the request is not to be trusted. */
  processView(request: HttpRequest, view: View): HookResult | Promise<HookResult> {
    const { csrfExempt } = view as { csrfExempt?: boolean };
    const { dontEnforceCsrfChecks } = request as { dontEnforceCsrfChecks?: boolean };
    if (SAFE_METHODS.has(request.method) || csrfExempt || dontEnforceCsrfChecks || states.get(request)?.checked) return undefined;
    return this.#check(request);
  }

  /** Sends the secret, where it is new or was used. */
  override processResponse(request: HttpRequest, response: HttpResponseBase): HttpResponseBase | Promise<HttpResponseBase> {
    const state = states.get(request);
    if (!state?.needsUpdate || state.secret === undefined) return response;
    // Not again by the decorator and the middleware, if both are in use.
    state.needsUpdate = false;
    if (settings.CSRF_USE_SESSIONS) return saveInSession(request, response, state.secret);
    response.setCookie(settings.CSRF_COOKIE_NAME, state.secret, {
      maxAge: settings.CSRF_COOKIE_AGE,
      domain: settings.CSRF_COOKIE_DOMAIN,
      path: settings.CSRF_COOKIE_PATH,
      secure: settings.CSRF_COOKIE_SECURE,
      httpOnly: settings.CSRF_COOKIE_HTTPONLY,
      sameSite: settings.CSRF_COOKIE_SAMESITE,
    });
    patchVaryHeaders(response, ["Cookie"]);
    return response;
  }

  async #check(request: HttpRequest): Promise<HttpResponseBase | undefined> {
    const reason = originProblem(request) ?? (await tokenProblem(request));
    if (reason === undefined) {
      stateOf(request).checked = true;
      return undefined;
    }
    const view = settings.CSRF_FAILURE_VIEW ?? csrfFailure;
    const response = toHttpResponse(await view(request, { reason }), view);
    logResponse(`Forbidden (${reason}): ${request.path}`, response, undefined, "django.security.csrf");
    return response;
  }
}

/** Why the request seems to come from elsewhere; nothing where it does not. */
function originProblem(request: HttpRequest): string | undefined {
  const origin = request.headers.get("Origin");
  if (origin === undefined) return request.isSecure() ? refererProblem(request) : undefined;
  const host = hostOf(request);
  if ((host !== undefined && origin === `${request.isSecure() ? "https" : "http"}://${host}`) || isTrustedOrigin(origin))
    return undefined;
  return `Origin checking failed - ${origin} does not match any trusted origins.`;
}

function isTrustedOrigin(origin: string): boolean {
  const parts = split(origin);
  return settings.CSRF_TRUSTED_ORIGINS.some((trusted) => {
    if (!trusted.includes("*")) return trusted === origin;
    const { scheme, netloc } = urlsplit(trusted);
    return parts?.scheme === scheme && isSameDomain(parts.netloc, netloc.replace(/^\*+/, ""));
  });
}

/** Over HTTPS a browser without `Origin` sends a `Referer`: who is in between could plant cookies by plain HTTP. */
function refererProblem(request: HttpRequest): string | undefined {
  const referer = request.headers.get("Referer");
  if (referer === undefined) return "Referer checking failed - no Referer.";
  const parts = split(referer);
  if (!parts?.scheme || !parts.netloc) return "Referer checking failed - Referer is malformed.";
  if (parts.scheme !== "https") return "Referer checking failed - Referer is insecure while host is secure.";
  const { netloc } = parts;
  if (settings.CSRF_TRUSTED_ORIGINS.some((trusted) => isSameDomain(netloc, urlsplit(trusted).netloc.replace(/^\*+/, "")))) {
    return undefined;
  }
  const domain = settings.CSRF_USE_SESSIONS ? settings.SESSION_COOKIE_DOMAIN : settings.CSRF_COOKIE_DOMAIN;
  const good = domain === null ? hostOf(request) : withPort(domain, request.getPort());
  if (good !== undefined && isSameDomain(netloc, good)) return undefined;
  return `Referer checking failed - ${referer} does not match any trusted origins.`;
}

/** Why the request's token does not match the secret; nothing where it does. */
async function tokenProblem(request: HttpRequest): Promise<string | undefined> {
  // A middleware in between may have rotated the token, but what the visitor has sent is what counts.
  const secret = settings.CSRF_USE_SESSIONS
    ? await sessionOf(request).get(SESSION_KEY)
    : request.COOKIES[settings.CSRF_COOKIE_NAME];
  if (typeof secret !== "string") return "CSRF cookie not set.";
  const cookieProblem = formatProblem(secret);
  if (cookieProblem) return `CSRF cookie ${cookieProblem}.`;

  const fromForm = request.method === "POST" ? await formToken(request) : "";
  const token = fromForm || request.META[settings.CSRF_HEADER_NAME];
  if (token === undefined) return "CSRF token missing.";
  const source = fromForm ? "POST" : `the '${headerName(settings.CSRF_HEADER_NAME)}' HTTP header`;
  const problem = formatProblem(token) ?? (constantTimeCompare(unmask(token), unmask(secret)) ? undefined : "incorrect");
  return problem && `CSRF token from ${source} ${problem}.`;
}

async function formToken(request: HttpRequest): Promise<string> {
  try {
    return (await request.POST).get("csrfmiddlewaretoken", "");
  } catch (error) {
    // Whoever broke off will hardly read the answer.
    if (error instanceof UnreadablePostError) return "";
    throw error;
  }
}

async function saveInSession(request: HttpRequest, response: HttpResponseBase, secret: string): Promise<HttpResponseBase> {
  const session = sessionOf(request);
  if ((await session.get(SESSION_KEY)) !== secret) await session.set(SESSION_KEY, secret);
  return response;
}

function sessionOf(request: HttpRequest): SessionBase {
  const { session } = request as { session?: SessionBase };
  if (session) return session;
  throw new ImproperlyConfigured(
    "CSRF_USE_SESSIONS is enabled, but request.session is not set. SessionMiddleware must appear before CsrfViewMiddleware in the middleware list.",
  );
}

/** What is wrong with the look of a secret or a token. */
function formatProblem(token: string): string | undefined {
  if (token.length !== TOKEN_LENGTH && token.length !== SECRET_LENGTH) return "has incorrect length";
  return /[^a-zA-Z0-9]/.test(token) ? "has invalid characters" : undefined;
}

function newSecret(): string {
  return getRandomString(SECRET_LENGTH, LETTERS_AND_DIGITS);
}

/** A secret, added to random text that stands before it: compression cannot tell it from page to page (BREACH). */
function mask(secret: string): string {
  const random = newSecret();
  return random + shift(secret, random, 1);
}

/** The secret of a token; one that is not masked is the secret itself. */
function unmask(token: string): string {
  return token.length === TOKEN_LENGTH ? shift(token.slice(SECRET_LENGTH), token.slice(0, SECRET_LENGTH), -1) : token;
}

/** Moves each character of `text` on, or back, in the alphabet by the place of the one in `by`. */
function shift(text: string, by: string, direction: 1 | -1): string {
  const { length } = LETTERS_AND_DIGITS;
  let shifted = "";
  for (let i = 0; i < text.length; i++) {
    const place = LETTERS_AND_DIGITS.indexOf(text.charAt(i)) + direction * LETTERS_AND_DIGITS.indexOf(by.charAt(i));
    shifted += LETTERS_AND_DIGITS.charAt((place + length) % length);
  }
  return shifted;
}

/** The host that the request is for, where it may be served. */
function hostOf(request: HttpRequest): string | undefined {
  try {
    return request.getHost();
  } catch (error) {
    if (error instanceof DisallowedHost) return undefined;
    throw error;
  }
}

function withPort(domain: string, port: string): string {
  return port === "443" || port === "80" ? domain : `${domain}:${port}`;
}

/** The parts of a URL that came with the request; nothing where it is malformed. */
function split(url: string): SplitResult | undefined {
  try {
    return urlsplit(url);
  } catch {
    return undefined;
  }
}
