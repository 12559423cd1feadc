/**
 * Django's responses: `HttpResponse`, redirects, and the classes of single statuses.
 *
 * @module
 */

import { AttributeError, DisallowedRedirect } from "../core/exceptions.ts";
import { concat, viewBytes } from "../utils/bytes.ts";
import { decode, iriToUri } from "../utils/encoding.ts";
import { attempt } from "../utils/log.ts";
import { urlsplit } from "../utils/urlparse.ts";
import { isIterable, type Piece, pieceBytes, toPiece } from "./content.ts";
import { closeContent, type FileContent } from "./filelike.ts";
import { HttpResponseBase, type ResponseBody, type ResponseInit, type ToResponseOptions } from "./responsebase.ts";
import { isBodiless } from "./status.ts";

export { HttpResponseBase, type ResponseBody, type ResponseInit, type ToResponseOptions };

/** Characters: what is longer is no use to any browser. */
const MAX_URL_REDIRECT_LENGTH = 16384;

/**
 * A response whose content is at hand: text, bytes, or an iterable of both, which is read at once. Anything else is
 * written as its text.
 */
export class HttpResponse extends HttpResponseBase {
  #pieces: Piece[] = [];

  /**
   * Takes the content, which may also be written later.
   *
   * @throws UnicodeEncodeError for text that the charset lacks, LookupError for an unknown charset
   * @throws TypeError for an object that has no text, such as a promise; else as `HttpResponseBase`
   */
  constructor(content?: unknown, init?: ResponseInit) {
    super(init);
    if (content !== undefined) this.content = content;
  }

  /** The content of a `Response`, with its status, headers and cookies. */
  static async fromResponse(response: Response): Promise<HttpResponse> {
    return new HttpResponse(await response.arrayBuffer()).copyHead(response);
  }

