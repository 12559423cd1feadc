/**
 * `Client`: a browser of sorts, for testing an application in process.
 *
 * @module
 */

import { ValueError } from "../core/exceptions.ts";
import type { FetchApplication } from "../core/handlers/application.ts";
import { observeExceptions } from "../core/handlers/exception.ts";
import type { FetchHandler } from "../core/handlers/fetch.ts";
import { isHttpResponse } from "../core/handlers/view.ts";
import { type Morsel, SimpleCookie } from "../http/cookie.ts";
import type { HttpRequest } from "../http/request.ts";
import { HttpResponse, type HttpResponseBase } from "../http/response.ts";
import { isBodiless } from "../http/status.ts";
import { StreamingHttpResponse } from "../http/streaming.ts";
import type { ResolverMatch } from "../urls/match.ts";
import { decode } from "../utils/encoding.ts";
import { checkOptions } from "../utils/options.ts";
import { type FormData, MULTIPART_CONTENT, type TestData } from "./forms.ts";
import { RequestFactory, type RequestFactoryOptions, TEST_REQUEST_OPTIONS, type TestRequestOptions } from "./requestfactory.ts";

/** What a `Client` is made with. */
export interface ClientOptions extends RequestFactoryOptions {
  /** Whether `CsrfViewMiddleware` checks the client's requests; it does not by default. */
  enforceCsrfChecks?: boolean | undefined;
  /** Whether an exception of a view, which would be a 500, is thrown at the test; it is by default. */
  raiseRequestException?: boolean | undefined;
}

/** What one request of a `Client` may have beside its path and its data. */
export interface ClientRequestOptions extends TestRequestOptions {
  /** Whether redirects are followed; `response.redirectChain` tells where they led. */
  follow?: boolean | undefined;
}

/** An application, a view made by `asFetch()`, or anything else with a `fetch`, such as an itty router. */
export type ClientApplication =
  | FetchApplication
  | FetchHandler
  | { fetch(request: Request, env?: never, ctx?: never): unknown }
  | ((request: Request, env?: never, ctx?: never) => unknown);

/** The response of the application itself, with what a test wants to know of it. */
export type ClientResponse = HttpResponse &
  Pick<StreamingHttpResponse, "isAsync" | "streamingContent"> & {
    /** The request that was sent; after redirects, the last one. */
    readonly request: HttpRequest;
    /** What the URL resolved to. */
    readonly resolverMatch: ResolverMatch | null;
    /** The redirects that were followed: each URL with the status that sent there. */
    readonly redirectChain: [url: string, status: number][];
    /**
     * The content, parsed as JSON; of a streaming response the promise of it. Its type is the one that is asked for, unchecked.
     *
     * @throws ValueError where the content type is not JSON
     */
    json<T = unknown>(): T;
  };

/** A redirect leads back to where it came from, or never ends. */
export class RedirectCycleError extends Error {
  override name = "RedirectCycleError";
  /** The response at which it was noticed. */
  readonly lastResponse: ClientResponse;
  /** The redirects up to there. */
  readonly redirectChain: [url: string, status: number][];

  constructor(message: string, lastResponse: ClientResponse) {
    super(message);
    this.lastResponse = lastResponse;
    this.redirectChain = lastResponse.redirectChain;
  }
}

const CLIENT_OPTIONS: ReadonlySet<string> = new Set(["headers", "env", "enforceCsrfChecks", "raiseRequestException"]);
const REQUEST_OPTIONS: ReadonlySet<string> = new Set([...TEST_REQUEST_OPTIONS, "follow"]);
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** As many as browsers follow. */
const MAX_REDIRECTS = 20;
const BODILESS = new Set(["GET", "HEAD", "TRACE"]);

/**
 * Sends requests to an application without a server in between. It keeps cookies, follows redirects when asked to, and
 * gives the application's own response.
 *
 * ```ts
 * const client = new Client(app);
 * const response = await client.post("/bands/", { name: "Cream" }, { follow: true });
 * response.statusCode; // 200
 * response.redirectChain; // [["/bands/1/", 302]]
 * ```
 */
export class Client {
  /** The cookies of the client. */
  readonly cookies: SimpleCookie = new SimpleCookie();
  readonly #app: ClientApplication;
  readonly #enforceCsrfChecks: boolean;
  readonly #raiseRequestException: boolean;
  readonly #factory: RequestFactory;

