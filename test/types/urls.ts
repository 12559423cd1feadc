/**
 * What the compiler knows of a URL table. Nothing here runs: `tsc` is the test, and each `@ts-expect-error` a case.
 */

import { AutoRouter, Router } from "itty-router";
import {
  cacheControl,
  csrfExempt,
  etag,
  gzipPage,
  neverCache,
  requireGET,
  requireHttpMethods,
  sensitivePostParameters,
  type ViewResult,
} from "../../src/decorators.ts";
import type { HttpRequest } from "../../src/http/request.ts";
import { HttpResponse } from "../../src/http/response.ts";
import { resolve, reverse } from "../../src/urls/base.ts";
import { include, path, rePath } from "../../src/urls/conf.ts";
import { asResponse, withHttpRequest } from "../../src/urls/itty.ts";
import type { RouteKwargs, URLConf, URLPattern } from "../../src/urls/types.ts";

declare module "../../src/urls/types.ts" {
  interface ConverterTypes {
    yyyy: Date;
  }
}

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <_ extends true>(): void => {};
const ok = (..._: unknown[]): HttpResponse => new HttpResponse();

// The keyword arguments of a route.
holds<Equal<RouteKwargs<"bands/<int:id>/<slug:name>/">, { id: number; name: string }>>();
holds<Equal<RouteKwargs<"<path:p>">, { p: string }>>();
holds<Equal<RouteKwargs<"<bare>/<uuid:u>">, { bare: string; u: string }>>();
holds<Equal<RouteKwargs<"<yyyy:year>/">, { year: Date }>>();
holds<Equal<RouteKwargs<"<other:x>/">, { x: unknown }>>();
holds<Equal<keyof RouteKwargs<"about/">, never>>();
holds<Equal<RouteKwargs<string>, Record<string, unknown>>>();

// A view's arguments are inferred from its route, converters included.
path("bands/<int:id>/<slug:name>/", (request, { id, name }) => {
  holds<Equal<typeof request, HttpRequest>>();
  holds<Equal<typeof id, number>>();
  holds<Equal<typeof name, string>>();
  return ok();
});
path("archive/<yyyy:year>/", (_request, { year }) => ok(year.getTime()));
path("<other:x>/", (_request, { x }) => {
  holds<Equal<typeof x, unknown>>();
  return ok();
});
path("about/", () => ok());
path("about/", () => ok(), { kwargs: { template: "about.html" } });
path("about/<int:id>/", (_request, { id, template }) => ok(id.toFixed(), template.trim()), { kwargs: { template: "a" } });
path("async/<int:id>/", async (_request, { id }) => ok(id.toFixed()));
path("native/", () => new Response("x"));

// @ts-expect-error: the route has no such parameter
path("bands/<int:id>/", (_request, { name }) => ok(name));
// @ts-expect-error: "int" gives a number
path("bands/<int:id>/", (_request, { id }) => ok(id.trim()));
// @ts-expect-error: the view wants another type than the converter gives
path("bands/<int:id>/", (_request: HttpRequest, { id }: { id: string }) => ok(id));
// @ts-expect-error: a view returns a response
path("bands/", () => "text");
// @ts-expect-error: a view returns a response
path("bands/", () => undefined);
// @ts-expect-error: no such option
path("bands/", () => ok(), { nmae: "bands" });
// @ts-expect-error: include() has to be called
path("bands/", [path("", () => ok())]);
// @ts-expect-error: a name belongs to a view
path("bands/", include([path("", () => ok())]), { name: "bands" });

// Views that are written apart.
interface BandKwargs {
  id: number;
}
const band = (_request: HttpRequest, { id }: BandKwargs): HttpResponse => ok(id);
const member = (_request: HttpRequest, { id, member }: BandKwargs & { member: string }): HttpResponse => ok(id, member);
path("bands/<int:id>/", band);
// ... may ask for what an include() around them captures
path("<slug:member>/", member);
path("<int:id>/", member);
// ... and for a request that middleware has made more of
path("bands/", (_request: HttpRequest & { user: { name: string } }) => ok());

declare const get: HttpRequest;
// ... or by decorators, which hand the types of the route through
path(
  "bands/<int:id>/",
  requireGET((_request, { id }) => ok(id.toFixed())),
);
path(
  "bands/<int:id>/",
  requireHttpMethods(["GET"])(async (_request, { id }) => ok(id.toFixed())),
);
path("bands/<int:id>/", cacheControl({ maxAge: 60 })(csrfExempt((request, { id }) => ok(request.path, id.toFixed()))));
path(
  "bands/<int:id>/",
  etag((_request, { id }: BandKwargs) => `${id}`)((_request, { id }) => ok(id.toFixed())),
);
path(
  "bands/<int:id>/",
  gzipPage((_request: HttpRequest & { user: { name: string } }, { id }: BandKwargs) => ok(id)),
);
path("bands/<int:id>/", neverCache(band));
path(
  "bands/<int:id>/",
  // @ts-expect-error: a number has no trim()
  requireGET((_request, { id }) => ok(id.trim())),
);
path(
  "bands/<int:id>/",
  // @ts-expect-error: the route captures no name
  sensitivePostParameters("password")((_request, { name }) => ok(name)),
);
// @ts-expect-error: the route's id is text
path("bands/<slug:id>/", requireGET(band));
// @ts-expect-error: the route's id is text to one and a number to the other
etag((_request, { id }: { id: string }) => id)(band);
// @ts-expect-error: no view
requireGET(() => "text");
// @ts-expect-error: a decorated view may answer later than the view itself
gzipPage(band)(get, { id: 1 }).statusCode;
requireGET(band)(get, { id: 1 }) satisfies ViewResult;
neverCache(() => ok())(get, {}) satisfies ViewResult;
requireGET((_request: HttpRequest) => ok())(get, { id: 1 }) satisfies ViewResult;

