/** What is read in parts: bodies by line, files by range; and what a visitor brings back: sessions and CSRF tokens. */

import fc from "fast-check";
import { describe, expect } from "vitest";
import { overrideSettings } from "../../src/conf/index.ts";
import { StoredSession } from "../../src/contrib/sessions/cache.ts";
import { SignedCookieSession } from "../../src/contrib/sessions/signed_cookies.ts";
import { InMemoryUploadedFile, UploadedFile } from "../../src/core/files/uploadedfile.ts";
import { getFetchApplication } from "../../src/core/handlers/application.ts";
import { dumps } from "../../src/core/signedobjects.ts";
import { FileResponse } from "../../src/http/fileresponse.ts";
import { HttpRequest } from "../../src/http/request.ts";
import { HttpResponse } from "../../src/http/response.ts";
import { CsrfViewMiddleware, getToken } from "../../src/middleware.ts";
import { cookies, ranges } from "./corpus.ts";
import { cut, cuts, latin1, mutated, property, textOf } from "./fuzz.ts";

const body = textOf("\n", "\r\n", "\r", "a", "bc", "é").map((text) => latin1(text.replace(/[^\0-\xff]/g, "?")));
const join = (parts: readonly Uint8Array[]): number[] => parts.flatMap((part) => [...part]);

function requestOf(bytes: Uint8Array, places: readonly number[]): HttpRequest {
  const init = { method: "POST", body: cut(bytes, places), duplex: "half" } as RequestInit;
  return HttpRequest.fromRequest(new Request("http://a/", init));
}

describe("the body of a request", () => {
  property("read by line is all lines, however it comes in pieces", fc.tuple(body, cuts), async ([bytes, places]) => {
    const lines = await requestOf(bytes, places).readlines();
    expect(join(lines)).toEqual([...bytes]);
    for (const [i, line] of lines.entries()) {
      expect(line.length).toBeGreaterThan(0);
      expect(line.indexOf(10)).toBe(i === lines.length - 1 && line.at(-1) !== 10 ? -1 : line.length - 1);
    }
  });

  const step = fc.record({ line: fc.boolean(), size: fc.oneof(fc.nat(10), fc.constant(-1), fc.constant(undefined)) });
  property(
    "read in any steps is what Python's BytesIO reads",
    fc.tuple(body, cuts, fc.array(step, { maxLength: 10 })),
    async ([bytes, places, steps]) => {
      const request = requestOf(bytes, places);
      let at = 0;
      for (const { line, size } of steps) {
        const got = await (line ? request.readline(size) : request.read(size));
        const left = bytes.length - at;
        let length = size === undefined || size < 0 ? left : Math.min(size, left);
        const end = line ? bytes.indexOf(10, at) + 1 : 0;
        if (end > 0) length = Math.min(length, end - at);
        expect([...got]).toEqual([...bytes.subarray(at, at + length)]);
        at += length;
      }
    },
  );
});

describe("an uploaded file", () => {
  property(
    "has the same lines wherever its bytes are, however they are read",
    fc.tuple(body, fc.integer({ min: 1, max: 9 })),
    async ([bytes, size]) => {
      const [memory, elsewhere] = [
        new InMemoryUploadedFile(bytes, null, "a"),
        new UploadedFile({ read: async (start, end) => bytes.subarray(start, end) }, "a", "", bytes.length),
      ];
      const former = UploadedFile.DEFAULT_CHUNK_SIZE;
      UploadedFile.DEFAULT_CHUNK_SIZE = size;
      try {
        const [one, two]: Uint8Array[][] = [[], []];
        for await (const line of memory) one?.push(line);
        for await (const line of elsewhere) two?.push(line);
        expect(two?.map((line) => [...line])).toEqual(one?.map((line) => [...line]));
        expect(join(one ?? [])).toEqual([...bytes]);
      } finally {
        UploadedFile.DEFAULT_CHUNK_SIZE = former;
      }
    },
  );
});

