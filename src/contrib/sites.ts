/**
 * `django.contrib.sites` without its database: the site of a request is its host.
 *
 * @module
 */

import type { HttpRequest } from "../http/request.ts";
import { MiddlewareMixin } from "../middleware/base.ts";

/** The site that a request is for, by its host. */
export class RequestSite {
  /** The host of the request, with its port where it names one. */
  readonly domain: string;
  /** As `domain`. */
  readonly name: string;

  /**
   * The site of `request`.
   *
   * @throws DisallowedHost as `request.getHost()` does
   */
  constructor(request: HttpRequest) {
    this.domain = this.name = request.getHost();
  }

  /** The domain. */
  toString(): string {
    return this.domain;
  }
}

/** Sets `request.site`, a {@link RequestSite}. */
export class CurrentSiteMiddleware extends MiddlewareMixin {
  /**
   * Sets the site.
   *
   * @throws DisallowedHost as `request.getHost()` does
   */
  override processRequest(request: HttpRequest): undefined {
    request.site = new RequestSite(request);
  }
}
