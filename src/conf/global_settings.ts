/**
 * The settings that this library reads, with Django 6.0's names and defaults, and a handful of its own at the end.
 *
 * @module
 */

// Types only: what runs here knows nothing of the rooms that they come from.
import type { SessionStore } from "../contrib/sessions/cache.ts";
import type { FileUploadHandler } from "../core/files/uploadhandler.ts";
import type { ExceptionReporterClass } from "../core/handlers/exception.ts";
import type { MultiPartParserClass } from "../http/form.ts";
import type { HttpRequest } from "../http/request.ts";
import type { RouteView, URLConf } from "../urls/types.ts";
import type { Logger } from "../utils/log.ts";
import type { SafeExceptionReporterFilter } from "../views/debug/filter.ts";

/** A function that the settings name. As a method: it may ask for more of its argument than every caller has. */
export type SettingFunction<Argument, Result> = { call(argument: Argument): Result }["call"];

/** Every setting. Sizes are bytes, ages are seconds. */
export interface Settings {
  /** Host names this site serves: `"example.com"`, `".example.com"` for its subdomains too, `"*"` for any. */
  ALLOWED_HOSTS: string[];
  /** `CommonMiddleware` redirects a URL that matches nothing to the one with a slash at its end, where that matches. */
  APPEND_SLASH: boolean;
  /** Seconds that `patchResponseHeaders()` takes without a timeout. */
  CACHE_MIDDLEWARE_SECONDS: number;
  /** Seconds the CSRF cookie lasts; `null` for as long as the browser is open. */
  CSRF_COOKIE_AGE: number | null;
  /** The domain of the CSRF cookie. */
  CSRF_COOKIE_DOMAIN: string | null;
  /** Hides the CSRF cookie from scripts. */
  CSRF_COOKIE_HTTPONLY: boolean;
  /** The name of the CSRF cookie. */
  CSRF_COOKIE_NAME: string;
  /** The path of the CSRF cookie. */
  CSRF_COOKIE_PATH: string;
  /** `SameSite` of the CSRF cookie. */
  CSRF_COOKIE_SAMESITE: string | null;
  /** Sends the CSRF cookie by HTTPS only. */
  CSRF_COOKIE_SECURE: boolean;
  /** The view `(request, { reason })` that answers a request which `CsrfViewMiddleware` rejects. */
  CSRF_FAILURE_VIEW: RouteView<{ reason: string }> | null;
  /** The `META` name of the header that carries the token. */
  CSRF_HEADER_NAME: string;
  /** Origins trusted for unsafe requests, with their scheme: `"https://*.example.com"`. */
  CSRF_TRUSTED_ORIGINS: string[];
  /** Keeps the CSRF secret in the session instead of a cookie. */
  CSRF_USE_SESSIONS: boolean;
  /** Bytes that a body may have, files of a multipart form aside; `null` for no limit. */
  DATA_UPLOAD_MAX_MEMORY_SIZE: number | null;
  /** Fields that a query string or a form may have; `null` for no limit. */
  DATA_UPLOAD_MAX_NUMBER_FIELDS: number | null;
  /** Files that a form may have; `null` for no limit. */
  DATA_UPLOAD_MAX_NUMBER_FILES: number | null;
  /** Shows errors in detail. Never on a public site. */
  DEBUG: boolean;
  /** Lets exceptions of views out of the application instead of answering 500, for tests. */
  DEBUG_PROPAGATE_EXCEPTIONS: boolean;
  /** The charset of requests and responses that name none. */
  DEFAULT_CHARSET: string;
  /** The class that makes the report of an error under `DEBUG`; `null` for `ExceptionReporter`. */
  DEFAULT_EXCEPTION_REPORTER: ExceptionReporterClass | null;
  /** What hides secrets in such a report; `null` for `SafeExceptionReporterFilter`. */
  DEFAULT_EXCEPTION_REPORTER_FILTER: Partial<SafeExceptionReporterFilter> | (new () => SafeExceptionReporterFilter) | null;
  /** Patterns of `User-Agent` that `CommonMiddleware` refuses with 403. */
  DISALLOWED_USER_AGENTS: RegExp[];
  /** Upload handler classes; empty for memory, then a temporary file where the runtime has a disk. */
  FILE_UPLOAD_HANDLERS: (new (
    request: HttpRequest,
  ) => FileUploadHandler)[];
  /** Bytes that an upload may have to be kept in memory. */
  FILE_UPLOAD_MAX_MEMORY_SIZE: number;
  /** The directory of temporary files; `null` for the system's. */
  FILE_UPLOAD_TEMP_DIR: string | null;
  /** The script prefix, whatever the runtime says. */
  FORCE_SCRIPT_NAME: string | null;
  /** `CommonMiddleware` redirects to the host with `www.` before it. */
  PREPEND_WWW: boolean;
  /** The URL patterns that `resolve()` and `reverse()` take without `urlconf`. */
  ROOT_URLCONF: URLConf | null;
  /** The key of every signature. */
  SECRET_KEY: string;
  /** Former keys, which still verify. */
  SECRET_KEY_FALLBACKS: string[];
  /** Sends `X-Content-Type-Options: nosniff`. */
  SECURE_CONTENT_TYPE_NOSNIFF: boolean;
  /** The `Cross-Origin-Opener-Policy`. */
  SECURE_CROSS_ORIGIN_OPENER_POLICY: string | null;
  /** `includeSubDomains` in `Strict-Transport-Security`. */
  SECURE_HSTS_INCLUDE_SUBDOMAINS: boolean;
  /** `preload` in `Strict-Transport-Security`. */
  SECURE_HSTS_PRELOAD: boolean;
  /** `max-age` of `Strict-Transport-Security`; 0 sends none. */
  SECURE_HSTS_SECONDS: number;
  /** `[META name, value]` of the header by which a trusted proxy says that the request was HTTPS. */
  SECURE_PROXY_SSL_HEADER: [header: string, value: string] | null;
  /** Patterns of paths (without the first slash) that are not redirected to HTTPS. */
  SECURE_REDIRECT_EXEMPT: RegExp[];
  /** The `Referrer-Policy`. */
  SECURE_REFERRER_POLICY: string | string[] | null;
  /** The host that is redirected to for HTTPS; `null` for the same. */
  SECURE_SSL_HOST: string | null;
  /** Redirects HTTP to HTTPS. */
  SECURE_SSL_REDIRECT: boolean;
  /** Seconds. */
  SESSION_COOKIE_AGE: number;
  /** The domain of the session cookie. */
  SESSION_COOKIE_DOMAIN: string | null;
  /** Hides the session cookie from scripts. */
  SESSION_COOKIE_HTTPONLY: boolean;
  /** The name of the session cookie. */
  SESSION_COOKIE_NAME: string;
  /** The path of the session cookie. */
  SESSION_COOKIE_PATH: string;
  /** `SameSite` of the session cookie. */
  SESSION_COOKIE_SAMESITE: string | null;
  /** Sends the session cookie by HTTPS only. */
  SESSION_COOKIE_SECURE: boolean;
  /** Ends a session with the browser. */
  SESSION_EXPIRE_AT_BROWSER_CLOSE: boolean;
  /** Saves a session though nothing in it changed. */
  SESSION_SAVE_EVERY_REQUEST: boolean;
  /** Reads signed cookies of Django before 6.0.6, whose salt was `name + salt`. */
  SIGNED_COOKIE_LEGACY_SALT_FALLBACK: boolean;
  /** Believes `X-Forwarded-Host` before `Host`. */
  USE_X_FORWARDED_HOST: boolean;
  /** Believes `X-Forwarded-Port`. */
  USE_X_FORWARDED_PORT: boolean;
  /** What `XFrameOptionsMiddleware` sends: `"DENY"` or `"SAMEORIGIN"`. */
  X_FRAME_OPTIONS: string;

