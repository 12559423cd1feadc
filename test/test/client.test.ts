import { describe, expect, test } from "vitest";
import { overrideSettings } from "../../src/conf/index.ts";
import { Http404 } from "../../src/core/exceptions.ts";
import { SimpleUploadedFile, type UploadedFile } from "../../src/core/files/uploadedfile.ts";
import { getFetchApplication } from "../../src/core/handlers/application.ts";
import { asFetch } from "../../src/core/handlers/fetch.ts";
import type { View } from "../../src/core/handlers/types.ts";
import { JsonResponse } from "../../src/http/jsonresponse.ts";
import type { HttpRequest } from "../../src/http/request.ts";
import { HttpResponse, HttpResponseRedirect } from "../../src/http/response.ts";
import { StreamingHttpResponse } from "../../src/http/streaming.ts";
import { Client, RedirectCycleError, RequestFactory } from "../../src/test.ts";
import { path } from "../../src/urls/conf.ts";

const quiet = { debug(): void {}, info(): void {}, warn(): void {}, error(): void {} };

/** What the request says, as JSON. */
const echo: View = async (request) => {
  const files: Record<string, unknown> = {};
  for (const [name, list] of (await request.FILES).lists()) {
    files[name] = await Promise.all(
      list.map(async (file) => [file.name, file.contentType, new TextDecoder().decode(await file.read())]),
    );
  }
  return new JsonResponse({
    method: request.method,
    path: request.path,
    scheme: request.scheme,
    host: request.META.HTTP_HOST,
    address: request.META.REMOTE_ADDR,
    type: request.contentType,
    GET: Object.fromEntries(request.GET.lists()),
    POST: Object.fromEntries((await request.POST).lists()),
    files,
    body: request.contentType.startsWith("multipart/") ? "" : new TextDecoder().decode(await request.body),
    COOKIES: { ...request.COOKIES },
    own: request.headers.get("x-own") ?? null,
  });
};

/** What `echo` answers. */
type Echo = Record<"method" | "path", string> &
  Record<"GET" | "POST" | "COOKIES" | "type", unknown> & { files: Record<string, string[][]> };

const urlconf = [
  path("echo/", echo),
  path("set/", (request) => {
    const response = new HttpResponse("set");
    for (const [name, value] of request.GET) response.setCookie(name, String(value));
    return response;
  }),
  path("drop/", () => {
    const response = new HttpResponse("dropped");
    response.deleteCookie("a");
    return response;
  }),
  path(
    "go/",
    (request) => new HttpResponseRedirect(request.GET.get("to") ?? "/echo/", { preserveRequest: request.GET.has("keep") }),
  ),
  path("round/<int:n>/", (_, { n }) => new HttpResponseRedirect(`/round/${(n + 1) % 3}/`)),
  path("growing/", (request) => new HttpResponseRedirect(`/growing/?${request.GET.urlencode()}x=1&`)),
  path("broken/", () => {
    throw new RangeError("broken");
  }),
  path("missing/", () => {
    throw new Http404("gone");
  }),
  path("plain/", () => new Response("plain", { headers: { "x-a": "b" } })),
  path("named/<int:id>/", () => new HttpResponse("named"), { name: "named" }),
];
const app = getFetchApplication({ urlconf });

function run<T>(fn: () => T): T {
  return overrideSettings({ ALLOWED_HOSTS: ["*"], LOGGER: quiet, ROOT_URLCONF: urlconf }, fn);
}

