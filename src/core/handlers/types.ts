/**
 * The shapes of views and middleware.
 *
 * @module
 */

import type { HttpRequest } from "../../http/request.ts";
import type { HttpResponseBase } from "../../http/response.ts";

/** What a view may return. */
export type ViewResult = HttpResponseBase | Response | Promise<HttpResponseBase | Response>;

/** A view: takes the request and what the route captured, returns a response or the promise of one. */
export type View<K = Record<string, unknown>> = (request: HttpRequest, kwargs: K) => ViewResult;

/** The rest of the way, as a middleware sees it: it never throws, since what a view threw has become a response. */
export type GetResponse = (request: HttpRequest) => HttpResponseBase | Promise<HttpResponseBase>;

/** What a hook that may answer in the view's place returns: a response, or nothing to let the request go on. */
// biome-ignore lint/suspicious/noConfusingVoidType: a function without a return statement is meant
export type HookResult = HttpResponseBase | Response | null | undefined | void;

/** Hooks that a middleware may have beside the call itself, as Django's. */
export interface MiddlewareHooks {
  /** Called just before the view. */
  processView?(request: HttpRequest, view: View, kwargs: Record<string, unknown>): HookResult | Promise<HookResult>;
  /** Called when the view has thrown; an answer stands in the view's place. */
  processException?(request: HttpRequest, error: unknown): HookResult | Promise<HookResult>;
  /** Called after the view where its response has a `render()`; returns the response to render. */
  processTemplateResponse?(
    request: HttpRequest,
    response: HttpResponseBase,
  ): HttpResponseBase | Response | Promise<HttpResponseBase | Response>;
}

/** A middleware made by a class. */
export interface MiddlewareObject extends MiddlewareHooks {
  /** Answers `request`, by the `getResponse` that the constructor was given or without it. */
  call(request: HttpRequest): ViewResult;
}

/** A middleware made by a function. */
export type MiddlewareFunction = ((request: HttpRequest) => ViewResult) & MiddlewareHooks;

/** A middleware, as the list of an application names it: a class, or a function called once with `getResponse`. */
export type Middleware =
  | (new (
      getResponse: GetResponse,
    ) => MiddlewareObject)
  | ((getResponse: GetResponse) => MiddlewareFunction | MiddlewareObject);

/** The statuses that an error may be answered with by a view of the URLconf. */
export type ErrorStatus = 400 | 403 | 404 | 500;
