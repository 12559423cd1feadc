/**
 * Clickjacking protection, as `django.middleware.clickjacking`.
 *
 * @module
 */

import { settings } from "../conf/index.ts";
import type { HttpRequest } from "../http/request.ts";
import type { HttpResponseBase } from "../http/response.ts";
import { MiddlewareMixin } from "./base.ts";

/**
 * Sets `X-Frame-Options` to the `X_FRAME_OPTIONS` setting, `DENY` by default, so that no other site shows a page in a
 * frame (RFC 7034). A response that has the header already, or `xframeOptionsExempt` set, is left as it is.
 */
export class XFrameOptionsMiddleware extends MiddlewareMixin {
  /** Sets the header. */
  override processResponse(request: HttpRequest, response: HttpResponseBase): HttpResponseBase {
    const { xframeOptionsExempt } = response as { xframeOptionsExempt?: boolean };
    if (!xframeOptionsExempt && !response.has("X-Frame-Options")) {
      response.set("X-Frame-Options", this.getXframeOptionsValue(request, response));
    }
    return response;
  }

  /** The value to set. Subclasses may choose it by request and response. */
  getXframeOptionsValue(_request: HttpRequest, _response: HttpResponseBase): string {
    return settings.X_FRAME_OPTIONS.toUpperCase();
  }
}
