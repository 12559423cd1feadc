/**
 * `RequestFactory`: requests for calling views directly.
 *
 * @module
 */

import { ValueError } from "../core/exceptions.ts";
// A test posts multipart forms, and sees reports of errors, without being asked to link their rooms.
import "../core/link.ts";
import { HttpRequest } from "../http/request.ts";
import { iriToUri } from "../utils/encoding.ts";
import { checkOptions } from "../utils/options.ts";
import { encodeData, type FormData, fields, MULTIPART_CONTENT, type TestBody, type TestData, urlencode } from "./forms.ts";

/** Header names with their values. */
export type TestHeaders = Readonly<Record<string, string>>;

/** What a `RequestFactory` is made with. */
export interface RequestFactoryOptions {
  /** Headers of every request. */
  headers?: TestHeaders | undefined;
  /** The `env` of every request, such as the bindings of a Worker. */
  env?: unknown;
}

/** What one request may have beside its path and its data. */
export interface TestRequestOptions {
  /** The type of the body; without it `post()` sends a multipart form, the others `application/octet-stream`. */
  contentType?: string | undefined;
  /** Whether it comes by HTTPS. */
  secure?: boolean | undefined;
  /** Headers of this request, over those of the factory. */
  headers?: TestHeaders | undefined;
  /** The query string. */
  queryParams?: FormData | undefined;
}

const FACTORY_OPTIONS: ReadonlySet<string> = new Set(["headers", "env"]);
/** The names of `TestRequestOptions`. */
export const TEST_REQUEST_OPTIONS: ReadonlySet<string> = new Set(["contentType", "secure", "headers", "queryParams"]);

/** Methods that the platforms let no `Request` have. */
const UNUSUAL: ReadonlySet<string> = new Set(["CONNECT", "TRACE", "TRACK"]);

/**
 * Makes requests as they come from a browser, to `testserver`, for calling a view without an application.
 *
 * ```ts
 * const factory = new RequestFactory();
 * const response = await view(factory.post("/bands/", { name: "Cream" }), {});
 * ```
 */
export class RequestFactory {
  readonly #headers: TestHeaders;
  readonly #env: unknown;

  /** @throws TypeError for an unknown option */
  constructor(options: RequestFactoryOptions = {}) {
    checkOptions(options, FACTORY_OPTIONS, "RequestFactory()");
    this.#headers = options.headers ?? {};
    this.#env = options.env;
  }

  /** A `GET` with `data` as its query string. */
  get(path: string, data?: FormData | null, options?: TestRequestOptions): HttpRequest {
    return this.generic("GET", path, null, withQuery(data, options));
  }

  /** A `HEAD` with `data` as its query string. */
  head(path: string, data?: FormData | null, options?: TestRequestOptions): HttpRequest {
    return this.generic("HEAD", path, null, withQuery(data, options));
  }

  /** A `TRACE`. It has no body. */
  trace(path: string, data?: FormData | null, options?: TestRequestOptions): HttpRequest {
    return this.generic("TRACE", path, null, withQuery(data, options));
  }

  /** An `OPTIONS` request. */
  options(path: string, data?: TestData | null, options?: TestRequestOptions): HttpRequest {
    return this.generic("OPTIONS", path, data, options);
  }

  /** A `POST`: of `data` as a multipart form, or as `contentType` says. */
  post(path: string, data?: TestData | null, options: TestRequestOptions = {}): HttpRequest {
    return this.generic("POST", path, data ?? {}, { ...options, contentType: options.contentType ?? MULTIPART_CONTENT });
  }

  /** A `PUT` of `data`. */
  put(path: string, data?: TestData | null, options?: TestRequestOptions): HttpRequest {
    return this.generic("PUT", path, data, options);
  }

  /** A `PATCH` of `data`. */
  patch(path: string, data?: TestData | null, options?: TestRequestOptions): HttpRequest {
    return this.generic("PATCH", path, data, options);
  }

  /** A `DELETE`, with `data` if there is any. */
  delete(path: string, data?: TestData | null, options?: TestRequestOptions): HttpRequest {
    return this.generic("DELETE", path, data, options);
  }

  /**
   * A request of any method.
   *
   * @param path a path with its query, or a whole URL
   * @throws TypeError for an unknown option, for `null` in a form, and for data that cannot be sent as the content type
   */
  generic(method: string, path: string, data?: TestData | null, options: TestRequestOptions = {}): HttpRequest {
    checkOptions(options, TEST_REQUEST_OPTIONS, `${method.toLowerCase()}()`);
    const { contentType = "application/octet-stream", secure = false, queryParams } = options;
    const body = data === undefined || data === null || data === "" ? undefined : encodeData(data, contentType);
    const headers = new Headers({ ...this.defaultHeaders(), ...this.#headers });
    for (const [name, value] of Object.entries(options.headers ?? {})) headers.set(name, value);
    if (body) {
      if (!headers.has("content-type")) headers.set("content-type", contentType);
      if (body.length !== undefined) headers.set("content-length", String(body.length));
    }
    const url = urlOf(path, secure, queryParams);
    if (!headers.has("host")) headers.set("host", hostOf(url));
    return HttpRequest.fromRequest(nativeRequest(method.toUpperCase(), url, headers, body), {
      env: this.#env,
      remoteAddr: "127.0.0.1",
    });
  }

  /** Headers that a subclass adds to every request. */
  protected defaultHeaders(): Record<string, string> {
    return {};
  }
}

/** The data of a request without body is its query. */
function withQuery(data: FormData | null | undefined, options: TestRequestOptions = {}): TestRequestOptions {
  const given = data ? [...fields(data)] : [];
  if (given.length === 0) return options;
  if (options.queryParams && !fields(options.queryParams).next().done)
    throw new ValueError("query_params and data arguments are mutually exclusive.");
  return { ...options, queryParams: given };
}

function urlOf(path: string, secure: boolean, queryParams: FormData | undefined): string {
  const isWhole = /^https?:\/\//i.test(path);
  const url = isWhole ? path : `${secure ? "https" : "http"}://testserver${path.startsWith("/") ? "" : "/"}${path}`;
  const [withoutFragment = ""] = iriToUri(url).split("#", 1);
  const query = queryParams ? urlencode(queryParams) : "";
  return query ? `${withoutFragment.split("?", 1)[0]}?${query}` : withoutFragment;
}

function hostOf(url: string): string {
  return /^https?:\/\/([^/?#]*)/i.exec(url)?.[1] || "testserver";
}

function nativeRequest(method: string, url: string, headers: Headers, body: TestBody | undefined): Request {
  // The platforms refuse some methods, and a body of GET; a request need not be more than these properties.
  if (UNUSUAL.has(method) || (body && (method === "GET" || method === "HEAD"))) {
    const { signal } = new AbortController();
    const stream = body ? new Response(body.content).body : null;
    return { method, url, headers, signal, body: stream } as Request;
  }
  return new Request(url, { method, headers, body: body?.content ?? null, duplex: "half" } as RequestInit);
}
