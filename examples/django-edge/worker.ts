/**
 * A Worker in front of a Django site. It has the site's `SECRET_KEY`, so it reads the session cookie that Django signed,
 * and signs cookies that Django reads.
 */

import { getFetchApplication, type HttpRequest, HttpResponseRedirect, JsonResponse, type Middleware } from "djedge";
import { type AnonymousUser, AuthenticationMiddleware, getUser, SessionMiddleware } from "djedge/middleware";
import { path, rePath } from "djedge/urls";

/** What `wrangler.toml` says, and `wrangler secret put SECRET_KEY`. */
interface Env {
  /** Where Django runs. */
  ORIGIN: string;
  /** The site's own. */
  SECRET_KEY: string;
  /** The hosts of the site, with commas between them. */
  ALLOWED_HOSTS: string;
  /** Seconds, where the site has another number than Django's default. */
  SESSION_COOKIE_AGE?: string;
}

/** All that the cookie tells of a user. */
class Member {
  readonly id: string;
  readonly isAuthenticated = true;

  constructor(id: string) {
    this.id = id;
  }
}

async function userOf(request: HttpRequest): Promise<Member | AnonymousUser> {
  return (await request.auser()) as Member | AnonymousUser;
}

/** `GET /edge/me/`: who the visitor is. Django is not asked. */
async function me(request: HttpRequest): Promise<JsonResponse> {
  const { id } = await userOf(request);
  return new JsonResponse({ id });
}

/** `/members/…`: for those who are logged in; the others go to Django's login page without Django being asked. */
async function members(request: HttpRequest): Promise<HttpResponseRedirect | Response> {
  const { isAuthenticated } = await userOf(request);
  if (isAuthenticated) return site(request);
  return new HttpResponseRedirect(`/accounts/login/?next=${encodeURIComponent(request.getFullPath())}`);
}

/** All else: Django answers. Bodies stream through in both directions, redirects are the browser's to follow. */
function site(request: HttpRequest): Promise<Response> {
  const { ORIGIN } = request.env as Env;
  const onward = new Request(ORIGIN + request.getFullPath(), request.toRequest());
  // For Django's USE_X_FORWARDED_HOST and SECURE_PROXY_SSL_HEADER; what the visitor may have sent is replaced.
  onward.headers.set("X-Forwarded-Host", request.getHost());
  onward.headers.set("X-Forwarded-Proto", request.scheme);
  return fetch(onward);
}

/**
 * Remembers the first page of a visitor. In Django: `request.get_signed_cookie("landing", salt="edge", default=None)`.
 */
const landing: Middleware = (getResponse) => async (request) => {
  const response = await getResponse(request);
  if (request.getSignedCookie("landing", { salt: "edge", default: null }) === null) {
    response.setSignedCookie("landing", request.getFullPath(), {
      salt: "edge",
      maxAge: 30 * 24 * 60 * 60,
      httpOnly: true,
      secure: request.isSecure(),
      sameSite: "Lax",
    });
  }
  return response;
};

export default getFetchApplication({
  urlconf: [path("edge/me/", me), rePath(/^members\//, members), rePath(/^/, site)],
  middleware: [landing, SessionMiddleware, AuthenticationMiddleware],
  settings: (env: Env) => ({
    SECRET_KEY: env.SECRET_KEY,
    ALLOWED_HOSTS: env.ALLOWED_HOSTS.split(","),
    SESSION_COOKIE_AGE: Number(env.SESSION_COOKIE_AGE ?? 1_209_600),
    // The edge has no table of users: it takes the session's word, and Django checks again what is passed on.
    AUTH_GET_USER: (request: HttpRequest) => getUser(request, (id) => new Member(id)),
  }),
});
