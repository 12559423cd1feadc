import { type HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse } from "djedge";
import { requireHttpMethods, requireSafe } from "djedge/decorators";
import { getToken } from "djedge/middleware";
import { reverse } from "djedge/urls";

/** `GET /` greets; `POST /` remembers a name in a signed cookie. */
export const home = requireHttpMethods(["GET", "HEAD", "POST"])(async (request: HttpRequest) => {
  if (request.method === "POST") {
    const form = await request.POST;
    const response = new HttpResponseRedirect(reverse("home"));
    response.setSignedCookie("name", String(form.get("name", "")).slice(0, 40), { httpOnly: true, sameSite: "Lax" });
    return response;
  }
  const name = request.getSignedCookie("name", { default: "" }) || "world";
  return new HttpResponse(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{{name}}</title>
<style>:root { color-scheme: light dark; font: 1.1rem/1.5 system-ui } body { max-width: 40rem; margin: 15vh auto; padding: 0 1rem }</style>
<h1>Hello, ${escapeHtml(name)}</h1>
<form method="post">
<input type="hidden" name="csrfmiddlewaretoken" value="${getToken(request)}">
<label>Your name <input name="name" maxlength="40" required></label>
<button>Remember it</button>
</form>
<p><a href="${reverse("square", { kwargs: { number: 12 } })}">An API</a></p>
</html>`);
});

/** `GET /api/squares/<int:number>/` */
export const square = requireSafe((_request: HttpRequest, { number }: { number: number }) => {
  return new JsonResponse({ number, square: number * number });
});

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
