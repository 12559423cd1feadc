/** What goes out: headers that stay whole, redirects that lead where they seem to, JSON and events that read back. */

import fc from "fast-check";
import { describe, expect } from "vitest";
import { DjangoJSONEncoder } from "../../src/core/serializers/json.ts";
import { formatEvent, type ServerSentEvent } from "../../src/http/eventstream.ts";
import { JsonResponse } from "../../src/http/jsonresponse.ts";
import { HttpResponse, HttpResponseRedirect } from "../../src/http/response.ts";
import { StreamingHttpResponse } from "../../src/http/streaming.ts";
import { cookies, eventTexts, locations } from "./corpus.ts";
import { attempt, mutated, property, textOf, wellFormed } from "./fuzz.ts";

const ERRORS = ["BadHeaderError", "UnicodeEncodeError", "TypeError", "ValueError"];
const TOKENS = [":", "\r\n", "\n", "\r", "Set-Cookie: a=b", " ", "é", "🎸", "X-A", "_", "=?utf-8?q?", "\r\n\r\n", "__proto__"];
const text = textOf(...TOKENS);

describe("headers of a response", () => {
  property(
    "are one line each as the platform has them, or an error",
    fc.tuple(text, fc.oneof(text, fc.uint8Array({ maxLength: 10 }), fc.integer())),
    async ([name, value]) => {
      const response = new HttpResponse("x");
      const set = await attempt(ERRORS, () => response.set(name, value) ?? true);
      const { headers } = response.toResponse();
      if (!set) return expect([...headers.keys()]).toEqual(["content-type"]);
      expect(response.get(name)).toMatch(/^[^\r\n\0\u0100-\uffff]*$/u);
      const lines = new TextDecoder("latin1").decode(response.serializeHeaders()).split("\r\n");
      expect(lines.length).toBe(new Set(["content-type", name.toLowerCase()]).size);
      // What belongs to the connection is not sent.
      if (!headers.has(name))
        expect(name.toLowerCase()).toMatch(/^(connection|keep-alive|te|trailer|transfer-encoding|upgrade|proxy-connection)$/);
      return undefined;
    },
  );

  property("a reason is one line, or an error", text, async (reason) => {
    const response = await attempt(["BadHeaderError"], () => new HttpResponse("x", { reason }));
    expect(response === undefined).toBe(/[\r\n\0]/.test(reason));
    response?.toResponse();
  });

  property("a content type is what was given, or an error", text, async (contentType) => {
    const response = await attempt(ERRORS, () => new HttpResponse("", { contentType }));
    response?.toResponse();
    // A charset that does not exist is an error where something is to be written in it.
    if (response) await attempt(["LookupError", "UnicodeEncodeError"], () => response.write("é"));
  });

  property(
    "a cookie is one line, or an error",
    fc.tuple(fc.oneof(text, fc.stringMatching(/^[a-z]+$/)), fc.oneof(mutated(cookies), text)),
    async ([key, value]) => {
      const response = new HttpResponse("x");
      const lines = await attempt(ERRORS, () => {
        response.setCookie(key, value);
        return response.toResponse().headers.getSetCookie();
      });
      if (lines) expect(lines).toEqual([expect.stringMatching(/^[^\r\n\0;]+; Path=\/$/)]);
    },
  );
});

describe("HttpResponseRedirect", () => {
  const LOCATIONS = [
    "/",
    "//",
    "\\",
    ":",
    "http:",
    "https:",
    "javascript:",
    "data:",
    "vbscript:",
    "ftp:",
    "mailto:",
    "\t",
    "\n",
    "\x08",
    " ",
    "[",
    "]",
    "?",
    "#",
  ];
  property(
    "leads to no other scheme than its own, as the platform reads it",
    fc.oneof(mutated(locations, ...LOCATIONS), textOf(...LOCATIONS)),
    async (url) => {
      const response = await attempt(
        ["DisallowedRedirect", "ValueError", "UnicodeEncodeError"],
        () => new HttpResponseRedirect(url),
      );
      const location = response?.toResponse().headers.get("location");
      if (typeof location !== "string") return;
      expect(location).toMatch(/^[!-~]*$/);
      if (!URL.canParse(location, "https://example.com/")) return;
      expect(["http:", "https:", "ftp:"]).toContain(new URL(location, "https://example.com/").protocol);
    },
    locations,
  );
});

