/**
 * The report of an error under `DEBUG`, as `ExceptionReporter` of `django.views.debug`.
 *
 * @module
 */

import { Http404 } from "../../core/exceptions.ts";
import type { HttpRequest } from "../../http/request.ts";
import type { Resolver404 } from "../../urls/exceptions.ts";
import { isPromise } from "../../utils/promise.ts";
import { exceptionReporterFilter, type SafeExceptionReporterFilter } from "./filter.ts";
import { renderPage } from "./page.ts";
import { show } from "./show.ts";
import { messageOf, readChain } from "./stack.ts";
import { renderText } from "./text.ts";
import type { Section, TracebackData } from "./types.ts";

/** A dictionary of lists: the query, a form, its files. */
interface Values {
  lists(): Iterable<[string, readonly unknown[]]>;
}

/** How long a form may take that nobody has read before the error: milliseconds. */
const FORM_TIME = 1000;

/**
 * Makes the report of an error: HTML for browsers, text for others. Subclass it for `request.exceptionReporterClass`
 * or the `DEFAULT_EXCEPTION_REPORTER` setting.
 */
export class ExceptionReporter {
  /** The request, where there is one. */
  readonly request: HttpRequest | null;
  /** What was thrown. */
  readonly error: unknown;
  /** The status of the response that shows the report. */
  readonly statusCode: number;
  /** What hides secrets. */
  readonly filter: SafeExceptionReporterFilter;

  constructor(request: HttpRequest | null, error: unknown, { statusCode = 500 }: { statusCode?: number } = {}) {
    this.request = request;
    this.error = error;
    this.statusCode = statusCode;
    this.filter = exceptionReporterFilter(request);
  }

  /** The report as a page, without scripts, that follows the reader's choice of light or dark. */
  async getTracebackHtml(): Promise<string> {
    return renderPage(await this.getTracebackData());
  }

  /** The report as plain text. */
  async getTracebackText(): Promise<string> {
    return renderText(await this.getTracebackData());
  }

  /** What the report says. */
  async getTracebackData(): Promise<TracebackData> {
    const { request, error, statusCode } = this;
    const chain = await readChain(error);
    const what = error instanceof Http404 ? "Page not found" : (chain[0]?.name ?? "Error");
    return {
      statusCode,
      title: request ? `${what} at ${request.path}` : what,
      chain,
      tried: triedOf(error),
      path: error instanceof Http404 ? (error as Partial<Resolver404>).path : undefined,
      sections: request ? await this.#sections(request) : [],
    };
  }

  async #sections(request: HttpRequest): Promise<Section[]> {
    const { filter } = this;
    const match = request.resolverMatch;
    const summary: [string, unknown][] = [
      ["Method", request.method],
      ["URL", `${request.scheme}://${request.META.HTTP_HOST ?? request.META.SERVER_NAME ?? ""}${request.getFullPath()}`],
    ];
    if (match) summary.push(["View", match.viewName], ["Route", match.route], ["Arguments", match.kwargs]);
    const user = userOf(request);
    if (isPresent(user)) summary.push(["User", user]);
    const sections: Section[] = [
      { title: "Request", rows: summary.map(([name, value]) => [name, typeof value === "string" ? value : show(value)]) },
      section("GET", () => valuesOf(request.GET)),
    ];
    if (request.method !== "GET" && request.method !== "HEAD") {
      sections.push(await this.#form("POST", () => filter.getPostParameters(request)));
      sections.push(await this.#form("FILES", () => request.FILES));
    }
    sections.push(
      section("Cookies", () => rowsOf(filter.getSafeCookies(request))),
      section("META", () => rowsOf(filter.getSafeRequestMeta(request))),
      section("Settings", () => rowsOf(filter.getSafeSettings())),
    );
    return sections;
  }

  /** A form that cannot be read, or is too long in coming, must not keep the report from being seen. */
  async #form(title: string, read: () => PromiseLike<Values> | Values): Promise<Section> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error("it did not arrive in time")), FORM_TIME);
    });
    try {
      return { title, rows: valuesOf(await Promise.race([read(), late])) };
    } catch (error) {
      return { title, rows: [], empty: `Could not be read: ${messageOf(error)}` };
    } finally {
      clearTimeout(timer);
    }
  }
}

/** The user's name; Django's words where it cannot be had. */
function userOf(request: HttpRequest): unknown {
  try {
    const user: unknown = request.user;
    if (!isPromise(user)) return isPresent(user) ? nameOf(user) : undefined;
    // Whoever it is, the report does not wait for it.
    user.then(undefined, () => {});
    return undefined;
  } catch {
    return "[unable to retrieve the current user]";
  }
}

/** A user by its own text, as Django shows one, or by its name: it has a password, too. */
function nameOf(user: unknown): unknown {
  const given = Object(user) as { username?: unknown };
  return given.toString === Object.prototype.toString ? (given.username ?? "(a user without a name)") : String(user);
}

function section(title: string, read: () => Section["rows"]): Section {
  try {
    return { title, rows: read() };
  } catch (error) {
    return { title, rows: [], empty: `Could not be read: ${messageOf(error)}` };
  }
}

function rowsOf(values: Record<string, unknown>): [string, string][] {
  const names = Object.keys(values).filter((name) => values[name] !== undefined);
  return names.sort().map((name) => [name, show(values[name])]);
}

function valuesOf(values: Values): [string, string][] {
  return [...values.lists()].map(([name, list]) => [name, list.map((value) => show(describeFile(value))).join(", ")]);
}

/** An uploaded file as its name, size and type. */
function describeFile(value: unknown): unknown {
  const file = value as { name?: unknown; size?: unknown; contentType?: unknown; chunks?: unknown } | null;
  return typeof file?.chunks === "function" ? { name: file.name, size: file.size, contentType: file.contentType } : value;
}

function triedOf(error: unknown): [route: string, name: string][] | undefined {
  if (!(error instanceof Http404)) return undefined;
  const { tried } = error as Partial<Resolver404>;
  return tried?.map((patterns) => [
    patterns.map((pattern) => pattern[3]).join(" "),
    (patterns.at(-1)?.[1] as { name?: string } | undefined)?.name ?? "",
  ]);
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null && typeof (value as PromiseLike<unknown>).then !== "function";
}
