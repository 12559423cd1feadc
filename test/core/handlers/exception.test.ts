import { beforeEach, describe, expect, test } from "vitest";
import { overrideSettings, type Settings } from "../../../src/conf/index.ts";
import {
  BadRequest,
  DisallowedHost,
  Http404,
  MultiPartParserError,
  PermissionDenied,
  RequestDataTooBig,
  SuspiciousOperation,
} from "../../../src/core/exceptions.ts";
import type { UploadedFile } from "../../../src/core/files/uploadedfile.ts";
import { getFetchApplication } from "../../../src/core/handlers/application.ts";
import type { View } from "../../../src/core/handlers/types.ts";
import { HttpResponse } from "../../../src/http/response.ts";
import "../../../src/uploads.ts";
import { path } from "../../../src/urls/conf.ts";
import type { ExceptionReporter } from "../../../src/views/debug/reporter.ts";

const logged: [level: string, name: string, message: string][] = [];
const LOGGER = Object.fromEntries(
  ["debug", "info", "warn", "error"].map((level) => [
    level,
    (name: string, message: string) => void logged.push([level, name, message]),
  ]),
);

beforeEach(() => {
  logged.length = 0;
});

async function answer(
  thrown: unknown,
  settings: Partial<Settings> = {},
  handlers: Record<string, View<never>> = {},
): Promise<[number, string, string | null]> {
  const view: View = () => {
    throw thrown;
  };
  const urlpatterns = [path("where/", view)];
  return overrideSettings({ LOGGER, ...settings }, async () => {
    const app = getFetchApplication({ urlconf: { urlpatterns, ...handlers } as never });
    const response = await app.fetch(new Request("http://testserver/where/", { headers: { host: "testserver" } }));
    return [response.status, await response.text(), response.headers.get("content-type")];
  });
}

describe("an exception becomes a response", () => {
  test.each([
    [new Http404("no band"), 404, "<title>Not Found</title>", "warn"],
    [new PermissionDenied("no"), 403, "<title>403 Forbidden</title>", "warn"],
    [new BadRequest("no"), 400, "<title>Bad Request (400)</title>", "warn"],
    [new MultiPartParserError("no"), 400, "<title>Bad Request (400)</title>", "warn"],
    [new SuspiciousOperation("no"), 400, "<title>Bad Request (400)</title>", "error"],
    [new RequestDataTooBig("no"), 400, "<title>Bad Request (400)</title>", "error"],
    [new Error("secret"), 500, "<title>Server Error (500)</title>", "error"],
    ["secret", 500, "<title>Server Error (500)</title>", "error"],
  ])("%s: %i", async (thrown, status, title, level) => {
    const [code, text, type] = await answer(thrown);
    expect([code, type]).toEqual([status, "text/html; charset=utf-8"]);
    expect(text).toContain(title);
    expect(text).not.toMatch(/secret|no band/);
    expect(logged[0]?.[0]).toBe(level);
  });

  test("Django's words for a 404", async () => {
    const [, text] = await answer(new Http404());
    expect(text).toBe(`
<!doctype html>
<html lang="en">
<head>
  <title>Not Found</title>
</head>
<body>
  <h1>Not Found</h1><p>The requested resource was not found on this server.</p>
</body>
</html>
`);
  });
});

describe("the log", () => {
  test.each([
    [new Http404("x"), [["warn", "django.request", "Not Found: /where/"]]],
    [new PermissionDenied("x"), [["warn", "django.request", "Forbidden (Permission denied): /where/"]]],
    [new MultiPartParserError("x"), [["warn", "django.request", "Bad request (Unable to parse request body): /where/"]]],
    [new BadRequest("Bad thing"), [["warn", "django.request", "Bad thing: /where/"]]],
    [new Error("x"), [["error", "django.request", "Internal Server Error: /where/"]]],
    [
      new DisallowedHost("Invalid host"),
      [
        ["error", "django.security.DisallowedHost", "Invalid host"],
        ["warn", "django.request", "Bad Request: /where/"],
      ],
    ],
  ])("of %s", async (thrown, lines) => {
    await answer(thrown);
    expect(logged).toEqual(lines);
  });

  test("a line break of a message is escaped", async () => {
    await answer(new BadRequest("one\r\ntwo \u001b[31m"));
    expect(logged[0]?.[2]).toBe("one\\u000d\\u000atwo \\u001b[31m: /where/");
  });

  test("a response of a view with status 400 or more is logged once, below that not at all", async () => {
    await overrideSettings({ LOGGER }, async () => {
      for (const [status, level] of [
        [200, undefined],
        [404, "warn"],
        [410, "warn"],
        [503, "error"],
      ] as const) {
        logged.length = 0;
        const app = getFetchApplication({
          view: () => new HttpResponse("", { status }),
          middleware: [(getResponse) => (request) => getResponse(request)],
        });
        await app.fetch(new Request("http://a/x"));
        expect(logged.map(([given]) => given)).toEqual(level ? [level] : []);
      }
    });
  });
});