  /** The content, in bytes; it may be set to anything that the constructor takes. */
  get content(): Uint8Array<ArrayBuffer> {
    const [first = "", second] = this.#pieces;
    if (second === undefined && typeof first !== "string") return first;
    const whole = concat(this.#pieces.map(pieceBytes));
    this.#pieces = [whole];
    return whole;
  }

  set content(content: unknown) {
    if (!isIterable(content)) {
      this.#pieces = content === null || content === undefined ? [] : [toPiece(content, this.charset)];
      return;
    }
    // All of it is taken before anything changes: it may be made of the content that was there.
    const pieces: Piece[] = [];
    try {
      for (const piece of content) addPiece(pieces, piece, this.charset);
    } finally {
      if (!Array.isArray(content) && (content as unknown) !== this)
        void attempt("Closing the content of a response", () => closeContent(content as FileContent));
    }
    this.#pieces = pieces;
  }

  /**
   * The content, as text.
   *
   * @throws UnicodeDecodeError where it is none in the charset
   */
  get text(): string {
    const [first = "", second] = this.#pieces;
    const charset = this.charset || "utf-8";
    if (second === undefined && typeof first === "string" && charset === "utf-8") return first;
    const { content } = this;
    // Python looks for no codec where there is nothing to decode.
    return content.length === 0 ? "" : decode(content, charset, true);
  }

  /** The headers, an empty line, and the content. */
  serialize(): Uint8Array {
    return concat([this.serializeHeaders(), Uint8Array.of(13, 10, 13, 10), this.content]);
  }

  /** As `content`. */
  override getvalue(): Uint8Array {
    return this.content;
  }

  /** Adds to the content. */
  override write(content: unknown): void {
    addPiece(this.#pieces, content, this.charset);
  }

  /** Adds each of `lines` to the content, with nothing between them. */
  override writelines(lines: Iterable<unknown>): void {
    for (const line of lines) this.write(line);
  }

  /** How many bytes the content has. */
  override tell(): number {
    return this.content.length;
  }

  override writable(): boolean {
    return true;
  }

  /** The content, in the pieces in which it was written. */
  *[Symbol.iterator](): IterableIterator<Uint8Array> {
    for (const piece of this.#pieces) yield pieceBytes(piece);
  }

  override toResponse(options: ToResponseOptions = {}): Response {
    const { request } = options;
    let body: ResponseBody = null;
    if (request?.method === "HEAD") {
      if (!isBodiless(this.statusCode)) this.setdefault("Content-Length", this.content.length);
    } else {
      const pieces = this.#pieces;
      const first = pieces[0] ?? "";
      // Text is what runtimes take best, but they give it a type where it has none.
      body = pieces.length < 2 && (typeof first !== "string" || this.hasContentType) ? first : this.content;
    }
    const response = this.makeResponse(body, options);
    this.close();
    request?.close();
    return response;
  }
}

/** Adds a piece of content; of bytes a copy, since whoever writes in pieces may fill one buffer again and again. */
function addPiece(pieces: Piece[], content: unknown, charset: string): void {
  const piece = toPiece(content, charset);
  const last = pieces.length - 1;
  if (typeof piece !== "string") pieces.push(piece.slice());
  else if (typeof pieces[last] === "string") pieces[last] += piece;
  else pieces.push(piece);
}

/** What redirects have in common. */
export abstract class HttpResponseRedirectBase extends HttpResponse {
  static override moreOptions: readonly string[] = ["preserveRequest"];
  /** Schemes that may be redirected to. */
  static allowedSchemes: readonly string[] = ["http", "https", "ftp"];
  /** The status where the browser shall repeat the method and the body. */
  static statusCodePreserveRequest: number;

  /**
   * @param redirectTo an absolute URL, one without a domain, or a path relative to the one that was asked for
   * @throws DisallowedRedirect for another scheme than `http`, `https` and `ftp`, and for more than 16384 characters
   */
  constructor(redirectTo: string | URL, options: RedirectInit = {}) {
    super(undefined, options);
    const location = String(redirectTo);
    this.set("Location", iriToUri(location));
    // Characters are counted, not UTF-16 units; there are at least half as many.
    if (location.length > MAX_URL_REDIRECT_LENGTH && [...location].length > MAX_URL_REDIRECT_LENGTH) {
      throw new DisallowedRedirect(`Unsafe redirect exceeding ${MAX_URL_REDIRECT_LENGTH} characters`);
    }
    const { allowedSchemes, statusCodePreserveRequest } = this.constructor as typeof HttpResponseRedirectBase;
    if (options.preserveRequest) this.statusCode = statusCodePreserveRequest;
    const { scheme } = urlsplit(location);
    if (scheme && !allowedSchemes.includes(scheme)) {
      throw new DisallowedRedirect(`Unsafe redirect to URL with protocol '${scheme}'`);
    }
  }

  /** The URL that is redirected to: the `Location` header. */
  get url(): string {
    return this.getItem("Location");
  }
}

/** What a redirect takes: what every response does, and `preserveRequest`. */
export interface RedirectInit extends ResponseInit {
  /** Has the browser repeat the method and the body (307 or 308). */
  preserveRequest?: boolean | undefined;
}

/** 302: the page is elsewhere for now; 307 with `preserveRequest`. */
export class HttpResponseRedirect extends HttpResponseRedirectBase {
  static override statusCode = 302;
  static override statusCodePreserveRequest = 307;
}

/** 301: the page has moved for good; 308 with `preserveRequest`. */
export class HttpResponsePermanentRedirect extends HttpResponseRedirectBase {
  static override statusCode = 301;
  static override statusCodePreserveRequest = 308;
}

/** 304: the client has the response already. It has no content. */
export class HttpResponseNotModified extends HttpResponse {
  static override statusCode = 304;

  /** Takes no content. */
  constructor(init?: ResponseInit) {
    super(undefined, init);
    this.delete("Content-Type");
  }

  override get content(): Uint8Array<ArrayBuffer> {
    return super.content;
  }

  /** @throws AttributeError for any content but an empty one */
  override set content(content: unknown) {
    const isEmpty = !content || viewBytes(content)?.length === 0 || (Array.isArray(content) && content.length === 0);
    if (!isEmpty) {
      throw new AttributeError("You cannot set content to a 304 (Not Modified) response");
    }
    super.content = undefined;
  }
}

/** 400. */
export class HttpResponseBadRequest extends HttpResponse {
  static override statusCode = 400;
}

/** 403. */
export class HttpResponseForbidden extends HttpResponse {
  static override statusCode = 403;
}

/** 404. */
export class HttpResponseNotFound extends HttpResponse {
  static override statusCode = 404;
}

/** 405, with the methods that are allowed. */
export class HttpResponseNotAllowed extends HttpResponse {
  static override statusCode = 405;
  static override moreOptions: readonly string[] = ["content"];

  /**
   * Takes the methods that are allowed.
   *
   * @param permittedMethods what `Allow` names
   */
  constructor(permittedMethods: Iterable<string>, options: ResponseInit & { content?: unknown } = {}) {
    super(options.content, options);
    this.set("Allow", [...permittedMethods].join(", "));
  }
}

/** 410. */
export class HttpResponseGone extends HttpResponse {
  static override statusCode = 410;
}

/** 500. */
export class HttpResponseServerError extends HttpResponse {
  static override statusCode = 500;
}