describe("Client: what is sent", () => {
  const client = new Client(app, { headers: { "X-Own": "mine" } });

  test("GET with data, and with a query in the path", () =>
    run(async () => {
      const data = (await client.get("/echo/", { a: 1, b: ["x y", "é"] })).json();
      expect(data).toMatchObject({
        method: "GET",
        GET: { a: ["1"], b: ["x y", "é"] },
        scheme: "http",
        host: "testserver",
        address: "127.0.0.1",
        own: "mine",
      });
      expect((await client.get("/echo/?c=2")).json<Echo>().GET).toEqual({ c: ["2"] });
      expect((await client.get("/echo/?c=2", { d: "3" })).json<Echo>().GET).toEqual({ d: ["3"] });
      expect((await client.get("/echo/", null, { queryParams: { e: "4" } })).json<Echo>().GET).toEqual({ e: ["4"] });
      await expect(async () => client.get("/echo/", { a: 1 }, { queryParams: { b: 1 } })).rejects.toThrow(/mutually exclusive/);
    }));

  test("empty data is none, and a list may be any iterable", () =>
    run(async () => {
      const both = await client.get("/echo/", {}, { queryParams: { a: new Set([1, 2]) } });
      expect(both.json<Echo>().GET).toEqual({ a: ["1", "2"] });
      expect((await client.get("/echo/", { a: [1, 2].values() })).json<Echo>().GET).toEqual({ a: ["1", "2"] });
      expect((await client.get("/echo/?c=2", {})).json<Echo>().GET).toEqual({ c: ["2"] });
      expect((await client.post("/echo/", { a: [1, 2].values() })).json<Echo>().POST).toEqual({ a: ["1", "2"] });
    }));

  test("text is sent in the charset that its type names", () =>
    run(async () => {
      const view = asFetch(async (request: HttpRequest) => new JsonResponse([...(await request.body)], { safe: false }));
      const send = async (charset: string): Promise<unknown> =>
        (await new Client(view).post("/", "соб", { contentType: `text/plain; charset=${charset}` })).json();
      expect(await send("koi8-r")).toEqual([0xd3, 0xcf, 0xc2]);
      expect(await send("utf-8")).toHaveLength(6);
      await expect(send("bogus")).rejects.toThrow(/bogus/);
    }));

  test("a form is multipart by default, with files of every kind", () =>
    run(async () => {
      const { POST, files, type } = (
        await client.post("/echo/", {
          name: 'é "q"',
          list: [1, 2],
          upload: new SimpleUploadedFile("a.txt", "text of a"),
          guessed: new File(["x"], "a.zip"),
          more: [new File(["b"], "b.bin", { type: "image/png" }), new Blob(["c"])],
        })
      ).json<Echo>();
      expect(type).toBe("multipart/form-data");
      expect(POST).toEqual({ name: ['é "q"'], list: ["1", "2"] });
      expect(files.upload).toEqual([["a.txt", "text/plain", "text of a"]]);
      expect(files.guessed?.[0]?.[1]).toMatch(/zip/);
      expect(files.more?.map(([name, , text]) => [name, text])).toEqual([
        ["b.bin", "b"],
        ["blob", "c"],
      ]);
    }));

  test("urlencoded, JSON, text and bytes", () =>
    run(async () => {
      const urlencoded = "application/x-www-form-urlencoded";
      expect((await client.post("/echo/", { a: "x y", b: [1, 2] }, { contentType: urlencoded })).json<Echo>().POST).toEqual({
        a: ["x y"],
        b: ["1", "2"],
      });
      expect((await client.post("/echo/", "a=1&b=2", { contentType: urlencoded })).json<Echo>().POST).toEqual({
        a: ["1"],
        b: ["2"],
      });
      expect((await client.put("/echo/", { a: [1, null] }, { contentType: "application/json" })).json()).toMatchObject({
        type: "application/json",
        body: '{"a":[1,null]}',
      });
      expect((await client.patch("/echo/", new Uint8Array([104, 105]))).json()).toMatchObject({
        type: "application/octet-stream",
        body: "hi",
      });
      expect((await client.delete("/echo/")).json()).toMatchObject({ method: "DELETE", type: "", body: "" });
      expect((await client.options("/echo/")).json<Echo>().method).toBe("OPTIONS");
      expect((await client.generic("PURGE", "/echo/", "x", { contentType: "text/plain" })).json()).toMatchObject({
        method: "PURGE",
        body: "x",
      });
      expect((await client.trace("/echo/")).json<Echo>().method).toBe("TRACE");
    }));

  test("null in a form is a TypeError that names the key", () =>
    run(async () => {
      await expect(async () => client.post("/echo/", { key: null })).rejects.toThrow(TypeError);
      await expect(async () => client.get("/echo/", { key: [undefined] })).rejects.toThrow(/"key"/);
    }));

  test("HTTPS, and headers of one request", () =>
    run(async () => {
      const data = (
        await client.get("/echo/", null, { secure: true, headers: { "X-Own": "its", Host: "other.example.com" } })
      ).json();
      expect(data).toMatchObject({ scheme: "https", own: "its", host: "other.example.com" });
      expect((await client.get("https://whole.example.com/echo/")).json()).toMatchObject({
        scheme: "https",
        host: "whole.example.com",
      });
    }));

  test("an unknown option is refused with the nearest", async () => {
    expect(() => new Client(app, { enforceCsrfCheck: true } as never)).toThrow(/"enforceCsrfChecks"/);
    expect(() => new Client({} as never)).toThrow(
      "Client() takes an application, or a view made by asFetch(), not [object Object].",
    );
    await expect(run(() => client.get("/echo/", null, { folow: true } as never))).rejects.toThrow(
      'get() has no option "folow". Did you mean "follow"?',
    );
  });

  test("a form may be whatever has pairs of name and value", async () => {
    const echo = asFetch(
      async (request) => new JsonResponse({ ...(await request.POST).dict(), files: (await request.FILES).size }),
    );
    const form = new FormData();
    form.append("a", "1");
    form.append("f", new File(["x"], "f.txt"));
    expect((await new Client(echo).post("/", form)).json()).toEqual({ a: "1", files: 1 });
    for (const pairs of [new Map([["a", "1"]]), new URLSearchParams("a=1"), [["a", 1]]]) {
      expect((await new Client(echo).post("/", pairs)).json()).toEqual({ a: "1", files: 0 });
    }
    interface Form {
      a: string;
    }
    const typed: Form = { a: "1" };
    expect((await new Client(echo).post("/", typed)).json()).toEqual({ a: "1", files: 0 });
  });

  test("a method is one in whatever case", async () => {
    const echo = asFetch(async (request) => new JsonResponse({ method: request.method, a: request.GET.get("a") ?? null }));
    const client = new Client(echo);
    expect((await client.generic("get", "/?a=1")).json()).toEqual({ method: "GET", a: "1" });
    expect((await client.generic("delete", "/", "text", { contentType: "text/plain" })).json<Echo>().method).toBe("DELETE");
    await expect(client.generic("post", "/", { a: 1 })).rejects.toThrow("Data of this kind cannot be sent");
  });

  test("what a view leaves open when it throws is closed", async () => {
    let file: UploadedFile | undefined;
    const view = asFetch(async (request) => {
      file = (await request.FILES).get("f");
      throw new Error("no");
    });
    await expect(run(() => new Client(view).post("/", { f: new File(["x"], "f.txt") }))).rejects.toThrow("no");
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(file?.closed).toBe(true);
  });

  test("an object that has no text is no field", async () => {
    await expect(run(() => client.get("/echo/", { headers: { a: "b" } }))).rejects.toThrow(
      'Cannot encode an object for key "headers" as form data. Options come behind the data',
    );
  });

  test("env reaches the view", async () => {
    const seen = asFetch((request) => new JsonResponse(request.env as object));
    expect((await new Client(seen, { env: { KEY: "v" } }).get("/")).json()).toEqual({ KEY: "v" });
  });
});

