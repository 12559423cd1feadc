import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { contentRange, ifRangeHolds, multipartRanges, parseRange } from "../../src/http/range.ts";

describe("parseRange", () => {
  // The examples of RFC 9110, section 14.1.2, of a file of 10000 bytes.
  test.each([
    ["bytes=0-499", [[0, 500]]],
    ["bytes=500-999", [[500, 1000]]],
    ["bytes=-500", [[9500, 10000]]],
    ["bytes=9500-", [[9500, 10000]]],
    [
      "bytes=0-0,-1",
      [
        [0, 1],
        [9999, 10000],
      ],
    ],
    [
      "bytes=0-999, 4500-5499, -1000",
      [
        [0, 1000],
        [4500, 5500],
        [9000, 10000],
      ],
    ],
    [
      "bytes=500-600,601-999",
      [
        [500, 601],
        [601, 1000],
      ],
    ],
    [
      "bytes=500-700,601-999",
      [
        [500, 701],
        [601, 1000],
      ],
    ],
  ])("%s", (header, expected) => {
    expect(parseRange(header, 10000)?.map(({ start, end }) => [start, end])).toEqual(expected);
  });

  test("cuts a range at the end of the file, and a suffix at its start", () => {
    expect(parseRange("bytes=5-99999", 10)).toEqual([{ start: 5, end: 10 }]);
    expect(parseRange("bytes=-99999", 10)).toEqual([{ start: 0, end: 10 }]);
    expect(parseRange(`bytes=5-${"9".repeat(400)}`, 10)).toEqual([{ start: 5, end: 10 }]);
  });

  test("keeps the order asked for, and drops what is not there", () => {
    expect(parseRange("bytes=8-9,50-60,0-1", 10)).toEqual([
      { start: 8, end: 10 },
      { start: 0, end: 2 },
    ]);
  });

  test("takes white space at commas, empty elements and the unit in any case", () => {
    expect(parseRange("Bytes=,0-0 ,\t, 2-2,,", 10)).toEqual([
      { start: 0, end: 1 },
      { start: 2, end: 3 },
    ]);
  });

  test.each(["bytes=10-", "bytes=10-20", "bytes=-0", "bytes=10-,-0", `bytes=${"9".repeat(400)}-`])(
    "%s is nowhere in 10 bytes",
    (header) => {
      expect(parseRange(header, 10)).toEqual([]);
    },
  );

  test.each([
    "",
    "bytes",
    "bytes=",
    "bytes=,",
    "bytes= ",
    "bytes=-",
    "bytes=--1",
    "bytes=1",
    "bytes=a-b",
    "bytes=a-",
    "bytes=1-b",
    "bytes=5-4",
    "bytes=0-1,5-4",
    "bytes=0-1,x",
    "bytes=0-1-2",
    "bytes=0-1;2-3",
    "bytes=0 -1",
    "bytes=0- 1",
    "bytes= 0-1",
    "bytes=0-1 ",
    "bytes =0-1",
    " bytes=0-1",
    "bytes 0-1",
    "bytes:0-1",
    "bytes=+0-1",
    "bytes=0x0-0x1",
    "bytes=0.0-1.0",
    "bytes=٠-١",
    "bytes=0-1\0",
    "items=0-1",
    "seconds=0-1",
    "=0-1",
    "0-1",
  ])("%j is malformed or of another unit", (header) => {
    expect(parseRange(header, 10)).toBe(undefined);
  });

  test("an empty file has no ranges", () => {
    for (const header of ["bytes=0-", "bytes=-1", "bytes=0-0"]) expect(parseRange(header, 0)).toBe(undefined);
  });

  test("ranges never cost more than the file, and are not many", () => {
    expect(parseRange("bytes=0-,0-", 10)).toBe(undefined);
    expect(parseRange("bytes=0-5,4-9", 10)).toBe(undefined);
    expect(parseRange("bytes=0-4,5-9", 10)).toHaveLength(2);
    const many = (count: number): string => `bytes=${Array.from({ length: count }, (_, i) => `${i}-${i}`).join(",")}`;
    expect(parseRange(many(16), 1000)).toHaveLength(16);
    expect(parseRange(many(17), 1000)).toBe(undefined);
    expect(parseRange(`bytes=${"0-0,".repeat(300_000)}`, 1_000_000)).toBe(undefined);
    expect(parseRange(`bytes=0-0${" ".repeat(1_000_000)}`, 10)).toBe(undefined);
  });

  test("whatever it gives lies within the file", () => {
    const specs = fc.string({ unit: fc.constantFrom(..."0123456789-,= \tb"), maxLength: 12 });
    fc.assert(
      fc.property(specs, (text) => {
        const ranges = parseRange(`bytes=${text}`, 10) ?? [];
        expect(ranges.every(({ start, end }) => 0 <= start && start < end && end <= 10)).toBe(true);
        expect(ranges.reduce((sum, { start, end }) => sum + end - start, 0)).toBeLessThanOrEqual(10);
      }),
      { numRuns: 5000 },
    );
  });
});

