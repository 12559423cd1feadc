import { env } from "cloudflare:test";
import { FileResponse, HttpRequest } from "djedge";
import { FileUploadHandler, StopUpload } from "djedge/uploads";
import { afterEach, expect, test } from "vitest";
import { type Bucket, PART_SIZE, R2File, R2UploadHandler } from "../../examples/uploads/r2.ts";
import worker from "../../examples/uploads/worker.ts";
import { BOUNDARY, bytes, CONTENT_TYPE, chunked, part } from "../http/multipart.ts";

interface R2 extends Bucket {
  resumeMultipartUpload(key: string, uploadId: string): { uploadPart(number: number, data: Uint8Array): Promise<unknown> };
  get(key: string): Promise<{ bytes(): Promise<Uint8Array>; httpMetadata: { contentType?: string } } | null>;
  get(...args: Parameters<Bucket["get"]>): ReturnType<Bucket["get"]>;
  list(): Promise<{ objects: { key: string; size: number }[] }>;
}

const bucket = (env as unknown as { BUCKET: R2 }).BUCKET;
const uploads: { key: string; uploadId: string }[] = [];

/** The bucket itself; it only remembers which multipart uploads were begun. */
const BUCKET = new Proxy(bucket, {
  get(target, name) {
    if (name !== "createMultipartUpload") return Reflect.get(target, name).bind(target);
    return async (...args: Parameters<Bucket["createMultipartUpload"]>) => {
      const upload = await target.createMultipartUpload(...args);
      uploads.push(upload as unknown as { key: string; uploadId: string });
      return upload;
    };
  },
});

afterEach(async () => {
  for (const { key } of (await bucket.list()).objects) await bucket.delete(key);
  uploads.length = 0;
});

const MB = 2 ** 20;
/** 64 KiB, not the same for any two parts. */
function pattern(index: number): Uint8Array<ArrayBuffer> {
  const chunk = new Uint8Array(64 * 1024).fill(index);
  chunk.set(new Uint32Array([index, index * 31, index * 257]));
  return chunk;
}

function* file(name: string, size: number): Generator<Uint8Array> {
  yield bytes(part(`name="f"; filename="${name}"`, "", "Content-Type: image/png").slice(0, -2));
  for (let at = 0, i = 0; at < size; i++) {
    const chunk = pattern(i).subarray(0, size - at);
    at += chunk.length;
    yield chunk;
  }
  yield bytes("\r\n");
}

function contentOf(size: number): Uint8Array {
  const content = new Uint8Array(size);
  for (let at = 0, i = 0; at < size; at += 64 * 1024, i++) content.set(pattern(i).subarray(0, size - at), at);
  return content;
}

async function hex(content: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", content as Uint8Array<ArrayBuffer>));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A request whose body is `chunks`, and its promises of `waitUntil()`. */
function post(chunks: Iterable<Uint8Array>): { request: HttpRequest; waiting: Promise<unknown>[] } {
  const iterator = chunked(chunks);
  const body = new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await iterator.next();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        controller.error(error);
      }
    },
  });
  const waiting: Promise<unknown>[] = [];
  const ctx = { waitUntil: (promise: Promise<unknown>) => waiting.push(promise) };
  const init = { method: "POST", headers: { "content-type": CONTENT_TYPE }, body, duplex: "half" } as RequestInit;
  const request = HttpRequest.fromRequest(new Request("http://testserver/", init), { env: { BUCKET }, ctx });
  request.uploadHandlers = [new R2UploadHandler(request)];
  return { request, waiting };
}

/** That nothing of a multipart upload is left: neither its object nor its parts. */
async function expectNothingLeft(): Promise<void> {
  expect(await bucket.list()).toMatchObject({ objects: [] });
  for (const { key, uploadId } of uploads) {
    await expect(bucket.resumeMultipartUpload(key, uploadId).uploadPart(1, new Uint8Array(PART_SIZE))).rejects.toThrow();
  }
}

