/**
 * How a user types what middleware sets: `declare module "djedge"` and an interface. It holds for a whole program, so
 * it is a program of its own.
 */

import type { RequestSite } from "../../../src/contrib/sites.ts";
import { HttpRequest } from "../../../src/http/request.ts";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <_ extends true>(): void => {};

interface User {
  name: string;
  isAuthenticated: true;
}
interface AnonymousUser {
  isAuthenticated: false;
}

declare module "../../../src/http/extensions.ts" {
  interface HttpRequestExtensions {
    user: User | AnonymousUser;
    tenant?: string;
    env: { KV: Map<string, string> };
  }
}

declare module "../../../src/contrib/sessions/base.ts" {
  interface SessionData {
    cart: number[];
  }
}

declare const native: Request;
const request = HttpRequest.fromRequest(native);

holds<Equal<typeof request.user, User | AnonymousUser>>();
holds<Equal<typeof request.tenant, string | undefined>>();
holds<Equal<typeof request.env, { KV: Map<string, string> }>>();
// What was not said more of stays as it was.
holds<Equal<typeof request.site, RequestSite>>();
if (request.user.isAuthenticated) holds<Equal<typeof request.user.name, string>>();
// @ts-expect-error: an anonymous user has no name
request.user.name;
// @ts-expect-error: a name of the wrong type
request.tenant = 1;
request.session.get("cart").then((value) => holds<Equal<typeof value, number[] | undefined>>());
request.session.get("cart", null).then((value) => holds<Equal<typeof value, number[] | null>>());
request.session.get("other").then((value) => holds<Equal<typeof value, unknown>>());
request.session.set("cart", [1]);
// @ts-expect-error: a value of the wrong type
request.session.set("cart", "one");
// @ts-expect-error: a value of the wrong type
request.session.update({ cart: 1 });
request.auser().then((user) => holds<Equal<typeof user, User | AnonymousUser>>());