describe("the URLconf's own views for errors", () => {
  test("each status has its own, with the exception", async () => {
    const handler =
      (status: number): View<{ exception: Error }> =>
      async (_, { exception }) =>
        new HttpResponse(`own ${exception.message}`, { status });
    const handlers = { handler400: handler(400), handler403: handler(403), handler404: handler(404) };
    expect((await answer(new Http404("a"), {}, handlers)).slice(0, 2)).toEqual([404, "own a"]);
    expect((await answer(new PermissionDenied("b"), {}, handlers)).slice(0, 2)).toEqual([403, "own b"]);
    expect((await answer(new BadRequest("c"), {}, handlers)).slice(0, 2)).toEqual([400, "own c"]);
    expect((await answer(new SuspiciousOperation("d"), {}, handlers)).slice(0, 2)).toEqual([400, "own d"]);
  });

  test("handler500, and a plain Response from it", async () => {
    const handlers = { handler500: () => new Response("own", { status: 500 }) };
    expect((await answer(new Error("x"), {}, handlers)).slice(0, 2)).toEqual([500, "own"]);
  });

  test("what one throws is logged as any error of a view is", async () => {
    const error = new Error("a bug in my 404 page");
    const errors: unknown[] = [];
    const LOGGER = { warn: (...args: unknown[]) => errors.push(args), error: (...args: unknown[]) => errors.push(args) };
    for (const thrown of [new Http404(), new PermissionDenied()]) {
      const fails = (): never => {
        throw error;
      };
      expect((await answer(thrown, { LOGGER }, { handler404: fails, handler403: fails }))[0]).toBe(500);
      expect(errors.splice(0)).toEqual([["django.request", "Internal Server Error: /where/", error]]);
    }
  });

  test("whatever else fails, the files of the form are closed", async () => {
    let file: UploadedFile | undefined;
    const view = path("", async (request) => {
      file = (await request.FILES).get("f");
      throw new Error("first");
    });
    const fails = (): never => {
      throw new Error("second");
    };
    const form = new FormData();
    form.append("f", new File(["x"], "f.txt"));
    for (const override of [{}, { DEBUG_PROPAGATE_EXCEPTIONS: true }]) {
      await overrideSettings({ LOGGER, ...override }, async () => {
        const app = getFetchApplication({ urlconf: { urlpatterns: [view], handler500: fails } as never });
        await app.fetch(new Request("http://testserver/", { method: "POST", body: form })).catch(() => {});
      });
      await new Promise((resolve) => setTimeout(resolve, 5));
      expect(file?.closed).toBe(true);
    }
  });

  test("one that throws gives a 500, handler500 included", async () => {
    const fails = () => {
      throw new Error("again");
    };
    expect((await answer(new Http404(), {}, { handler404: fails }))[0]).toBe(500);
    expect((await answer(new Error("x"), {}, { handler500: fails }))[0]).toBe(500);
    expect((await answer(new Http404(), {}, { handler404: fails, handler500: fails }))[0]).toBe(500);
    expect((await answer(new Http404(), {}, { handler404: (() => undefined) as never }))[0]).toBe(500);
  });
});

describe("under DEBUG", () => {
  test("the statuses are the same, and the details are there", async () => {
    for (const [thrown, status] of [
      [new Http404("why it is"), 404],
      [new BadRequest("why it is"), 400],
      [new SuspiciousOperation("why it is"), 400],
      [new Error("why it is"), 500],
    ] as const) {
      const [code, text] = await answer(thrown, { DEBUG: true });
      expect(code).toBe(status);
      expect(text).toContain("why it is");
    }
  });

  test("a report that fails itself still answers", async () => {
    class Broken {
      constructor() {
        throw new Error("no report");
      }
    }
    const DEFAULT_EXCEPTION_REPORTER = Broken as unknown as typeof ExceptionReporter;
    const [status, text] = await answer(new Error("why it is"), { DEBUG: true, DEFAULT_EXCEPTION_REPORTER });
    expect(status).toBe(500);
    expect(text).toContain("why it is");
  });
});

test("DEBUG_PROPAGATE_EXCEPTIONS lets an error out that would be a 500, and no other", async () => {
  await expect(answer(new RangeError("out"), { DEBUG_PROPAGATE_EXCEPTIONS: true })).rejects.toThrow("out");
  expect((await answer(new Http404(), { DEBUG_PROPAGATE_EXCEPTIONS: true }))[0]).toBe(404);
});
