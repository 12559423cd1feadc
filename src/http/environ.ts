/**
 * What the platform's `Request` says under the names of CGI, as far as somebody asks for it.
 *
 * @module
 */

import { settings } from "../conf/index.ts";
import { ImproperlyConfigured } from "../core/exceptions.ts";
import { type Connection, connection, type ExecutionContextLike } from "../platform.ts";
import { escapeUriPath, iriToUri, unquotePath } from "../utils/encoding.ts";
import { strip } from "../utils/http.ts";
import { type HeaderSource, type Meta, metaName } from "./headers.ts";

/** What a runtime knows about a request beside the request itself. */
export interface HttpRequestInit {
  /** The bindings of a Worker. */
  env?: unknown;
  /** The context of a Worker, for its `waitUntil()`. */
  ctx?: ExecutionContextLike | undefined;
  /** The client's address, as the runtime vouches for it. */
  remoteAddr?: string | undefined;
  /** The client's port. */
  remotePort?: number | undefined;
  /** The beginning of the URL's path that is where the application is mounted. */
  scriptName?: string | undefined;
}

/** The environment of a request, as WSGI calls it. One without a platform's request has an empty `META`. */
export class Environ implements HeaderSource {
  /** The platform's request; none for an empty one. */
  native: Request | undefined;
  /** What the runtime said beside it. */
  init: (HttpRequestInit & Partial<Connection>) | undefined;
  #META: Meta | undefined;
  #url: string | undefined;
  #path: string | undefined;

  /** Whether a server of the runtime made the request. */
  get isServed(): boolean {
    return this.init?.isServed === true;
  }

  /** The URL as the platform gives it, which some assemble anew every time. */
  get url(): string {
    this.#url ??= this.native?.url ?? "";
    return this.#url;
  }

  /** CGI variables (RFC 3875 section 4.1), and the headers as `HTTP_*`. From here on, what counts is what it says. */
  get META(): Meta {
    this.#META ??= this.native ? this.#makeMeta(this.native) : Object.create(null);
    return this.#META as Meta;
  }

  /** Whether `META` was made, and so may have been changed. */
  get hasMeta(): boolean {
    return this.#META !== undefined;
  }

  /** The value of a header, by its name in lower case; a name with `_` is none. Reading one does not make `META`. */
  header(name: string): string | undefined {
    if (this.#META || !this.native) return this.META[metaName(name)];
    try {
      return this.native.headers.get(name) ?? undefined;
    } catch {
      return undefined; // Not a name that a header can have.
    }
  }

  /** The scheme of the URL, or what `SECURE_PROXY_SSL_HEADER` says. */
  get scheme(): string {
    const proxy = settings.SECURE_PROXY_SSL_HEADER;
    if (proxy) {
      const [key, secure] = proxy;
      if (proxy.length !== 2) throw new ImproperlyConfigured("The SECURE_PROXY_SSL_HEADER setting must be [header, value].");
      const value = key.startsWith("HTTP_") ? this.header(key.slice(5).toLowerCase().replaceAll("_", "-")) : this.META[key];
      if (value !== undefined) return strip(value.split(",", 1)[0] as string) === secure ? "https" : "http";
    }
    return this.url.startsWith("https:") ? "https" : "http";
  }

  /** The part of the URL behind the `?`, as it came. */
  get queryString(): string {
    if (this.#META || !this.native) return this.META.QUERY_STRING ?? "";
    const address = this.#address;
    const start = address.indexOf("?") + 1;
    if (start === 0) return "";
    const hash = address.indexOf("#");
    return hash < 0 ? address.slice(start) : address.slice(start, Math.max(start, hash));
  }

  /**
   * The path of the URL. It is cut out of it, since `new URL()` changes it, and some runtimes give one without a host;
   * decoded once, with what is not UTF-8 left as it is.
   */
  get path(): string {
    if (!this.native) return `${this.META.SCRIPT_NAME ?? ""}${this.META.PATH_INFO ?? ""}`;
    if (this.#path === undefined) {
      const address = this.#address;
      const start = pathStart(address);
      let end = address.indexOf("?", start);
      const hash = address.indexOf("#", start);
      if (end < 0 || (hash >= 0 && hash < end)) end = hash < 0 ? address.length : hash;
      this.#path = unquotePath(address.slice(start, end)) || "/";
    }
    return this.#path;
  }

  /** The path without the script name. */
  get pathInfo(): string {
    if (!this.native) return this.META.PATH_INFO ?? "";
    const { path, scriptName } = this;
    if (scriptName === "" || !path.startsWith(scriptName)) return path;
    const rest = path.slice(scriptName.length);
    return rest === "" ? "/" : rest.startsWith("/") ? rest : path;
  }

  /** Where the application is mounted, without the slash at its end. */
  get scriptName(): string {
    const name = settings.FORCE_SCRIPT_NAME ?? this.init?.scriptName;
    return name ? name.replace(/\/$/, "") : "";
  }

  /** A path and the query string, percent-encoded as a URL has to be. */
  fullPath(path: string, forceAppendSlash: boolean): string {
    const { queryString } = this;
    const slash = forceAppendSlash && !path.endsWith("/") ? "/" : "";
    return `${escapeUriPath(path)}${slash}${queryString && `?${iriToUri(queryString)}`}`;
  }

  /** The URL, or no more of it than path and query: djedge/node has those before it puts a URL together. */
  get #address(): string {
    return (this.native as { readonly target?: string | undefined } | undefined)?.target ?? this.url;
  }

  #makeMeta(native: Request): Meta {
    const META = Object.create(null) as Meta;
    native.headers.forEach((value, name) => {
      // As Django's servers do: X_Name would be taken for X-Name, which a proxy in front may have set.
      if (!name.includes("_")) META[metaName(name)] = value;
    });
    const { url } = this;
    const authority = url.slice(url.indexOf("//") + 2, pathStart(url));
    const [, name, port] = /^(?:.*@)?(\[.*\]|[^:]*)(?::(\d+))?/.exec(authority) ?? [];
    META.GATEWAY_INTERFACE = "CGI/1.1";
    META.REQUEST_METHOD = native.method.toUpperCase();
    META.SCRIPT_NAME = this.scriptName;
    META.PATH_INFO = this.pathInfo;
    META.QUERY_STRING = this.queryString;
    META.SERVER_NAME = name || "unknown";
    META.SERVER_PORT = port || (url.startsWith("https:") ? "443" : "80");
    META.SERVER_PROTOCOL = "HTTP/1.1";
    META.SERVER_SOFTWARE = "djedge";
    // What the caller was told by its runtime; or else what this runtime vouches for.
    const { remoteAddr, remotePort } = this.init?.remoteAddr ? this.init : connection(native, undefined, undefined);
    const trusted = settings.REMOTE_ADDR_HEADER;
    // The last address of a list is the one that the proxy itself saw; what comes before, a client could have written.
    const address = (trusted && META[metaName(trusted)]?.split(",").at(-1)?.trim()) || remoteAddr;
    if (address) META.REMOTE_ADDR = META.REMOTE_HOST = address;
    if (remotePort && address === remoteAddr) META.REMOTE_PORT = String(remotePort);
    return META;
  }
}

/** Where the path begins in a URL, which may be one without a host, or without a path. @internal */
export function pathStart(url: string): number {
  if (url.startsWith("/")) return 0;
  let at = url.indexOf("//") + 2;
  while (at < url.length && !endsHost(url.charCodeAt(at))) at++;
  return at;
}

/** `/`, `?` and `#` (RFC 3986, section 3.2). */
function endsHost(char: number): boolean {
  return char === 47 || char === 63 || char === 35;
}
