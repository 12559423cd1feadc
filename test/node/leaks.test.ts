/** Nothing at module scope keeps a request, a response or what belongs to them: when all is answered, they can be collected. */

import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { getFetchApplication, HttpResponse, JsonResponse, StreamingHttpResponse } from "../../src/index.ts";
import { CsrfViewMiddleware, getToken, SessionMiddleware } from "../../src/middleware.ts";
import { include, path } from "../../src/urls.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
const quiet = { debug(): void {}, info(): void {}, warn(): void {}, error(): void {} };

test("requests, responses and sessions are collected when they are answered, whatever became of them", async () => {
  const kept: { what: string; ref: WeakRef<object> }[] = [];
  const keep = (what: string, object: object): void => void kept.push({ what, ref: new WeakRef(object) });
  async function* pieces(): AsyncGenerator<string> {
    yield "a";
    yield "b";
  }
  const app = getFetchApplication({
    settings: { SECRET_KEY: "a key", ALLOWED_HOSTS: ["*"], LOGGER: quiet },
    middleware: [
      (getResponse) => async (request) => {
        keep("request", request);
        const response = await getResponse(request);
        keep("response", response);
        return response;
      },
      SessionMiddleware,
      CsrfViewMiddleware,
    ],
    urlconf: [
      path("json/<int:n>/", (request, { n }) => new JsonResponse({ n, token: getToken(request) })),
      path(
        "sub/",
        include([
          path("session/", async (request) => {
            await request.session.set("a", 1);
            keep("session", request.session);
            return new HttpResponse("x");
          }),
        ]),
      ),
      path("stream/", () => new StreamingHttpResponse(pieces())),
      path(
        "form/",
        Object.assign(
          async (request: { POST: Promise<{ size: number }>; FILES: Promise<object> }) => {
            keep("files", await request.FILES);
            return new HttpResponse(String((await request.POST).size));
          },
          { csrfExempt: true },
        ) as never,
      ),
      path("error/", () => {
        throw new Error("wrong");
      }),
      path("signal/", (request) => {
        keep("signal", request.signal);
        return new HttpResponse("x");
      }),
    ],
  });

  async function visit(i: number): Promise<void> {
    const form = new FormData();
    form.append("file", new Blob(["x"]), "a.txt");
    for (const url of ["json/1/", "sub/session/", "stream/", "error/", "signal/", "nowhere/"]) {
      const response = await app.fetch(
        new Request(`http://a/${url}?i=${i}`, { headers: { cookie: `csrftoken=${"x".repeat(32)}` } }),
      );
      // Every other stream is left in the middle.
      if (i % 2) await response.text();
      else await response.body?.cancel();
    }
    await (await app.fetch(new Request("http://a/form/", { method: "POST", body: form }))).text();
  }

  for (let i = 0; i < 10; i++) await visit(i);
  expect(kept.length).toBeGreaterThan(150);
  let left: string[] = [];
  for (let tries = 0; tries < 20; tries++) {
    await sleep(10);
    collect();
    left = kept.filter(({ ref }) => ref.deref() !== undefined).map(({ what }) => what);
    // The engine may hold on to the very last of each.
    if (left.length <= 2) break;
  }
  expect(left.length, left.join(", ")).toBeLessThanOrEqual(2);
});
