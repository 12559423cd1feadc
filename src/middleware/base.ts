/**
 * The shape that most of Django's middleware share: look at the request, go on, look at the response.
 *
 * @module
 */

import type { GetResponse, MiddlewareObject } from "../core/handlers/types.ts";
import type { HttpRequest } from "../http/request.ts";
import type { HttpResponseBase } from "../http/response.ts";
import { isPromise } from "../utils/promise.ts";

/** Django's `MiddlewareMixin`: `processRequest` may answer by itself, `processResponse` sees every answer. Either may be missing. */
export abstract class MiddlewareMixin implements MiddlewareObject {
  /** The rest of the way. */
  protected readonly getResponse: GetResponse;

  /**
   * One layer of an application.
   *
   * @param getResponse the next middleware, or the view
   */
  constructor(getResponse: GetResponse) {
    this.getResponse = getResponse;
  }

  /** Returns a response that ends the matter, or nothing. */
  processRequest?(request: HttpRequest): HttpResponseBase | undefined | Promise<HttpResponseBase | undefined>;

  /** Returns the response to send, which may be the one given. */
  processResponse?(request: HttpRequest, response: HttpResponseBase): HttpResponseBase | Promise<HttpResponseBase>;

  /** Answers `request`. */
  call(request: HttpRequest): HttpResponseBase | Promise<HttpResponseBase> {
    const early = this.processRequest?.(request);
    return isPromise(early) ? early.then((settled) => this.#goOn(request, settled)) : this.#goOn(request, early);
  }

  #goOn(request: HttpRequest, early: HttpResponseBase | undefined): HttpResponseBase | Promise<HttpResponseBase> {
    const response = early ?? this.getResponse(request);
    const { processResponse } = this;
    if (!processResponse) return response;
    return isPromise(response)
      ? response.then((settled) => processResponse.call(this, request, settled))
      : processResponse.call(this, request, response);
  }
}
