import { env } from "cloudflare:test";
import { expect, test } from "vitest";
import type { R2ObjectLike } from "../../src/http/filelike.ts";
import { FileResponse } from "../../src/http/fileresponse.ts";
import { HttpRequest } from "../../src/http/request.ts";

interface Bucket {
  put(key: string, value: string, options?: { httpMetadata: { contentType: string } }): Promise<unknown>;
  get(key: string, options?: { range: { offset: number; length: number } }): Promise<R2ObjectLike | null>;
  head(key: string): Promise<{ readonly size: number } | null>;
}

const bucket = (env as unknown as { BUCKET: Bucket }).BUCKET;
const text = "0123456789".repeat(20_000);

test("an R2 object is sent under the base name of its key, with its length", async () => {
  await bucket.put("dir/numbers.txt", text);
  const response = new FileResponse((await bucket.get("dir/numbers.txt")) as R2ObjectLike);
  expect([...response.headers]).toEqual([
    ["Content-Type", "text/plain"],
    ["Content-Length", String(text.length)],
    ["Content-Disposition", 'inline; filename="numbers.txt"'],
  ]);
  expect(await response.toResponse().text()).toBe(text);
});

test("an R2 object is handed over as it is, with its own length; a stream of a known length is given one", async () => {
  await bucket.put("numbers.txt", text);
  const object = (await bucket.get("numbers.txt")) as R2ObjectLike;
  const answer = new FileResponse(object).toResponse();
  expect(answer.body).toBe(object.body);
  expect(await answer.text()).toBe(text);
  const stream = (): ReadableStream => new Blob([text]).stream().pipeThrough(new TransformStream());
  const given = { key: "a", size: text.length, body: stream() };
  const piped = new FileResponse(given).toResponse();
  expect(piped.body).not.toBe(given.body);
  expect(await piped.text()).toBe(text);
  await expect(new FileResponse({ key: "a", size: 5, body: stream() }).toResponse().text()).rejects.toThrow();
});

test("an R2 object whose key tells no type has its own", async () => {
  await bucket.put("object", "x", { httpMetadata: { contentType: "image/png" } });
  const response = new FileResponse((await bucket.get("object")) as R2ObjectLike);
  expect(response.get("Content-Type")).toBe("image/png");
  response.close();
});

test("a part of an R2 object has the length of the part", async () => {
  await bucket.put("numbers.txt", text);
  for (const range of [
    { offset: 5, length: 3 },
    { offset: text.length - 2, length: 2 },
  ]) {
    const response = new FileResponse((await bucket.get("numbers.txt", { range })) as R2ObjectLike);
    expect(response.get("Content-Length")).toBe(String(range.length));
    expect(await response.toResponse().text()).toBe(text.slice(range.offset, range.offset + range.length));
  }
});

test("ranges are read from the bucket, and nothing else is", async () => {
  await bucket.put("numbers.txt", text);
  const asked: unknown[] = [];
  const head = await bucket.head("numbers.txt");
  const response = new FileResponse({
    name: "numbers.txt",
    size: head?.size,
    stream: () => bucket.get("numbers.txt"),
    slice(start, end) {
      asked.push([start, end]);
      return bucket.get("numbers.txt", { range: { offset: start, length: end - start } });
    },
  });
  const request = HttpRequest.fromRequest(new Request("http://testserver/", { headers: { Range: "bytes=100003-100006,5-6" } }));
  const body = await response.toResponse({ request }).text();
  expect(body).toMatch(/\r\n\r\n3456\r\n--.*\r\n\r\n56\r\n--/s);
  expect(asked).toEqual([
    [100003, 100007],
    [5, 7],
  ]);
});
