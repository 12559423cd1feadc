/**
 * `getFetchApplication()`: URLs, middleware and settings around the straight line.
 *
 * @module
 */

import { settings } from "../../conf/index.ts";
import type { HttpRequest } from "../../http/request.ts";
import type { HttpResponseBase } from "../../http/response.ts";
import { getErrorHandler, resolve } from "../../urls/base.ts";
import { rePath } from "../../urls/conf.ts";
import type { URLConf } from "../../urls/types.ts";
import { checkOptions } from "../../utils/options.ts";
import { ImproperlyConfigured } from "../exceptions.ts";
import { loadMiddleware, type ResolveRequest } from "./base.ts";
import { configureOnce, type FetchHandler, fetchHandler, type SettingsSource } from "./fetch.ts";
import type { GetResponse, Middleware, View } from "./types.ts";

/** What an application is made of. */
export interface FetchApplicationOptions {
  /** The URL patterns; `ROOT_URLCONF` without them. */
  urlconf?: URLConf | undefined;
  /** The one view of an application without URLs. */
  view?: View | undefined;
  /** Classes or functions, outermost first. */
  middleware?: readonly Middleware[] | undefined;
  /** What `settings.configure()` takes, or a function of `env` that gives it, called once on the first request. */
  settings?: SettingsSource | undefined;
}

/** An application: `export default` it on Workers, hand it to `Deno.serve`, `Bun.serve` or `serve` of `djedge/node`. */
export interface FetchApplication {
  /** Answers a request. It never rejects, whatever a view or a middleware does. */
  readonly fetch: FetchHandler;
  /** What the test client calls: the response before it becomes the platform's. @internal */
  readonly getResponse: (request: HttpRequest) => Promise<HttpResponseBase | Response>;
}

const OPTIONS: ReadonlySet<string> = new Set(["urlconf", "view", "middleware", "settings"]);

/**
 * Makes an application of URL patterns (or one view), middleware and settings. The URL patterns become `ROOT_URLCONF`.
 *
 * @throws TypeError for an unknown option
 * @throws ImproperlyConfigured for an unknown setting, for both `urlconf` and `view`, and for a middleware that is none
 */
export function getFetchApplication(options: FetchApplicationOptions): FetchApplication {
  checkOptions(options, OPTIONS, "getFetchApplication()");
  const { view, middleware = [] } = options;
  if (view && options.urlconf) {
    throw new ImproperlyConfigured("getFetchApplication() takes a urlconf or a view, not both.");
  }
  if (!Array.isArray(middleware)) throw new ImproperlyConfigured("The middleware of getFetchApplication() must be an array.");
  const urlconf = view ? [rePath(/^/, view)] : options.urlconf;
  const configure = configureOnce(options.settings);
  const useUrlconf = (): void => {
    if (urlconf && settings.ROOT_URLCONF !== urlconf) settings.configure({ ROOT_URLCONF: urlconf });
  };
  const resolveRequest: ResolveRequest = (request) => {
    const match = resolve(request.pathInfo, request.urlconf ?? urlconf);
    request.resolverMatch = match;
    return match;
  };
  const handlers = (request: HttpRequest, status: 400 | 403 | 404 | 500): View | undefined =>
    getErrorHandler(status, request.urlconf ?? urlconf);

  let chain: GetResponse | undefined;
  const load = (): GetResponse => loadMiddleware(middleware, resolveRequest, handlers);
  useUrlconf();
  // A middleware may read settings when it is made: then it has to wait for those that need `env`.
  if (typeof options.settings !== "function") chain = load();

  const respond = (request: HttpRequest): ReturnType<GetResponse> => {
    useUrlconf();
    chain ??= load();
    return chain(request);
  };
  const fetch = fetchHandler({ respond, configure, handlers, callback: getFetchApplication });
  return { fetch, getResponse: fetch.getResponse };
}
