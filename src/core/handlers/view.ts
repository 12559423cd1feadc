/**
 * What a view may give back, and what it may not.
 *
 * @module
 */

import type { HttpResponseBase } from "../../http/response.ts";
import { StreamingHttpResponse } from "../../http/streaming.ts";
import { ValueError } from "../exceptions.ts";

/** A response that is made ready late, as Django's `TemplateResponse`. */
export interface LateResponse extends HttpResponseBase {
  isRendered?: boolean;
  render(): HttpResponseBase | Promise<HttpResponseBase>;
}

/** Those whose `render()` has been called: not every class keeps an `isRendered`. */
const rendered = new WeakSet<HttpResponseBase>();

/** Who returned something, for an error message. */
export interface Named {
  readonly name: string;
}

/** Whether this is a response of ours, and no `Response` of the platform. */
export function isHttpResponse(value: unknown): value is HttpResponseBase {
  return typeof (value as HttpResponseBase | null | undefined)?.toResponse === "function";
}

/** Whether this is a `Response` of whatever Fetch implementation. */
export function isNativeResponse(value: unknown): value is Response {
  const response = value as Response | null | undefined;
  return typeof response?.status === "number" && typeof response.headers?.get === "function";
}

/**
 * Returns `result` if it is a response.
 *
 * @param callback who returned it, for the error message
 * @throws ValueError as Django does where a view returns nothing, and for a `Response` whose body has been read
 */
export function checkResponse(result: unknown, callback: Named | string): HttpResponseBase | Response {
  if (isHttpResponse(result) || (isNativeResponse(result) && !result.bodyUsed)) return result;
  const who = typeof callback === "string" ? callback : `The view ${callback.name || "(anonymous)"}`;
  if (isNativeResponse(result)) {
    throw new ValueError(
      `${who} returned a Response whose body has been read or sent already. Return its clone(), or make a new one.`,
    );
  }
  throw new ValueError(`${who} didn't return an HttpResponse object. It returned ${describe(result)} instead.`);
}

/** A plain `Response` as one of ours, so that headers can be set on it even where the platform made them immutable. */
export function wrapResponse(response: HttpResponseBase | Response): HttpResponseBase {
  return isHttpResponse(response) ? response : StreamingHttpResponse.fromResponse(response);
}

/**
 * What somebody returned, as a response of ours.
 *
 * @param callback who returned it, for the error message
 * @throws ValueError as {@link checkResponse}
 */
export function toHttpResponse(result: unknown, callback: Named | string): HttpResponseBase {
  return wrapResponse(checkResponse(result, callback));
}

/** Whether this is a response whose `render()` has yet to be called. */
export function isLate(value: unknown): value is LateResponse {
  const response = value as LateResponse | null | undefined;
  return typeof response?.render === "function" && !response.isRendered && !rendered.has(response);
}

/**
 * Makes a response ready to be sent, or another one in its place.
 *
 * @throws ValueError as {@link checkResponse}
 */
export async function render(response: LateResponse): Promise<HttpResponseBase> {
  const result = toHttpResponse(await response.render(), `${response.constructor.name}.render()`);
  rendered.add(result);
  return result;
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  const type = (value as object).constructor?.name ?? typeof value;
  return `a value of type ${type}`;
}
