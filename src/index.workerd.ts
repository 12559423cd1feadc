/**
 * Django's `django.http` for the edge: the root entry as Workers bundle it.
 *
 * @module
 */

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
  MultiPartParserError,
  MultiValueDictKeyError,
  PermissionDenied,
  RawPostDataException,
  RequestDataTooBig,
  SignatureExpired,
  SuspiciousFileOperation,
  SuspiciousOperation,
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
export type { HttpRequestInit } from "./http/environ.ts";
export { HttpHeaders, type Meta } from "./http/headers.ts";
export { MediaType } from "./http/mediatype.ts";
export { QueryDict, type QueryDictOptions } from "./http/querydict.ts";
export { HttpRequest, type HttpRequestExtensions } from "./http/request.ts";
export { MultiValueDict, type MultiValueDictUpdate } from "./utils/datastructures.ts";
