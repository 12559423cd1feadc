/**
 * How a user types what middleware sets: `declare module "djedge"` and an interface. It holds for a whole program, so
 * it is a program of its own.
 */

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
    auser(): Promise<User | AnonymousUser>;
    session: { get(key: string): Promise<unknown> };
    tenant?: string;
  }
}

declare const native: Request;
const request = HttpRequest.fromRequest(native);

holds<Equal<typeof request.user, User | AnonymousUser>>();
holds<Equal<typeof request.tenant, string | undefined>>();
// What was not said more of stays as it was.
holds<Equal<typeof request.site, unknown>>();
if (request.user.isAuthenticated) holds<Equal<typeof request.user.name, string>>();
// @ts-expect-error: an anonymous user has no name
request.user.name;
// @ts-expect-error: a name of the wrong type
request.tenant = 1;
request.session.get("key").then((value) => holds<Equal<typeof value, unknown>>());
request.auser().then((user) => holds<Equal<typeof user, User | AnonymousUser>>());
