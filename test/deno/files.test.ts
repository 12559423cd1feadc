import { expect, test } from "vitest";
import type { FsFileLike } from "../../src/http/filelike.ts";
import { FileResponse } from "../../src/http/fileresponse.ts";
import { HttpRequest } from "../../src/http/request.ts";

declare const Deno: {
  makeTempFile(options: { suffix: string }): Promise<string>;
  writeTextFile(path: string, text: string): Promise<void>;
  open(path: string): Promise<FsFileLike & { stat(): Promise<unknown> }>;
  remove(path: string): Promise<void>;
};

const text = "0123456789".repeat(20_000);

async function withFile(check: (file: FsFileLike & { stat(): Promise<unknown> }) => Promise<void>): Promise<void> {
  const path = await Deno.makeTempFile({ suffix: ".txt" });
  try {
    await Deno.writeTextFile(path, text);
    await check(await Deno.open(path));
  } finally {
    await Deno.remove(path);
  }
}

test("a Deno.FsFile has a length, is sent whole, and is closed", async () => {
  await withFile(async (file) => {
    const response = new FileResponse(file, { filename: "a.txt" });
    expect([response.get("Content-Length"), response.get("Content-Type")]).toEqual([String(text.length), "text/plain"]);
    expect(await response.toResponse().text()).toBe(text);
    await expect(file.stat()).rejects.toThrow();
  });
});

test("a Deno.FsFile answers ranges by seeking, and is closed when the client goes away", async () => {
  await withFile(async (file) => {
    const request = HttpRequest.fromRequest(new Request("http://testserver/", { headers: { Range: "bytes=100003-100006" } }));
    const response = new FileResponse(file).toResponse({ request });
    expect([response.status, await response.text()]).toEqual([206, "3456"]);
  });
  await withFile(async (file) => {
    const reader = new FileResponse(file).toResponse().body?.getReader();
    await reader?.read();
    await reader?.cancel();
    await expect(file.stat()).rejects.toThrow();
  });
});
