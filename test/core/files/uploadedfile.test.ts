import { describe, expect, test } from "vitest";
import {
  InMemoryUploadedFile,
  SimpleUploadedFile,
  UploadedFile,
  type UploadedFileContent,
} from "../../../src/core/files/uploadedfile.ts";
import { FileResponse } from "../../../src/http/fileresponse.ts";
import { HttpRequest } from "../../../src/http/request.ts";
import { bytes, text } from "../../http/multipart.ts";

async function all(chunks: AsyncIterable<Uint8Array>): Promise<string[]> {
  const found: string[] = [];
  for await (const chunk of chunks) found.push(text(chunk));
  return found;
}

/** Content that is elsewhere, and is asked for by position. */
function remote(data: string): UploadedFileContent & { asked: [number, number][]; closed: number } {
  return {
    asked: [],
    closed: 0,
    async read(start, end) {
      this.asked.push([start, end]);
      return bytes(data).subarray(start, end);
    },
    close() {
      this.closed++;
    },
  };
}

describe("UploadedFile", () => {
  test("has a base name of at most 255 characters, however it is set", () => {
    const file = new UploadedFile(bytes(""), "/a/b/c.txt");
    expect(file.name).toBe("c.txt");
    file.name = `dir/${"x".repeat(300)}.tar.gz`;
    expect(file.name).toBe(`${"x".repeat(252)}.gz`);
    for (const name of ["", ".", "..", "a/", "/"]) {
      expect(() => {
        file.name = name;
      }).toThrow(expect.objectContaining({ name: "SuspiciousFileOperation" }) as unknown as Error);
    }
  });

  test("knows what it was told, or nothing", () => {
    const extra = Object.assign(Object.create(null), { charset: "utf-8" });
    const file = new UploadedFile(bytes("abc"), "a", "text/plain", 2, "utf-8", extra);
    expect([file.contentType, file.size, file.charset, file.contentTypeExtra]).toEqual(["text/plain", 2, "utf-8", extra]);
    const plain = new UploadedFile(bytes("abc"), "a");
    expect([plain.contentType, plain.size, plain.charset]).toEqual(["", 3, null]);
    expect(Object.getPrototypeOf(plain.contentTypeExtra)).toBeNull();
  });

  test("reads on from where it was, and from the start again after open()", async () => {
    const file = new UploadedFile(bytes("abcdef"), "a");
    expect(text(await file.read(2))).toBe("ab");
    expect(text(await file.read(0))).toBe("");
    expect(text(await file.read())).toBe("cdef");
    expect(text(await file.read())).toBe("");
    expect(text(await file.open().read(-1))).toBe("abcdef");
    const both = await Promise.all([file.open().read(3), file.read(3)]);
    expect(both.map(text)).toEqual(["abc", "def"]);
  });

  test("gives the whole in chunks, in lines, as a stream and as a Blob, whatever was read before", async () => {
    const file = new UploadedFile(bytes("a\r\nb\nc\rd"), "a", "text/plain");
    await file.read(3);
    expect(await all(file.chunks(4))).toEqual(["a\r\nb", "\nc\rd"]);
    expect(await all(file.chunks())).toEqual(["a\r\nb\nc\rd"]);
    expect(await all(file)).toEqual(["a\r\n", "b\n", "c\r", "d"]);
    await file.read(3);
    expect(await new Response(file.stream()).text()).toBe("a\r\nb\nc\rd");
    expect(await new Response(file.slice(3, 5)).text()).toBe("b\n");
    expect(await new Response(file.slice(7, 100)).text()).toBe("d");
    expect(await new Response(file.slice(8, 9)).text()).toBe("");
    const blob = await file.blob();
    expect([blob.size, await blob.text()]).toEqual([8, "a\r\nb\nc\rd"]);
    expect(blob.type).toMatch(/^text\/plain/);
  });

  test("says whether there is more than one chunk", () => {
    const file = new UploadedFile(bytes("x".repeat(65_536)), "a");
    expect([file.multipleChunks(), file.multipleChunks(65_535), file.multipleChunks(65_536)]).toEqual([false, true, false]);
    expect(new UploadedFile(bytes("x".repeat(65_537)), "a").multipleChunks()).toBe(true);
  });

  test("finds lines over the ends of chunks", async () => {
    const line = "x".repeat(65_535);
    const file = new UploadedFile(bytes(`${line}\r\n${line}\r`), "a");
    expect((await all(file)).map((text) => [text.length, text.slice(-2)])).toEqual([
      [65_537, "\r\n"],
      [65_536, "x\r"],
    ]);
    expect(await all(new UploadedFile(bytes(""), "a"))).toEqual([]);
  });

  test("reads content that is elsewhere as it is asked, piece by piece", async () => {
    const content = remote("x".repeat(200_000));
    const file = new UploadedFile(content, "a", "", 200_000);
    const reader = file.stream().getReader();
    expect((await reader.read()).value?.byteLength).toBeGreaterThan(0);
    await reader.cancel();
    expect(content.asked[0]).toEqual([0, 65_536]);
    expect(content.asked.length).toBeLessThanOrEqual(2);
    expect(await new Response(file.stream()).text()).toHaveLength(200_000);
  });

  test("that is shorter than its size breaks its stream off", async () => {
    const file = new UploadedFile(remote("abc"), "a", "", 5);
    await expect(new Response(file.stream()).text()).rejects.toThrow();
  });

  test("frees its content once, and then says that it is closed", async () => {
    const content = remote("abc");
    const file = new UploadedFile(content, "a.txt", "", 3);
    const stream = file.stream();
    file.close();
    file.close();
    expect([file.closed, content.closed]).toEqual([true, 1]);
    for (const use of [() => file.read(), () => file.blob(), async () => file.open(), async () => file.stream()]) {
      await expect(use()).rejects.toThrow('The file "a.txt" is closed.');
    }
    await expect(all(file.chunks())).rejects.toThrow("is closed");
    await expect(new Response(stream).text()).rejects.toThrow();
    expect(file.size).toBe(3);
  });

  test("of a Blob is that Blob, read where it is", async () => {
    const blob = new Blob(["hello"], { type: "text/x" });
    const file = new UploadedFile(blob, "a", blob.type);
    expect(await file.blob()).toBe(blob);
    expect([file.size, text(await file.read(2))]).toEqual([5, "he"]);
    const other = await new UploadedFile(blob, "a", "image/png").blob();
    expect([other.type, await other.text()]).toEqual(["image/png", "hello"]);
  });

  test("goes into a request or a response as it is", async () => {
    const file = new UploadedFile(bytes("hello"), "a.txt", "text/plain");
    const init = { method: "PUT", body: file.stream(), duplex: "half" } as RequestInit;
    expect(await new Request("http://testserver/", init).text()).toBe("hello");
    const form = new FormData();
    form.append("f", await file.blob(), file.name);
    expect(await (form.get("f") as File).text()).toBe("hello");
  });
});

