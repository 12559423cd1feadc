/**
 * `HttpRequest`: Django's request over the platform's `Request`. Nothing is computed before it is asked for, and the
 * body is not read before it is awaited.
 *
 * @module
 */

import { settings } from "../conf/index.ts";
import {
  AttributeError,
  BadSignature,
  ImproperlyConfigured,
  KeyError,
  MultiPartParserError,
  RawPostDataException,
  TooManyFilesSent,
} from "../core/exceptions.ts";
import type { UploadedFile } from "../core/files/uploadedfile.ts";
import type { FileUploadHandler } from "../core/files/uploadhandler.ts";
import { unsignCookie } from "../core/signing.ts";
import type { ResolverMatch } from "../urls/match.ts";
import type { URLConf } from "../urls/types.ts";
import type { MultiValueDict } from "../utils/datastructures.ts";
import type { Duration } from "../utils/duration.ts";
import { escapeUriPath, iriToUri, isKnownCharset } from "../utils/encoding.ts";
import { parseHeaderParameters } from "../utils/http.ts";
import { log } from "../utils/log.ts";
import { checkOptions } from "../utils/options.ts";
import { urljoin, urlsplit } from "../utils/urlparse.ts";
import { RequestBody } from "./body.ts";
import { parseCookie } from "./cookie.ts";
import { Disconnect } from "./disconnect.ts";
import { Environ, type HttpRequestInit } from "./environ.ts";
import { emptyForm, type Form, loadedUploads, type MultiPartParserClass, readForm } from "./form.ts";
import { HttpHeaders, type Meta, utf8Text } from "./headers.ts";
import { checkHost } from "./host.ts";
import { byPrecedence, MediaType, parseAccept } from "./mediatype.ts";
import { QueryDict } from "./querydict.ts";

/**
 * What middleware adds to a request: merge your own types into this interface.
 *
 * ```ts
 * declare module "djedge" {
 *   interface HttpRequestExtensions {
 *     user: User | AnonymousUser;
 *   }
 * }
 * ```
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is there to be merged with
export interface HttpRequestExtensions {}

/** What Django's middleware sets, until {@link HttpRequestExtensions} says more of it. */
export interface SetByMiddleware {
  /** The session, by `SessionMiddleware`. */
  session?: unknown;
  /** The site, by `CurrentSiteMiddleware`. */
  site?: unknown;
  /** The user, by `AuthenticationMiddleware`. */
  user?: unknown;
  /** The user, where that has to be waited for, by `AuthenticationMiddleware`. */
  auser?(): Promise<unknown>;
}

const INIT: ReadonlySet<string> = new Set(["env", "ctx", "remoteAddr", "remotePort", "scriptName", "keepAlive"]);
const SIGNED_COOKIE_OPTIONS: ReadonlySet<string> = new Set(["default", "salt", "maxAge"]);
/** Headers that speak of one connection only (RFC 9110 section 7.6.1). */
const HOP_BY_HOP: readonly string[] = ["connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding"];

export interface HttpRequest extends Omit<SetByMiddleware, keyof HttpRequestExtensions>, HttpRequestExtensions {}

