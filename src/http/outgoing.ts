/**
 * `request.toRequest()`: the request as a proxy sends it on.
 *
 * @module
 */

import { RawPostDataException } from "../core/exceptions.ts";
import type { RequestBody } from "./body.ts";
import type { Environ } from "./environ.ts";
import type { HttpRequest } from "./request.ts";

/**
 * What speaks of one connection only, beside what `Connection` names (RFC 9110 section 7.6.1), and `Expect`, which no `fetch()`
 * takes. `Host` is what the URL says, also where that is changed: Bun would send the old one.
 */
const HOP_BY_HOP = /^(?:connection|expect|host|keep-alive|proxy-connection|te|trailer|transfer-encoding)$/i;

/**
 * Makes a standard `Request`.
 *
 * @throws RawPostDataException where the body was read in part
 */
export function outgoingRequest(request: HttpRequest, environ: Environ, body: RequestBody): Request {
  const { method, signal } = request;
  const { url } = environ;
  const headers = new Headers();
  const named = new Set((request.META.HTTP_CONNECTION ?? "").split(",").map((name) => name.trim().toLowerCase()));
  for (const [name, value] of request.headers) {
    // Workers pass WebSockets on so.
    if (name === "Upgrade" ? value.toLowerCase() !== "websocket" : named.has(name.toLowerCase())) continue;
    if (!HOP_BY_HOP.test(name)) headers.append(name, value);
  }
  // What the server behind redirects to is the client's to follow.
  const init: RequestInit & { duplex?: "half"; cf?: unknown } = { method, headers, signal, redirect: "manual" };
  // What Cloudflare knows of the client, for another Worker.
  const { cf } = (environ.native ?? {}) as { cf?: unknown };
  if (cf) init.cf = cf;
  if (method !== "GET" && method !== "HEAD") {
    if (body.started && !body.bytes) {
      throw new RawPostDataException("You cannot pass the body on after reading from request's data stream");
    }
    init.body = (body.bytes ?? body.stream) as BodyInit | null;
    init.duplex = "half";
  }
  const absolute = /^[a-z]+:/i.test(url) ? url.replace(/^([a-z]+:\/\/)[^/?#]*@/i, "$1") : request.buildAbsoluteUri();
  return new Request(absolute, init);
}
