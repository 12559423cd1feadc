/**
 * What all responses have, as Django's `HttpResponseBase`.
 *
 * @module
 */

import { settings } from "../conf/index.ts";
import { BadHeaderError, OSError, ValueError } from "../core/exceptions.ts";
import { signCookie } from "../core/signing.ts";
import { isWorkerd } from "../platform.ts";
import { checkOptions } from "../utils/options.ts";
import { COOKIE_OPTIONS, type CookieOptions, SimpleCookie, setCookie, takeSetCookies } from "./cookie.ts";
import { isUnpacked, type NativeInit, nativeResponse } from "./nativeresponse.ts";
import type { HttpRequest } from "./request.ts";
import { type HeaderValues, HOP_BY_HOP, headerValue, PLAIN_VALUE, ResponseHeaders } from "./responseheaders.ts";
import { isBodiless, REASON_PHRASES } from "./status.ts";

/** What every response takes beside its content. */
export interface ResponseInit {
  /** The value of `Content-Type`; `text/html` in the response's charset without it. */
  contentType?: string | null | undefined;
  /** The status, 100 to 599. */
  status?: number | string | null | undefined;
  /** The reason phrase; that of the status without it. Not every runtime sends another one. */
  reason?: string | null | undefined;
  /** The charset of the text; that of `contentType`, or else `DEFAULT_CHARSET`, without it. */
  charset?: string | null | undefined;
  /** Headers, as an object or as pairs. */
  headers?: HeaderValues | null | undefined;
}

/** What `toResponse()` takes. */
export interface ToResponseOptions {
  /** The request that is answered: it decides about `HEAD` and ranges, and is closed when the body is out. */
  request?: HttpRequest | undefined;
  /** The class to make, where the server takes another one than the platform's own. */
  Response?: typeof globalThis.Response | undefined;
}

/** What a `Response` is made of: `BodyInit`, which not all type libraries name. */
export type ResponseBody = ConstructorParameters<typeof globalThis.Response>[0];

const INIT: ReadonlySet<string> = /* @__PURE__ */ new Set(["contentType", "status", "reason", "charset", "headers"]);
const SIGNED_COOKIE_OPTIONS: ReadonlySet<string> = /* @__PURE__ */ new Set([...COOKIE_OPTIONS, "salt"]);
const DELETE_OPTIONS: ReadonlySet<string> = /* @__PURE__ */ new Set(["path", "domain", "sameSite"]);
const CHARSET = /;\s*charset=([^\s;]+)/i;
/** Content types that were found good, with their charsets: to look at an application's own few anew is a tenth of a hello. */
const contentTypes: Map<string, string | null> = /* @__PURE__ */ new Map();
const MAX_CONTENT_TYPES = 100;
const INTEGER = /^\s*[+-]?\d+(?:_\d+)*\s*$/;
/** What can stand in a status line (RFC 9112, section 4), but for the tab: workerd refuses it. */
const PLAIN_REASON = /^[\x20-\x7e\x80-\xff]*$/;

/**
 * What all responses have: a status, headers, cookies. It is no response by itself: use `HttpResponse` or
 * `StreamingHttpResponse`.
 */
export abstract class HttpResponseBase {
  /** The status of the responses of this class; a subclass sets its own. */
  static statusCode: number = 200;
  /** The names of the options that a subclass takes beside those of every response. */
  static moreOptions: readonly string[] = [];

  /** The status (RFC 9110, section 15). */
  statusCode: number;
  #closed = false;
  #reason: string | undefined;
  #charset: string | undefined;
  #contentType = "";
  #headers: ResponseHeaders | undefined;
  #cookies: SimpleCookie | undefined;
  /** Of a platform's `Response`: what a `Morsel` cannot say, such as `Partitioned`, or a second cookie of one name. */
  #cookieLines: string[] | undefined;
  /** A platform's `Response` that this one was made of. */
  #origin: Response | undefined;
  #resourceClosers: (() => unknown)[] | undefined;

