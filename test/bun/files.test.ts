import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FileResponse } from "../../src/http/fileresponse.ts";
import { HttpRequest } from "../../src/http/request.ts";

declare const Bun: {
  file(path: string): Blob & { readonly name?: string };
  write(path: string, text: string): Promise<number>;
};

const text = "0123456789".repeat(20_000);

test("Bun.file is sent under its base name, whole and in ranges", async () => {
  const directory = mkdtempSync(join(tmpdir(), "djedge-"));
  const path = join(directory, "é.txt");
  await Bun.write(path, text);
  try {
    const response = new FileResponse(Bun.file(path));
    expect([...response.headers]).toEqual([
      ["Content-Type", "text/plain"],
      ["Content-Length", String(text.length)],
      ["Content-Disposition", "inline; filename*=utf-8''%C3%A9.txt"],
    ]);
    expect(await response.toResponse().text()).toBe(text);
    const request = HttpRequest.fromRequest(new Request("http://testserver/", { headers: { Range: "bytes=100003-100006" } }));
    const part = new FileResponse(Bun.file(path)).toResponse({ request });
    expect([part.status, part.headers.get("Content-Range"), await part.text()]).toEqual([
      206,
      "bytes 100003-100006/200000",
      "3456",
    ]);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