  /** @throws TypeError for an unknown option */
  constructor(app: ClientApplication, options: ClientOptions = {}) {
    checkOptions(options, CLIENT_OPTIONS, "Client()");
    if (typeof ((app as Partial<FetchApplication>)?.fetch ?? app) !== "function") {
      throw new TypeError(`Client() takes an application, or a view made by asFetch(), not ${String(app)}.`);
    }
    const { enforceCsrfChecks = false, raiseRequestException = true, ...factoryOptions } = options;
    this.#app = app;
    this.#enforceCsrfChecks = enforceCsrfChecks;
    this.#raiseRequestException = raiseRequestException;
    this.#factory = new RequestFactory(factoryOptions);
  }

  /** Sends a `GET` with `data` as its query string. */
  get(path: string, data?: FormData | null, options?: ClientRequestOptions): Promise<ClientResponse> {
    return this.#visit("get", path, data, options);
  }

  /** Sends a `HEAD` with `data` as its query string. */
  head(path: string, data?: FormData | null, options?: ClientRequestOptions): Promise<ClientResponse> {
    return this.#visit("head", path, data, options);
  }

  /** Sends a `TRACE`. */
  trace(path: string, data?: FormData | null, options?: ClientRequestOptions): Promise<ClientResponse> {
    return this.#visit("trace", path, data, options);
  }

  /** Sends an `OPTIONS` request. */
  options(path: string, data?: TestData | null, options?: ClientRequestOptions): Promise<ClientResponse> {
    return this.#visit("options", path, data, options);
  }

  /** Sends `data` as a multipart form, or as `contentType` says. */
  post(path: string, data?: TestData | null, options?: ClientRequestOptions): Promise<ClientResponse> {
    return this.#visit("post", path, data, options);
  }

  /** Sends a `PUT` of `data`. */
  put(path: string, data?: TestData | null, options?: ClientRequestOptions): Promise<ClientResponse> {
    return this.#visit("put", path, data, options);
  }

  /** Sends a `PATCH` of `data`. */
  patch(path: string, data?: TestData | null, options?: ClientRequestOptions): Promise<ClientResponse> {
    return this.#visit("patch", path, data, options);
  }

  /** Sends a `DELETE`. */
  delete(path: string, data?: TestData | null, options?: ClientRequestOptions): Promise<ClientResponse> {
    return this.#visit("delete", path, data, options);
  }

  /** Sends a request of any method. */
  generic(method: string, path: string, data?: TestData | null, options?: ClientRequestOptions): Promise<ClientResponse> {
    return this.#visit(method.toUpperCase(), path, data, options);
  }