// A route that the compiler does not know.
declare const dynamic: string;
path(dynamic, (_request, kwargs) => ok(kwargs.anything));
declare const language: "de" | "en";
path(`${language}/<int:id>/`, (_request, { id }) => ok(id.toFixed()));

// Regular expressions have texts.
rePath(/^a\/(?<year>\d+)\/$/, (_request, { year }) => ok(year?.trim()));
rePath(/^a\/(?<year>\d+)\/$/, (_request, { year }: { year: string }) => ok(year.trim()));

// A table is itty-router's, and a URLconf.
const polls = [path("", () => ok(), { name: "index" }), path("<int:pk>/", () => ok(), { name: "detail" })];
const urlpatterns = [
  path("", () => ok(), { name: "home" }),
  path("bands/<int:id>/", band, { name: "band" }),
  path("about/", () => ok(), { name: "about", kwargs: { template: "x" } }),
  path("unnamed/", () => ok()),
  rePath(/^(?<year>\d+)\/$/, () => ok(), { name: "year" }),
  path("polls/", include([polls, "polls"])),
  path("<slug:author>/", include([polls, "polls"], { namespace: "author" })),
  path("flat/<int:flat>/", include(polls)),
];
Router({ routes: urlpatterns });
AutoRouter({ routes: urlpatterns });
const wide: URLPattern[] = urlpatterns;
const conf: URLConf = urlpatterns;
resolve("/", urlpatterns);
resolve("/", { urlpatterns, handler404: (_request, { exception }) => ok(exception) });

// The names of a table are known.
const urlconf = urlpatterns;
reverse("home", { urlconf });
reverse("home", { urlconf, query: { page: 2, tag: ["a", "b"] }, fragment: "top" });
reverse("band", { urlconf, kwargs: { id: 1 } });
reverse("band", { urlconf, kwargs: { id: "1" } });
reverse("band", { urlconf, args: [1] });
reverse("about", { urlconf });
reverse("about", { urlconf, kwargs: { template: "x" } });
reverse("year", { urlconf, kwargs: { year: 2003 } });
reverse("polls:index", { urlconf });
reverse("polls:detail", { urlconf, kwargs: { pk: 1 } });
reverse("author:detail", { urlconf, kwargs: { pk: 1, author: "x" } });
reverse("detail", { urlconf, kwargs: { pk: 1, flat: 2 } });
reverse("home", { urlconf: { urlpatterns } });
reverse(band, { urlconf, args: [1] });

// @ts-expect-error: a typo in the name
reverse("hmoe", { urlconf });
// @ts-expect-error: a typo in the name, of a module
reverse("hmoe", { urlconf: { urlpatterns } });
// @ts-expect-error: no such name in that namespace
reverse("polls:home", { urlconf });
// @ts-expect-error: no such namespace
reverse("poll:index", { urlconf });
// @ts-expect-error: the argument is missing
reverse("band", { urlconf });
// @ts-expect-error: the argument is missing
reverse("band", { urlconf, kwargs: {} });
// @ts-expect-error: an argument too many
reverse("band", { urlconf, kwargs: { id: 1, nmae: "x" } });
// @ts-expect-error: the argument has another type
reverse("band", { urlconf, kwargs: { id: true } });
// @ts-expect-error: what the include() captures is missing
reverse("author:index", { urlconf });
// @ts-expect-error: not both
reverse("band", { urlconf, args: [1], kwargs: { id: 1 } });
// @ts-expect-error: no such option
reverse("home", { urlconf, framgent: "top" });
// @ts-expect-error: nothing there
reverse("home", { urlconf, query: { page: undefined } });

// Of two instances of an application, either has names of its own, also where one has all of the other's.
const twice = [path("polls/", include([polls, "polls"])), path("pub/", include([polls, "polls"], { namespace: "pub" }))];
reverse("polls:index", { urlconf: twice });
reverse("pub:index", { urlconf: twice });
reverse("pub:detail", { urlconf: twice, kwargs: { pk: 1 } });
// @ts-expect-error: no such name
reverse("pub:indexes", { urlconf: twice });

// Where a name is any text, no name is an error.
declare const anyName: string;
const named = [path("<int:id>/", band, { name: anyName }), path("z/", () => ok(), { name: "z" })];
reverse("z", { urlconf: named });
reverse(anyName, { urlconf: named, kwargs: { id: 1 } });

// Of ROOT_URLCONF, of a table that was given a wide type, and of a request's, nothing is known.
reverse("anything");
reverse("anything", { kwargs: { id: 1 } });
reverse("anything", { urlconf: wide, kwargs: { id: 1 } });
reverse("anything", { urlconf: conf, args: [1] });
declare const request: { urlconf?: URLPattern[] | null };
reverse("anything", { urlconf: request.urlconf });
reverse("anything", { urlconf: get.urlconf });
reverse("anything", { urlconf: null, kwargs: { a: 1 } });

// The stages for itty-router: its handlers are given the HttpRequest.
Router({ before: [withHttpRequest], finally: [asResponse] }).get("/bands/:id", (request) => {
  holds<Equal<typeof request.params, Record<string, string>>>();
  // @ts-expect-error: no such property
  request.POSTS;
  return ok(request.GET.getlist("a"), request.params.id?.trim());
});
Router({ before: [withHttpRequest], routes: urlpatterns, finally: [asResponse] });
AutoRouter({ before: [withHttpRequest], routes: urlpatterns, format: asResponse }).get("/", (request) => ok(request.GET));
