/**
 * `HttpRequest`: Django's request over the platform's `Request`. Nothing is computed before it is asked for, and the
 * body is not read before it is awaited.
 *
 * @module
 */

import { BadSignature, KeyError } from "../core/exceptions.ts";
import type { UploadedFile } from "../core/files/uploadedfile.ts";
import type { FileUploadHandler } from "../core/files/uploadhandler.ts";
import { unsignCookie } from "../core/signing.ts";
import type { Connection } from "../platform.ts";
import type { ResolverMatch } from "../urls/match.ts";
import type { URLConf } from "../urls/types.ts";
import type { MultiValueDict } from "../utils/datastructures.ts";
import { isKnownCharset } from "../utils/encoding.ts";
import { parseHeaderParameters } from "../utils/http.ts";
import { log } from "../utils/log.ts";
import { checkOptions } from "../utils/options.ts";
import { absoluteUri } from "../utils/urlparse.ts";
import { RequestBody } from "./body.ts";
import { parseCookie, type SignedCookieOptions } from "./cookie.ts";
import { Disconnect } from "./disconnect.ts";
import { Environ, type HttpRequestInit } from "./environ.ts";
import type { HttpRequestExtensions, SetByMiddleware } from "./extensions.ts";
import { FormReader, type MultiPartParserClass } from "./form.ts";
import { HttpHeaders, type Meta, utf8Text } from "./headers.ts";
import { hostOf, portOf } from "./host.ts";
import { AcceptedTypes, type MediaType } from "./mediatype.ts";
import { outgoingRequest } from "./outgoing.ts";
import { QueryDict } from "./querydict.ts";

const INIT: ReadonlySet<string> = new Set(["env", "ctx", "remoteAddr", "remotePort", "scriptName"]);
const SIGNED_COOKIE_OPTIONS: ReadonlySet<string> = new Set(["default", "salt", "maxAge"]);