test("files are in the bucket when the form is read: a short one at once, a long one in parts", async () => {
  const sizes = { short: 1000, one: PART_SIZE, long: 2 * PART_SIZE + 1000, empty: 0 };
  function* body(): Generator<Uint8Array> {
    for (const [name, size] of Object.entries(sizes)) yield* file(`${name}.png`, size);
    yield bytes(`--${BOUNDARY}--\r\n`);
  }
  const { request, waiting } = post(body());
  const files = (await request.FILES).getlist("f") as R2File[];
  expect(files.map(({ name, size }) => [name, size])).toEqual(Object.entries(sizes).map(([name, size]) => [`${name}.png`, size]));
  expect(uploads.map(({ key }) => key.split("/")[1])).toEqual(["one.png", "long.png"]);
  for (const { key, size } of files) {
    const object = await bucket.get(key);
    expect(object?.httpMetadata.contentType).toBe("image/png");
    expect(await hex((await object?.bytes()) as Uint8Array)).toBe(await hex(contentOf(size)));
  }
  request.close();
  // What is waited for is the form, and nothing else.
  expect([waiting.length, (await bucket.list()).objects.length]).toEqual([1, 4]);
});

test("a file in the bucket is read from there, whole, in part, and by the ranges of a response", async () => {
  const { request } = post([...file("a.png", 200_000), bytes(`--${BOUNDARY}--\r\n`)]);
  const stored = (await request.FILES).get("f") as R2File;
  const content = contentOf(200_000);
  expect(stored).toBeInstanceOf(R2File);
  expect(await stored.read(100)).toEqual(content.subarray(0, 100));
  expect(await hex(await new Response(stored.stream()).bytes())).toBe(await hex(content));
  await bucket.put("copy", stored.stream() as unknown as Blob);
  expect((await bucket.list()).objects.find(({ key }) => key === "copy")?.size).toBe(200_000);
  const range = HttpRequest.fromRequest(new Request("http://testserver/", { headers: { Range: "bytes=100003-100006" } }));
  const response = new FileResponse(stored).toResponse({ request: range });
  expect([response.status, response.headers.get("Content-Type")]).toEqual([206, "image/png"]);
  expect(await response.bytes()).toEqual(content.subarray(100_003, 100_007));
});

test("a client that goes away in the middle leaves nothing in the bucket", async () => {
  function* body(): Generator<Uint8Array> {
    yield* file("whole.png", 1000);
    yield* [...file("half.png", 12 * MB)].slice(0, -20);
    throw new Error("connection lost");
  }
  const { request, waiting } = post(body());
  await expect(request.FILES).rejects.toEqual(expect.objectContaining({ name: "UnreadablePostError" }));
  await Promise.all(waiting);
  expect(uploads.map(({ key }) => key.split("/")[1])).toEqual(["half.png"]);
  await expectNothingLeft();
});

test("neither does a form that is refused, or a body that just ends", async () => {
  const wrong = bytes(`--${BOUNDARY}\r\nX: ${"x".repeat(2000)}\r\n\r\n`);
  const refused = post([...file("whole.png", 6 * MB), ...file("other.png", 10), wrong]);
  await expect(refused.request.FILES).rejects.toEqual(expect.objectContaining({ name: "MultiPartParserError" }));
  await Promise.all(refused.waiting);
  await expectNothingLeft();

  const short = post([...file("half.png", 6 * MB)].slice(0, -1));
  expect((await short.request.FILES).size).toBe(0);
  await expectNothingLeft();
});

test("nor does an upload that another handler stops", async () => {
  class Limit extends FileUploadHandler {
    override receiveDataChunk(data: Uint8Array, start: number): Uint8Array {
      if (start > 8 * MB) throw new StopUpload({ connectionReset: true });
      return data;
    }
    override fileComplete(): undefined {}
  }
  const { request } = post(file("big.png", 12 * MB));
  request.uploadHandlers.unshift(new Limit(request));
  expect((await request.FILES).size).toBe(0);
  expect(uploads.length).toBe(1);
  await expectNothingLeft();
});

test("the Worker of the example tells what it stored, with its hash", async () => {
  const body = new FormData();
  body.append("f", new File([contentOf(5000) as Uint8Array<ArrayBuffer>], "é.bin"));
  body.append("g", new File(["x"], "x.txt"));
  const response = await worker.fetch(new Request("http://testserver/", { method: "POST", body }), { BUCKET });
  const { files } = (await response.json()) as { files: { key: string; name: string; size: number; sha256: string }[] };
  expect(files.map(({ name, size }) => [name, size])).toEqual([
    ["é.bin", 5000],
    ["x.txt", 1],
  ]);
  for (const { key, sha256 } of files) expect(await hex((await (await bucket.get(key))?.bytes()) as Uint8Array)).toBe(sha256);
});
