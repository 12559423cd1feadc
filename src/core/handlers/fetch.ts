/**
 * From the platform's `Request` to the view and back to its `Response`: what `wsgi.py` and `asgi.py` are in Django.
 *
 * @module
 */

import { type Settings, settings } from "../../conf/index.ts";
import { isUnpacked } from "../../http/nativeresponse.ts";
import { HttpRequest } from "../../http/request.ts";
import type { HttpResponseBase } from "../../http/response.ts";
import { type Connection, connection } from "../../platform.ts";
import { matchOf, ResolverMatch } from "../../urls/match.ts";
import { log } from "../../utils/log.ts";
import { checkOptions } from "../../utils/options.ts";
import { isPromise } from "../../utils/promise.ts";
import { defaultErrorPage, type ErrorHandlers, logResponse, responseForException } from "./exception.ts";
import type { View, ViewResult } from "./types.ts";
import { checkResponse, isHttpResponse, isLate, type Named, render, wrapResponse } from "./view.ts";

/** The settings of an application, or a function that makes them from the Worker's `env`. */
export type SettingsSource = Partial<Settings> | ((env: never) => Partial<Settings> | Promise<Partial<Settings>>);

/** What `asFetch()` takes beside the view. */
export interface AsFetchOptions {
  /** What `settings.configure()` takes, or a function of `env` that gives it, called once on the first request. */
  settings?: SettingsSource | undefined;
}

/** A `fetch` handler as Workers, Deno, Bun, `djedge/node` and itty-router call it. */
export interface FetchHandler {
  (request: Request, env?: unknown, ctx?: unknown): Promise<Response>;
  /** As the call itself, but what needs no waiting is there at once. @internal */
  answer(request: Request, env?: unknown, ctx?: unknown): Response | Promise<Response>;
  /** What the test client calls: the response before it becomes the platform's. @internal */
  getResponse(request: HttpRequest): Promise<HttpResponseBase | Response>;
}

/** What stands between a request and its response: one view, or the middleware of an application. */
export interface Responder {
  /** Answers the request; `native` is what the platform, or itty-router, called `fetch` with. */
  respond(request: HttpRequest, native: Request): ViewResult | PromiseLike<HttpResponseBase | Response>;
  /** Sets the settings; returns a promise where that has to be waited for. */
  configure?: ((env: unknown) => void | PromiseLike<void>) | undefined;
  /** The views for errors. */
  handlers?: ErrorHandlers;
  /** The view that is called, for the message where it returns nothing. */
  callback: Named;
}

const OPTIONS: ReadonlySet<string> = new Set(["settings"]);

/**
 * Makes a `fetch` handler of one view. It never rejects: what the view throws is answered as Django answers it.
 * It is also a handler for an itty-router route as it stands; then `kwargs` is `request.params`.
 *
 * @throws TypeError for an unknown option
 */
export function asFetch<K = Record<string, unknown>>(view: View<K>, options: AsFetchOptions = {}): FetchHandler {
  checkOptions(options, OPTIONS, "asFetch()");
  if (typeof view !== "function") throw new TypeError(`asFetch() takes a view, not ${view}.`);
  return fetchHandler({
    callback: view,
    configure: configureOnce(options.settings),
    respond(request, native) {
      const { params, route = "" } = native as { params?: Record<string, unknown>; route?: string };
      if (params === undefined) return view(request, Object.create(null) as K);
      request.resolverMatch = matchOf(params) ?? new ResolverMatch(view as View, [], params, { route });
      return view(request, params as K);
    },
  });
}

/**
 * The `fetch` around a responder: makes the `HttpRequest`, turns what comes back, or is thrown, into a `Response`.
 *
 * @internal
 */