  /** Ours: `(request) => user | Promise<user>`, how `AuthenticationMiddleware` turns a session into a user. */
  AUTH_GET_USER: SettingFunction<HttpRequest, unknown> | null;
  /** Ours: where the library logs; `null` for `console`. */
  LOGGER: Partial<Logger> | null;
  /** Ours: the class that parses multipart bodies; `null` for `MultiPartParser`. */
  MULTIPART_PARSER: MultiPartParserClass | null;
  /** Ours: the header behind a trusted proxy that names the client's address, such as `"X-Real-IP"`. */
  REMOTE_ADDR_HEADER: string | null;
  /** Ours: where `SessionMiddleware` keeps sessions, an object or a function of `env`; `null` for signed cookies. */
  SESSION_STORE: SessionStore | SettingFunction<unknown, SessionStore> | null;
}

/** Django's defaults. */
export const globalSettings: Readonly<Settings> = {
  ALLOWED_HOSTS: [],
  APPEND_SLASH: true,
  CACHE_MIDDLEWARE_SECONDS: 600,
  CSRF_COOKIE_AGE: 31449600,
  CSRF_COOKIE_DOMAIN: null,
  CSRF_COOKIE_HTTPONLY: false,
  CSRF_COOKIE_NAME: "csrftoken",
  CSRF_COOKIE_PATH: "/",
  CSRF_COOKIE_SAMESITE: "Lax",
  CSRF_COOKIE_SECURE: false,
  CSRF_FAILURE_VIEW: null,
  CSRF_HEADER_NAME: "HTTP_X_CSRFTOKEN",
  CSRF_TRUSTED_ORIGINS: [],
  CSRF_USE_SESSIONS: false,
  DATA_UPLOAD_MAX_MEMORY_SIZE: 2621440,
  DATA_UPLOAD_MAX_NUMBER_FIELDS: 1000,
  DATA_UPLOAD_MAX_NUMBER_FILES: 100,
  DEBUG: false,
  DEBUG_PROPAGATE_EXCEPTIONS: false,
  DEFAULT_CHARSET: "utf-8",
  DEFAULT_EXCEPTION_REPORTER: null,
  DEFAULT_EXCEPTION_REPORTER_FILTER: null,
  DISALLOWED_USER_AGENTS: [],
  FILE_UPLOAD_HANDLERS: [],
  FILE_UPLOAD_MAX_MEMORY_SIZE: 2621440,
  FILE_UPLOAD_TEMP_DIR: null,
  FORCE_SCRIPT_NAME: null,
  PREPEND_WWW: false,
  ROOT_URLCONF: null,
  SECRET_KEY: "",
  SECRET_KEY_FALLBACKS: [],
  SECURE_CONTENT_TYPE_NOSNIFF: true,
  SECURE_CROSS_ORIGIN_OPENER_POLICY: "same-origin",
  SECURE_HSTS_INCLUDE_SUBDOMAINS: false,
  SECURE_HSTS_PRELOAD: false,
  SECURE_HSTS_SECONDS: 0,
  SECURE_PROXY_SSL_HEADER: null,
  SECURE_REDIRECT_EXEMPT: [],
  SECURE_REFERRER_POLICY: "same-origin",
  SECURE_SSL_HOST: null,
  SECURE_SSL_REDIRECT: false,
  SESSION_COOKIE_AGE: 1209600,
  SESSION_COOKIE_DOMAIN: null,
  SESSION_COOKIE_HTTPONLY: true,
  SESSION_COOKIE_NAME: "sessionid",
  SESSION_COOKIE_PATH: "/",
  SESSION_COOKIE_SAMESITE: "Lax",
  SESSION_COOKIE_SECURE: false,
  SESSION_EXPIRE_AT_BROWSER_CLOSE: false,
  SESSION_SAVE_EVERY_REQUEST: false,
  SIGNED_COOKIE_LEGACY_SALT_FALLBACK: true,
  USE_X_FORWARDED_HOST: false,
  USE_X_FORWARDED_PORT: false,
  X_FRAME_OPTIONS: "DENY",

  AUTH_GET_USER: null,
  LOGGER: null,
  MULTIPART_PARSER: null,
  REMOTE_ADDR_HEADER: null,
  SESSION_STORE: null,
};
