/**
 * What the compiler knows of a request. Nothing here runs: `tsc` is the test, and each `@ts-expect-error` a case.
 * How a user types `request.user` stands in `merging/request.ts`.
 */

import type { SessionBase } from "../../src/contrib/sessions/base.ts";
import type { UploadedFile } from "../../src/core/files/uploadedfile.ts";
import { QueryDict } from "../../src/http/querydict.ts";
import { HttpRequest } from "../../src/http/request.ts";
import { MultiValueDict } from "../../src/utils/datastructures.ts";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <_ extends true>(): void => {};

declare const native: Request;
const request = HttpRequest.fromRequest(native, { env: {}, remoteAddr: "::1", scriptName: "/app" });
holds<Equal<typeof request, HttpRequest>>();

// @ts-expect-error: an option that is misspelt
HttpRequest.fromRequest(native, { remoteAdr: "::1" });
// @ts-expect-error: an option that is misspelt
request.getSignedCookie("a", { maxage: 1 });
// @ts-expect-error: an option that is misspelt
new QueryDict("", { mutabel: true });

// A subclass keeps its type.
class Mine extends HttpRequest {
  readonly tenant: string = "t";
}
const mine = Mine.fromRequest(native);
holds<Equal<typeof mine, Mine>>();

// What has to be waited for is a promise, the rest is not.
holds<Equal<typeof request.body, Promise<Uint8Array>>>();
holds<Equal<typeof request.POST, Promise<QueryDict>>>();
holds<Equal<typeof request.FILES, Promise<MultiValueDict<UploadedFile>>>>();
holds<Equal<typeof request.GET, QueryDict>>();
holds<Equal<typeof request.path, string>>();
holds<Equal<typeof request.META.HTTP_HOST, string | undefined>>();
holds<Equal<typeof request.encoding, string | null>>();

// A request is read-only where Django's is.
// @ts-expect-error
request.path = "/";
// @ts-expect-error
request.META = {};
// @ts-expect-error
request.GET = new QueryDict();
request.META.HTTP_X = "may be changed";
request.COOKIES.a = "may be changed";
request.encoding = "latin-1";
request.encoding = null;

// A default adds its type to the cookie's.
const cookie = request.getSignedCookie("a");
holds<Equal<typeof cookie, string>>();
const cookieOr = request.getSignedCookie("a", { default: false });
holds<Equal<typeof cookieOr, string | boolean>>();
const header = request.headers.get("x");
holds<Equal<typeof header, string | undefined>>();
const headerOr = request.headers.get("x", null);
holds<Equal<typeof headerOr, string | null>>();

// What middleware sets: whom a session belongs to, only the application knows.
holds<Equal<typeof request.user, unknown>>();
holds<Equal<ReturnType<typeof request.auser>, Promise<unknown>>>();
holds<Equal<typeof request.session, SessionBase>>();
holds<Equal<typeof request.site.domain, string>>();
const visits = request.session.get("visits");
holds<Equal<typeof visits, Promise<unknown>>>();
const visitsOr = request.session.pop("visits", 0);
holds<Equal<typeof visitsOr, Promise<unknown>>>();
const items = request.session.items();
holds<Equal<typeof items, Promise<[key: string, value: unknown][]>>>();
// @ts-expect-error: a session must be awaited
request.session.get("visits") + 1;
// @ts-expect-error: text is no length of time
request.session.setExpiry("tomorrow");
// @ts-expect-error
request.user.name;
// @ts-expect-error
request.tenant;

// Dictionaries give values, and what they were told to give instead.
const dict = new MultiValueDict<number>({ a: [1] });
const value = dict.get("a");
holds<Equal<typeof value, number | undefined>>();
const valueOr = dict.get("a", "none");
holds<Equal<typeof valueOr, "none" | number>>();
for (const [key, last] of dict) {
  holds<Equal<typeof key, string>>();
  holds<Equal<typeof last, number>>();
}
const popped = dict.pop("a");
holds<Equal<typeof popped, number[]>>();
const poppedOr = dict.pop("a", null);
holds<Equal<typeof poppedOr, number[] | null>>();
// @ts-expect-error: values are numbers here
dict.set("a", "1");

// A request is iterated by line.
async function lines(): Promise<void> {
  for await (const line of request) holds<Equal<typeof line, Uint8Array>>();
}
void lines;