describe("ifRangeHolds", () => {
  const date = "Sat, 29 Oct 1994 19:43:31 GMT";

  test("without If-Range", () => {
    expect(ifRangeHolds(undefined, undefined, undefined)).toBe(true);
  });

  test("by a strong ETag, never by a weak one (RFC 9110, section 13.1.5)", () => {
    expect(ifRangeHolds('"a"', '"a"', undefined)).toBe(true);
    expect(ifRangeHolds('"a"', '"b"', undefined)).toBe(false);
    expect(ifRangeHolds('"a"', 'W/"a"', undefined)).toBe(false);
    expect(ifRangeHolds('W/"a"', 'W/"a"', undefined)).toBe(false);
    expect(ifRangeHolds('W/"a"', '"a"', undefined)).toBe(false);
    expect(ifRangeHolds('"a"', undefined, date)).toBe(false);
  });

  test("by the very date", () => {
    expect(ifRangeHolds(date, undefined, date)).toBe(true);
    expect(ifRangeHolds("Saturday, 29-Oct-94 19:43:31 GMT", '"a"', date)).toBe(true);
    expect(ifRangeHolds("Sat, 29 Oct 1994 19:43:32 GMT", undefined, date)).toBe(false);
    expect(ifRangeHolds(date, undefined, undefined)).toBe(false);
    expect(ifRangeHolds("garbage", undefined, "garbage")).toBe(false);
    expect(ifRangeHolds("", undefined, undefined)).toBe(false);
    expect(ifRangeHolds("a", "a", undefined)).toBe(false);
  });
});

test("contentRange counts the last byte in", () => {
  expect(contentRange({ start: 21010, end: 47022 }, 47022)).toBe("bytes 21010-47021/47022");
});

test("multipartRanges lays out RFC 9110's example, and counts its bytes", () => {
  const ranges = [
    { start: 500, end: 1000 },
    { start: 7000, end: 8000 },
  ];
  const { contentType, length, heads, tail } = multipartRanges(ranges, 8000, "application/pdf");
  const boundary = contentType.replace("multipart/byteranges; boundary=", "");
  const text = [heads[0], "x".repeat(500), heads[1], "x".repeat(1000), tail]
    .map((part) => (typeof part === "string" ? part : new TextDecoder().decode(part)))
    .join("");
  expect(text.length).toBe(length);
  expect(text).toBe(
    [
      `--${boundary}`,
      "Content-Type: application/pdf",
      "Content-Range: bytes 500-999/8000",
      "",
      "x".repeat(500),
      `--${boundary}`,
      "Content-Type: application/pdf",
      "Content-Range: bytes 7000-7999/8000",
      "",
      "x".repeat(1000),
      `--${boundary}--`,
      "",
    ].join("\r\n"),
  );
  expect(multipartRanges(ranges, 8000, "a/b").contentType).not.toBe(contentType);
});
