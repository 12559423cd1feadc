/** What comes in headers, and goes out in them: whatever the text, an answer or a documented error. */

import fc from "fast-check";
import { describe, expect } from "vitest";
import { AcceptedTypes, MediaType } from "../../src/http/mediatype.ts";
import { ifRangeHolds, parseRange } from "../../src/http/range.ts";
import { checkPreconditions, getMaxAge, type HasHeaders, patchCacheControl, patchVaryHeaders } from "../../src/utils/cache.ts";
import {
  contentDispositionHeader,
  httpDate,
  parseEtags,
  parseHeaderParameters,
  parseHttpDate,
  quoteEtag,
  strip,
} from "../../src/utils/http.ts";
import { accepts, cacheControls, contentTypes, dates, dispositions, etags, ranges } from "./corpus.ts";
import { attempt, mutated, property, textOf, wellFormed } from "./fuzz.ts";

const PARAMETERS = [";", "=", '"', "\\", "*", "'", "%", "%C3%A9", "utf-8''", "; ", "q=0.5", "charset", "name", "a", " ", ","];

/** Headers of a response, as far as the functions on caching ask for them. */
function headers(initial: Record<string, string>): HasHeaders & { values: Record<string, string> } {
  const values = { ...initial };
  return {
    values,
    get: (name) => values[name],
    set(name, value) {
      values[name] = value;
    },
    hasHeader: (name) => name in values,
  };
}

