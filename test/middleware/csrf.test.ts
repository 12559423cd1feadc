import { describe, expect, test } from "vitest";
import {
  type GetResponse,
  getFetchApplication,
  type HttpRequest,
  HttpResponse,
  type Middleware,
  overrideSettings,
  type Settings,
  type View,
} from "../../src/index.ts";
import { CsrfViewMiddleware, getToken, rotateToken, SessionMiddleware } from "../../src/middleware.ts";
import { Client } from "../../src/test.ts";

// A secret and a token of Django's for it, from the vectors.
const SECRET = "aaaaaaaaaaaaaaaaZ9Z9Z9Z9Z9Z9Z9Z9";
const TOKEN = "0123456789abcdefghijABCDEFGHIJKL0123456789abcdef5g7ipArCtEvGxIzK";

const logged: string[] = [];
const record = (name: string, message: string): void => void logged.push(`${name}: ${message}`);
const logger = { debug: record, info: record, warn: record, error: record };

interface Sent {
  url?: string;
  method?: string;
  headers?: Record<string, string>;
  body?: BodyInit;
  cookie?: string;
}

function send(
  { url = "http://testserver/", method = "POST", headers = {}, body, cookie = `csrftoken=${SECRET}` }: Sent,
  settings: Partial<Settings> = {},
  view: View = () => new HttpResponse("ok"),
  middleware: Middleware[] = [CsrfViewMiddleware],
): Promise<Response> {
  const all: Record<string, string> = { host: new URL(url).host, ...(cookie && { cookie }), ...headers };
  const request = new Request(url, { method, headers: all, ...(body !== undefined && { body }) });
  const base = { SECRET_KEY: "oracle-secret-key", ALLOWED_HOSTS: ["testserver"], LOGGER: logger };
  return overrideSettings({ ...base, ...settings }, () => getFetchApplication({ view, middleware }).fetch(request));
}

const form = (token: string): { body: URLSearchParams } => ({ body: new URLSearchParams({ csrfmiddlewaretoken: token }) });
const withHeader = (token = TOKEN): { headers: Record<string, string> } => ({ headers: { "x-csrftoken": token } });
const cookieOf = (response: Response, name = "csrftoken"): string | undefined =>
  response.headers
    .getSetCookie()
    .map((line) => line.split(/[=;]/))
    .find(([key]) => key === name)?.[1];

/** The reason that is given under DEBUG. */
async function reason(sent: Sent, settings: Partial<Settings> = {}): Promise<string | undefined> {
  const response = await send(sent, { ...settings, DEBUG: true });
  return response.status === 403 ? /<pre>(.*)<\/pre>/s.exec(await response.text())?.[1] : undefined;
}

