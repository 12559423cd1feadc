/** djedge, as its documentation shows it. */

import { asFetch, getFetchApplication, HttpResponse, JsonResponse, settings } from "djedge";
import { path } from "djedge/urls";

settings.configure({ SECRET_KEY: "bench-secret-key" });

const text = { contentType: "text/plain; charset=utf-8" };
const serve = (...urlconf) => getFetchApplication({ urlconf }).fetch;

/** A signed cookie of its own. */
export async function signedCookie() {
  const response = new HttpResponse();
  response.setSignedCookie("visits", "1");
  return response.toResponse().headers.getSetCookie()[0].split(";")[0];
}

export const name = "djedge";

export const cases = {
  // One view and no routes, as the hand-written one.
  hello: asFetch(() => new HttpResponse("Hello, world", text)),

  json: serve(
    path(
      "items/<int:id>/",
      (request, { id }) => new JsonResponse({ id, q: request.GET.get("q"), page: request.GET.get("page") }),
    ),
  ),

  cookies: serve(
    path("", (request) => {
      const { a, b, c } = request.COOKIES;
      const response = new HttpResponse(`${a} ${b} ${c}`, text);
      response.setCookie("theme", "dark");
      response.setCookie("seen", "1", { maxAge: 3600, httpOnly: true, sameSite: "Lax" });
      return response;
    }),
  ),

  form: serve(path("", async (request) => new JsonResponse((await request.POST).dict()))),

  table: serve(
    ...Array.from({ length: 200 }, (_, i) =>
      path(`resource${i}/<str:name>/`, (_request, { name }) => new HttpResponse(`${i} ${name}`, text)),
    ),
  ),

  signed: serve(
    path("", (request) => {
      const value = request.getSignedCookie("visits");
      const response = new HttpResponse(value, text);
      response.setSignedCookie("visits", String(Number(value) + 1));
      return response;
    }),
  ),
};