describe("Client: what comes back", () => {
  test("the response itself, its request and what the URL resolved to", () =>
    run(async () => {
      const response = await new Client(app).get("/named/7/");
      expect(response).toBeInstanceOf(HttpResponse);
      expect([response.statusCode, response.text, response.get("Content-Type")]).toEqual([
        200,
        "named",
        "text/html; charset=utf-8",
      ]);
      expect(response.request.path).toBe("/named/7/");
      expect([response.resolverMatch?.urlName, { ...response.resolverMatch?.kwargs }]).toEqual(["named", { id: 7 }]);
      expect(response.redirectChain).toEqual([]);
      expect(response.closed).toBe(true);
    }));

  test("json() gives the same value each time, of a stream too", () =>
    run(async () => {
      const response = await new Client(app).get("/echo/");
      expect(response.json()).toBe(response.json());
      const streamed = await new Client(asFetch(() => new StreamingHttpResponse("[1]", { contentType: "application/json" }))).get(
        "/",
      );
      expect(await streamed.json()).toEqual([1]);
      expect(await streamed.json()).toBe(await streamed.json());
    }));

  test("an error is logged, as a server would", () => {
    const warned: unknown[] = [];
    const LOGGER = { ...quiet, warn: (...given: unknown[]) => void warned.push(given) };
    return run(() =>
      overrideSettings({ LOGGER }, async () => {
        await new Client(app).get("/nope/");
        await new Client(app).get("/nope/");
        expect(warned).toEqual([
          ["django.request", "Not Found: /nope/"],
          ["django.request", "Not Found: /nope/"],
        ]);
      }),
    );
  });

  test("json() of what is no JSON is an error", () =>
    run(async () => {
      const response = await new Client(app).get("/named/7/");
      expect(() => response.json()).toThrow('Content-Type header is "text/html; charset=utf-8", not "application/json"');
    }));

  test("HEAD has no content", () =>
    run(async () => {
      const response = await new Client(app).head("/named/7/");
      expect([response.statusCode, response.content.byteLength]).toEqual([200, 0]);
    }));

  test("cookies are kept, and sent until they are deleted", () =>
    run(async () => {
      const client = new Client(app);
      await client.get("/set/", { a: "1", b: "x y" });
      expect(client.cookies.get("b")?.value).toBe("x y");
      expect((await client.get("/echo/")).json<Echo>().COOKIES).toEqual({ a: "1", b: "x y" });
      await client.get("/drop/");
      expect((await client.get("/echo/")).json<Echo>().COOKIES).toEqual({ b: "x y" });
      client.cookies.set("c", "own");
      expect((await client.get("/echo/")).json<Echo>().COOKIES).toEqual({ b: "x y", c: "own" });
    }));

  test("an exception of a view is thrown, or answered with a 500", () =>
    run(async () => {
      await expect(new Client(app).get("/broken/")).rejects.toThrow(RangeError);
      expect((await new Client(app, { raiseRequestException: false }).get("/broken/")).statusCode).toBe(500);
      expect((await new Client(app).get("/missing/")).statusCode).toBe(404);
    }));

  test("a plain Response, and what has no more than a fetch", () =>
    run(async () => {
      const plain = await new Client(app).get("/plain/");
      expect([plain.text, plain.get("X-A")]).toEqual(["plain", "b"]);
      const foreign = { fetch: async (request: Request) => Response.json([request.method, new URL(request.url).pathname]) };
      expect((await new Client(foreign).post("/x/", { a: "1" })).json()).toEqual(["POST", "/x/"]);
      expect((await new Client(asFetch(echo)).get("/y/")).json<Echo>().path).toBe("/y/");
    }));
});

