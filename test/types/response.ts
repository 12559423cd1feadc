/** What the compiler knows of responses. Nothing here runs: `tsc` is the test, and each `@ts-expect-error` a case. */

import {
  DjangoJSONEncoder,
  EventStreamResponse,
  FileResponse,
  type FileSource,
  HttpResponse,
  HttpResponseBase,
  HttpResponseNotAllowed,
  HttpResponseRedirect,
  JsonResponse,
  type Morsel,
  StreamingHttpResponse,
} from "../../src/index.ts";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <_ extends true>(): void => {};

const response = new HttpResponse("x", { contentType: "text/plain", status: 201, headers: { Age: 120 } });
holds<Equal<ReturnType<typeof response.toResponse>, Response>>();
holds<Equal<typeof response.content, Uint8Array<ArrayBuffer>>>();
holds<Equal<typeof response.text, string>>();

// A header that may be missing has to be asked about, unless there is an alternate.
holds<Equal<ReturnType<typeof response.getItem>, string>>();
const value = response.get("Age");
holds<Equal<typeof value, string | undefined>>();
const alternate = response.get("Age", null);
holds<Equal<typeof alternate, string | null>>();
const morsel = response.cookies.get("a");
holds<Equal<typeof morsel, Morsel | undefined>>();

// Anything that Django takes as content may be assigned.
response.content = ["a", new Uint8Array(1), 2];
response.statusCode = 404;
// @ts-expect-error: only readable
response.text = "x";
// @ts-expect-error: only readable
response.closed = true;

// Options that are misspelt.
// @ts-expect-error
new HttpResponse("", { content_type: "text/plain" });
// @ts-expect-error
response.setCookie("a", "b", { httponly: true });
// @ts-expect-error
response.deleteCookie("a", { maxAge: 5 });
// @ts-expect-error
new JsonResponse({}, { jsonDumpsParams: { sort_keys: true } });
// @ts-expect-error
new FileResponse(new Uint8Array(1), { attachment: true });
// @ts-expect-error
new EventStreamResponse([], { heartBeat: 5 });
response.setCookie("a", "b", { maxAge: 5, expires: null, path: null, domain: undefined, sameSite: "lax" });

// The base is for type checks, not for use.
// @ts-expect-error: abstract
new HttpResponseBase();
const isResponse = (value: unknown): value is HttpResponseBase => value instanceof HttpResponseBase;
holds<Equal<ReturnType<typeof isResponse>, boolean>>();

// A stream has no content, and its value has to be waited for.
const stream = new StreamingHttpResponse(["a"]);
holds<Equal<typeof stream.content, never>>();
holds<Equal<ReturnType<typeof stream.getvalue>, Promise<Uint8Array>>>();
holds<Equal<typeof stream.streamingContent, AsyncIterable<Uint8Array<ArrayBuffer>>>>();
// @ts-expect-error: not to be iterated
new StreamingHttpResponse(5);

// Files of every runtime; what an object gives is typed where it is written.
declare const bucket: { get(key: string, options?: { range: { offset: number; length: number } }): Promise<unknown> };
const file = new FileResponse({
  name: "a.txt",
  size: 5,
  stream: () => bucket.get("a.txt"),
  slice: (start, end) => bucket.get("a.txt", { range: { offset: start, length: end - start } }),
});
holds<Equal<typeof file.fileToStream, FileSource>>();
new FileResponse(new File([], "a"));
new FileResponse(new ReadableStream());
// @ts-expect-error: a path is no open file
new FileResponse("/etc/passwd");

// Subclasses set their status as Django's do.
class HttpResponseNoContent extends HttpResponse {
  static override statusCode = 204;
}
holds<Equal<InstanceType<typeof HttpResponseNoContent>["statusCode"], number>>();
class Encoder extends DjangoJSONEncoder {
  override default(value: unknown): unknown {
    return value instanceof URL ? value.href : super.default(value);
  }
}
new JsonResponse([1], { safe: false, encoder: Encoder, jsonDumpsParams: { separators: [", ", ": "], indent: null } });
new HttpResponseRedirect(new URL("http://a/"), { preserveRequest: true });
new HttpResponseNotAllowed(new Set(["GET"]), { content: "no" });
// @ts-expect-error: the list of methods is required
new HttpResponseNotAllowed();
