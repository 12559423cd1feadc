/** No setter of a response lets anything into its head that does not belong there: each setter with each character. */

import { describe, expect, test } from "vitest";
import {
  EventStreamResponse,
  FileResponse,
  HttpResponse,
  type HttpResponseBase,
  HttpResponseNotAllowed,
  HttpResponseRedirect,
  StreamingHttpResponse,
} from "../../src/index.ts";
import { contentDispositionHeader, patchCacheControl, patchVaryHeaders } from "../../src/utils.ts";

const BAD: [name: string, text: string][] = [
  ["CR", "\r"],
  ["LF", "\n"],
  ["CRLF and a header", "\r\nX-Injected: 1"],
  ["CRLF and a body", "\r\n\r\n<script>"],
  ["NUL", "\0"],
  ["a vertical tab", "\v"],
  ["ESC", "\x1b"],
  ["DEL", "\x7f"],
  [";", ";"],
  ["; and an attribute", "; Domain=evil; HttpOnly"],
  [",", ","],
  ["=", "="],
  ["a quote", '"'],
  ["a backslash", "\\"],
  ["a blank", " "],
  ["é", "é"],
  ["U+0085", "\x85"],
  ["U+2028", "\u2028"],
  ["☃", "☃"],
  // Cut to eight bits, these would be CR, LF and a colon.
  ["U+010D U+010A", "\u010d\u010a"],
  ["U+560A", "\u560a"],
  ["U+013A", "\u013a"],
  ["😀", "😀"],
  ["a lone surrogate", "\ud800"],
];

/** Every way of getting text into the head of a response. */
const SETTERS: Record<string, (text: string) => HttpResponseBase> = {
  "a header's name by set()": (text) => change((response) => response.set(`X-${text}`, "1")),
  "a header's name by headers.set()": (text) => change((response) => response.headers.set(`X${text}`, "1")),
  "a header's name by setdefault()": (text) => change((response) => response.setdefault(`X${text}Y`, "1")),
  "a header's name in headers": (text) => new HttpResponse("", { headers: { [`X${text}`]: "1" } }),
  "a header's name in pairs": (text) => new StreamingHttpResponse([], { headers: [[`${text}X`, "1"]] }),
  "a header's value by set()": (text) => change((response) => response.set("X-Own", `a${text}b`)),
  "a header's value by headers.set()": (text) => change((response) => response.headers.set("X-Own", text)),
  "a header's value by setdefault()": (text) => change((response) => response.setdefault("X-Own", `${text}b`)),
  "a header's value in headers": (text) => new HttpResponse("", { headers: { "X-Own": `a${text}` } }),
  "a header's value in pairs": (text) => new HttpResponse("", { headers: [["X-Own", text]] }),
  "a header's value from an object": (text) => change((response) => response.set("X-Own", { toString: () => text })),
  "a header's value in bytes": (text) =>
    change((response) =>
      response.set(
        "X-Own",
        Uint8Array.from(text, (char) => char.charCodeAt(0)),
      ),
    ),
  contentType: (text) => new HttpResponse("", { contentType: `text/plain${text}` }),
  charset: (text) => new HttpResponse("", { charset: `utf-8${text}` }),
  "contentType of a stream": (text) => new StreamingHttpResponse([], { contentType: text }),
  reason: (text) => new HttpResponse("", { reason: `Fine${text}` }),
  reasonPhrase: (text) => change((response) => Object.assign(response, { reasonPhrase: `${text}Fine` })),
  "a cookie's name": (text) => change((response) => response.setCookie(`a${text}b`, "1")),
  "a cookie's name in cookies.set()": (text) => change((response) => response.cookies.set(`${text}b`, "1")),
  "a cookie's name to be deleted": (text) => change((response) => response.deleteCookie(`a${text}`)),
  "a cookie's value": (text) => change((response) => response.setCookie("own", `a${text}b`)),
  "a cookie's value in cookies.set()": (text) => change((response) => response.cookies.set("own", text)),
  "a cookie's path": (text) => change((response) => response.setCookie("own", "1", { path: `/${text}` })),
  "a cookie's domain": (text) => change((response) => response.setCookie("own", "1", { domain: `a${text}.com` })),
  "a cookie's expires": (text) => change((response) => response.setCookie("own", "1", { expires: `Thu, ${text}` })),
  "a cookie's sameSite": (text) => change((response) => response.setCookie("own", "1", { sameSite: `Lax${text}` })),
  "a cookie's maxAge": (text) =>
    change((response) => response.setCookie("own", "1", { maxAge: `1${text}` as unknown as number })),
  "a deleted cookie's path": (text) => change((response) => response.deleteCookie("own", { path: text })),
  "a morsel's path": (text) =>
    change((response) => {
      response.setCookie("own", "1");
      Object.assign(response.cookies.get("own") ?? {}, { path: text });
    }),
  "a morsel's maxAge": (text) =>
    change((response) => {
      response.setCookie("own", "1");
      Object.assign(response.cookies.get("own") ?? {}, { maxAge: `1${text}` });
    }),
  "cookies.load()": (text) => change((response) => response.cookies.load({ own: text, [`a${text}`]: "1" })),
  "a file's name": (text) => new FileResponse({ name: `a${text}.txt`, stream: () => [] }),
  "a file's name as an option": (text) => new FileResponse(new Uint8Array(0), { filename: `a${text}`, asAttachment: true }),
  "a file's type": (text) => new FileResponse({ type: `a/b${text}`, stream: () => [] }),
  "a file's size": (text) => new FileResponse({ size: `1${text}` as unknown as number, stream: () => [] }),
  "contentDispositionHeader()": (text) =>
    change((response) => response.set("Content-Disposition", contentDispositionHeader(false, `a${text}`))),
  "a redirect's target": (text) => new HttpResponseRedirect(`/a${text}b`),
  "a redirect's host": (text) => new HttpResponseRedirect(`http://a${text}.com/`),
  "a redirect's query": (text) => new HttpResponseRedirect(`/?${text}`),
  "Location by set()": (text) => change((response) => response.set("Location", `/${text}`), new HttpResponseRedirect("/")),
  "permitted methods": (text) => new HttpResponseNotAllowed(["GET", text]),
  "patchVaryHeaders()": (text) => change((response) => patchVaryHeaders(response, [`Cookie${text}`])),
  "patchCacheControl()": (text) => change((response) => patchCacheControl(response, { [`max${text}`]: `1${text}` })),
  "headers of an event stream": (text) => new EventStreamResponse([], { headers: { "X-Own": text } }),
};