describe("Client: redirects", () => {
  test("are not followed unless asked", () =>
    run(async () => {
      const response = await new Client(app).get("/go/");
      expect([response.statusCode, response.get("Location")]).toEqual([302, "/echo/"]);
    }));

  test("are followed with GET, and the cookies on the way are kept", () =>
    run(async () => {
      const client = new Client(app);
      const response = await client.post("/go/?to=/go/?to=/echo/%3Fz=1", { a: 1 }, { follow: true });
      expect(response.json()).toMatchObject({ method: "GET", GET: { z: ["1"] } });
      expect(response.redirectChain).toEqual([
        ["/go/?to=/echo/?z=1", 302],
        ["/echo/?z=1", 302],
      ]);
    }));

  test("to another host change name and port of the server, until the way leads elsewhere", () =>
    run(async () => {
      const moved = async (to: string): Promise<unknown[]> => {
        const { request } = await new Client(app).get(`/go/?to=${to}`, null, { follow: true });
        return [request.getHost(), request.META.SERVER_NAME, request.getPort(), request.scheme];
      };
      expect(await moved("https://otherserver:8443/echo/")).toEqual(["otherserver:8443", "otherserver", "8443", "https"]);
      expect(await moved("https://otherserver:8443/go/")).toEqual(["otherserver:8443", "otherserver", "8443", "https"]);
      expect(await moved("/echo/")).toEqual(["testserver", "testserver", "80", "http"]);
    }));

  test("307 and 308 keep TRACE, without data", () =>
    run(async () => {
      const response = await new Client(app).trace("/go/?keep&to=/echo/%3Fa=1", null, { follow: true });
      expect(response.json()).toMatchObject({ method: "TRACE", GET: { a: ["1"] } });
    }));

  test("307 and 308 keep method and data", () =>
    run(async () => {
      const response = await new Client(app).post("/go/?keep&to=/echo/", { a: 1 }, { follow: true });
      expect(response.json()).toMatchObject({ method: "POST", POST: { a: ["1"] } });
      expect(response.redirectChain).toEqual([["/echo/", 307]]);
    }));

  test("lead to other hosts and schemes, and from relative paths", () =>
    run(async () => {
      const client = new Client(app);
      expect((await client.get("/go/?to=https://other.example.com/echo/", null, { follow: true })).json()).toMatchObject({
        host: "other.example.com",
        scheme: "https",
      });
      expect((await client.get("/go/?to=../echo/", null, { follow: true })).json<Echo>().path).toBe("/echo/");
    }));

  test("that go round, or never end, are an error", () =>
    run(async () => {
      await expect(new Client(app).get("/round/0/", null, { follow: true })).rejects.toThrow("Redirect loop detected.");
      const error = await new Client(app).get("/growing/", null, { follow: true }).catch((error) => error);
      expect(error).toBeInstanceOf(RedirectCycleError);
      expect(error.message).toBe("Too many redirects.");
      expect(error.redirectChain.length).toBe(21);
    }));
});