describe("FileResponse", () => {
  const RANGES = ["bytes=", "-", ",", "0", "1", "9", "0-0", "-1", "5-", " ", "\t", "99"];
  property(
    "answers any Range with the bytes that it says it does",
    fc.tuple(
      fc.oneof(mutated(ranges, ...RANGES), textOf(...RANGES)).map((text) => text.replace(/[^\t -~]/g, "")),
      fc.nat(60),
    ),
    async ([range, size]) => {
      const bytes = Uint8Array.from({ length: size }, (_, i) => i);
      const request = HttpRequest.fromRequest(new Request("http://a/", { headers: { Range: range } }));
      const response = new FileResponse(new Blob([bytes])).toResponse({ request });
      const got = new Uint8Array(await response.arrayBuffer());
      const contentRange = response.headers.get("content-range");
      if (response.status === 200) expect(got).toEqual(bytes);
      else if (response.status === 416) expect([contentRange, got.length]).toEqual([`bytes */${size}`, 0]);
      else if (contentRange) expectPart(contentRange, got);
      else {
        const text = String.fromCharCode(...got);
        const boundary = response.headers.get("content-type")?.replace("multipart/byteranges; boundary=", "");
        const parts = text.split(`--${boundary}`).slice(1, -1);
        expect(parts.length).toBeGreaterThan(1);
        for (const part of parts) {
          const [, of = "", content = ""] = /Content-Range: (.*)\r\n\r\n([\s\S]*)\r\n$/.exec(part) ?? [];
          expectPart(of, latin1(content));
        }
        expect(Number(response.headers.get("content-length") ?? got.length)).toBe(got.length);
      }

      function expectPart(of: string, part: Uint8Array): void {
        const [, first, last, all] = (/^bytes (\d+)-(\d+)\/(\d+)$/.exec(of) ?? []).map(Number) as [
          number,
          number,
          number,
          number,
        ];
        expect(all).toBe(size);
        expect(part).toEqual(bytes.subarray(first, last + 1));
      }
    },
    ranges.map((range): [string, number] => [range, 50]),
  );
});

describe("what a visitor brings back", () => {
  const brought = fc.oneof(
    mutated(["eyJhIjoxfQ:1r31eq:n_SlnIhB48yIgkf71WUb-3F277vVPwIk18uOUo2EVBs", ".eJyLVtKhIh0LAC1jDTE:1r31eq:x", ...cookies]),
    textOf(":", ".", "a", "eyJ", "=", "-"),
  );

  property("is no session unless it was signed", brought, (text) =>
    overrideSettings({ SECRET_KEY: "a key" }, async () => {
      const store = { get: async () => text, set: async () => {}, delete: async () => {} };
      for (const session of [new SignedCookieSession(text), new StoredSession(store, "12345678")])
        expect(await session.items()).toEqual([]);
    }),
  );

  property("is no session either, if it was signed but is none", fc.jsonValue(), (value) =>
    overrideSettings({ SECRET_KEY: "a key" }, async () => {
      const text = dumps(value, { salt: "django.contrib.sessions.backends.signed_cookies" });
      const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
      const items = await new SignedCookieSession(text).items();
      expect(items).toEqual(isObject ? Object.entries(JSON.parse(JSON.stringify(value))) : []);
    }),
  );

  property(
    "is no CSRF token unless it is that of the cookie",
    fc.tuple(brought, fc.oneof(brought, fc.stringMatching(/^[a-zA-Z0-9]{32}$/)), fc.boolean()),
    ([token, cookie, own]) =>
      overrideSettings({ ALLOWED_HOSTS: ["*"], LOGGER: { debug() {}, info() {}, warn() {}, error() {} } }, async () => {
        const app = getFetchApplication({
          middleware: [CsrfViewMiddleware],
          view: (request) => new HttpResponse(getToken(request)),
        });
        const send = (value: string): Promise<Response> => {
          const headers = new Map([
            ["cookie", `csrftoken=${cookie}`],
            ["x-csrftoken", value],
          ]);
          const given = {
            get: (name: string) => headers.get(name) ?? null,
            forEach: (each: (text: string, name: string) => void) => headers.forEach(each),
          };
          return app.fetch({ url: "http://a/", method: "POST", headers: given, body: null } as unknown as Request);
        };
        const right = /^[a-zA-Z0-9]{32}$/.test(cookie);
        expect((await send(own ? cookie : token)).status).toBe(right && (own || token === cookie) ? 200 : 403);
        if (!right) return;
        // What the page of that visitor shows is another text each time, and the same token.
        const masked = await (await send(cookie)).text();
        expect(masked).not.toContain(cookie);
        expect((await send(masked)).status).toBe(200);
        expect((await send(masked.slice(1) + masked[0])).status).toBe(403);
      }),
  );
});
