/**
 * Security headers and the redirect to HTTPS, as `django.middleware.security`.
 *
 * @module
 */

import { settings } from "../conf/index.ts";
import type { HttpRequest } from "../http/request.ts";
import { type HttpResponseBase, HttpResponsePermanentRedirect } from "../http/response.ts";
import { MiddlewareMixin } from "./base.ts";

/**
 * Sets `Strict-Transport-Security`, `X-Content-Type-Options`, `Referrer-Policy` and `Cross-Origin-Opener-Policy`, and
 * redirects HTTP to HTTPS, as the `SECURE_*` settings say. Headers that a view has set are left as they are.
 */
export class SecurityMiddleware extends MiddlewareMixin {
  /** Redirects to HTTPS where `SECURE_SSL_REDIRECT` asks for it and no pattern of `SECURE_REDIRECT_EXEMPT` is found in the path. */
  override processRequest(request: HttpRequest): HttpResponseBase | undefined {
    if (!settings.SECURE_SSL_REDIRECT || request.isSecure()) return undefined;
    const path = request.path.replace(/^\/+/, "");
    if (settings.SECURE_REDIRECT_EXEMPT.some((pattern) => path.search(pattern) >= 0)) return undefined;
    const host = settings.SECURE_SSL_HOST || request.getHost();
    return new HttpResponsePermanentRedirect(`https://${host}${request.getFullPath()}`);
  }

  /** Sets the headers. */
  override processResponse(request: HttpRequest, response: HttpResponseBase): HttpResponseBase {
    const {
      SECURE_HSTS_SECONDS: seconds,
      SECURE_REFERRER_POLICY: referrerPolicy,
      SECURE_CROSS_ORIGIN_OPENER_POLICY: openerPolicy,
    } = settings;
    if (seconds && request.isSecure() && !response.has("Strict-Transport-Security")) {
      const subdomains = settings.SECURE_HSTS_INCLUDE_SUBDOMAINS ? "; includeSubDomains" : "";
      const preload = settings.SECURE_HSTS_PRELOAD ? "; preload" : "";
      response.set("Strict-Transport-Security", `max-age=${seconds}${subdomains}${preload}`);
    }
    if (settings.SECURE_CONTENT_TYPE_NOSNIFF) response.setdefault("X-Content-Type-Options", "nosniff");
    if (referrerPolicy?.length) {
      // Several values are fallbacks: a browser takes the last one that it knows.
      const values = typeof referrerPolicy === "string" ? referrerPolicy.split(",").map((value) => value.trim()) : referrerPolicy;
      response.setdefault("Referrer-Policy", values.join(","));
    }
    if (openerPolicy) response.setdefault("Cross-Origin-Opener-Policy", openerPolicy);
    return response;
  }
}
