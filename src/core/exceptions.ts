/**
 * Django's exceptions, and the few of Python's own that JavaScript has no nearer name for.
 *
 * Every class sets `name` as a field, so that it survives minifiers that rename classes.
 * Which status an exception becomes is decided in one place only: `core/handlers/exception.ts`.
 *
 * @module
 */

/** Python's `LookupError`: a name that is not in a table, such as an unknown charset. */
export class LookupError extends Error {
  override name = "LookupError";
}

/** Python's `KeyError`: the key is not in the dictionary. */
export class KeyError extends LookupError {
  override name = "KeyError";
}

/** Python's `ValueError`: the right type, an impossible value. */
export class ValueError extends Error {
  override name = "ValueError";
}

/** Python's `UnicodeEncodeError`: a character that the charset cannot hold. */
export class UnicodeEncodeError extends ValueError {
  override name = "UnicodeEncodeError";
}

/** Python's `UnicodeDecodeError`: bytes that are not text in the charset. */
export class UnicodeDecodeError extends ValueError {
  override name = "UnicodeDecodeError";
}

/** Python's `AttributeError`: writing to an immutable `QueryDict`, reading what a response has not. */
export class AttributeError extends Error {
  override name = "AttributeError";
}

/** Python's `OSError`: the response cannot be written to, or has no position; the request cannot be read. */
export class OSError extends Error {
  override name = "OSError";
}

/** A setting is missing, unknown or impossible. The message names the setting and the remedy. */
export class ImproperlyConfigured extends Error {
  override name = "ImproperlyConfigured";
}

/** Thrown by a middleware factory that is not needed with these settings: the handler leaves it out. */
export class MiddlewareNotUsed extends Error {
  override name = "MiddlewareNotUsed";
}

/** What has to be awaited was taken for its result. */
export class SynchronousOnlyOperation extends Error {
  override name = "SynchronousOnlyOperation";
}

/** Nothing is here: becomes a 404. */
export class Http404 extends Error {
  override name = "Http404";
}

/** The user may not do this: becomes a 403. */
export class PermissionDenied extends Error {
  override name = "PermissionDenied";
}

/** The request is malformed and cannot be processed: becomes a 400. */
export class BadRequest extends Error {
  override name = "BadRequest";
}

/** The user did something that is suspicious from a security point of view: becomes a 400, logged as `django.security.*`. */
export class SuspiciousOperation extends Error {
  override name = "SuspiciousOperation";
}

/** A file name that would leave its directory. */
export class SuspiciousFileOperation extends SuspiciousOperation {
  override name = "SuspiciousFileOperation";
}

/** The `Host` header is not in `ALLOWED_HOSTS`, or is no host name (RFC 1034/1035). */
export class DisallowedHost extends SuspiciousOperation {
  override name = "DisallowedHost";
}

/** A redirect to a scheme outside `http`, `https` and `ftp`, or to an overlong URL. */
export class DisallowedRedirect extends SuspiciousOperation {
  override name = "DisallowedRedirect";
}

/** The body, without its files, is larger than `DATA_UPLOAD_MAX_MEMORY_SIZE` bytes. */
export class RequestDataTooBig extends SuspiciousOperation {
  override name = "RequestDataTooBig";
}

/** More than `DATA_UPLOAD_MAX_NUMBER_FIELDS` fields in a query string or a form. */
export class TooManyFieldsSent extends SuspiciousOperation {
  override name = "TooManyFieldsSent";
}

/** More than `DATA_UPLOAD_MAX_NUMBER_FILES` files in a form. */
export class TooManyFilesSent extends SuspiciousOperation {
  override name = "TooManyFilesSent";
}

/** The session was deleted while the request was under way: becomes a 400. */
export class SessionInterrupted extends BadRequest {
  override name = "SessionInterrupted";
}

/** `request.body` was asked for after reading from the request's stream had begun. */
export class RawPostDataException extends Error {
  override name = "RawPostDataException";
}

/** The client's body broke off or could not be read; `cause` is the platform's own error. */
export class UnreadablePostError extends OSError {
  override name = "UnreadablePostError";
}

/** A multipart body that cannot be parsed: becomes a 400. */
export class MultiPartParserError extends Error {
  override name = "MultiPartParserError";
}

/** A header name or value that would break the header block, such as one with a line break. */
export class BadHeaderError extends ValueError {
  override name = "BadHeaderError";
}

/** `MultiValueDict.getItem(key)` of a key that is not there. */
export class MultiValueDictKeyError extends KeyError {
  override name = "MultiValueDictKeyError";
}

/** The signature does not match the value. */
export class BadSignature extends Error {
  override name = "BadSignature";
}

/** The signature matches, but is older than the `maxAge` asked for. */
export class SignatureExpired extends BadSignature {
  override name = "SignatureExpired";
}