/**
 * A request, as Django's `HttpRequest`. The platform's is wrapped by `HttpRequest.fromRequest(request)`.
 *
 * Its properties are read-only; `META` and `COOKIES` are objects that may be changed, and what comes from `META`
 * is read from it late.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: what the interface says is set by middleware
export class HttpRequest {
  /** What the URL resolved to; `null` before it was resolved. */
  resolverMatch: ResolverMatch | null = null;
  /** The application namespace that `reverse()` is meant for; your own to set. */
  declare currentApp?: string;
  /** The URL patterns of this request in place of `ROOT_URLCONF`; `null` for those again. */
  declare urlconf?: URLConf | null;
  /** What hides secrets in the error report of this request, in place of `DEFAULT_EXCEPTION_REPORTER_FILTER`. */
  declare exceptionReporterFilter?: unknown;
  /** The class that makes the error report of this request, in place of `DEFAULT_EXCEPTION_REPORTER`. */
  declare exceptionReporterClass?: unknown;

  readonly #environ: Environ = new Environ();
  #method: string | undefined;
  #headers: HttpHeaders | undefined;
  #GET: QueryDict | undefined;
  #COOKIES: Record<string, string | undefined> | undefined;
  #contentType: ReturnType<typeof parseHeaderParameters> | undefined;
  #encoding: string | null | undefined;
  #accepted: MediaType[] | undefined;
  #body: RequestBody | undefined;
  #form: Promise<Form> | undefined;
  #files: Promise<Form> | undefined;
  #uploadHandlers: FileUploadHandler[] | undefined;
  #multipartParserClass: MultiPartParserClass | undefined;
  #disconnect: Disconnect | undefined;
  #closed = false;

  /**
   * The request of a platform's `Request`, or of anything that looks like one. Nothing of it is read yet.
   *
   * @throws TypeError for an unknown option
   */
  static fromRequest<T extends HttpRequest>(this: new () => T, request: Request, init?: HttpRequestInit): T {
    if (init) checkOptions(init, INIT, "HttpRequest.fromRequest()");
    const result = new this();
    result.#environ.native = request;
    result.#environ.init = init;
    return result;
  }

  /** `"http"` or `"https"`; where `SECURE_PROXY_SSL_HEADER` names a header that is there, what that says. */
  get scheme(): string {
    const proxy = settings.SECURE_PROXY_SSL_HEADER;
    if (proxy) {
      if (proxy.length !== 2) throw new ImproperlyConfigured("The SECURE_PROXY_SSL_HEADER setting must be [header, value].");
      const value = this.META[proxy[0]];
      if (value !== undefined) return value.split(",", 1)[0]?.trim() === proxy[1] ? "https" : "http";
    }
    return this.#environ.native?.url.startsWith("https:") ? "https" : "http";
  }

  /** The method, in upper case. */
  get method(): string {
    this.#method ??= (this.#environ.native?.method ?? this.META.REQUEST_METHOD ?? "").toUpperCase();
    return this.#method;
  }

  /** The path of the URL, decoded, without the query; bytes that are not UTF-8 stay percent-encoded. */
  get path(): string {
    return this.#environ.path;
  }

  /** The path without the script prefix (`FORCE_SCRIPT_NAME`, or `scriptName`). */
  get pathInfo(): string {
    return this.#environ.pathInfo;
  }

  /** CGI variables, and the headers as `HTTP_*`. */
  get META(): Meta {
    return this.#environ.META;
  }

  /** The headers, by their names in any case, with `-` or `_`. */
  get headers(): HttpHeaders {
    this.#headers ??= new HttpHeaders(this.#environ);
    return this.#headers;
  }

  /** The query string, parsed. It is immutable, but for that of an empty request. */
  get GET(): QueryDict {
    const { encoding } = this;
    this.#GET ??= new QueryDict(this.#environ.queryString, { encoding, mutable: !this.#environ.native });
    return this.#GET;
  }

  /** The cookies by name, in an object without prototype. */
  get COOKIES(): Record<string, string | undefined> {
    this.#COOKIES ??= parseCookie(utf8Text(this.#environ.header("cookie") ?? ""));
    return this.#COOKIES;
  }

  /** The charset of `GET` and `POST`; `null` for `DEFAULT_CHARSET`. Setting it has both parsed again. */
  get encoding(): string | null {
    if (this.#encoding === undefined) {
      const { charset } = this.contentParams;
      this.#encoding = charset !== undefined && isKnownCharset(charset) ? charset : null;
    }
    return this.#encoding;
  }

  set encoding(charset: string | null) {
    this.#encoding = charset;
    this.#GET = undefined;
    this.#form = undefined;
  }

  /** The media type of the body, in lower case; empty where the client does not say. */
  get contentType(): string {
    return this.#parseContentType()[0];
  }

  /** The parameters of `Content-Type`, in an object without prototype. */
  get contentParams(): Record<string, string> {
    return this.#parseContentType()[1];
  }

  /**
   * The whole body. Reading it in parts afterwards begins at its start.
   *
   * @throws RawPostDataException where reading has begun otherwise (all throw by rejecting)
   * @throws RequestDataTooBig over `DATA_UPLOAD_MAX_MEMORY_SIZE` bytes
   * @throws UnreadablePostError where the client broke off
   */
  get body(): Promise<Uint8Array> {
    return this.#reader.whole();
  }

  /**
   * The fields of a form; empty for another method than `POST`, and where the body is no form.
   *
   * @throws BadRequest for an urlencoded form in another charset than UTF-8
   * @throws MultiPartParserError, TooManyFieldsSent, TooManyFilesSent, RequestDataTooBig, UnreadablePostError
   */
  get POST(): Promise<QueryDict> {
    this.#form ??= this.#readForm();
    return this.#form.then(([fields]) => fields);
  }

  /** The files of a `multipart/form-data` form; throws as `POST` does. */
  get FILES(): Promise<MultiValueDict<UploadedFile>> {
    this.#files ??= this.#readForm();
    return this.#files.then(([, files]) => files);
  }

  /**
   * Who gets the files of the form, in this order. The list may be changed, or set, until the form is parsed.
   *
   * @throws AttributeError where it is set afterwards
   */
  get uploadHandlers(): FileUploadHandler[] {
    this.#uploadHandlers ??= loadedUploads()?.defaultUploadHandlers(this) ?? [];
    return this.#uploadHandlers;
  }

  set uploadHandlers(handlers: FileUploadHandler[]) {
    if (this.#files) throw new AttributeError("You cannot set the upload handlers after the upload has been processed.");
    this.#uploadHandlers = handlers;
  }

  /**
   * The class that parses a multipart form: `MULTIPART_PARSER`, or `MultiPartParser` where it is `undefined`.
   *
   * @throws AttributeError where it is set after the form was parsed
   */
  get multipartParserClass(): MultiPartParserClass | undefined {
    return (
      this.#multipartParserClass ?? (settings.MULTIPART_PARSER as MultiPartParserClass | null) ?? loadedUploads()?.MultiPartParser
    );
  }

  set multipartParserClass(parserClass: MultiPartParserClass) {
    if (this.#files) throw new AttributeError("You cannot set the multipart parser class after the upload has been processed.");
    this.#multipartParserClass = parserClass;
  }

  /**
   * The host that the request is for, with its port, by `X-Forwarded-Host` (under `USE_X_FORWARDED_HOST`), `Host`, or
   * the server's own name.
   *
   * @throws DisallowedHost where `ALLOWED_HOSTS` does not have it, or it is no host name
   */
  getHost(): string {
    const forwarded = settings.USE_X_FORWARDED_HOST ? this.#environ.header("x-forwarded-host") : undefined;
    let host = forwarded ?? this.#environ.header("host");
    if (host === undefined) {
      host = this.#getMeta("SERVER_NAME");
      const port = this.getPort();
      if (port !== (this.isSecure() ? "443" : "80")) host += `:${port}`;
    }
    return checkHost(host);
  }

  /** The port that the request is for, by `X-Forwarded-Port` (under `USE_X_FORWARDED_PORT`) or the server's own. */
  getPort(): string {
    const forwarded = settings.USE_X_FORWARDED_PORT ? this.#environ.header("x-forwarded-port") : undefined;
    return forwarded ?? this.#getMeta("SERVER_PORT");
  }

  /** The path with the query string, percent-encoded; with a slash at the end of the path where that is asked for. */
  getFullPath(forceAppendSlash = false): string {
    return this.#fullPath(this.path, forceAppendSlash);
  }

  /** As `getFullPath()`, without the script prefix. */
  getFullPathInfo(forceAppendSlash = false): string {
    return this.#fullPath(this.pathInfo, forceAppendSlash);
  }

  /**
   * The absolute URL of `location`, as seen from this request; of the request itself without one. An absolute one is
   * returned as it is, percent-encoded where it has to be.
   *
   * @throws DisallowedHost as `getHost()` does
   */
  buildAbsoluteUri(location?: string | URL): string {
    let url = location === undefined ? `//${this.getFullPath()}` : String(location);
    const { scheme, netloc, path } = urlsplit(url);
    if (!scheme || !netloc) {
      const origin = `${this.scheme}://${this.getHost()}`;
      if (!scheme && !netloc && path.startsWith("/") && !path.includes("/./") && !path.includes("/../")) {
        url = origin + (url.startsWith("//") ? url.slice(2) : url);
      } else {
        url = urljoin(origin + this.path, url);
      }
    }
    return iriToUri(url);
  }

  /**
   * The value of a signed cookie.
   *
   * @param options `default`: returned in place of an error; `salt`: as it was signed with; `maxAge`: seconds that the
   *   signature may be old
   * @throws KeyError where there is no such cookie
   * @throws BadSignature, SignatureExpired
   */
  getSignedCookie<T = never>(key: string, options: { default?: T; salt?: string; maxAge?: Duration | null } = {}): string | T {
    checkOptions(options, SIGNED_COOKIE_OPTIONS, "getSignedCookie()");
    const value = this.COOKIES[key];
    try {
      if (value === undefined) throw new KeyError(key);
      return unsignCookie(key, value, options.salt, options.maxAge);
    } catch (error) {
      if ("default" in options && (error instanceof KeyError || error instanceof BadSignature)) return options.default as T;
      throw error;
    }
  }

  /** Whether the request came by HTTPS. */
  isSecure(): boolean {
    return this.scheme === "https";
  }

  /** The media types that the client accepts, the best first. */
  get acceptedTypes(): MediaType[] {
    this.#accepted ??= parseAccept(this.#environ.header("accept") ?? "*/*");
    return this.#accepted;
  }

  /** The media types that the client accepts, the most specific first. */
  get acceptedTypesByPrecedence(): MediaType[] {
    return byPrecedence(this.acceptedTypes);
  }

  /** The accepted type that says what the client thinks of `mediaType`. */
  acceptedType(mediaType: string): MediaType | undefined {
    const type = new MediaType(mediaType);
    return this.acceptedTypesByPrecedence.find((accepted) => type.match(accepted));
  }

  /** The one of `mediaTypes` that the client likes best; of several, the first. */
  getPreferredType(mediaTypes: readonly string[]): string | undefined {
    let best: string | undefined;
    let rank = Number.POSITIVE_INFINITY;
    for (const mediaType of mediaTypes) {
      const accepted = this.acceptedType(mediaType);
      const index = accepted ? this.acceptedTypes.indexOf(accepted) : Number.POSITIVE_INFINITY;
      if (index < rank) [best, rank] = [mediaType, index];
    }
    return best;
  }

  /** Whether the client accepts `mediaType`. */
  accepts(mediaType: string): boolean {
    return this.acceptedType(mediaType) !== undefined;
  }

  /** The `Last-Event-ID` with which an `EventSource` comes back. */
  get lastEventId(): string | null {
    return this.#environ.header("last-event-id") ?? null;
  }

  /**
   * Reads on in the body: up to `size` bytes, or all that is left.
   *
   * @throws UnreadablePostError where the client broke off, as the other ways of reading do
   */
  read(size?: number | null): Promise<Uint8Array> {
    return this.#reader.read(size);
  }

  /** Reads on in the body up to the end of a line and with it, or up to `size` bytes; no bytes at the end. */
  readline(size?: number | null): Promise<Uint8Array> {
    return this.#reader.readline(size);
  }

  /** Reads the rest of the body, line by line. */
  async readlines(): Promise<Uint8Array[]> {
    const lines: Uint8Array[] = [];
    for await (const line of this) lines.push(line);
    return lines;
  }

  /** The lines of the body. Leaving the loop leaves the rest to be read. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      const line = await this.#reader.readline();
      if (line.byteLength === 0) return;
      yield line;
    }
  }

  /** The body as it comes in, for handing on; reading has begun with it. `null` where there is none. */
  get stream(): ReadableStream<Uint8Array> | null {
    return this.#reader.stream;
  }

  /** Aborts when the client goes away, and never because the request ended well. */
  get signal(): AbortSignal {
    this.#disconnect ??= new Disconnect(this.#closed ? undefined : this.#environ.native?.signal);
    return this.#disconnect.signal;
  }

  /** The bindings of a Worker, or what else `fromRequest()` was given. */
  get env(): unknown {
    return this.#environ.init?.env;
  }

  /** Keeps the Worker alive until `promise` has settled; elsewhere that needs no doing, and a failure is logged. */
  waitUntil(promise: Promise<unknown>): void {
    const ctx = this.#environ.init?.ctx;
    if (ctx) ctx.waitUntil(promise);
    else promise.catch((error: unknown) => log("error", "django.request", "A promise of waitUntil() failed.", error));
  }

  /**
   * A standard `Request` for `fetch()`, as a proxy sends it on: method, URL, headers but those of the connection, signal,
   * and the body: replayed if it was read as a whole, or else unread and streaming.
   *
   * @throws RawPostDataException where the body was read in part
   * @throws TypeError for a method that the platform cannot send, such as `TRACE`
   */
  toRequest(): Request {
    const { native } = this.#environ;
    const headers = new Headers();
    for (const [name, value] of this.headers) if (!HOP_BY_HOP.includes(name.toLowerCase())) headers.append(name, value);
    const url =
      native && /^[a-z]+:/i.test(native.url) ? native.url.replace(/^([a-z]+:\/\/)[^/?#]*@/i, "$1") : this.buildAbsoluteUri();
    const init: RequestInit & { duplex?: "half" } = { method: this.method, headers, signal: this.signal, redirect: "manual" };
    if (this.method !== "GET" && this.method !== "HEAD") {
      const body = this.#reader;
      if (body.started && !body.bytes)
        throw new RawPostDataException("You cannot pass the body on after reading from request's data stream");
      init.body = (body.bytes ?? body.stream) as BodyInit | null;
      init.duplex = "half";
    }
    return new Request(url, init);
  }

  /** Frees the files of the form; the response is out. */
  close(): void {
    this.#closed = true;
    this.#disconnect?.close();
    this.#files?.then(
      ([, files]) => {
        for (const [, list] of files.lists()) for (const file of list) file.close();
      },
      () => {},
    );
  }

  /** The client went away: aborts `signal`. @internal */
  abort(reason?: unknown): void {
    this.#disconnect ??= new Disconnect(undefined);
    this.#disconnect.abort(reason);
  }

  /** Whether something waits for `close()` or `abort()`. @internal */
  get inUse(): boolean {
    return this.#disconnect !== undefined || this.#files !== undefined;
  }

  /** Takes the form for empty, after an error that reading it again would only repeat. @internal */
  markPostParseError(): void {
    this.#form = this.#files = Promise.resolve(emptyForm());
  }

  get #reader(): RequestBody {
    if (!this.#body) {
      const { native } = this.#environ;
      let stream: ReadableStream<Uint8Array> | null = null;
      try {
        stream = native?.body ?? null;
      } catch {
        // itty-router's AutoRouter hands out a proxy of the request, which fails to read null.
      }
      const contentLength = (): string | undefined => this.#environ.header("content-length");
      this.#body = new RequestBody(stream, contentLength, native?.bodyUsed === true || stream?.locked === true);
    }
    return this.#body;
  }

  #readForm(): Promise<Form> {
    const form = readForm(this, this.#reader).catch((error: unknown) => {
      if (error instanceof MultiPartParserError || error instanceof TooManyFilesSent) this.markPostParseError();
      else this.#form = this.#files = undefined;
      throw error;
    });
    this.#form = this.#files = form;
    return form;
  }

  #parseContentType(): ReturnType<typeof parseHeaderParameters> {
    this.#contentType ??= parseHeaderParameters(this.#environ.header("content-type") ?? "");
    return this.#contentType;
  }

  #fullPath(path: string, forceAppendSlash: boolean): string {
    const { queryString } = this.#environ;
    const slash = forceAppendSlash && !path.endsWith("/") ? "/" : "";
    return `${escapeUriPath(path)}${slash}${queryString && `?${iriToUri(queryString)}`}`;
  }

  #getMeta(key: string): string {
    const value = this.META[key];
    if (value === undefined) throw new KeyError(key);
    return value;
  }
}
