import { expect, test } from "vitest";
import { overrideSettings } from "../../src/conf/index.ts";
import { getFetchApplication } from "../../src/core/handlers/application.ts";
import { HttpResponse } from "../../src/http/response.ts";
import { CurrentSiteMiddleware } from "../../src/middleware.ts";

const silent = { debug(): void {}, info(): void {}, warn(): void {}, error(): void {} };
const app = getFetchApplication({
  view: ({ site }) => new HttpResponse([site.domain, site.name, String(site)].join(" ")),
  middleware: [CurrentSiteMiddleware],
});

function get(url: string): Promise<Response> {
  return overrideSettings({ ALLOWED_HOSTS: ["example.com"], LOGGER: silent }, () =>
    app.fetch(new Request(url, { headers: { host: new URL(url).host } })),
  );
}

test("CurrentSiteMiddleware: the site of a request is its host", async () => {
  expect(await (await get("http://example.com/")).text()).toBe("example.com example.com example.com");
  expect(await (await get("http://example.com:8443/")).text()).toMatch(/^example\.com:8443 /);
});

test("CurrentSiteMiddleware: a host that is not allowed is no site", async () => {
  expect((await get("http://other.example/")).status).toBe(400);
});