export function fetchHandler(responder: Responder): FetchHandler {
  const { respond, configure, handlers, callback } = responder;

  function answer(native: Request, second?: unknown, third?: unknown): Response | Promise<Response> {
    let request: HttpRequest | undefined;
    let runtime: Connection | undefined;
    try {
      if (native instanceof HttpRequest) request = native;
      else {
        runtime = connection(native, second, third);
        request = HttpRequest.fromRuntime(native, runtime);
      }
      const waiting = configure?.(request.env);
      const result = waiting ? later(waiting, request, native) : respond(request, native);
      if (isPromise(result) || isLate(result)) return settle(request, result, runtime);
      return finish(request, checkResponse(result, callback), runtime);
    } catch (error) {
      return failed(request, error, runtime, handlers);
    }
  }

  async function later(waiting: PromiseLike<void>, request: HttpRequest, native: Request): Promise<HttpResponseBase | Response> {
    await waiting;
    return respond(request, native);
  }

  async function settle(
    request: HttpRequest,
    result: HttpResponseBase | PromiseLike<HttpResponseBase | Response>,
    runtime: Connection | undefined,
  ): Promise<Response> {
    try {
      const response = checkResponse(await result, callback);
      return finish(request, isLate(response) ? await render(response) : response, runtime);
    } catch (error) {
      return failed(request, error, runtime, handlers);
    }
  }

  async function getResponse(request: HttpRequest): Promise<HttpResponseBase | Response> {
    try {
      await configure?.(request.env);
      const response = checkResponse(await respond(request, request as unknown as Request), callback);
      return logged(request, isLate(response) ? await render(response) : response);
    } catch (error) {
      return logged(request, await responseForException(request, error, handlers));
    }
  }

  const fetch = (native: Request, second?: unknown, third?: unknown): Promise<Response> =>
    Promise.resolve(answer(native, second, third));
  return Object.assign(fetch, { answer, getResponse });
}

/** Settings that come with an application take effect at once, or from a function of `env` on the first request. */
export function configureOnce(source: SettingsSource | undefined): Responder["configure"] {
  if (source === undefined) return undefined;
  if (typeof source !== "function") {
    settings.configure(source);
    return undefined;
  }
  let done = false;
  const take = (values: Partial<Settings>): void => {
    if (!done) settings.configure(values);
    done = true;
  };
  // Not kept as a promise: workerd lets no request wait for another's, and a failed call shall be tried again.
  return (env) => {
    if (done) return undefined;
    const values = source(env as never);
    return isPromise(values) ? values.then(take) : take(values);
  };
}

/** The response, logged if it is an error and one of ours. */
function logged<R extends HttpResponseBase | Response>(request: HttpRequest, response: R): R {
  if (isHttpResponse(response) && response.statusCode >= 400) {
    logResponse(`${response.reasonPhrase}: ${request.path}`, response);
  }
  return response;
}

/** Sends a response, which closes itself and the request when it is out; logs it if it is an error. */
function finish(request: HttpRequest, result: HttpResponseBase | Response, runtime: Connection | undefined): Response {
  let response = result;
  if (!isHttpResponse(response)) {
    // A plain Response goes out as it is, unless its end has to be seen, its body left out or its headers mended.
    if (!request.inUse && request.method !== "HEAD" && !isUnpacked(response)) {
      // Its body may be a stream; to look would be to make one.
      runtime?.keepAlive();
      return response;
    }
    response = wrapResponse(response);
  }
  logged(request, response);
  if (response.streaming) runtime?.keepAlive();
  try {
    return response.toResponse({ request, Response: runtime?.Response });
  } catch (error) {
    response.close();
    throw error;
  }
}

/** The answer to an error on the way; where that fails too, Django's plain page for a 500. */
async function failed(
  request: HttpRequest | undefined,
  error: unknown,
  runtime: Connection | undefined,
  handlers: ErrorHandlers | undefined,
): Promise<Response> {
  try {
    if (request) return finish(request, await responseForException(request, error, handlers), runtime);
    log("error", "django.request", "The request could not be read.", error);
  } catch (second) {
    request?.close();
    if (settings.DEBUG_PROPAGATE_EXCEPTIONS) throw second;
    log("error", "django.request", "The answer to an error failed itself.", error, second);
  }
  return defaultErrorPage(500).toResponse({ request, Response: runtime?.Response });
}
