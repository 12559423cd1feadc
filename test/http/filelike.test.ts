import { describe, expect, test } from "vitest";
import {
  closeContent,
  type FileHandleLike,
  type FileLike,
  type FileSource,
  type FsFileLike,
  fileSource,
  openContent,
  type R2ObjectLike,
} from "../../src/http/filelike.ts";

const alphabet = "abcdefghijklmnopqrstuvwxyz";
const bytes = new TextEncoder().encode(alphabet);

async function text(given: unknown): Promise<string> {
  let result = "";
  for await (const chunk of openContent(given) as AsyncIterable<Uint8Array>) result += new TextDecoder().decode(chunk);
  return result;
}

const streamOf = (...chunks: Uint8Array[]): ReadableStream<Uint8Array> =>
  new ReadableStream({
    pull(controller) {
      const chunk = chunks.shift();
      if (chunk) controller.enqueue(chunk);
      else controller.close();
    },
  });

/** A file of Deno, over bytes. */
function fsFile(data: Uint8Array, isFile = true): FsFileLike & { closed: number } {
  let position = 0;
  return {
    closed: 0,
    async read(buffer) {
      const part = data.subarray(position, position + Math.min(buffer.length, 10));
      buffer.set(part);
      position += part.length;
      return part.length || null;
    },
    async seek(offset) {
      if (!isFile) throw new Error("Illegal seek");
      position = offset;
      return offset;
    },
    statSync: () => ({ isFile, size: isFile ? data.length : 0 }),
    close() {
      this.closed++;
    },
  };
}

test("the types of the platform are files", () => {
  const files = [null as unknown as File, null as unknown as Blob, bytes, bytes.buffer, new DataView(bytes.buffer), streamOf()];
  expect(files satisfies FileLike[]).toHaveLength(6);
  expect(null as unknown as Blob satisfies FileSource).toBe(null);
});

describe("fileSource", () => {
  test.each([
    ["Uint8Array", bytes],
    ["a view of a part", new Uint8Array([0, ...bytes, 0]).subarray(1, 27)],
    ["ArrayBuffer", bytes.slice().buffer],
    ["DataView", new DataView(bytes.slice().buffer)],
    ["Blob", new Blob([bytes])],
    ["File", new File([bytes], "a.txt")],
    ["Deno.FsFile", fsFile(bytes)],
  ])("%s is read whole and in parts", async (_, file) => {
    const source = fileSource(file as FileLike);
    expect(source.size).toBe(26);
    expect(await text(source.slice?.(23, 26))).toBe("xyz");
    expect(await text(source.slice?.(0, 1))).toBe("a");
    expect(await text(source.stream())).toBe(alphabet);
  });

  test("File has its name and type", () => {
    expect(fileSource(new File(["x"], "a.txt", { type: "text/x" }))).toMatchObject({ name: "a.txt", type: "text/x", size: 1 });
  });

  test("a Deno.FsFile that is no file has no size, and is read from where it is", async () => {
    const source = fileSource(fsFile(bytes, false));
    expect(source.size).toBe(undefined);
    expect(await text(source.stream())).toBe(alphabet);
  });

  test("a file that ends early gives what there is", async () => {
    const file = fsFile(bytes);
    file.statSync = () => ({ isFile: true, size: 1000 });
    expect(await text(fileSource(file).stream())).toBe(alphabet);
  });

  test("closes a file of a disk", async () => {
    const file = fsFile(bytes);
    await fileSource(file).close?.();
    expect(file.closed).toBe(1);
  });

  test("reads a FileHandle at positions", async () => {
    const calls: (number | null)[][] = [];
    const handle: FileHandleLike = {
      fd: 1e9,
      async read(buffer, offset, length, position) {
        calls.push([offset, length, position]);
        const part = bytes.subarray(position ?? 0, (position ?? 0) + Math.min(length, 2));
        buffer.set(part, offset);
        return { bytesRead: part.length };
      },
      async close() {},
    };
    const { slice } = fileSource(handle);
    expect(await text(slice?.(3, 6))).toBe("def");
    expect(calls).toEqual([
      [0, 3, 3],
      [0, 1, 5],
    ]);
  });

  test("an R2 object has its key for a name, and no parts", async () => {
    const object: R2ObjectLike = {
      key: "dir/a.png",
      size: 26,
      httpMetadata: { contentType: "image/x-own" },
      body: streamOf(bytes),
    };
    const source = fileSource(object);
    expect([source.name, source.size, source.type, source.slice]).toEqual(["dir/a.png", 26, "image/x-own", undefined]);
    expect(source.stream()).toBe(object.body);
  });

  test.each([
    [undefined, 26],
    [{ offset: 20 }, 6],
    [{ offset: 2, length: 3 }, 3],
    [{ length: 5 }, 5],
    [{ suffix: 4 }, 4],
    [{ suffix: 40 }, 26],
  ])("an R2 object that was got by the range %j has the size of its body", (range, size) => {
    expect(fileSource({ key: "a", size: 26, body: streamOf(), ...(range && { range }) }).size).toBe(size);
  });

  test("a Response is a file without a size", () => {
    const file = new Response("x");
    expect(fileSource(file as unknown as FileLike).size).toBe(undefined);
  });

  test("a stream and what can be iterated are content without a size", async () => {
    async function* chunks(): AsyncGenerator<Uint8Array> {
      yield bytes;
    }
    for (const content of [streamOf(bytes), chunks(), [bytes]]) {
      const source = fileSource(content);
      expect([source.size, source.slice, source.stream()]).toEqual([undefined, undefined, content]);
    }
  });

  test.each([["/etc/passwd"], [null], [undefined], [5], [{}], [{ key: "a", size: 5 }]])("refuses %j", (file) => {
    expect(() => fileSource(file as unknown as FileLike)).toThrow(
      /^FileResponse takes an open file, a Blob, a stream or bytes, not/,
    );
  });
});