/** What middleware sets on a request. */
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
  #contentType: [header: string, parsed: ReturnType<typeof parseHeaderParameters>] | undefined;
  #encoding: string | null | undefined;
  #accept: AcceptedTypes | undefined;
  #body: RequestBody | undefined;
  #form: FormReader | undefined;
  #disconnect: Disconnect | undefined;
  #sent = false;

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

  /** As `fromRequest()`, of what a runtime calls `fetch` with: there are no options to check. @internal */
  static fromRuntime(request: Request, connection: Connection): HttpRequest {
    const result = new HttpRequest();
    result.#environ.native = request;
    result.#environ.init = connection;
    return result;
  }

  /** `"http"` or `"https"`; where `SECURE_PROXY_SSL_HEADER` names a header that is there, what that says. */
  get scheme(): string {
    return this.#environ.scheme;
  }

  /** The method, in upper case. */
  get method(): string {
    const { native } = this.#environ;
    this.#method ??= native?.method.toUpperCase();
    return this.#method ?? this.META.REQUEST_METHOD?.toUpperCase() ?? "";
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
    this.#GET ??= QueryDict.ofRequest(this, this.#environ.queryString, this.#environ.native ? undefined : { mutable: true });
    return this.#GET;
  }

  /** The cookies by name, in an object without prototype. */
  get COOKIES(): Record<string, string | undefined> {
    this.#COOKIES ??= parseCookie(utf8Text(this.#environ.header("cookie") ?? ""));
    return this.#COOKIES;
  }

  /** The charset of `GET` and `POST`; `null` for `DEFAULT_CHARSET`. Setting it has both parsed again. */
  get encoding(): string | null {
    if (this.#encoding !== undefined) return this.#encoding;
    const { charset } = this.contentParams;
    return charset && isKnownCharset(charset) ? charset : null;
  }

  set encoding(charset: string | null) {
    this.#encoding = charset;
    this.#GET = undefined;
    this.#form?.forgetFields();
  }

  /** The media type of the body, in lower case; empty where the client does not say. */
  get contentType(): string {
    return this.#parsedContentType[0];
  }

  /** The parameters of `Content-Type`, in an object without prototype. */
  get contentParams(): Record<string, string> {
    return this.#parsedContentType[1];
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
    return this.#formReader.fields;
  }

  /** The files of a `multipart/form-data` form; throws as `POST` does. */
  get FILES(): Promise<MultiValueDict<UploadedFile>> {
    return this.#formReader.files;
  }

  /**
   * Who gets the files of the form, in this order. The list may be changed, or set, until the form is parsed.
   *
   * @throws AttributeError where it is set afterwards
   */
  get uploadHandlers(): FileUploadHandler[] {
    return this.#formReader.uploadHandlers;
  }

  set uploadHandlers(handlers: FileUploadHandler[]) {
    this.#formReader.uploadHandlers = handlers;
  }

  /**
   * The class that parses a multipart form; `undefined` for `MultiPartParser` while that is not loaded.
   *
   * @throws AttributeError where it is set after the form was parsed
   */
  get multipartParserClass(): MultiPartParserClass | undefined {
    return this.#formReader.parserClass;
  }

  set multipartParserClass(parserClass: MultiPartParserClass | undefined) {
    this.#formReader.parserClass = parserClass;
  }

  /**
   * The host, with its port, by `X-Forwarded-Host` (under `USE_X_FORWARDED_HOST`), `Host`, or the server's own name.
   *
   * @throws DisallowedHost where `ALLOWED_HOSTS` does not have it, or it is no host name
   */
  getHost(): string {
    return hostOf(this.#environ, this.isSecure());
  }

  /** The port that the request is for, by `X-Forwarded-Port` (under `USE_X_FORWARDED_PORT`) or the server's own. */
  getPort(): string {
    return portOf(this.#environ);
  }

  /** The path with the query string, percent-encoded; with a slash at the end of the path where that is asked for. */
  getFullPath(forceAppendSlash = false): string {
    return this.#environ.fullPath(this.path, forceAppendSlash);
  }

  /** As `getFullPath()`, without the script prefix. */
  getFullPathInfo(forceAppendSlash = false): string {
    return this.#environ.fullPath(this.pathInfo, forceAppendSlash);
  }

  /**
   * The absolute URL of `location`, as seen from this request; of the request itself without one. An absolute one is
   * returned as it is, percent-encoded where it has to be.
   *
   * @throws DisallowedHost as `getHost()` does
   */
  buildAbsoluteUri(location: string | URL = `//${this.getFullPath()}`): string {
    return absoluteUri(String(location), () => `${this.scheme}://${this.getHost()}`, this.path);
  }

  /**
   * The value of a signed cookie.
   *
   * @throws KeyError where there is no such cookie
   * @throws BadSignature, SignatureExpired
   */
  getSignedCookie<T = never>(key: string, options: SignedCookieOptions<T> = {}): string | T {
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
    return this.#accepted.types;
  }

  /** The media types that the client accepts, the most specific first. */
  get acceptedTypesByPrecedence(): MediaType[] {
    return this.#accepted.byPrecedence;
  }

  /** The accepted type that counts for `mediaType`, the most specific one that it matches. */
  acceptedType(mediaType: string): MediaType | undefined {
    return this.#accepted.find(mediaType);
  }

  /** The one of `mediaTypes` that the client likes best; of several, the first. */
  getPreferredType(mediaTypes: readonly string[]): string | undefined {
    return this.#accepted.preferred(mediaTypes);
  }

  /** Whether the client accepts `mediaType`. */
  accepts(mediaType: string): boolean {
    return this.#accepted.find(mediaType) !== undefined;
  }

  /** The `Last-Event-ID` with which an `EventSource` comes back. */
  get lastEventId(): string | null {
    return utf8Text(this.#environ.header("last-event-id") ?? "") || null;
  }

  /** Reads on in the body: up to `size` bytes, or all that is left. `UnreadablePostError` where the client broke off. */
  read(size?: number | null): Promise<Uint8Array> {
    return this.#reader.read(size);
  }

  /** Reads on in the body up to the end of a line and with it, or up to `size` bytes; no bytes at the end. */
  readline(size?: number | null): Promise<Uint8Array> {
    return this.#reader.readline(size);
  }

  /** Reads the rest of the body, line by line. */
  readlines(): Promise<Uint8Array[]> {
    return this.#reader.readlines();
  }

  /** The lines of the body. Leaving the loop leaves the rest to be read. */
  [Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    return this.#reader.lines();
  }

  /** The body as it comes in, for handing on; reading has begun with it. `null` where there is none. */
  get stream(): ReadableStream<Uint8Array> | null {
    return this.#reader.stream;
  }

  /** Aborts when the client goes away, and never because the request ended well. */
  get signal(): AbortSignal {
    this.#disconnect ??= new Disconnect(this.#sent ? undefined : this.#environ.native?.signal);
    return this.#disconnect.signal;
  }

  /** The bindings of a Worker, or what else `fromRequest()` was given. */
  get env(): HttpRequestExtensions extends { env: infer Env } ? Env : unknown {
    return this.#environ.init?.env as never;
  }

  /** Keeps the Worker alive until `promise` has settled; elsewhere that needs no doing, and a failure is logged. */
  waitUntil(promise: Promise<unknown>): void {
    const ctx = this.#environ.init?.ctx;
    if (ctx) ctx.waitUntil(promise);
    else promise.catch((error: unknown) => log("error", "django.request", "A promise of waitUntil() failed.", error));
  }

  /**
   * A standard `Request` for `fetch()`, as a proxy sends it on: method, URL, headers but `Host` and those of the
   * connection, signal, and the body: replayed if it was read as a whole, or else unread and streaming.
   *
   * @throws RawPostDataException where the body was read in part
   * @throws TypeError for a method that the platform cannot send, such as `TRACE`
   */
  toRequest(): Request {
    return outgoingRequest(this, this.#environ, this.#reader);
  }

  /** Frees the files of the form; the response is out. */
  close(): void {
    this.markSent();
    this.#form?.close();
  }

  /** All of the response is on its way: from now on, nobody goes away too early. @internal */
  markSent(): void {
    this.#sent = true;
    this.#disconnect?.close();
  }

  /** The client went away: aborts `signal`. @internal */
  abort(reason?: unknown): void {
    this.#disconnect ??= new Disconnect(undefined);
    if (!this.#sent) this.#disconnect.abort(reason);
  }

  /** Whether something waits for `close()` or `abort()`. @internal */
  get inUse(): boolean {
    return this.#disconnect !== undefined || this.#form?.started === true;
  }

  /** Takes the form for empty, after an error that reading it again would only repeat. @internal */
  markPostParseError(): void {
    this.#formReader.markEmpty();
  }

  get #reader(): RequestBody {
    const environ = this.#environ;
    this.#body ??= new RequestBody(environ.native, () => Number(environ.header("content-length")), environ.isServed);
    return this.#body;
  }

  get #formReader(): FormReader {
    this.#form ??= new FormReader(this, this.#reader, this.#sent);
    return this.#form;
  }

  get #accepted(): AcceptedTypes {
    const header = this.#environ.header("accept") ?? "*/*";
    if (this.#accept?.header !== header) this.#accept = new AcceptedTypes(header);
    return this.#accept;
  }

  get #parsedContentType(): ReturnType<typeof parseHeaderParameters> {
    // Only META can be changed; the platform takes longer to give a header than it takes to parse it.
    if (this.#contentType && !this.#environ.hasMeta) return this.#contentType[1];
    const header = this.#environ.header("content-type") ?? "";
    if (this.#contentType?.[0] !== header) this.#contentType = [header, parseHeaderParameters(header)];
    return this.#contentType[1];
  }
}