  async #visit(
    method: string,
    path: string,
    data?: TestData | null,
    options: ClientRequestOptions = {},
  ): Promise<ClientResponse> {
    checkOptions(options, REQUEST_OPTIONS, `${method.toLowerCase()}()`);
    const { follow = false, ...requestOptions } = options;
    const response = await this.#send(method, path, data, requestOptions);
    return follow ? this.#follow(response, data, requestOptions) : response;
  }

  /** Sends one request, keeps its cookies, and throws what the view threw. */
  async #send(
    method: string,
    path: string,
    data: TestData | null | undefined,
    options: TestRequestOptions,
    chain: ClientResponse["redirectChain"] = [],
  ): Promise<ClientResponse> {
    const cookie = [...this.cookies.values()].filter(isFresh).map((morsel) => `${morsel.key}=${morsel.codedValue}`);
    const headers = { ...(cookie.length > 0 && { cookie: cookie.join("; ") }), ...options.headers };
    const request = this.#make(method, path, data, { ...options, headers });
    if (!this.#enforceCsrfChecks) Object.assign(request, { dontEnforceCsrfChecks: true });
    let thrown: { error: unknown } | undefined;
    observeExceptions(request, (error) => {
      thrown ??= { error };
    });
    const response = await this.#answer(request);
    if (thrown && this.#raiseRequestException) {
      response.close();
      request.close();
      throw thrown.error;
    }
    for (const [key, morsel] of response.cookies) this.cookies.set(key, morsel);
    return clientResponse(response, request, chain);
  }

  #make(method: string, path: string, data: TestData | null | undefined, options: TestRequestOptions): HttpRequest {
    const factory = this.#factory;
    const args = [path, data as FormData | null | undefined, options] as const;
    switch (method) {
      case "get":
        return factory.get(...args);
      case "head":
        return factory.head(...args);
      case "trace":
        return factory.trace(...args);
      case "post":
        return factory.post(path, data, options);
      default:
        return factory.generic(method, path, data, options);
    }
  }

  /** The application's own response; that of another `fetch`, read in. */
  async #answer(request: HttpRequest): Promise<HttpResponseBase> {
    const app = this.#app as Partial<FetchApplication> & FetchHandler;
    const result = await (app.getResponse ? app.getResponse(request) : (app.fetch ?? app)(request.toRequest(), request.env));
    if (isHttpResponse(result)) return result;
    const isEndless = result.headers.get("content-type")?.startsWith("text/event-stream");
    return isEndless ? StreamingHttpResponse.fromResponse(result) : HttpResponse.fromResponse(result);
  }

  async #follow(first: ClientResponse, data: TestData | null | undefined, options: TestRequestOptions): Promise<ClientResponse> {
    let response = first;
    let { headers, contentType } = options;
    const chain: ClientResponse["redirectChain"] = [];
    let origin = "";
    while (REDIRECTS.has(response.statusCode) && response.has("Location")) {
      const location = response.getItem("Location");
      chain.push([location, response.statusCode]);
      const from = `${response.request.scheme}://${response.request.META.HTTP_HOST}${response.request.getFullPath()}`;
      const url = new URL(location, from);
      const { method } = response.request;
      const keeps = response.statusCode === 307 || response.statusCode === 308;
      const moved = url.host !== new URL(from).host;
      if (moved) headers = { ...headers, host: url.host };
      if (moved || origin) origin = url.origin;
      const next = { headers, secure: url.protocol === "https:" };
      const target = origin + url.pathname + url.search;
      if (keeps && !BODILESS.has(method)) {
        contentType ??= method === "POST" ? MULTIPART_CONTENT : undefined;
        response = await this.#send(method.toLowerCase(), target, data, { ...next, contentType }, chain);
      } else {
        response = await this.#send(keeps || method === "HEAD" ? method.toLowerCase() : "get", target, null, next, chain);
      }
      const last = chain.at(-1);
      if (chain.slice(0, -1).some(([url, status]) => url === last?.[0] && status === last[1])) {
        throw new RedirectCycleError("Redirect loop detected.", response);
      }
      if (chain.length > MAX_REDIRECTS) throw new RedirectCycleError("Too many redirects.", response);
    }
    return response;
  }
}

/** Whether a browser would still send this cookie. */
function isFresh({ maxAge, expires }: Morsel): boolean {
  if (maxAge !== undefined) return maxAge > 0;
  return !(Date.parse(expires) <= Date.now());
}

/** The response with what a test asks it, and closed when a server would close it. */
function clientResponse(
  response: HttpResponseBase,
  request: HttpRequest,
  redirectChain: ClientResponse["redirectChain"],
): ClientResponse {
  const { statusCode } = response;
  const bodiless = request.method === "HEAD" || statusCode < 200 || isBodiless(statusCode);
  const close = (): void => request.close();
  response.resourceClosers.push(close);
  const extras = { request, redirectChain, resolverMatch: request.resolverMatch };
  if (response.streaming) {
    const streaming = response as StreamingHttpResponse;
    if (bodiless) {
      response.close();
      streaming.streamingContent = [];
    } else {
      streaming.streamingContent = closing(response, request, streaming.streamingContent as AsyncIterable<Uint8Array>);
    }
    let parsed: Promise<unknown> | undefined;
    const json = (): Promise<unknown> => {
      parsed ??= streaming.getvalue().then((content) => parseJson(response, decode(content, response.charset)));
      return parsed;
    };
    return Object.assign(response, extras, { json }) as unknown as ClientResponse;
  }
  const whole = response as HttpResponse;
  if (bodiless) whole.content = new Uint8Array(0);
  response.close();
  let parsed: unknown;
  const json = (): unknown => {
    parsed ??= parseJson(response, whole.text);
    return parsed;
  };
  return Object.assign(response, extras, { json }) as unknown as ClientResponse;
}

/** Hands on a stream's chunks; leaving the loop early is a client that goes away. */
async function* closing(
  response: HttpResponseBase,
  request: HttpRequest,
  content: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let ended = false;
  try {
    for await (const chunk of content) yield chunk;
    ended = true;
  } finally {
    if (!ended) request.abort();
    response.close();
  }
}

function parseJson(response: HttpResponseBase, text: string): unknown {
  const contentType = response.get("Content-Type") ?? "";
  if (!/^application\/(?:[\w.+-]+\+)?json(?:$|\s*;)/i.test(contentType)) {
    throw new ValueError(`Content-Type header is "${contentType}", not "application/json"`);
  }
  return JSON.parse(text);
}
