import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { createReadStream, openAsBlob } from "node:fs";
import { mkdtemp, open, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TemporaryUploadedFile } from "../../src/core/files/uploadedfile.ts";
import type { FileHandleLike } from "../../src/http/filelike.ts";
import { FileResponse } from "../../src/http/fileresponse.ts";
import { HttpRequest } from "../../src/http/request.ts";

const text = "0123456789".repeat(20_000); // longer than three reads
let directory: string;
let path: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "djedge-files-"));
  path = join(directory, "numbers.txt");
  await writeFile(path, text);
});
afterAll(() => rm(directory, { recursive: true }));

const ranged = (range: string): HttpRequest =>
  HttpRequest.fromRequest(new Request("http://testserver/", { headers: { Range: range } }));

test("a FileHandle has a length, is sent whole, and is closed", async () => {
  const handle = await open(path);
  expect(handle satisfies FileHandleLike).toBe(handle);
  const response = new FileResponse(handle, { filename: "numbers.txt" });
  expect([response.get("Content-Length"), response.get("Content-Type")]).toEqual([String(text.length), "text/plain"]);
  expect(await response.toResponse().text()).toBe(text);
  expect(handle.fd).toBe(-1);
});

test("a stream of a file is sent whether or not it is open already", async () => {
  const opened = createReadStream(path);
  await once(opened, "open");
  for (const stream of [opened, createReadStream(path), (await open(path)).createReadStream()]) {
    expect(await new FileResponse(stream).toResponse().text()).toBe(text);
  }
});

test.skipIf(process.platform === "win32")("a FileHandle of a named pipe is sent to its end", async () => {
  const pipe = join(directory, "pipe");
  execFileSync("mkfifo", [pipe]);
  const [reading, writing] = await Promise.all([open(pipe, "r"), open(pipe, "w")]);
  await writing.write("binary content");
  await writing.close();
  const response = new FileResponse(reading);
  expect(response.has("Content-Length")).toBe(false);
  expect(await response.toResponse().text()).toBe("binary content");
});

test("a FileHandle answers ranges by reading at their positions, and is closed", async () => {
  const handle = await open(path);
  const request = ranged("bytes=100003-100006,5-6");
  const response = new FileResponse(handle).toResponse({ request });
  expect(response.status).toBe(206);
  const body = await response.text();
  expect(body.length).toBe(Number(response.headers.get("Content-Length")));
  expect(body).toMatch(/bytes 100003-100006\/200000\r\n\r\n3456\r\n--.*bytes 5-6\/200000\r\n\r\n56\r\n--/s);
  expect(handle.fd).toBe(-1);
});

test("a FileHandle is closed when the client goes away, and when nothing is read", async () => {
  const read = await open(path);
  const reader = new FileResponse(read).toResponse().body?.getReader();
  await reader?.read();
  await reader?.cancel();
  expect(read.fd).toBe(-1);

  const unread = await open(path);
  const head = HttpRequest.fromRequest(new Request("http://testserver/", { method: "HEAD" }));
  const response = new FileResponse(unread).toResponse({ request: head });
  expect([response.body, response.headers.get("Content-Length")]).toEqual([null, String(text.length)]);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(unread.fd).toBe(-1);
});

test("what openAsBlob gives answers ranges", async () => {
  const response = new FileResponse(await openAsBlob(path)).toResponse({ request: ranged("bytes=-3") });
  expect([response.status, response.headers.get("Content-Range"), await response.text()]).toEqual([
    206,
    "bytes 199997-199999/200000",
    "789",
  ]);
});

test("a ReadStream is sent under its own name, and is closed", async () => {
  const stream = createReadStream(path);
  const response = new FileResponse(stream);
  expect([response.get("Content-Type"), response.get("Content-Disposition")]).toEqual([
    "text/plain",
    'inline; filename="numbers.txt"',
  ]);
  expect(await response.toResponse().text()).toBe(text);
  expect(stream.destroyed).toBe(true);

  const unread = createReadStream(path);
  new FileResponse(unread).close();
  expect(unread.destroyed).toBe(true);
});

test("a temporary file of an upload is nobody else's to read (CVE-2020-24583, CVE-2026-25674)", async () => {
  const file = new TemporaryUploadedFile("a.txt");
  await file.write(Uint8Array.of(1));
  expect((await stat(file.temporaryFilePath())).mode & 0o777).toBe(0o600);
  file.close();
});