function change(act: (response: HttpResponse) => unknown, response: HttpResponse = new HttpResponse("")): HttpResponse {
  act(response);
  return response;
}

/** The names that a head may have: none was asked for that is not here. */
const KNOWN = /^(?:content-type|content-length|content-disposition|location|allow|vary|cache-control|x-own|set-cookie)$/;

test.each(Object.entries(SETTERS))("%s refuses what does not belong there, or makes it harmless", (setter, set) => {
  for (const [name, text] of BAD) check(`${setter} with ${name}`, set, text);
});

function check(what: string, set: (text: string) => HttpResponseBase, text: string): void {
  let response: HttpResponseBase;
  let native: Response;
  try {
    response = set(text);
    native = response.toResponse();
  } catch (error) {
    // An error of Python's or ours that says what is wrong, never one of the platform's.
    expect((error as Error).name, what).toMatch(/^(?:BadHeaderError|UnicodeEncodeError|ValueError|LookupError|TypeError)$/);
    expect((error as Error).message.length, what).toBeGreaterThan(20);
    expect((error as Error).message, what).not.toMatch(/ByteString|Headers/);
    return;
  }
  for (const [name, value] of native.headers) {
    if (!what.includes("header's name")) expect(name, what).toMatch(KNOWN);
    expect(name, what).toMatch(/^[\w!#$%&'*+.^`|~-]+$/);
    // Another character would end Deno's process.
    expect(value, what).toMatch(/^[\t\x20-\x7e\x80-\xff]*$/);
  }
  expect(native.statusText, what).toMatch(/^[\t\x20-\x7e\x80-\xff]*$/);
  const lines = native.headers.getSetCookie();
  expect(lines.length, what).toBeLessThanOrEqual(1);
  // No attribute but those that were set.
  for (const line of lines) expect(line, what).not.toMatch(/; *(?:HttpOnly|Domain=evil)/);
  // The head in its own bytes has the same lines.
  const head = Array.from(response.serializeHeaders(), (byte) => String.fromCharCode(byte)).join("");
  expect(head.split("\r\n").length, what).toBe(response.headers.size);
  expect(head.replaceAll("\r\n", ""), what).not.toMatch(/[\r\n\0]/);
}

describe("what is sent of names that hold them", () => {
  test("a file name is quoted, or percent-encoded (RFC 6266)", () => {
    const disposition = (filename: string): string | undefined =>
      new FileResponse(new Uint8Array(0), { filename, asAttachment: true }).get("Content-Disposition");
    expect(disposition('a"; filename="b')).toBe('attachment; filename="a\\"; filename=\\"b"');
    expect(disposition("a\r\nX: y")).toBe("attachment; filename*=utf-8''a%0D%0AX%3A%20y");
    expect(disposition("☃;")).toBe("attachment; filename*=utf-8''%E2%98%83%3B");
  });

  test("a redirect is percent-encoded", () => {
    expect(new HttpResponseRedirect("/a\r\nSet-Cookie: b=c").url).toBe("/a%0D%0ASet-Cookie:%20b=c");
  });

  test("a cookie's value is quoted", () => {
    const response = new HttpResponse();
    response.setCookie("a", "x; Domain=evil\r\n,\0");
    expect(response.toResponse().headers.getSetCookie()).toEqual(['a="x\\073 Domain=evil\\015\\012\\054\\000"; Path=/']);
  });
});