describe("openContent", () => {
  test("opens what a source may give, promises of it too", async () => {
    for (const given of [bytes, bytes.buffer, [bytes], streamOf(bytes), new Blob([bytes]), { body: streamOf(bytes) }]) {
      expect(await text(given)).toBe(alphabet);
    }
    expect(await text(Promise.resolve(new Blob([bytes])))).toBe(alphabet);
    expect(await text(Promise.resolve({ body: streamOf(bytes) }))).toBe(alphabet);
  });

  test("hands a stream on as it is", () => {
    const stream = streamOf();
    expect(openContent(stream)).toBe(stream);
    expect(openContent({ body: stream })).toBe(stream);
  });

  test("says so where there is nothing, as for a missing R2 object", async () => {
    expect(() => openContent(null)).toThrow("A file gave [object Null] where its bytes were asked for. Is it gone?");
    await expect(text(Promise.resolve(null))).rejects.toThrow("Is it gone?");
  });
});

describe("closeContent", () => {
  test("cancels a stream that nobody reads, and leaves one that somebody does", async () => {
    let cancelled = 0;
    const stream = (): ReadableStream => new ReadableStream({ cancel: () => void cancelled++ });
    await closeContent(stream());
    expect(cancelled).toBe(1);
    const read = stream();
    read.getReader();
    await closeContent(read);
    expect(cancelled).toBe(1);
  });

  test("cancels a stream that is still to come, and is not troubled by one that never does", async () => {
    let cancelled = 0;
    const stream = new ReadableStream({ cancel: () => void cancelled++ });
    await closeContent(openContent(Promise.resolve(new Response(stream))));
    expect(cancelled).toBe(1);
    await closeContent(openContent(Promise.reject(new Error("gone"))));
  });

  test("ends a generator", () => {
    const generator = (function* () {
      yield bytes;
    })();
    closeContent(generator);
    expect(generator.next().done).toBe(true);
    expect(closeContent([bytes])).toBe(undefined);
  });
});
