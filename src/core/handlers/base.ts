/**
 * The middleware chain and the call of the view, as Django's `core/handlers/base.py`.
 *
 * @module
 */

import { settings } from "../../conf/index.ts";
import type { HttpRequest } from "../../http/request.ts";
import type { HttpResponseBase } from "../../http/response.ts";
import { log } from "../../utils/log.ts";
import { isPromise } from "../../utils/promise.ts";
import { ImproperlyConfigured, MiddlewareNotUsed } from "../exceptions.ts";
import { type ErrorHandlers, responseForException } from "./exception.ts";
import type {
  GetResponse,
  Middleware,
  MiddlewareFunction,
  MiddlewareHooks,
  MiddlewareObject,
  View,
  ViewResult,
} from "./types.ts";
import { checkResponse, isLate, type LateResponse, render, toHttpResponse, wrapResponse } from "./view.ts";

/** Finds the view of a request and what its route captured, and sets `request.resolverMatch`. */
export type ResolveRequest = (request: HttpRequest) => { func: View; kwargs: Record<string, unknown> };

/** The middleware that have hooks, in the order in which these are called. */
interface Hooks {
  view: MiddlewareHooks[];
  exception: MiddlewareHooks[];
  template: MiddlewareHooks[];
}

/** The responses that stream, on their way out: a middleware that throws leaves nobody else to close them. */
const streams = new WeakMap<HttpRequest, Set<HttpResponseBase>>();

/**
 * Builds the chain of an application, once: each layer is called with the rest of the way, and sees responses only.
 *
 * @param middleware outermost first
 * @throws ImproperlyConfigured where a middleware factory returns nothing
 */
export function loadMiddleware(middleware: readonly Middleware[], resolve: ResolveRequest, handlers: ErrorHandlers): GetResponse {
  const hooks: Hooks = { view: [], exception: [], template: [] };
  const innermost = (request: HttpRequest): ViewResult => callView(request, resolve, hooks);
  // Without middleware nobody has to be spared exceptions, or set anything on a plain Response.
  if (middleware.length === 0) return innermost as GetResponse;
  const convert = (getResponse: (request: HttpRequest) => ViewResult, name: string): GetResponse => {
    const failed = (request: HttpRequest, error: unknown): Promise<HttpResponseBase> => {
      for (const response of streams.get(request) ?? []) response.close();
      return responseForException(request, error, handlers);
    };
    const check = (request: HttpRequest, result: HttpResponseBase | Response): HttpResponseBase => {
      const response = toHttpResponse(result, name);
      if (response.streaming) streams.set(request, (streams.get(request) ?? new Set()).add(response));
      return response;
    };
    const settle = async (request: HttpRequest, result: PromiseLike<HttpResponseBase | Response>): Promise<HttpResponseBase> => {
      try {
        return check(request, await result);
      } catch (error) {
        return failed(request, error);
      }
    };
    return (request) => {
      try {
        const response = getResponse(request);
        return isPromise(response) ? settle(request, response) : check(request, response);
      } catch (error) {
        return failed(request, error);
      }
    };
  };

  let chain = convert(innermost, "The view");
  for (const factory of middleware.toReversed()) {
    if (typeof factory !== "function") {
      throw new ImproperlyConfigured(
        `${JSON.stringify(factory)} is no middleware. Import the class or the function, and give it itself.`,
      );
    }
    const name = factory.name || "(anonymous)";
    let layer: MiddlewareFunction | MiddlewareObject;
    try {
      layer = isClass(factory) ? new factory(chain) : factory(chain);
    } catch (error) {
      if (!(error instanceof MiddlewareNotUsed)) throw error;
      if (settings.DEBUG) log("debug", "django.request", `MiddlewareNotUsed: ${name}${error.message && ": "}${error.message}`);
      continue;
    }
    const call = typeof layer === "function" ? layer : layer?.call?.bind(layer);
    if (!call) {
      throw new ImproperlyConfigured(
        `Middleware factory ${name} returned ${layer}. It must return a function, or an object with call(request).`,
      );
    }
    if (layer.processView) hooks.view.unshift(layer);
    if (layer.processException) hooks.exception.push(layer);
    if (layer.processTemplateResponse) hooks.template.push(layer);
    chain = convert(call as (request: HttpRequest) => ViewResult, `The middleware ${name}`);
  }
  return chain;
}

/** The innermost layer: resolves the path, calls the view and the hooks around it. */
function callView(request: HttpRequest, resolve: ResolveRequest, hooks: Hooks): ViewResult {
  const { func, kwargs } = resolve(request);
  if (hooks.view.length > 0 || hooks.exception.length > 0) return callViewWithHooks(request, func, kwargs, hooks);
  const result = func(request, kwargs);
  return isPromise(result)
    ? result.then((response) => finishView(request, response, func, hooks))
    : finishView(request, result, func, hooks);
}

async function callViewWithHooks(
  request: HttpRequest,
  view: View,
  kwargs: Record<string, unknown>,
  hooks: Hooks,
): Promise<HttpResponseBase | Response> {
  for (const layer of hooks.view) {
    const response = await layer.processView?.(request, view, kwargs);
    if (response) return finishView(request, response, view, hooks);
  }
  let response: HttpResponseBase | Response;
  try {
    response = await view(request, kwargs);
  } catch (error) {
    response = await processException(request, error, hooks);
  }
  return finishView(request, response, view, hooks);
}

/** Complains of a view that returned nothing, and renders a response that is rendered late. */
function finishView(request: HttpRequest, result: HttpResponseBase | Response, view: View, hooks: Hooks): ViewResult {
  const response = checkResponse(result, view);
  return isLate(response) ? renderTemplate(request, response, hooks) : response;
}

async function renderTemplate(request: HttpRequest, response: LateResponse, hooks: Hooks): Promise<HttpResponseBase> {
  let current: HttpResponseBase = response;
  for (const layer of hooks.template) {
    const result = await layer.processTemplateResponse?.(request, current);
    const { name } = typeof layer === "function" ? layer : layer.constructor;
    current = toHttpResponse(result, `${name || "(anonymous)"}.processTemplateResponse`);
  }
  try {
    return isLate(current) ? await render(current) : current;
  } catch (error) {
    return wrapResponse(await processException(request, error, hooks));
  }
}

/** Offers an error to the middleware, innermost first; the first answer is taken, else the error goes on. */
async function processException(request: HttpRequest, error: unknown, hooks: Hooks): Promise<HttpResponseBase | Response> {
  for (const layer of hooks.exception) {
    const response = await layer.processException?.(request, error);
    if (response) return response;
  }
  throw error;
}

/** A class can be told from a function by its `prototype`, which cannot be assigned. */
function isClass(middleware: Middleware): middleware is new (getResponse: GetResponse) => MiddlewareObject {
  const { prototype } = middleware as { prototype?: { call?: unknown } };
  return Object.getOwnPropertyDescriptor(middleware, "prototype")?.writable === false || typeof prototype?.call === "function";
}