  /**
   * @throws TypeError for an unknown option, and for a status that is no integer
   * @throws ValueError for a status outside 100 to 599, and for a content type that is given twice
   * @throws BadHeaderError for a header, or a reason phrase, with a line break
   */
  constructor(init?: ResponseInit) {
    this.statusCode = (this.constructor as typeof HttpResponseBase).statusCode;
    if (init === undefined) {
      this.#contentType = defaultContentType(settings.DEFAULT_CHARSET);
      return;
    }
    if (Object(init) !== init) checkOptions(init, INIT, this.constructor.name);
    for (const option in init) {
      if (INIT.has(option)) continue;
      const { moreOptions, name } = this.constructor as typeof HttpResponseBase;
      if (!moreOptions.includes(option)) checkOptions(init, new Set([...INIT, ...moreOptions]), name);
    }
    const { contentType, status, reason, charset, headers } = init;
    this.#charset = charset ?? undefined;
    if (headers) {
      this.#headers = new ResponseHeaders(headers);
      const { getSetCookie } = headers as Partial<Headers>;
      if (typeof getSetCookie === "function" && this.#headers.pop("Set-Cookie") !== undefined) {
        this.#cookieLines = takeSetCookies(getSetCookie.call(headers), this.cookies);
      }
      if (!this.#headers.has("Content-Type")) this.#headers.set("Content-Type", contentType ?? defaultContentType(this.charset));
      else if (contentType) {
        throw new ValueError("headers must not contain 'Content-Type' when the contentType option is given.");
      }
    } else {
      const type = contentType ?? defaultContentType(this.charset);
      if (contentTypes.has(type)) this.#contentType = type;
      else {
        this.#contentType = headerValue("Content-Type", type);
        // What has to be encoded when it is sent is a header like any other.
        if (!PLAIN_VALUE.test(this.#contentType)) this.#headers = this.headers;
      }
    }
    if (status !== undefined && status !== null) this.statusCode = checkStatus(status);
    if (reason !== undefined && reason !== null) this.reasonPhrase = reason;
  }

  /** Whether the content is a stream. */
  get streaming(): boolean {
    return false;
  }

  /** Called by `close()`, each once: what has to be freed when the response is out. */
  get resourceClosers(): (() => unknown)[] {
    this.#resourceClosers ??= [];
    return this.#resourceClosers;
  }

  /** Whether the response was closed: it was sent, or will not be. */
  get closed(): boolean {
    return this.#closed;
  }

  /** The reason phrase: what was set, or that of the status. */
  get reasonPhrase(): string {
    return this.#reason ?? REASON_PHRASES[this.statusCode] ?? "Unknown Status Code";
  }

  /** @throws BadHeaderError for a line break or NUL */
  set reasonPhrase(reason: string) {
    const text = reason === null || reason === undefined ? undefined : String(reason);
    if (text !== undefined && /[\r\n\0]/.test(text))
      throw new BadHeaderError(`A reason phrase can't contain newlines (got ${JSON.stringify(text)})`);
    this.#reason = text;
  }

  /** The charset of the text: what was set, that of `Content-Type`, or else `DEFAULT_CHARSET`. */
  get charset(): string {
    if (this.#charset !== undefined) return this.#charset;
    return charsetOf(this.#headers ? this.#headers.get("Content-Type", "") : this.#contentType) ?? settings.DEFAULT_CHARSET;
  }

  set charset(charset: string) {
    this.#charset = charset ?? undefined;
  }

  /** The headers, without the cookies. */
  get headers(): ResponseHeaders {
    // Most responses have no other header than this one: then there is no dictionary to make.
    this.#headers ??= new ResponseHeaders([["Content-Type", this.#contentType]]);
    return this.#headers;
  }

  /** The cookies that are set, by name. */
  get cookies(): SimpleCookie {
    this.#cookies ??= new SimpleCookie();
    return this.#cookies;
  }

  /** Replaces the cookies. */
  set cookies(cookies: SimpleCookie) {
    this.#cookies = cookies;
  }

  /** Sets a header; throws as `headers.set()` does. */
  set(header: string, value: unknown): void {
    this.headers.set(header, value);
  }

  /** The value of a header, or `alternate` where there is none. */
  get(header: string): string | undefined;
  get<T>(header: string, alternate: T): string | T;
  get(header: string, alternate?: unknown): unknown {
    return this.headers.get(header, alternate);
  }

  /**
   * The value of a header.
   *
   * @throws KeyError where there is none
   */
  getItem(header: string): string {
    return this.headers.getItem(header);
  }

  /** Removes a header; nothing happens where there is none. */
  delete(header: string): void {
    this.headers.delete(header);
  }

  /** Whether there is such a header, in whatever letter case. */
  has(header: string): boolean {
    return this.headers.has(header);
  }

  /** As `has()`. */
  hasHeader(header: string): boolean {
    return this.headers.has(header);
  }

  /** The headers, as pairs. */
  items(): IterableIterator<[string, string]> {
    return this.headers.items();
  }

  /** Sets a header unless there is one of that name. */
  setdefault(header: string, value: unknown): void {
    this.headers.setdefault(header, value);
  }

  /**
   * Sets a cookie.
   *
   * @throws ValueError for a name that is no token, for `expires` as a `Date` beside `maxAge`, and for an unknown `sameSite`
   * @throws BadHeaderError for an attribute with a control character or `;`
   * @throws TypeError for an unknown option
   */
  setCookie(key: string, value: unknown = "", options: CookieOptions = {}): void {
    setCookie(this.cookies, key, value, options);
  }

  /**
   * Sets a cookie that `request.getSignedCookie()`, and that of a Django site with the same `SECRET_KEY`, can verify.
   *
   * @param options `salt`: extra strength to the key; the same goes to `getSignedCookie()`
   * @throws ImproperlyConfigured where `SECRET_KEY` is empty; else as `setCookie()`
   */
  setSignedCookie(key: string, value: string | number, options: CookieOptions & { salt?: string | undefined } = {}): void {
    setCookie(this.cookies, key, signCookie(key, value, options.salt ?? ""), options, SIGNED_COOKIE_OPTIONS, "setSignedCookie()");
  }

  /** Has the browser drop a cookie; `path` and `domain` are those that it was set with. */
  deleteCookie(key: string, options: Pick<CookieOptions, "path" | "domain" | "sameSite"> = {}): void {
    checkOptions(options, DELETE_OPTIONS, "deleteCookie()");
    // Browsers drop no such cookie without `Secure`.
    const secure = /^__(?:Secure|Host)-/.test(key) || options.sameSite?.toLowerCase() === "none";
    this.setCookie(key, "", { ...options, maxAge: 0, expires: "Thu, 01 Jan 1970 00:00:00 GMT", secure });
  }

  /** The headers as they go over the wire, without the cookies: lines of Latin-1, joined by CRLF. */
  serializeHeaders(): Uint8Array {
    const lines = Array.from(this.items(), ([name, value]) => `${name}: ${value}`).join("\r\n");
    return Uint8Array.from(lines, (char) => char.charCodeAt(0));
  }

  /** Frees what the response holds; whoever sends it calls this. An error of one closer stops none. */
  close(): void {
    this.#closed = true;
    if (!this.#resourceClosers) return;
    for (const closer of this.#resourceClosers.splice(0)) {
      try {
        (closer() as Promise<unknown> | undefined)?.then?.(undefined, () => {});
      } catch {
        // There is nobody left to tell.
      }
    }
  }

  /** @throws OSError unless the response can be written to */
  write(_content: unknown): void {
    throw new OSError(`This ${this.constructor.name} instance is not writable`);
  }

  /** @throws OSError unless the response can be written to */
  writelines(_lines: Iterable<unknown>): void {
    throw new OSError(`This ${this.constructor.name} instance is not writable`);
  }

  /** The whole content, in bytes; of a stream, the promise of it. */
  abstract getvalue(): Uint8Array | Promise<Uint8Array>;

  /** Does nothing: there is no buffer. */
  flush(): void {}

  /** @throws OSError unless the response can be written to */
  tell(): number {
    throw new OSError(`This ${this.constructor.name} instance cannot tell its position`);
  }

  /** Whether the response can be read like a file: never. */
  readable(): boolean {
    return false;
  }

  /** Whether `seek()` is possible: never. */
  seekable(): boolean {
    return false;
  }

  /** Whether `write()` is possible. */
  writable(): boolean {
    return false;
  }

  /**
   * The platform's `Response`.
   *
   * @throws ValueError for a status below 200, which no `Response` can have
   */
  abstract toResponse(options?: ToResponseOptions): Response;

  /** Whether there is a `Content-Type`. */
  protected get hasContentType(): boolean {
    return this.#headers === undefined || this.#headers.has("Content-Type");
  }

  /** A `Response` with this head and `body`, or without one where HTTP allows none. */
  protected makeResponse(body: ResponseBody, options: ToResponseOptions): Response {
    const { statusCode: status } = this;
    if (!(status >= 200 && status <= 599)) {
      throw new ValueError(`A response with the status ${status} cannot be sent: a Response has one from 200 to 599.`);
    }
    const headers = this.#headers ? this.#headers.toInit() : { "Content-Type": this.#contentType };
    const reason = this.reasonPhrase;
    const init: NativeInit = { status, headers, statusText: reason };
    if (this.#reason !== undefined && !PLAIN_REASON.test(reason)) init.statusText = "";
    const Class = options.Response ?? globalThis.Response;
    const encoding = this.#headers?.get("Content-Encoding");
    const response = nativeResponse(Class, isBodiless(status) ? null : body, init, encoding, this.#origin);
    if (this.#cookieLines) for (const line of this.#cookieLines) response.headers.append("Set-Cookie", line);
    if (this.#cookies) for (const cookie of this.#cookies.values()) response.headers.append("Set-Cookie", cookie.headerValue());
    return response;
  }

  /** Takes over the status, the headers and the cookies of a platform's `Response`. */
  protected copyHead(response: Response): this {
    const { status, statusText, headers } = response;
    this.statusCode = status;
    if (statusText) this.reasonPhrase = statusText;
    if (!headers.has("Content-Type")) this.delete("Content-Type");
    this.#origin = response;
    const unpacked = isUnpacked(response);
    // On workerd, what is read of a packed body is unpacked, and another length.
    const isOtherLength = unpacked || (isWorkerd() && headers.has("Content-Encoding"));
    for (const [name, value] of headers) {
      if (name === "set-cookie" || HOP_BY_HOP.has(name)) continue;
      if ((unpacked && name === "content-encoding") || (isOtherLength && name === "content-length")) continue;
      this.set(name, value);
    }
    this.#cookieLines = takeSetCookies(headers.getSetCookie(), this.cookies);
    return this;
  }

  /** Takes over the cookies of another response, which this one is sent in place of. @internal */
  takeCookies(response: HttpResponseBase): void {
    this.#cookies = response.#cookies;
    this.#cookieLines = response.#cookieLines;
  }
}

/** The charset that a good content type names. */
function charsetOf(contentType: string): string | null {
  let charset = contentTypes.get(contentType);
  if (charset === undefined) {
    charset = CHARSET.exec(contentType)?.[1]?.replaceAll('"', "") ?? null;
    if (contentTypes.size < MAX_CONTENT_TYPES && PLAIN_VALUE.test(contentType)) contentTypes.set(contentType, charset);
  }
  return charset;
}

function defaultContentType(charset: string): string {
  return charset === "utf-8" ? "text/html; charset=utf-8" : headerValue("Content-Type", `text/html; charset=${charset}`);
}

/** `int(status)` of Python, which takes text too. */
function checkStatus(status: number | string): number {
  const isInteger = typeof status === "string" ? INTEGER.test(status) : typeof status === "number" && Number.isFinite(status);
  if (!isInteger) throw new TypeError(`HTTP status code must be an integer, not ${JSON.stringify(status)}.`);
  const code = Math.trunc(Number(String(status).replaceAll("_", "")));
  if (code < 100 || code > 599) throw new ValueError(`HTTP status code must be an integer from 100 to 599, not ${code}.`);
  return code;
}
