import { expect, test } from "vitest";
import { PartReader } from "../../src/http/boundary.ts";
import { ChunkReader } from "../../src/http/chunkreader.ts";
import { bytes, cut, text } from "./multipart.ts";

/** mulberry32 */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** The data of the parts, for a body whose parts have no headers. */
async function parts(body: Uint8Array, delimiter: string, size: number): Promise<string[]> {
  const chunks = (async function* () {
    yield* cut(body, size);
  })();
  const reader = new PartReader(new ChunkReader(chunks), bytes(delimiter));
  const found: string[] = [];
  while (await reader.begin()) {
    let data = text(reader.take());
    while (reader.inPart) {
      await reader.next();
      data += text(reader.take());
    }
    found.push(data);
  }
  return found;
}

/** RFC 2046: a delimiter and the line break before it, which Django takes as \r\n, \n or \r. */
function expected(body: string, delimiter: string): string[] {
  const pieces = body.split(delimiter);
  const last = pieces.pop();
  const data = pieces.map((piece) => piece.replace(/\r?\n?$/, ""));
  return last ? [...data, last] : data;
}

test("parts are what lies between delimiters, whatever their letters repeat", async () => {
  const random = generator(1);
  for (let round = 0; round < 300; round++) {
    const alphabet = ["ab", "a-", "-", "ab-\n"][round % 4] as string;
    const letters = (length: number): string =>
      Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join("");
    const delimiter = `--${letters(1 + Math.floor(random() * 9)).replaceAll("\n", "b")}`;
    let body = letters(2);
    for (let i = 0; i < 6; i++) body += letters(Math.floor(random() * 30)) + (random() < 0.7 ? delimiter : delimiter.slice(1));
    body += letters(5);
    for (const size of [1, 2, 3, 7, 1000]) {
      expect([delimiter, body, size, await parts(bytes(body), delimiter, size)]).toEqual([
        delimiter,
        body,
        size,
        expected(body, delimiter),
      ]);
    }
  }
});

test("a delimiter is found at every offset of data that is much longer", async () => {
  const delimiter = `--${"a".repeat(60)}b${"a".repeat(60)}`;
  for (let offset = 0; offset < 260; offset++) {
    for (const filler of ["x", "a", "-"]) {
      const body = filler.repeat(300 + offset) + delimiter.slice(1) + delimiter + filler.repeat(offset);
      expect(await parts(bytes(body), delimiter, 128)).toEqual(expected(body, delimiter));
    }
  }
});

test("nothing is copied of data that comes in large chunks", async () => {
  const chunk = new Uint8Array(100_000).fill(120);
  const head = bytes('--B\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\ndata');
  const reader = new PartReader(
    new ChunkReader(
      (async function* () {
        yield head;
        yield chunk;
      })(),
    ),
    bytes("--B"),
  );
  await reader.begin();
  reader.take();
  await reader.begin();
  expect(text(reader.take())).toBe("data");
  await reader.next();
  expect(reader.take().buffer).toBe(chunk.buffer);
});
