/**
 * Slashes, `www.`, unwanted user agents and `Content-Length`, as `django.middleware.common`.
 *
 * @module
 */

import { settings } from "../conf/index.ts";
import { PermissionDenied } from "../core/exceptions.ts";
import type { HttpRequest } from "../http/request.ts";
import { type HttpResponse, type HttpResponseBase, HttpResponsePermanentRedirect } from "../http/response.ts";
import { isValidPath } from "../urls/base.ts";
import { MiddlewareMixin } from "./base.ts";

/** Methods whose body a redirect would lose. */
const METHODS_WITH_DATA: ReadonlySet<string> = new Set(["DELETE", "POST", "PUT", "PATCH"]);

/**
 * Refuses the user agents of `DISALLOWED_USER_AGENTS`, redirects to `www.` where `PREPEND_WWW` is set and, where
 * `APPEND_SLASH` is, a URL that matches nothing to the same with a slash at its end if that one matches; sets
 * `Content-Length`.
 */
export class CommonMiddleware extends MiddlewareMixin {
  /** The class of the redirects; subclasses may choose another. */
  static responseRedirectClass: new (url: string) => HttpResponseBase = HttpResponsePermanentRedirect;

  /**
   * Redirects to `www.` under `PREPEND_WWW`, with the slash in the same step.
   *
   * @throws PermissionDenied for a user agent of `DISALLOWED_USER_AGENTS`
   * @throws DisallowedHost as `request.getHost()` does
   */
  override processRequest(request: HttpRequest): HttpResponseBase | undefined {
    if (settings.DISALLOWED_USER_AGENTS.length > 0) {
      const userAgent = request.headers.get("User-Agent");
      if (userAgent !== undefined && settings.DISALLOWED_USER_AGENTS.some((pattern) => userAgent.search(pattern) >= 0)) {
        throw new PermissionDenied("Forbidden user agent");
      }
    }
    const host = request.getHost();
    if (!settings.PREPEND_WWW || !host || host.startsWith("www.")) return undefined;
    const path = this.shouldRedirectWithSlash(request) ? this.getFullPathWithSlash(request) : request.getFullPath();
    return this.#redirect(`${request.scheme}://www.${host}${path}`);
  }

  /** Redirects a 404 to the URL with a slash, where that one matches; else sets `Content-Length`. */
  override processResponse(request: HttpRequest, response: HttpResponseBase): HttpResponseBase {
    if (response.statusCode === 404 && this.shouldRedirectWithSlash(request)) {
      return this.#redirect(this.getFullPathWithSlash(request));
    }
    if (!response.streaming && !response.has("Content-Length")) {
      response.set("Content-Length", String((response as HttpResponse).content.byteLength));
    }
    return response;
  }

  /** Whether `APPEND_SLASH` is set and a slash at its end turns the request's path from an unknown into a known one. */
  shouldRedirectWithSlash(request: HttpRequest): boolean {
    if (!settings.APPEND_SLASH || request.pathInfo.endsWith("/")) return false;
    const urlconf = request.urlconf ?? undefined;
    if (isValidPath(request.pathInfo, urlconf)) return false;
    const match = isValidPath(`${request.pathInfo}/`, urlconf);
    if (!match) return false;
    const { shouldAppendSlash = true } = match.func as { shouldAppendSlash?: boolean };
    return shouldAppendSlash;
  }

  /**
   * The request's full path with a slash at the end of its path.
   *
   * @throws Error under `DEBUG` where the redirect would lose what the request sends
   */
  getFullPathWithSlash(request: HttpRequest): string {
    // Two slashes at the start would make it the URL of another host.
    const path = request.getFullPath(true).replace(/^\/\//, "/%2F");
    if (settings.DEBUG && METHODS_WITH_DATA.has(request.method)) {
      throw new Error(
        `You called this URL via ${request.method}, but the URL doesn't end in a slash and you have APPEND_SLASH set. ` +
          `Django can't redirect to the slash URL while maintaining ${request.method} data. Change your form to point to ` +
          `${request.getHost()}${path} (note the trailing slash), or set APPEND_SLASH: false in your settings.`,
      );
    }
    return path;
  }

  #redirect(url: string): HttpResponseBase {
    const { responseRedirectClass } = this.constructor as typeof CommonMiddleware;
    return new responseRedirectClass(url);
  }
}