describe("Client: streams", () => {
  test("are read piece by piece, and closed at their end", async () => {
    let at = 0;
    async function* pieces(): AsyncGenerator<string> {
      for (at = 1; at <= 3; at++) yield `piece ${at}`;
    }
    const response = await new Client(asFetch(() => new StreamingHttpResponse(pieces()))).get("/");
    expect(at).toBe(0);
    const seen: string[] = [];
    for await (const chunk of response.streamingContent as AsyncIterable<Uint8Array>) {
      seen.push(`${new TextDecoder().decode(chunk)} at ${at}`);
      expect(response.closed).toBe(false);
    }
    expect(seen).toEqual(["piece 1 at 1", "piece 2 at 2", "piece 3 at 3"]);
    expect(response.closed).toBe(true);
    expect(response.request.signal.aborted).toBe(false);
  });

  test("left in the middle are a client that goes away", async () => {
    let ended = false;
    const requests: HttpRequest[] = [];
    async function* ticks(): AsyncGenerator<string> {
      try {
        for (;;) yield "tick";
      } finally {
        ended = true;
      }
    }
    const view: View = (request) => {
      requests.push(request);
      expect(request.signal.aborted).toBe(false);
      return new StreamingHttpResponse(ticks());
    };
    const response = await new Client(asFetch(view)).get("/");
    for await (const _ of response.streamingContent as AsyncIterable<Uint8Array>) break;
    expect(ended).toBe(true);
    expect(requests[0]?.signal.aborted).toBe(true);
    expect(response.closed).toBe(true);
  });

  test("are gathered by getvalue() and json()", async () => {
    const view: View = () => new StreamingHttpResponse(['{"a":', "1}"], { contentType: "application/json" });
    expect(await (await new Client(asFetch(view)).get("/")).json()).toEqual({ a: 1 });
    expect(new TextDecoder().decode(await (await new Client(asFetch(view)).get("/")).getvalue())).toBe('{"a":1}');
  });
});

describe("RequestFactory", () => {
  const factory = new RequestFactory({ headers: { "X-Own": "mine" } });

  test("makes requests for calling a view", async () => {
    const request = factory.post("/somewhere/?q=1", { a: "b" });
    expect([request.method, request.path, request.GET.get("q"), request.headers.get("x-own")]).toEqual([
      "POST",
      "/somewhere/",
      "1",
      "mine",
    ]);
    expect((await request.POST).get("a")).toBe("b");
    expect(request.META.SERVER_NAME).toBe("testserver");
    expect([request.META.SERVER_PORT, factory.get("/", null, { secure: true }).META.SERVER_PORT]).toEqual(["80", "443"]);
    expect(run(() => request.getHost())).toBe("testserver");
  });

  test("knows the length of a form, of one with files too", async () => {
    const request = factory.post("/", { a: "b", file: new File(["content"], "f.txt") });
    const length = Number(request.META.CONTENT_LENGTH);
    expect((await request.body).byteLength).toBe(length);
  });

  test("every method", () => {
    for (const method of ["get", "head", "options", "trace", "post", "put", "patch", "delete"] as const) {
      expect(factory[method]("/").method).toBe(method.toUpperCase());
    }
  });

  test("paths that are not ASCII", () => {
    expect(factory.get("/caf\u00e9 \u2603/?é=ü").path).toBe("/café ☃/");
    expect(factory.get("/?é=ü").GET.get("é")).toBe("ü");
  });
});
