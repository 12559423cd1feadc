/**
 * Nothing takes more than linear time: for each parser, pieces that it has to think about, repeated. The long run tries
 * pieces that nobody has thought of.
 */

import fc from "fast-check";
import { describe, expect, inject, test } from "vitest";
import { overrideSettings } from "../../src/conf/index.ts";
import { UploadedFile } from "../../src/core/files/uploadedfile.ts";
import { loads, unpack } from "../../src/core/signedobjects.ts";
import { Signer } from "../../src/core/signers.ts";
import { b62Decode } from "../../src/core/signing.ts";
import { parseCookie, SimpleCookie } from "../../src/http/cookie.ts";
import { formatEvent } from "../../src/http/eventstream.ts";
import { AcceptedTypes } from "../../src/http/mediatype.ts";
import { QueryDict } from "../../src/http/querydict.ts";
import { parseRange } from "../../src/http/range.ts";
import { HttpRequest } from "../../src/http/request.ts";
import { HttpResponse, HttpResponseRedirect } from "../../src/http/response.ts";
import { MemoryFileUploadHandler, MultiPartParser } from "../../src/uploads.ts";
import { isValidPath } from "../../src/urls/base.ts";
import { path } from "../../src/urls/conf.ts";
import { getMaxAge, patchCacheControl, patchVaryHeaders } from "../../src/utils/cache.ts";
import { escapeUriPath, iriToUri, unquotePath } from "../../src/utils/encoding.ts";
import {
  contentDispositionHeader,
  parseEtags,
  parseHeaderParameters,
  parseHttpDate,
  urlHasAllowedHostAndScheme,
} from "../../src/utils/http.ts";
import { absoluteUri } from "../../src/utils/urlparse.ts";
import { duration, growth, LINEAR } from "../linear.ts";
import { latin1, property } from "./fuzz.ts";

const view = (): never => {
  throw new Error("is not called");
};
const urlpatterns = [
  path("a/<slug:a>-<slug:b>-<slug:c>/x", view),
  path("<path:p>/edit/<path:q>/x", view),
  path("<str:a>.<str:b>.<str:c>!", view),
  path("<int:a><int:b><int:c>!", view),
];
const request = (META: Record<string, string>): HttpRequest => {
  const made = new HttpRequest();
  Object.assign(made.META, META);
  return made;
};

/** What is done with a text, and pieces of it that look like the beginning of something. */
const parsers: Record<string, readonly [work: (text: string) => unknown, ...pieces: string[]]> = {
  "a query string": [(text) => new QueryDict(text).size, "&", "=", "%", "a=%C3", "+", "&=", "a"],
  "a cookie header": [(text) => parseCookie(text), ";", "=", '"', "\\", '"\\', "a=", "; ", " "],
  "SimpleCookie.load()": [(text) => new SimpleCookie(text), ";", "=", '"\\', "a=b;", "path=;", " "],
  "header parameters": [
    (text) => parseHeaderParameters(text),
    ";",
    "=",
    '"',
    "\\",
    '\\"',
    ';a="',
    "a;",
    "'",
    "*=",
    ";a*=''%",
    " ",
    '";',
  ],
  Accept: [
    (text) => new AcceptedTypes(text).preferred(["a/b", "text/html"]),
    ",",
    ";",
    "/",
    '"',
    "a/b,",
    "*/*;q=0.1,",
    " ",
    ";a=",
  ],
  "a host": [(text) => request({ HTTP_HOST: text }).getHost(), "a", ".", ":", "[", "0:", "-", "a."],
  "a forwarded address": [(text) => request({ HTTP_X_FORWARDED_FOR: text }).META.REMOTE_ADDR, ",", " ,"],
  "an encoded path": [(text) => unquotePath(text), "%", "%C3", "%C3%A9", "%F0%9F", "/", "%2f", "a%"],
  "a path to be encoded": [(text) => escapeUriPath(text) + iriToUri(text), "é", " ", "%", "/", "a é"],
  "an absolute URL": [
    (text) => absoluteUri(text, () => "http://a", "/b"),
    "/",
    "../",
    "./",
    "a:",
    "//",
    "[",
    "?",
    "#",
    ";",
    "\t",
    "\\",
  ],
  "a URL that may be safe": [
    (text) => urlHasAllowedHostAndScheme(text.slice(0, 2000).repeat(1 + text.length / 2000), ["a"]),
    "/",
    "\\",
    ":",
    "a",
    " ",
    "\t",
    "@",
  ],
  "a redirect": [(text) => new HttpResponseRedirect(text), "/", "a", ":", "é", "\t"],
  "a range": [(text) => parseRange(text, 1000), "bytes=", ",", "-", "0-0,", " ,", "0"],
  "a date": [(text) => parseHttpDate(text), "Sun, ", "0", " ", "Nov ", "GMT"],
  "a list of ETags": [(text) => parseEtags(text), '"', ",", 'W/"', '"a",', " ", 'W/"",'],
  "Cache-Control": [
    (text) => patchCacheControl(headers(text), { public: true }),
    ",",
    "=",
    "max-age",
    "a=1,",
    " ,",
    "no-cache=a,",
  ],
  "a max-age": [(text) => getMaxAge(headers(`max-age=${text}`)), "1_", "0", " ", "_"],
  Vary: [(text) => patchVaryHeaders(headers(text), ["Cookie"]), ",", "a,", " ,", "*,"],
  "a file name": [(text) => contentDispositionHeader(true, text), '"', "\\", "é", "a"],
  "a name of a part": [(text) => parser().sanitizeFileName(text), "/", "\\", "&", "&#", "&lt", "&#x2f;", ".", "\u202e"],
  "a path to be resolved": [
    (text) => isValidPath(`/a/${text}`, urlpatterns),
    "a-",
    "-",
    "/edit",
    "/edit/",
    "a.",
    ".",
    "1",
    "a",
    "é",
  ],
  "a signed value": [(text) => new Signer({ key: "k" }).unsign(text), ":", "a:", "a", "="],
  "a signed object": [(text) => loads(text, { key: "k" }), ".", "eJw", ":", "a"],
  "a packed object": [(text) => unpack(text), "W1tb", "IiIi", "eyJh", ".", "=", "MDAw"],
  "a number in base 62": [(text) => b62Decode(text), "z", "0", "-"],
  "a header": [(text) => new HttpResponse("", { headers: { a: text } }), "é", "🎸", "=", " ", "_"],
  "a content type": [(text) => new HttpResponse("é", { contentType: text }), ";", ";charset=", "charset", " ", "; charset"],
  "a cookie that is set": [(text) => new HttpResponse("").setCookie("a", text), '"', "\\", "é", ";", "a", "\x01"],
  "an event": [(text) => formatEvent({ data: text, comment: text }), "\n", "\r", "\r\n", ":", "data: "],
};
/** Bodies, after the first boundary `B`. */
const bodies = [
  "--B",
  "\r\n--",
  "\r\n--B\r\n",
  "--",
  "-",
  "B",
  "\r\n",
  "\r",
  "\n",
  "\r\n\r\n",
  "a: b\r\n",
  'Content-Disposition: form-data; name="a"\r\n',
  "\r\n\r\n--B",
  "=",
  " ",
];

