/**
 * Conditional requests, as `django.middleware.http`.
 *
 * @module
 */

import { md5 } from "@noble/hashes/legacy.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import type { HttpRequest } from "../http/request.ts";
import { HttpResponse, type HttpResponseBase, HttpResponseNotModified } from "../http/response.ts";
import { checkPreconditions, hasDirective } from "../utils/cache.ts";
import { parseHttpDateSafe } from "../utils/http.ts";
import { MiddlewareMixin } from "./base.ts";

/** What a 304 keeps of the response it stands for (RFC 9110, section 15.4.5), and `Last-Modified`. */
const KEPT = ["Cache-Control", "Content-Location", "Date", "ETag", "Expires", "Last-Modified", "Vary"];

/**
 * Answers a `GET` with 304 where the client has the response already, by its `ETag` or `Last-Modified`. A response
 * without `ETag` gets one, the MD5 of its content, unless it is a stream or says `Cache-Control: no-store`.
 */
export class ConditionalGetMiddleware extends MiddlewareMixin {
  /** Adds the ETag and compares. */
  override processResponse(request: HttpRequest, response: HttpResponseBase): HttpResponseBase {
    if (request.method !== "GET") return response;
    if (!response.streaming && !response.has("ETag") && !hasDirective(response, "no-store")) {
      const { content } = response as HttpResponse;
      if (content.length > 0) response.set("ETag", `"${bytesToHex(md5(content))}"`);
    }
    const etag = response.get("ETag");
    const lastModified = parseHttpDateSafe(response.get("Last-Modified"));
    return etag || lastModified ? getConditionalResponse(request, etag, lastModified, response) : response;
  }
}

/**
 * The 304 or 412 that the preconditions of a request ask for; otherwise `response`, as it is.
 *
 * @param lastModified epoch seconds
 * @param response what would be sent otherwise, closed where it is not; a response outside 200 to 299 is always sent
 */
export function getConditionalResponse<R extends HttpResponseBase | undefined>(
  request: HttpRequest,
  etag: string | undefined,
  lastModified: number | undefined,
  response: R,
): HttpResponseBase | R {
  if (response && (response.statusCode < 200 || response.statusCode >= 300)) return response;
  const status = checkPreconditions(request, etag, lastModified);
  if (status === undefined) return response;
  const answer = status === 412 ? new HttpResponse("", { status }) : notModified(response);
  response?.close();
  return answer;
}

function notModified(response: HttpResponseBase | undefined): HttpResponseBase {
  const answer = new HttpResponseNotModified();
  if (!response) return answer;
  for (const name of KEPT) if (response.has(name)) answer.set(name, response.getItem(name));
  answer.takeCookies(response);
  return answer;
}
