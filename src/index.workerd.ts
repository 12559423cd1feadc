/**
 * Django's `django.http` for the edge: the root entry as Workers bundle it.
 *
 * @module
 */

export type { SettingFunction } from "./conf/global_settings.ts";
export { type LazySettings, overrideSettings, type Settings, settings } from "./conf/index.ts";
export {
  AttributeError,
  BadHeaderError,
  BadRequest,
  BadSignature,
  DisallowedHost,
  DisallowedRedirect,
  Http404,
  ImproperlyConfigured,
  KeyError,
  LookupError,
  MiddlewareNotUsed,
  MultiPartParserError,
  MultiValueDictKeyError,
  OSError,
  PermissionDenied,
  RawPostDataException,
  RequestDataTooBig,
  SessionInterrupted,
  SignatureExpired,
  SuspiciousFileOperation,
  SuspiciousOperation,
  SynchronousOnlyOperation,
  TooManyFieldsSent,
  TooManyFilesSent,
  UnicodeDecodeError,
  UnicodeEncodeError,
  UnreadablePostError,
  ValueError,
} from "./core/exceptions.ts";
export {
  type ContentTypeExtra,
  InMemoryUploadedFile,
  SimpleUploadedFile,
  TemporaryUploadedFile,
  UploadedFile,
  type UploadedFileContent,
} from "./core/files/uploadedfile.ts";
export { type FetchApplication, type FetchApplicationOptions, getFetchApplication } from "./core/handlers/application.ts";
export type { ExceptionReporterClass } from "./core/handlers/exception.ts";
export { type AsFetchOptions, asFetch, type FetchHandler, type SettingsSource } from "./core/handlers/fetch.ts";
export type {
  GetResponse,
  HookResult,
  Middleware,
  MiddlewareFunction,
  MiddlewareHooks,
  MiddlewareObject,
  View,
  ViewResult,
} from "./core/handlers/types.ts";
export { DjangoJSONEncoder, type JsonDumpsParams } from "./core/serializers/json.ts";
export { type CookieOptions, Morsel, parseCookie, type SignedCookieOptions, SimpleCookie } from "./http/cookie.ts";
export type { HttpRequestInit } from "./http/environ.ts";
export {
  type EventSourceEvents,
  type EventStreamInit,
  EventStreamResponse,
  type ServerSentEvent,
} from "./http/eventstream.ts";
export type { HttpRequestExtensions, SetByMiddleware } from "./http/extensions.ts";
export type { FileContent, FileHandleLike, FileLike, FileSource, FsFileLike, R2ObjectLike } from "./http/filelike.ts";
export { FileResponse, type FileResponseInit } from "./http/fileresponse.ts";
export type { MultiPartParserClass } from "./http/form.ts";
export { HttpHeaders, type Meta } from "./http/headers.ts";
export { JsonResponse, type JsonResponseInit } from "./http/jsonresponse.ts";
export { MediaType } from "./http/mediatype.ts";
export { QueryDict, type QueryDictOptions, type QueryDictText } from "./http/querydict.ts";
export { HttpRequest } from "./http/request.ts";
export {
  HttpResponse,
  HttpResponseBadRequest,
  HttpResponseBase,
  HttpResponseForbidden,
  HttpResponseGone,
  HttpResponseNotAllowed,
  HttpResponseNotFound,
  HttpResponseNotModified,
  HttpResponsePermanentRedirect,
  HttpResponseRedirect,
  type HttpResponseRedirectBase,
  HttpResponseServerError,
  type RedirectInit,
  type ResponseBody,
  type ResponseInit,
  type ToResponseOptions,
} from "./http/response.ts";
export { type HeaderValues, ResponseHeaders } from "./http/responseheaders.ts";
export { type StreamingContent, StreamingHttpResponse } from "./http/streaming.ts";
export type { ExecutionContextLike } from "./platform.ts";
export { MultiValueDict, type MultiValueDictUpdate } from "./utils/datastructures.ts";
export type { Logger, LoggerName } from "./utils/log.ts";
export { SafeExceptionReporterFilter } from "./views/debug/filter.ts";
export { ExceptionReporter } from "./views/debug/reporter.ts";
export type { Frame, Link, Section, TracebackData } from "./views/debug/types.ts";