describe("a FileResponse of an UploadedFile", () => {
  test("has its name, its length and its ranges, reads no more than these, and closes it", async () => {
    const content = remote("0123456789".repeat(20_000));
    const file = new UploadedFile(content, "ä.txt", "text/plain", 200_000);
    const whole = new FileResponse(file);
    expect([...whole.headers]).toEqual([
      ["Content-Type", "text/plain"],
      ["Content-Length", "200000"],
      ["Content-Disposition", "inline; filename*=utf-8''%C3%A4.txt"],
    ]);
    const request = HttpRequest.fromRequest(new Request("http://testserver/", { headers: { Range: "bytes=100003-100006" } }));
    const response = whole.toResponse({ request });
    expect([response.status, await response.text()]).toEqual([206, "3456"]);
    expect(content.asked).toEqual([[100_003, 100_007]]);
    expect(content.closed).toBe(1);
  });
});

describe("InMemoryUploadedFile", () => {
  test("is one chunk, and knows its field", async () => {
    const file = new InMemoryUploadedFile(bytes("x".repeat(100_000)), "field", "a.txt", "text/plain", 100_000, "utf-8");
    expect([file.fieldName, file.multipleChunks(), file.multipleChunks(1)]).toEqual(["field", false, false]);
    expect((await all(file.chunks(10))).map(({ length }) => length)).toEqual([100_000]);
  });
});

describe("SimpleUploadedFile", () => {
  test("is made of a name and bytes or text", async () => {
    const file = new SimpleUploadedFile("dir/é.txt", "é");
    expect([file.name, file.size, file.contentType, file.fieldName]).toEqual(["é.txt", 2, "text/plain", null]);
    expect(text(await file.read())).toBe("é");
    expect(new SimpleUploadedFile("a", null).size).toBe(0);
    for (const type of ["image/png", { contentType: "image/png" }]) {
      expect(new SimpleUploadedFile("a", bytes("x"), type).contentType).toBe("image/png");
    }
  });
});