function headers(value: string): { get(): string; set(): void; hasHeader(): boolean } {
  return { get: () => value, set: () => {}, hasHeader: () => true };
}

function parser(body?: Uint8Array): MultiPartParser {
  return new MultiPartParser({ CONTENT_TYPE: "multipart/form-data; boundary=B" }, body, [new MemoryFileUploadHandler()]);
}

/** Works, and takes errors for an answer: whether they are the right ones is tried elsewhere. */
async function parse(work: (text: string) => unknown, text: string): Promise<void> {
  try {
    await overrideSettings(
      { ALLOWED_HOSTS: ["*"], DATA_UPLOAD_MAX_NUMBER_FIELDS: null, DATA_UPLOAD_MAX_MEMORY_SIZE: null },
      async () => work(text),
    );
  } catch {}
}

const partHead = '--B\r\nContent-Disposition: form-data; name="a"; filename="b"\r\nContent-Transfer-Encoding: base64\r\n\r\n';
const body = (text: string): Promise<unknown> => parser(latin1(text)).parse();
async function lines(text: string): Promise<number> {
  const bytes = latin1(text);
  let count = 0;
  for await (const _ of new UploadedFile({ read: (start, end) => bytes.subarray(start, end) }, "a", "", bytes.length)) count++;
  return count;
}
const { seconds } = inject("fuzz");
const SIZE = 2 ** 13;

/** Passes where `work` is linear. A quadratic one takes half a second and more for the large input: what is done at once need not be compared. */
async function expectLinear(make: (size: number) => string, work: (text: string) => unknown, what: string): Promise<void> {
  const large = make(SIZE * 4);
  if ((await duration(() => work(large))) < 100) return;
  let least = Number.POSITIVE_INFINITY;
  for (let tries = 0; least >= LINEAR && tries < 3; tries++) least = Math.min(least, await growth(SIZE, make, work));
  expect(least, JSON.stringify(what)).toBeLessThan(LINEAR);
}

describe("linear time", () => {
  for (const [name, [work, ...pieces]] of Object.entries(parsers)) {
    test(name, { timeout: 60_000 }, async () => {
      for (const piece of pieces) {
        const make = (size: number): string => piece.repeat(size / piece.length);
        await expectLinear(make, (text) => parse(work, text), piece);
      }
    });
  }

  test("a multipart form", { timeout: 60_000 }, async () => {
    for (const piece of bodies) {
      for (const before of ["", "--B\r\n", partHead, partHead.replace("base64", "binary")]) {
        const make = (size: number): string => before + piece.repeat(size / piece.length);
        await expectLinear(make, (text) => parse(body, text), before + piece);
      }
    }
  });

  test("the lines of an uploaded file, in small chunks", { timeout: 60_000 }, async () => {
    const former = UploadedFile.DEFAULT_CHUNK_SIZE;
    UploadedFile.DEFAULT_CHUNK_SIZE = 2;
    try {
      for (const piece of ["a", "aaaaaaaaaaaaaaa\r"]) {
        const make = (size: number): string => piece.repeat(size / piece.length);
        await expectLinear(make, lines, piece);
      }
    } finally {
      UploadedFile.DEFAULT_CHUNK_SIZE = former;
    }
  });

  // Of pieces that come by chance, too, where there is the time for it.
  if (seconds > 0) {
    const names = Object.keys(parsers);
    const drawn = fc.tuple(
      fc.constantFrom(...names),
      fc.array(fc.oneof(fc.nat(20), fc.string({ maxLength: 3 })), { minLength: 1, maxLength: 3 }),
      fc.string({ maxLength: 5 }),
    );
    property("pieces by chance", drawn, async ([name, choice, before]) => {
      const [work, ...pieces] = parsers[name] as (typeof parsers)[string];
      const piece = choice.map((part) => (typeof part === "number" ? pieces[part % pieces.length] : part)).join("") || "a";
      const make = (size: number): string => before + piece.repeat(size / piece.length);
      await expectLinear(make, (text) => parse(work, text), `${name}: ${before} and ${piece}`);
    });
  }
});
