import { describe, expect, test } from "vitest";
import { overrideSettings, type Settings } from "../../../src/conf/index.ts";
import { Http404 } from "../../../src/core/exceptions.ts";
import { getFetchApplication } from "../../../src/core/handlers/application.ts";
import { asFetch } from "../../../src/core/handlers/fetch.ts";
import type { View } from "../../../src/core/handlers/types.ts";
import { rooms } from "../../../src/core/rooms.ts";
import { HttpRequest } from "../../../src/http/request.ts";
import { HttpResponse } from "../../../src/http/response.ts";
import { include, path } from "../../../src/urls/conf.ts";
import { ExceptionReporter } from "../../../src/views/debug/reporter.ts";
import { sensitivePostParameters } from "../../../src/views/decorators/debug.ts";

/** Not in one piece here, since the page shows lines of this very file. */
const HIDDEN = ["hid", "den"].join("");
const quiet = { debug(): void {}, info(): void {}, warn(): void {}, error(): void {} };
const debug = { DEBUG: true, LOGGER: quiet, DEFAULT_EXCEPTION_REPORTER: ExceptionReporter, SECRET_KEY: HIDDEN };

async function report(
  view: View,
  init: RequestInit = {},
  settings: Partial<Settings> = {},
): Promise<{ status: number; type: string; text: string }> {
  return overrideSettings({ ...debug, ...settings }, async () => {
    const response = await asFetch(view)(
      new Request("http://a/where/?q=<b>", { ...init, headers: { accept: "text/html", ...(init.headers as object) } }),
    );
    return { status: response.status, type: response.headers.get("content-type") ?? "", text: await response.text() };
  });
}

const broken = () => {
  throw new RangeError('It <broke> & "that\'s" it', { cause: new TypeError("a <deeper> reason") });
};

describe("the page of an error", () => {
  test("names the error, its cause, the place and the request, all of it escaped", async () => {
    const { status, type, text } = await report(broken, { headers: { "x-own": "<u>" } });
    expect([status, type]).toEqual([500, "text/html; charset=utf-8"]);
    expect(text).toContain("<title>RangeError at /where/</title>");
    expect(text).toContain("It &lt;broke&gt; &amp; &quot;that&#x27;s&quot; it");
    expect(text).toContain("TypeError: a &lt;deeper&gt; reason");
    expect(text).toContain("broken");
    expect(text).toContain("HTTP_X_OWN");
    expect(text).toContain("&lt;u&gt;");
    expect(text).not.toMatch(/<(broke|deeper|u|b)>/);
  });

  test("does without a user that cannot be had", async () => {
    const unnamed = {
      toString(): string {
        throw new Error("no name");
      },
    };
    const { text } = await report((request) => {
      request.user = unnamed as never;
      return broken();
    });
    expect(text).toContain("<title>RangeError at /where/</title>");
    expect(text).toContain("[unable to retrieve the current user]");
  });

  test("shows no secret, and runs no script", async () => {
    const { text } = await report(broken, { headers: { cookie: `sessionid=${HIDDEN}`, authorization: HIDDEN } });
    expect(text).toContain("SECRET_KEY");
    expect(text).not.toContain(HIDDEN);
    expect(text).not.toMatch(/<script|<[^>]+(?:javascript:|\son\w+=)/);
  });

  test("follows light and dark, and narrow screens", async () => {
    const { text } = await report(broken);
    expect(text).toContain("color-scheme: light dark");
    expect(text).toContain("prefers-color-scheme: dark");
    expect(text).toContain('name="viewport"');
  });

  test("is text for a client that does not take HTML", async () => {
    const { status, type, text } = await report(broken, { headers: { accept: "application/json" } });
    expect([status, type]).toEqual([500, "text/plain; charset=utf-8"]);
    expect(text).toMatch(/^RangeError at \/where\/\n\nRangeError: It <broke> & "that's" it\n/);
    expect(text).toContain("Caused by TypeError: a <deeper> reason");
    expect(text).toMatch(/^ {2}q = "<b>"$|^ {2}q = "%3Cb%3E"$/m);
    expect(text).not.toContain(HIDDEN);
  });

  test("shows a form, without what is sensitive", async () => {
    const view = sensitivePostParameters("password")(broken as View);
    const form = {
      method: "POST",
      body: `user=me&password=${HIDDEN}`,
      headers: { "content-type": "application/x-www-form-urlencoded" },
    };
    const { text } = await report(view, form);
    expect(text).toContain("&quot;me&quot;");
    expect(text).not.toContain(HIDDEN);
  });

  test("does not wait for a form that does not come", async () => {
    const body = new ReadableStream({ pull: () => new Promise(() => {}) });
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const { status, text } = await report(broken, { method: "POST", body, duplex: "half", headers } as RequestInit);
    expect(status).toBe(500);
    expect(text).toContain("Could not be read: it did not arrive in time");
  });

  test.each([
    ["text", "text"],
    [undefined, "undefined"],
    [null, "null"],
    [{ a: 1 }, "[object Object]"],
    [Object.create(null), "without a text"],
  ])("whatever is thrown: %s", async (thrown, shown) => {
    const { status, text } = await report(() => {
      throw thrown;
    });
    expect(status).toBe(500);
    expect(text).toContain(shown);
  });

  test("causes that go round in a circle end", async () => {
    const one = new Error("one");
    one.cause = new Error("two", { cause: one });
    const { text } = await report(() => {
      throw one;
    });
    expect(text.split("<h2>Caused by").length).toBe(2);
  });

  test("a message that looks like a stack names no file", async () => {
    const data = await new ExceptionReporter(null, new Error("x\n    at evil (/etc/passwd.js:1:1)")).getTracebackData();
    expect(data.chain[0]?.frames.filter(({ file }) => file.includes("passwd"))).toEqual([]);
  });
});

