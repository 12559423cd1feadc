/**
 * The one place where an exception becomes a response, as Django's `core/handlers/exception.py`.
 *
 * @module
 */

import { settings } from "../../conf/index.ts";
import type { HttpRequest } from "../../http/request.ts";
import { HttpResponse, type HttpResponseBase } from "../../http/response.ts";
import { type LoggerName, log } from "../../utils/log.ts";
import {
  BadRequest,
  Http404,
  MultiPartParserError,
  PermissionDenied,
  RequestDataTooBig,
  SuspiciousOperation,
  TooManyFieldsSent,
  TooManyFilesSent,
} from "../exceptions.ts";
import { rooms } from "../rooms.ts";
import type { ErrorStatus, View, ViewResult } from "./types.ts";
import { isLate, render, toHttpResponse } from "./view.ts";

/** Title and text of Django's own error pages (`django/views/defaults.py`). */
const PAGES: Readonly<Record<ErrorStatus, readonly [title: string, details: string]>> = {
  400: ["Bad Request (400)", ""],
  403: ["403 Forbidden", ""],
  404: ["Not Found", "The requested resource was not found on this server."],
  500: ["Server Error (500)", ""],
};

/** Finds the URLconf's own view for an error; nothing for Django's page. */
export type ErrorHandlers = (request: HttpRequest, status: ErrorStatus) => View | undefined;

/** What makes the report of an error under `DEBUG`; see `ExceptionReporter` in `views/debug/reporter.ts`. */
export type ExceptionReporterClass = new (
  request: HttpRequest | null,
  error: unknown,
  options?: { statusCode?: number },
) => {
  getTracebackHtml(): string | Promise<string>;
  getTracebackText(): string | Promise<string>;
};

const observers = new WeakMap<HttpRequest, (error: unknown) => void>();
const logged = new WeakSet<HttpResponseBase | Response>();

/** Django's `got_request_exception` for one request: `observer` is told of each exception that becomes a 500. */
export function observeExceptions(request: HttpRequest, observer: (error: unknown) => void): void {
  observers.set(request, observer);
}

/**
 * The response to an exception: `Http404` 404, `PermissionDenied` 403, `BadRequest`, `SuspiciousOperation` and
 * `MultiPartParserError` 400, anything else 500.
 *
 * @throws the error itself where it would be a 500 and `DEBUG_PROPAGATE_EXCEPTIONS` is set
 */
export async function responseForException(
  request: HttpRequest,
  error: unknown,
  handlers?: ErrorHandlers,
): Promise<HttpResponseBase> {
  let response: HttpResponseBase;
  if (error instanceof Http404) {
    response = await (settings.DEBUG ? technicalResponse(request, error, 404) : errorResponse(request, 404, error, handlers));
  } else if (error instanceof PermissionDenied) {
    response = await errorResponse(request, 403, error, handlers);
    logResponse(`Forbidden (Permission denied): ${request.path}`, response, error);
  } else if (error instanceof MultiPartParserError) {
    response = await errorResponse(request, 400, error, handlers);
    logResponse(`Bad request (Unable to parse request body): ${request.path}`, response, error);
  } else if (error instanceof BadRequest) {
    response = await badRequest(request, error, handlers);
    logResponse(`${error.message}: ${request.path}`, response, error);
  } else if (error instanceof SuspiciousOperation) {
    if (error instanceof RequestDataTooBig || error instanceof TooManyFieldsSent || error instanceof TooManyFilesSent) {
      // The form cannot be read again: an error page that tried would only throw the same error.
      request.markPostParseError();
    }
    log("error", `django.security.${error.name}`, error.message, error);
    response = await badRequest(request, error, handlers);
  } else {
    response = await uncaught(request, error, handlers);
  }
  return response;
}

/** Logs a response of status 400 and above once: a warning, or an error from 500 on. */
export function logResponse(
  message: string,
  response: HttpResponseBase | Response,
  error?: unknown,
  logger: LoggerName = "django.request",
): void {
  if (logged.has(response)) return;
  logged.add(response);
  const status = statusOf(response);
  const level = status >= 500 ? "error" : status >= 400 ? "warn" : "info";
  if (error === undefined) log(level, logger, message);
  else log(level, logger, message, error);
}