describe("the content of a response", () => {
  const pieces = fc.array(fc.oneof(wellFormed, fc.uint8Array({ maxLength: 50 }), fc.integer()), { maxLength: 8 });
  property("is the same whole and in pieces, written and streamed", pieces, async (list) => {
    const expected = new HttpResponse(list).content;
    const written = new HttpResponse();
    for (const piece of list) written.write(piece);
    expect(written.content).toEqual(expected);
    for (const content of [
      list,
      (async function* () {
        yield* list;
      })(),
    ]) {
      const body = await new StreamingHttpResponse(content as Iterable<unknown>).toResponse().arrayBuffer();
      expect(new Uint8Array(body)).toEqual(expected);
    }
  });
});

describe("JSON", () => {
  const data = fc.jsonValue({ maxDepth: 4, stringUnit: "binary" });
  const params = fc.record(
    {
      indent: fc.constantFrom(0, 1, 4, "\t"),
      ensureAscii: fc.boolean(),
      sortKeys: fc.boolean(),
      separators: fc.constantFrom([",", ":"] as const, [", ", ": "] as const),
    },
    { requiredKeys: [] },
  );

  property("JsonResponse writes what JSON.stringify() writes", data, (value) => {
    expect(new JsonResponse(value, { safe: false }).text).toBe(JSON.stringify(value));
  });

  property("in any layout, reads back as the same", fc.tuple(data, params), ([value, layout]) => {
    const json = new DjangoJSONEncoder(layout).encode(value);
    expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)));
    if (layout.ensureAscii) expect(json).toMatch(/^[\t\n -~]*$/);
  });

  property(
    "of anything is JSON, or an error",
    fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withNullPrototype: true,
      withTypedArray: true,
      withSparseArray: true,
    }),
    async (value) => {
      for (const layout of [undefined, {}]) {
        const json = await attempt(["TypeError", "ValueError"], () => new DjangoJSONEncoder(layout).encode(value));
        if (json !== undefined) JSON.parse(json);
      }
    },
  );
});

describe("events", () => {
  const field = fc.oneof(
    mutated(eventTexts, "\n", "\r", ":", "data: x", "\n\n", "\0"),
    textOf("\n", "\r", ":", " ", "id: 1", "retry: 1"),
  );
  const event: fc.Arbitrary<ServerSentEvent> = fc.record(
    { data: fc.oneof(field, fc.jsonValue()), event: field, id: field, retry: fc.integer(), comment: field },
    { requiredKeys: [] },
  );

  property("read back as what they were, and as no other", event, async (given) => {
    const written = await attempt(["ValueError", "TypeError"], () => formatEvent(given));
    if (written === undefined) return;
    const before = "data: before\n\n";
    const events = parseEvents(before + written + before);
    const { data, event: type = "message", id = "" } = given;
    const expected = typeof data === "string" ? data.replace(/\r\n|\r/g, "\n") : JSON.stringify(data);
    const own = data === undefined ? [] : [{ type: type || "message", data: expected, id }];
    const other = { type: "message", data: "before" };
    expect(events).toEqual([{ ...other, id: "" }, ...own, { ...other, id }]);
  });
});

/** The parser of the HTML standard, section 9.2.6, as it stands there. */
function parseEvents(stream: string): { type: string; data: string; id: string }[] {
  const events: { type: string; data: string; id: string }[] = [];
  let [type, data, id] = ["", "", ""];
  for (const line of stream.replace(/^\ufeff/, "").split(/\r\n|\r|\n/)) {
    if (line === "") {
      if (data !== "") events.push({ type: type || "message", data: data.slice(0, -1), id });
      [type, data] = ["", ""];
      continue;
    }
    const colon = line.indexOf(":");
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "event") type = value;
    else if (name === "data") data += `${value}\n`;
    else if (name === "id" && !value.includes("\0")) id = value;
  }
  return events;
}
