/** Requests in flight at the same time see nothing of each other. */

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { globalSettings } from "../../../src/conf/global_settings.ts";
import { settings } from "../../../src/conf/index.ts";
import { MemorySessionStore } from "../../../src/contrib/sessions/stores.ts";
import { getFetchApplication } from "../../../src/core/handlers/application.ts";
import type { Middleware } from "../../../src/core/handlers/types.ts";
import { JsonResponse } from "../../../src/http/jsonresponse.ts";
import type { HttpRequest } from "../../../src/http/request.ts";
import { HttpResponse } from "../../../src/http/response.ts";
import { StreamingHttpResponse } from "../../../src/http/streaming.ts";
import { SessionMiddleware } from "../../../src/middleware.ts";
import "../../../src/uploads.ts";

const COUNT = 300;
const former = { ...globalSettings };

beforeEach(() => settings.configure({ SECRET_KEY: "a key", ALLOWED_HOSTS: ["*"] }));
afterEach(() => settings.configure(former));

/** Lets others go first, now and then for longer. */
async function pause(n: number): Promise<void> {
  if (n % 7 === 0) await new Promise((resolve) => setTimeout(resolve, n % 5));
  else for (let i = 0; i < n % 11; i++) await undefined;
}

/** All that a request says of who sent it, asked for with pauses in between. */
async function whoIs(request: HttpRequest, n: number): Promise<string[]> {
  const said: (string | undefined)[] = [
    request.GET.get("who"),
    request.COOKIES.who,
    request.headers.get("x-who"),
    request.path.slice(1),
  ];
  await pause(n);
  const { session } = request;
  said.push((await session.get("who")) as string);
  await pause(n * 3);
  said.push((await request.POST).get("who"));
  await pause(n * 5);
  const file = (await request.FILES).get("file");
  said.push(file?.name, new TextDecoder().decode(await file?.read()));
  await pause(n * 2);
  said.push(request.getSignedCookie("signed"), request.META.HTTP_X_WHO, request.getHost().split(".")[0]);
  return said as string[];
}

/** What comes back must be the request that went in: a middleware sets a header, the view a cookie and the content. */
const label: Middleware = (getResponse) => async (request) => {
  const who = request.headers.get("x-who", "");
  await pause(who.length);
  const response = await getResponse(request);
  response.set("X-Who", who);
  return response;
};

describe.each(["signed cookies", "a store"])("requests with sessions in %s", (kind) => {
  test(`${COUNT} of them, interleaved, see no cookie, body, file or session of another`, { timeout: 60_000 }, async () => {
    if (kind === "a store") settings.configure({ SESSION_STORE: new MemorySessionStore() });
    const login = getFetchApplication({
      middleware: [SessionMiddleware],
      view: async (request) => {
        const who = request.GET.get("who") ?? "";
        await pause(who.length);
        await request.session.set("who", who);
        const response = new HttpResponse();
        response.setSignedCookie("signed", who);
        return response;
      },
    });
    const app = getFetchApplication({
      middleware: [label, SessionMiddleware],
      view: async (request) => {
        const n = Number(request.GET.get("n"));
        const said = await whoIs(request, n);
        const response =
          n % 3 ? new JsonResponse(said, { safe: false }) : new StreamingHttpResponse(pieces(JSON.stringify(said), n));
        response.setCookie("who", request.COOKIES.who);
        await request.session.set("seen", said[0]);
        return response;
      },
    });

    async function visit(n: number): Promise<string[]> {
      const who = `visitor-${n}`;
      const cookies = (await login.fetch(new Request(`http://a/?who=${who}`))).headers.getSetCookie();
      const form = new FormData();
      form.append("who", who);
      form.append("file", new File([who], `${who}.txt`));
      const headers = {
        "X-Who": who,
        Cookie: [`who=${who}`, ...cookies.map((line) => line.split(";")[0])].join("; "),
        Host: `${who}.a`,
      };
      const native = new Request(`http://${who}.a/${who}?who=${who}&n=${n}`, { method: "POST", body: form });
      for (const [name, value] of Object.entries(headers)) native.headers.set(name, value);
      await pause(n * 13);
      // Where the platform lets no program set Host or Cookie, the request is given what arrived.
      const all = new Map([
        ...native.headers,
        ...Object.entries(headers).map(([name, value]): [string, string] => [name.toLowerCase(), value]),
      ]);
      const given = {
        get: (name: string) => all.get(name.toLowerCase()) ?? null,
        forEach: (each: (value: string, name: string) => void) => all.forEach(each),
      };
      const response = await app.fetch({
        url: native.url,
        method: "POST",
        headers: given,
        body: native.body,
      } as unknown as Request);
      const cookie = response.headers.getSetCookie().find((line) => line.startsWith("who="));
      return [response.headers.get("x-who") ?? "", cookie?.split(";")[0] ?? "", ...((await response.json()) as string[])];
    }

    const seen = await Promise.all(Array.from({ length: COUNT }, (_, n) => visit(n)));
    for (const [n, said] of seen.entries()) {
      const who = `visitor-${n}`;
      expect(said).toEqual([who, `who=${who}`, who, who, who, who, who, who, `${who}.txt`, who, who, who, who]);
    }
  });
});

async function* pieces(text: string, n: number): AsyncGenerator<string> {
  for (const char of text) {
    yield char;
    if (char === "-") await pause(n);
  }
}

describe("the settings of an application", () => {
  const many = (app: { fetch(request: Request, env: unknown): Promise<Response> }): Promise<string[]> =>
    Promise.all(
      Array.from({ length: 100 }, async (_, i) => (await app.fetch(new Request("http://a/"), { key: `key ${i}` })).text()),
    );

  test("come from env once, however many requests come first", async () => {
    const seen: unknown[] = [];
    const app = getFetchApplication({
      view: () => new HttpResponse(settings.SECRET_KEY),
      settings: (env: { key: string }) => {
        seen.push(env);
        return { SECRET_KEY: env.key };
      },
    });
    expect(new Set(await many(app))).toEqual(new Set(["key 0"]));
    expect(seen).toEqual([{ key: "key 0" }]);
  });

  test("that have to be waited for are those of one env, and no request goes before them", async () => {
    const app = getFetchApplication({
      view: async () => {
        await pause(7);
        return new HttpResponse(settings.SECRET_KEY);
      },
      settings: async (env: { key: string }) => {
        await pause(7);
        return { SECRET_KEY: env.key };
      },
    });
    const answers = new Set(await many(app));
    expect(answers.size).toBe(1);
    expect([...answers][0]).toMatch(/^key \d+$/);
  });
});