/** Django's own page for `status`, in its words. */
export function defaultErrorPage(status: ErrorStatus): HttpResponse {
  const [title, details] = PAGES[status];
  const page = `
<!doctype html>
<html lang="en">
<head>
  <title>${title}</title>
</head>
<body>
  <h1>${title}</h1><p>${details}</p>
</body>
</html>
`;
  return new HttpResponse(page, { status });
}

function badRequest(request: HttpRequest, error: Error, handlers?: ErrorHandlers): Promise<HttpResponseBase> {
  return settings.DEBUG ? technicalResponse(request, error, 400) : errorResponse(request, 400, error, handlers);
}

/** The answer of the URLconf's view for `status`, or Django's page; where that view throws, the answer to a 500. */
async function errorResponse(
  request: HttpRequest,
  status: ErrorStatus,
  exception: unknown,
  handlers?: ErrorHandlers,
): Promise<HttpResponseBase> {
  const view = handlers?.(request, status);
  if (!view) return defaultErrorPage(status);
  try {
    return await answerOf(view, view(request, { exception }));
  } catch (error) {
    return uncaught(request, error, handlers);
  }
}

/** The answer to what nobody caught. */
async function uncaught(request: HttpRequest, error: unknown, handlers?: ErrorHandlers): Promise<HttpResponseBase> {
  observers.get(request)?.(error);
  if (settings.DEBUG_PROPAGATE_EXCEPTIONS) throw error;
  let response: HttpResponseBase;
  if (settings.DEBUG) response = await technicalResponse(request, error, 500);
  else {
    const view = handlers?.(request, 500);
    response = view ? await answerOf(view, view(request, {})) : defaultErrorPage(500);
  }
  logResponse(`${response.reasonPhrase}: ${request.path}`, response, error);
  return response;
}

/** An error view's own response, ready to be sent. */
async function answerOf(view: View, result: ViewResult): Promise<HttpResponseBase> {
  const response = toHttpResponse(await result, view);
  return isLate(response) ? render(response) : response;
}

/** The report of an error for its developer: a page for browsers, text for others; plain text where no page is linked. */
async function technicalResponse(request: HttpRequest, error: unknown, status: ErrorStatus): Promise<HttpResponseBase> {
  const html = request.accepts("text/html");
  let text: string;
  try {
    const Reporter = await exceptionReporterClass(request);
    if (!Reporter) text = plainReport(error);
    else {
      const reporter = new Reporter(request, error, { statusCode: status });
      if (html) return new HttpResponse(await reporter.getTracebackHtml(), { status, contentType: "text/html; charset=utf-8" });
      text = await reporter.getTracebackText();
    }
  } catch (reason) {
    log("error", "django.request", "The report of an error failed itself.", reason);
    text = plainReport(error);
  }
  return new HttpResponse(text, { status, contentType: "text/plain; charset=utf-8" });
}

async function exceptionReporterClass(request: HttpRequest): Promise<ExceptionReporterClass | undefined> {
  const chosen = request.exceptionReporterClass ?? settings.DEFAULT_EXCEPTION_REPORTER;
  if (chosen) return chosen as ExceptionReporterClass;
  const room = (await rooms.debug?.()) as { ExceptionReporter: ExceptionReporterClass } | undefined;
  return room?.ExceptionReporter;
}

/** What can be said without the room that makes pages: a production Worker carries no such room. */
function plainReport(error: unknown): string {
  const report: string[] = [];
  for (let cause = error, depth = 0; cause !== undefined && cause !== null && depth < 10; depth++) {
    const { name = "Error", message = String(cause), stack = "" } = cause as Partial<Error>;
    report.push(`${name}: ${message}\n${stack}\n`);
    cause = (cause as Partial<Error>).cause;
  }
  return report.join("\nCaused by ");
}

function statusOf(response: HttpResponseBase | Response): number {
  return "statusCode" in response ? response.statusCode : response.status;
}
