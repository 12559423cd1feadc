import { describe, expect, test } from "vitest";
import { overrideSettings, type Settings } from "../../src/conf/index.ts";
import { getFetchApplication } from "../../src/core/handlers/application.ts";
import { HttpResponse, HttpResponseRedirect } from "../../src/http/response.ts";
import { StreamingHttpResponse } from "../../src/http/streaming.ts";
import { CommonMiddleware } from "../../src/middleware/common.ts";
import { path } from "../../src/urls/conf.ts";
import { noAppendSlash } from "../../src/views/decorators/common.ts";

const ok = () => new HttpResponse("héllo");
const urlconf = [
  path("slash/", ok),
  path("bare", ok),
  path("<path:rest>/deep/", ok),
  path("strict/", noAppendSlash(ok)),
  path("stream/", () => new StreamingHttpResponse(["a"])),
  path("own/", () => new HttpResponse("abc", { headers: { "Content-Length": "7" } })),
];
const quiet = { debug(): void {}, info(): void {}, warn(): void {}, error(): void {} };

function fetch(
  url: string,
  settings: Partial<Settings> = {},
  init: RequestInit = {},
  middleware = CommonMiddleware,
): Promise<Response> {
  const request = new Request(url, { ...init, headers: { host: new URL(url).host, ...(init.headers as object) } });
  return overrideSettings({ ALLOWED_HOSTS: ["*"], LOGGER: quiet, ...settings }, () =>
    getFetchApplication({ urlconf, middleware: [middleware] }).fetch(request),
  );
}

async function location(...args: Parameters<typeof fetch>): Promise<[number, string | null]> {
  const response = await fetch(...args);
  return [response.status, response.headers.get("location")];
}

describe("CommonMiddleware", () => {
  test("appends a slash where that makes an unknown path a known one", async () => {
    expect(await location("http://a/slash?q=1&r=%20")).toEqual([301, "/slash/?q=1&r=%20"]);
    expect(await location("http://a/bare")).toEqual([200, null]);
    expect(await location("http://a/bare/")).toEqual([404, null]);
    expect(await location("http://a/none")).toEqual([404, null]);
    expect(await location("http://a/slash", { APPEND_SLASH: false })).toEqual([404, null]);
  });

  test("a redirect is never to another host", async () => {
    expect(await location("http://a//evil.example.com/deep")).toEqual([301, "/%2Fevil.example.com/deep/"]);
  });

  test("noAppendSlash keeps a view from being redirected to", async () => {
    expect(await location("http://a/strict")).toEqual([404, null]);
    expect(await location("http://a/strict/")).toEqual([200, null]);
  });

  test("a URL table of the request counts", async () => {
    const app = getFetchApplication({
      urlconf,
      middleware: [
        (getResponse) => (request) => {
          request.urlconf = [path("own/", ok)];
          return getResponse(request);
        },
        CommonMiddleware,
      ],
    });
    await overrideSettings({ ALLOWED_HOSTS: ["*"], LOGGER: quiet }, async () => {
      const statuses = ["own", "slash"].map(
        async (name) => (await app.fetch(new Request(`http://a/${name}`, { headers: { host: "a" } }))).status,
      );
      expect(await Promise.all(statuses)).toEqual([301, 404]);
    });
  });

  test.each(["POST", "PUT", "PATCH", "DELETE"])(
    "under DEBUG a %s that would lose its data is an error that says so",
    async (method) => {
      const response = await fetch("http://a/slash", { DEBUG: true }, { method, headers: { accept: "text/plain" } });
      expect(response.status).toBe(500);
      const text = await response.text();
      expect(text).toContain(
        `You called this URL via ${method}, but the URL doesn't end in a slash and you have APPEND_SLASH set.`,
      );
      expect(text).toContain("a/slash/ (note the trailing slash)");
      expect(await location("http://a/slash", {}, { method })).toEqual([301, "/slash/"]);
    },
  );

  test("prepends www., in one step with the slash", async () => {
    const settings = { PREPEND_WWW: true };
    expect(await location("http://a/slash/?q", settings)).toEqual([301, "http://www.a/slash/?q"]);
    expect(await location("https://a/slash", settings)).toEqual([301, "https://www.a/slash/"]);
    expect(await location("http://www.a/slash/", settings)).toEqual([200, null]);
  });

  test("refuses user agents, also by a pattern that remembers its place", async () => {
    const settings = { DISALLOWED_USER_AGENTS: [/bad/g, /^worse$/] };
    for (let i = 0; i < 3; i++) {
      expect((await fetch("http://a/bare", settings, { headers: { "user-agent": "a bad one" } })).status).toBe(403);
    }
    expect((await fetch("http://a/bare", settings, { headers: { "user-agent": "good" } })).status).toBe(200);
    expect((await fetch("http://a/bare", settings)).status).toBe(200);
  });

  test("a host that is not allowed is a 400", async () => {
    expect((await fetch("http://evil/bare", { ALLOWED_HOSTS: ["a"] })).status).toBe(400);
  });

  test("sets Content-Length in bytes, where there is none and the body is whole", async () => {
    expect((await fetch("http://a/bare")).headers.get("content-length")).toBe("6");
    expect((await fetch("http://a/stream/")).headers.has("content-length")).toBe(false);
    expect((await fetch("http://a/own/")).headers.get("content-length")).toBe("7");
  });

  test("a subclass chooses the class of its redirects", async () => {
    class Temporary extends CommonMiddleware {
      static override responseRedirectClass = HttpResponseRedirect;
    }
    expect(await location("http://a/slash", {}, {}, Temporary)).toEqual([302, "/slash/"]);
  });
});
