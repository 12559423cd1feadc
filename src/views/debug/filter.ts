/**
 * What of a request and of the settings a report may show, as `SafeExceptionReporterFilter` of `django.views.debug`.
 *
 * @module
 */

import { settings } from "../../conf/index.ts";
import type { HttpRequest } from "../../http/request.ts";
import type { MultiValueDict } from "../../utils/datastructures.ts";
import type { SensitiveRequest } from "../decorators/debug.ts";

/** How deep `cleanseSetting()` looks into objects; what is deeper is hidden. */
const MAX_DEPTH = 8;

/** Hides secrets. Subclass it for `request.exceptionReporterFilter` or the `DEFAULT_EXCEPTION_REPORTER_FILTER` setting. */
export class SafeExceptionReporterFilter {
  /** What stands in place of a secret. */
  cleansedSubstitute = "********************";
  /** The names of settings, headers and cookies that are secrets. */
  hiddenSettings: RegExp = /API|AUTH|TOKEN|KEY|SECRET|PASS|SIGNATURE|HTTP_COOKIE/i;

  #depth = 0;

  /** `value`, or the substitute where `key` names a secret; arrays and plain objects are cleansed inside. */
  cleanseSetting(key: string, value: unknown): unknown {
    if (key === settings.SESSION_COOKIE_NAME || key.search(this.hiddenSettings) >= 0) return this.cleansedSubstitute;
    if (!isPlain(value)) return value;
    if (this.#depth === MAX_DEPTH) return this.cleansedSubstitute;
    this.#depth++;
    try {
      return Array.isArray(value)
        ? value.map((item) => this.cleanseSetting("", item))
        : this.#cleanseAll(value as Record<string, unknown>);
    } finally {
      this.#depth--;
    }
  }

  /** The settings by their names. */
  getSafeSettings(): Record<string, unknown> {
    return this.#cleanseAll(settings as unknown as Record<string, unknown>);
  }

  /** `request.META`. */
  getSafeRequestMeta(request: HttpRequest): Record<string, unknown> {
    return this.#cleanseAll(request.META);
  }

  /** `request.COOKIES`. */
  getSafeCookies(request: HttpRequest): Record<string, unknown> {
    return this.#cleanseAll(request.COOKIES);
  }

  /** Whether `sensitivePostParameters()` is heeded. Django does not under `DEBUG`; here it is always. */
  isActive(_request: HttpRequest): boolean {
    return true;
  }

  /** The form, with the values of the fields hidden that `sensitivePostParameters()` named. */
  async getPostParameters(request: HttpRequest): Promise<MultiValueDict<string>> {
    const post = await request.POST;
    const { sensitivePostParameters: sensitive } = request as SensitiveRequest;
    if (!sensitive || !this.isActive(request)) return post;
    const cleansed = post.copy();
    for (const name of sensitive === "__ALL__" ? [...cleansed.keys()] : sensitive) {
      if (cleansed.has(name)) cleansed.set(name, this.cleansedSubstitute);
    }
    return cleansed;
  }

  #cleanseAll(values: Record<string, unknown>): Record<string, unknown> {
    const cleansed = Object.create(null) as Record<string, unknown>;
    for (const [key, value] of Object.entries(values)) cleansed[key] = this.cleanseSetting(key, value);
    return cleansed;
  }
}

/** The filter that a request, or the settings, ask for. One that lacks methods has Django's own for these. */
export function exceptionReporterFilter(request: HttpRequest | null): SafeExceptionReporterFilter {
  const chosen = (request?.exceptionReporterFilter ?? settings.DEFAULT_EXCEPTION_REPORTER_FILTER) as
    | Partial<SafeExceptionReporterFilter>
    | (new () => SafeExceptionReporterFilter)
    | null
    | undefined;
  if (!chosen) return new SafeExceptionReporterFilter();
  const filter = typeof chosen === "function" ? new chosen() : chosen;
  return filter instanceof SafeExceptionReporterFilter
    ? filter
    : Object.assign(new SafeExceptionReporterFilter(), methodsOf(filter));
}

/** The methods of an object that is no subclass, its prototype's too. */
function methodsOf(filter: Partial<SafeExceptionReporterFilter>): Partial<SafeExceptionReporterFilter> {
  const methods = Object.create(null) as Record<string, unknown>;
  const given = filter as Record<string, unknown>;
  for (const name of [
    "isActive",
    "getPostParameters",
    "getSafeSettings",
    "getSafeRequestMeta",
    "getSafeCookies",
    "cleanseSetting",
  ]) {
    const method = given[name];
    if (typeof method === "function") methods[name] = method.bind(filter);
  }
  return methods;
}

function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === null || Object.getPrototypeOf(prototype) === null;
}