describe("parseHeaderParameters()", () => {
  const lines = fc.oneof(mutated(contentTypes, ...PARAMETERS), textOf(...PARAMETERS));

  property(
    "gives text for any text",
    lines,
    (line) => {
      const [value, params] = parseHeaderParameters(line);
      expect(value).toBe(value.toLowerCase());
      expect(Object.getPrototypeOf(params)).toBe(null);
      for (const text of Object.values(params)) expect(typeof text).toBe("string");
    },
    contentTypes,
  );

  const name = fc.stringMatching(/^[a-z]{1,8}$/);
  const values = fc.string({ unit: "grapheme-ascii", maxLength: 20 }).filter((text) => !text.endsWith("\\"));
  property("reads what is written as quoted strings", fc.tuple(name, values), ([key, value]) => {
    const quoted = value.replace(/["\\]/g, "\\$&");
    // Django takes a quote for an opening one unless one backslash stands before it.
    if (/\\\\"/.test(value) || /\\"/.test(value)) return;
    expect(parseHeaderParameters(`text/plain; ${key}="${quoted}"; z=1`)[1]).toEqual({ [key]: value, z: "1" });
  });

  property(
    "reads what contentDispositionHeader() writes",
    fc.tuple(fc.boolean(), fc.oneof(wellFormed, values)),
    ([asAttachment, name]) => {
      const header = contentDispositionHeader(asAttachment, name);
      if (!name) return expect(header).toBe(asAttachment ? "attachment" : undefined);
      expect(header).toMatch(/^(attachment|inline); filename(="[\t -~]*"|\*=utf-8''[!-~]*)$/);
      if (/\\"|\\$/.test(name) || /\\\\"/.test(name)) return undefined;
      return expect(parseHeaderParameters(header as string)[1].filename).toBe(name);
    },
  );
});

property(
  "contentDispositionHeader() writes one header, whatever the name",
  fc.tuple(fc.boolean(), mutated(dispositions)),
  async ([asAttachment, name]) => {
    const header = await attempt(["UnicodeEncodeError"], () => contentDispositionHeader(asAttachment, name));
    if (header !== undefined) expect(header).toMatch(/^[\t -~]*$/);
  },
);

describe("Accept", () => {
  const TYPES = [
    ",",
    "/",
    "*",
    "*/*",
    "text/html",
    "text/*",
    ";q=0",
    ";q=1",
    ";q=",
    ";q=nan",
    ";level=1",
    " ",
    ";",
    '"',
    "1e-3",
    "inf",
    "_",
  ];
  const header = fc.oneof(mutated(accepts, ...TYPES), textOf(...TYPES));
  const offers = fc.array(
    fc.constantFrom("text/html", "text/plain", "application/json", "image/png", "text/html;level=1", "*/*", "x"),
    {
      maxLength: 4,
    },
  );

  property(
    "any header is a list of types, and the one preferred is among those offered",
    fc.tuple(header, offers),
    ([text, offered]) => {
      const accepted = new AcceptedTypes(text);
      for (const type of accepted.types) {
        // Python's float() takes "nan", and so does Django.
        expect(Number.isNaN(type.quality) || (type.quality > 0 && type.quality <= 1)).toBe(true);
      }
      expect(accepted.byPrecedence.length).toBe(accepted.types.length);
      const preferred = accepted.preferred(offered);
      if (preferred === undefined) for (const offer of offered) expect(accepted.find(offer)).toBe(undefined);
      else {
        expect(offered).toContain(preferred);
        expect(accepted.find(preferred)).not.toBe(undefined);
      }
    },
    accepts.map((text): [string, never[]] => [text, []]),
  );

  property("a type reads again as what it is written as", header, (text) => {
    const type = new MediaType(text);
    // It is written without quotes, as Django writes it.
    const parts = [type.mainType, type.subType, ...Object.entries(type.params).flat()];
    if (parts.some((part) => /[";,\\='%\s]|.\*$/.test(part) || part !== strip(part))) return;
    const again = new MediaType(String(type));
    expect({ ...again.params }).toEqual({ ...type.params });
    expect([again.mainType, again.subType]).toEqual([type.mainType, type.subType]);
  });
});

describe("dates", () => {
  const FIRST = Date.UTC(1000, 0, 1) / 1000;
  property("httpDate() and parseHttpDate() undo each other", fc.integer({ min: FIRST, max: 253402300799 }), (seconds) => {
    const text = httpDate(seconds);
    expect(text).toMatch(/^[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT$/);
    expect(parseHttpDate(text)).toBe(seconds);
  });

  property(
    "any text is a time or a ValueError, and what the platform reads, too, is the same time",
    mutated(dates, "Sun, ", "06", "Nov", "1994", "08:49:37", "GMT", " ", "-", "0", "31", "Feb", "60", "\n"),
    async (text) => {
      const seconds = await attempt(["ValueError"], () => parseHttpDate(text));
      if (seconds === undefined) return;
      expect(Number.isSafeInteger(seconds)).toBe(true);
      if (/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} [1-9]\d{3} .* GMT$/.test(text))
        expect(Date.parse(text.slice(5))).toBe(seconds * 1000);
    },
    dates,
  );
});

describe("ranges", () => {
  const RANGES = ["bytes=", "-", ",", "0", "1", "99", "100", "18446744073709551616", " ", "\t", "0-0", "-1", "5-", "=", "e", "."];
  property(
    "whatever is asked for, no more than the file is sent",
    fc.tuple(fc.oneof(mutated(ranges, ...RANGES), textOf(...RANGES)), fc.oneof(fc.nat(200), fc.constant(0), fc.nat())),
    ([header, size]) => {
      const found = parseRange(header, size);
      if (!found) return;
      expect(found.length).toBeLessThanOrEqual(16);
      let total = 0;
      for (const { start, end } of found) {
        expect(Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && start < end && end <= size).toBe(true);
        total += end - start;
      }
      expect(total).toBeLessThanOrEqual(size);
    },
    ranges.map((header): [string, number] => [header, 100]),
  );

  property(
    "one range is the one that was asked for",
    fc.tuple(fc.nat(150), fc.nat(150), fc.integer({ min: 1, max: 100 })),
    ([first, last, size]) => {
      const expected = first > last ? undefined : first < size ? [{ start: first, end: Math.min(last + 1, size) }] : [];
      expect(parseRange(`bytes=${first}-${last}`, size)).toEqual(expected);
      expect(parseRange(`BYTES=${first}-`, size)).toEqual(first < size ? [{ start: first, end: size }] : []);
      expect(parseRange(`bytes=-${last}`, size)).toEqual(last ? [{ start: Math.max(0, size - last), end: size }] : []);
    },
  );

  property(
    "If-Range never throws",
    fc.tuple(mutated([...etags, ...dates]), mutated(etags), mutated(dates)),
    ([header, etag, date]) => {
      const holds = ifRangeHolds(header, etag, date);
      expect(typeof holds).toBe("boolean");
      if (/^\s*W\//.test(header)) expect(holds).toBe(false);
    },
  );
});

describe("preconditions", () => {
  const field = fc.option(mutated([...etags, ...dates], '"', "W/", ",", "*", " ", '"a"'), { nil: undefined });

  property(
    "whatever the headers say, the answer is 304, 412 or to go on; 304 only to GET and HEAD",
    fc.record({ method: fc.constantFrom("GET", "HEAD", "PUT"), a: field, b: field, c: field, d: field, etag: field }),
    ({ method, a, b, c, d, etag }) => {
      const META = { HTTP_IF_MATCH: a, HTTP_IF_NONE_MATCH: b, HTTP_IF_MODIFIED_SINCE: c, HTTP_IF_UNMODIFIED_SINCE: d };
      const answer = checkPreconditions({ method, META }, etag && quoteEtag(etag), 784111777);
      expect([304, 412, undefined]).toContain(answer);
      if (method === "PUT") expect(answer).not.toBe(304);
    },
  );

  property(
    "an ETag is what it was after it was written into a list",
    fc.array(fc.stringMatching(/^[!#-+\-./-~]{0,8}$/)),
    (list) => {
      const quoted = list.map((tag, i) => `${i % 2 ? "W/" : ""}"${tag}"`);
      expect(parseEtags(quoted.join(", "))).toEqual(quoted);
    },
  );
});

describe("Cache-Control and Vary", () => {
  const DIRECTIVES = [",", "=", " ", "max-age", "max-age=", "no-cache", "private", "public", "0", "-1", "1_0", '"', "*", "٣"];
  const value = fc.oneof(mutated(cacheControls, ...DIRECTIVES), textOf(...DIRECTIVES));

  property(
    "any Cache-Control can be read and added to, or is a ValueError",
    fc.tuple(value, fc.nat(1000)),
    async ([header, maxAge]) => {
      const response = headers({ "Cache-Control": header });
      const before = getMaxAge(response);
      if (before !== undefined) expect(Number.isInteger(before)).toBe(true);
      const failed =
        (await attempt(["ValueError"], () => patchCacheControl(response, { maxAge, private: true }) ?? true)) === undefined;
      if (failed) return;
      const after = getMaxAge(response);
      if (after !== undefined) expect(after).toBeLessThanOrEqual(maxAge);
      expect(response.values["Cache-Control"]).toContain("private");
    },
  );

  property(
    "Vary has each name once, however often it is added",
    fc.tuple(value, fc.array(fc.constantFrom("Cookie", "cookie", "*", "Accept"))),
    ([header, names]) => {
      const response = headers({ Vary: strip(header) }); // as it goes out
      const list = (): string[] => (response.values.Vary as string).split(",").map(strip);
      patchVaryHeaders(response, names);
      const once = list();
      patchVaryHeaders(response, names);
      expect(list()).toEqual(once);
      if (names.includes("*")) expect(once).toEqual(["*"]);
    },
  );
});