describe("CsrfViewMiddleware", () => {
  test("lets a matching token pass, from a form of any kind or from the header, masked or not", async () => {
    const multipart = new FormData();
    multipart.set("csrfmiddlewaretoken", TOKEN);
    for (const sent of [form(TOKEN), form(SECRET), { body: multipart }, withHeader(), withHeader(SECRET)]) {
      expect((await send(sent)).status).toBe(200);
    }
  });

  test("takes the form's token before the header's", async () => {
    const sent = { ...form("x".repeat(64)), ...withHeader() };
    expect(await reason(sent)).toBe("CSRF token from POST incorrect.");
  });

  test("looks for the header alone where a method has no form", async () => {
    for (const method of ["PUT", "PATCH", "DELETE"]) {
      expect((await send({ method, ...withHeader() })).status, method).toBe(200);
      expect(await reason({ method, ...form(TOKEN) }), method).toBe("CSRF token missing.");
    }
  });

  test("tells why, in Django's words", async () => {
    const cases: [string, Sent, Partial<Settings>?][] = [
      ["CSRF cookie not set.", { cookie: "", ...withHeader() }],
      ["CSRF cookie has incorrect length.", { cookie: "csrftoken=short", ...withHeader() }],
      ["CSRF cookie has invalid characters.", { cookie: `csrftoken=${"!".repeat(32)}`, ...withHeader() }],
      ["CSRF token missing.", {}],
      ["CSRF token from the &#x27;X-Csrftoken&#x27; HTTP header has incorrect length.", withHeader("a")],
      ["CSRF token from the &#x27;X-Csrftoken&#x27; HTTP header has invalid characters.", withHeader("-".repeat(64))],
      ["CSRF token from the &#x27;X-Csrftoken&#x27; HTTP header incorrect.", withHeader("a".repeat(64))],
      ["CSRF token from POST incorrect.", form("b".repeat(32))],
      [
        "Origin checking failed - https://evil.example does not match any trusted origins.",
        { headers: { origin: "https://evil.example" } },
      ],
      ["Referer checking failed - no Referer.", { url: "https://testserver/" }],
      ["Referer checking failed - Referer is malformed.", { url: "https://testserver/", headers: { referer: "http://[evil/" } }],
      [
        "Referer checking failed - Referer is insecure while host is secure.",
        { url: "https://testserver/", headers: { referer: "http://testserver/" } },
      ],
      [
        "Referer checking failed - https://evil.example/a does not match any trusted origins.",
        { url: "https://testserver/", headers: { referer: "https://evil.example/a" } },
      ],
    ];
    for (const [expected, sent, settings] of cases) expect(await reason(sent, settings)).toBe(expected);
  });

  test("the reason is for DEBUG and the log; the page escapes what the request said", async () => {
    logged.length = 0;
    const sent = { headers: { origin: "https://<script>alert(1)</script>" } };
    const page = await (await send(sent)).text();
    expect(page).toContain("CSRF verification failed. Request aborted.");
    expect(page).not.toContain("script");
    expect(logged).toEqual([
      "django.security.csrf: Forbidden (Origin checking failed - https://<script>alert(1)</script> does not match any trusted origins.): /",
    ]);
    const debug = await (await send(sent, { DEBUG: true })).text();
    expect(debug).toContain("https://&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(debug).not.toContain("<script");
  });

  test("tells a visitor whose browser keeps back cookies or Referer what to do, with or without DEBUG", async () => {
    expect(await (await send({ cookie: "" })).text()).toContain("configured your browser to disable cookies");
    expect(await (await send({ url: "https://testserver/" })).text()).toContain("configured your browser to disable “Referer”");
    expect(await (await send({})).text()).not.toContain("configured your browser");
  });

  test("a host that is not allowed has no origin of its own", async () => {
    for (const origin of ["http://other.example", "http://undefined"]) {
      const sent = { url: "http://other.example/", headers: { origin, "x-csrftoken": TOKEN } };
      expect((await send(sent)).status, origin).toBe(403);
    }
  });

  test("trusts the origins of CSRF_TRUSTED_ORIGINS", async () => {
    const settings = { CSRF_TRUSTED_ORIGINS: ["https://good.example", "https://*.many.example"] };
    const status = async (origin: string): Promise<number> =>
      (await send({ headers: { origin, "x-csrftoken": TOKEN } }, settings)).status;
    for (const origin of ["https://good.example", "https://a.many.example", "https://a.b.many.example", "https://many.example"]) {
      expect(await status(origin), origin).toBe(200);
    }
    const bad = [
      "http://good.example",
      "https://good.example:444",
      "https://good.example.evil.example",
      "https://evilmany.example",
      "null",
    ];
    for (const origin of bad) expect(await status(origin), origin).toBe(403);
    const referer = { url: "https://testserver/", headers: { referer: "https://a.many.example/form", "x-csrftoken": TOKEN } };
    expect((await send(referer, settings)).status).toBe(200);
  });

  test("CSRF_FAILURE_VIEW answers in place of the page", async () => {
    const CSRF_FAILURE_VIEW = async (request: HttpRequest, { reason }: { reason: string }): Promise<HttpResponse> =>
      new HttpResponse(`${request.method} ${reason}`, { status: 418 });
    const response = await send({}, { CSRF_FAILURE_VIEW });
    expect([response.status, await response.text()]).toEqual([418, "POST CSRF token missing."]);
  });

  test("a token changed at any character is refused", async () => {
    for (let i = 0; i < TOKEN.length; i++) {
      const token = `${TOKEN.slice(0, i)}${TOKEN[i] === "a" ? "b" : "a"}${TOKEN.slice(i + 1)}`;
      expect((await send(withHeader(token))).status, token).toBe(403);
    }
    for (let length = 0; length < TOKEN.length; length++) {
      expect((await send(withHeader(TOKEN.slice(0, length)))).status, String(length)).toBe(403);
    }
  });

  test("a form that cannot be parsed is a 400, not a 403", async () => {
    const body = "a=1&a=2&a=3";
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    expect((await send({ body, headers }, { DATA_UPLOAD_MAX_NUMBER_FIELDS: 2 })).status).toBe(400);
  });

  test("a safe method is not checked, and its body not read", async () => {
    for (const method of ["GET", "HEAD", "OPTIONS"]) expect((await send({ method, cookie: "" })).status, method).toBe(200);
  });

  test("a page without a token sets no cookie", async () => {
    const response = await send({ method: "GET" });
    expect([cookieOf(response), response.headers.get("vary")]).toEqual([undefined, null]);
  });

  test("a cookie that is no secret is replaced", async () => {
    const response = await send({ method: "GET", cookie: "csrftoken=broken" });
    expect(cookieOf(response)).toMatch(/^[a-zA-Z0-9]{32}$/);
  });
});

describe("getToken", () => {
  const page: View = (request) => new HttpResponse(getToken(request));

  test("gives a token that the next request may bring, and a cookie that goes with it", async () => {
    const response = await send({ method: "GET", cookie: "" }, {}, page);
    const token = await response.text();
    const secret = cookieOf(response);
    expect(token).toMatch(/^[a-zA-Z0-9]{64}$/);
    expect(secret).toMatch(/^[a-zA-Z0-9]{32}$/);
    expect(response.headers.get("vary")).toBe("Cookie");
    expect((await send({ cookie: `csrftoken=${secret}`, ...form(token) })).status).toBe(200);
    expect((await send(form(token))).status).toBe(403);
  });

  test("is another token each time, for the same secret", async () => {
    const two: View = (request) => new HttpResponse(`${getToken(request)} ${getToken(request)}`);
    const response = await send({ method: "GET" }, {}, two);
    const [one = "", other = ""] = (await response.text()).split(" ");
    expect(one).not.toBe(other);
    for (const token of [one, other]) expect((await send(form(token))).status).toBe(200);
    expect(cookieOf(response), "its time begins anew").toBe(SECRET);
  });

  test("requests that run side by side have their own secrets", async () => {
    const secrets = Array.from({ length: 10 }, (_, i) => String(i).repeat(32));
    const slow: View = async (request) => {
      await Promise.resolve();
      return new HttpResponse(getToken(request));
    };
    const app = getFetchApplication({ view: slow, middleware: [CsrfViewMiddleware] });
    const responses = await overrideSettings({ ALLOWED_HOSTS: ["*"] }, () =>
      Promise.all(
        secrets.map((secret) => app.fetch(new Request("http://testserver/", { headers: { cookie: `csrftoken=${secret}` } }))),
      ),
    );
    expect(responses.map((response) => cookieOf(response))).toEqual(secrets);
  });
});

describe("rotateToken", () => {
  test("changes the secret: tokens from before it are of no use", async () => {
    const login: View = (request) => {
      rotateToken(request);
      return new HttpResponse(getToken(request));
    };
    const response = await send(form(TOKEN), {}, login);
    const secret = cookieOf(response);
    expect(secret).not.toBe(SECRET);
    const cookie = `csrftoken=${secret}`;
    expect((await send({ cookie, ...form(TOKEN) })).status).toBe(403);
    expect((await send({ cookie, ...form(await response.text()) })).status).toBe(200);
  });

  test("counts also where a middleware outside of CsrfViewMiddleware does it before", async () => {
    const rotates = (getResponse: GetResponse) => (request: HttpRequest) => {
      rotateToken(request);
      return getResponse(request);
    };
    const response = await send(form(TOKEN), {}, undefined, [CsrfViewMiddleware, rotates]);
    expect([response.status, cookieOf(response) === SECRET]).toEqual([200, false]);
  });
});

test("the test client is not checked, unless it is told to be", async () => {
  const app = getFetchApplication({ view: () => new HttpResponse("ok"), middleware: [CsrfViewMiddleware] });
  const base = { ALLOWED_HOSTS: ["testserver"], LOGGER: logger };
  const statuses = await overrideSettings(base, async () => [
    (await new Client(app).post("/")).statusCode,
    (await new Client(app, { enforceCsrfChecks: true }).post("/")).statusCode,
  ]);
  expect(statuses).toEqual([200, 403]);
});

describe("CSRF_USE_SESSIONS", () => {
  const settings = { CSRF_USE_SESSIONS: true };
  const both = [SessionMiddleware, CsrfViewMiddleware];

  test("keeps the secret in the session", async () => {
    const page: View = (request) => new HttpResponse(getToken(request));
    const first = await send({ method: "GET", cookie: "" }, settings, page, both);
    const cookie = `sessionid=${cookieOf(first, "sessionid")}`;
    expect(cookieOf(first)).toBeUndefined();
    const token = await first.text();
    expect((await send({ cookie, ...form(token) }, settings, undefined, both)).status).toBe(200);
    expect((await send({ cookie, ...withHeader() }, settings, undefined, both)).status).toBe(403);
    expect((await send({ cookie: "", ...form(token) }, settings, undefined, both)).status).toBe(403);
    // Nothing is written where nothing has changed.
    const again = await send({ method: "GET", cookie }, settings, page, both);
    expect(cookieOf(again, "sessionid")).toBeUndefined();
    expect((await send({ cookie, ...form(await again.text()) }, settings, undefined, both)).status).toBe(200);
  });

  test("without SessionMiddleware it is ImproperlyConfigured", async () => {
    const response = await send({}, { ...settings, DEBUG: true });
    expect(response.status).toBe(500);
    expect(await response.text()).toContain("SessionMiddleware must appear before CsrfViewMiddleware");
  });
});