describe("the page of a 404", () => {
  const other: View = () => new HttpResponse();
  const urlconf = [
    path("bands/<int:id>/", other, { name: "band" }),
    path("music/", include([path("<slug:genre>/", other)])),
    path("raise/", () => {
      throw new Http404("No such band");
    }),
  ];

  async function page(target: string, accept = "text/html"): Promise<string> {
    return overrideSettings(debug, async () => {
      const response = await getFetchApplication({ urlconf }).fetch(new Request(`http://a${target}`, { headers: { accept } }));
      expect(response.status).toBe(404);
      return response.text();
    });
  }

  test("lists the routes that were tried, by include() too", async () => {
    const html = await page("/nowhere/");
    expect(html).toContain("Page not found at /nowhere/");
    expect(html).toContain("bands/&lt;int:id&gt;/");
    expect(html).toContain("band");
    const text = await page("/music/ro ck/", "text/plain");
    expect(text).toContain('1. bands/<int:id>/ [name="band"]');
    expect(text).toMatch(/2\. music\/ .*<slug:genre>\//);
  });

  test("says why, where a view raised it", async () => {
    expect(await page("/raise/")).toContain("No such band");
  });
});

describe("what makes the report", () => {
  test("is the request's own class, or that of the settings", async () => {
    class Own extends ExceptionReporter {
      override async getTracebackHtml(): Promise<string> {
        return `own: ${this.statusCode} ${(this.error as Error).message}`;
      }
    }
    expect(
      (
        await report(
          () => {
            throw new Error("x");
          },
          {},
          { DEFAULT_EXCEPTION_REPORTER: Own },
        )
      ).text,
    ).toBe("own: 500 x");
    const view: View = (request) => {
      request.exceptionReporterClass = Own;
      throw new Error("y");
    };
    expect((await report(view)).text).toBe("own: 500 y");
  });

  test("is plain text where the room is not part of the bundle", async () => {
    const linked = rooms.debug;
    rooms.debug = undefined;
    try {
      const { status, type, text } = await report(broken, {}, { DEFAULT_EXCEPTION_REPORTER: null });
      expect([status, type]).toEqual([500, "text/plain; charset=utf-8"]);
      expect(text).toContain("RangeError: It <broke>");
      expect(text).toContain("Caused by TypeError: a <deeper> reason");
    } finally {
      rooms.debug = linked;
    }
  });
});

test("ExceptionReporter works without a request", async () => {
  expect(await new ExceptionReporter(null, new Error("alone")).getTracebackText()).toMatch(/^Error\n\nError: alone\n/);
  expect(await new ExceptionReporter(new HttpRequest(), new Error("empty")).getTracebackText()).toContain("Error: empty");
});
