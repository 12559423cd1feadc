import { describe, expect, test } from "vitest";
import { overrideSettings } from "../../src/conf/index.ts";
import { ChunkReader } from "../../src/http/chunkreader.ts";
import { HttpRequest } from "../../src/http/request.ts";
import "../../src/uploads.ts";
import { growth, LINEAR } from "../linear.ts";

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const encode = (value: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(value) as Uint8Array<ArrayBuffer>;

/** A stream of these chunks, which counts how many were taken. */
function streamOf(chunks: Iterable<Uint8Array>, taken = { chunks: 0 }): ReadableStream<Uint8Array> {
  const iterator = chunks[Symbol.iterator]();
  return new ReadableStream(
    {
      pull(controller) {
        const { done, value } = iterator.next();
        if (done) return controller.close();
        taken.chunks++;
        controller.enqueue(value);
      },
    },
    { highWaterMark: 0 },
  );
}

function post(
  body: ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer> | string,
  headers: Record<string, string> = {},
): HttpRequest {
  return HttpRequest.fromRequest(
    new Request("http://testserver/", { method: "POST", body: body as BodyInit, headers, duplex: "half" } as RequestInit),
  );
}

const FORM = { "content-type": "application/x-www-form-urlencoded" };
const rejects = (name: string): unknown => expect.objectContaining({ name });

test("a body that breaks off ends no process where nobody awaits it", async () => {
  const broken = (): ReadableStream<Uint8Array> =>
    new ReadableStream({ pull: (controller) => controller.error(new Error("gone")) }, { highWaterMark: 0 });
  for (const type of ["application/x-www-form-urlencoded", "multipart/form-data; boundary=B"]) {
    for (const ask of ["POST", "FILES", "body"] as const) void post(broken(), { "Content-Type": type })[ask];
    void post(broken()).read();
    void post(broken()).readline();
  }
  // What nobody handles would fail the run.
  await new Promise((resolve) => setTimeout(resolve, 20));
  await expect(post(broken()).body).rejects.toMatchObject({ name: "UnreadablePostError" });
});

describe("reading in parts", () => {
  test("takes whole sizes only", async () => {
    for (const size of [2.5, Number.NaN, Number.POSITIVE_INFINITY, "2" as never]) {
      await expect(post("abcdef").read(size)).rejects.toThrow(`A body is read by whole bytes, not ${size}.`);
      await expect(post("abcdef").readline(size)).rejects.toThrow(TypeError);
    }
  });

  const LINES = ["one\n", "\n", "two\r\n", "three"];
  const whole = encode(LINES.join(""));

  /** The body cut at one place, at two, and into single bytes. */
  function* cuts(): Generator<Uint8Array[]> {
    for (let a = 0; a <= whole.length; a++) {
      for (let b = a; b <= whole.length; b++) yield [whole.slice(0, a), whole.slice(a, b), whole.slice(b)];
    }
    yield Array.from(whole, (byte) => Uint8Array.of(byte));
    yield [new Uint8Array(0), whole, new Uint8Array(0)];
  }

  test("gives the same lines however the body is cut", async () => {
    for (const chunks of cuts()) expect((await post(streamOf(chunks)).readlines()).map(text)).toEqual(LINES);
  });

  test("gives the same bytes for any size however the body is cut", async () => {
    for (const chunks of cuts()) {
      for (const size of [1, 4, 7, 100]) {
        const request = post(streamOf(chunks));
        let result = "";
        for (let part = await request.read(size); part.byteLength > 0; part = await request.read(size)) {
          expect(part.byteLength).toBe(Math.min(size, whole.length - result.length));
          result += text(part);
        }
        expect(result).toBe(LINES.join(""));
      }
    }
  });

  test("ends a line early where a size says so, and goes on from there", async () => {
    for (const chunks of cuts()) {
      const request = post(streamOf(chunks));
      expect(text(await request.readline(2))).toBe("on");
      expect(text(await request.readline(2))).toBe("e\n");
      expect(text(await request.readline(0))).toBe("");
      expect(text(await request.readline(9))).toBe("\n");
      expect(text(await request.read(-1))).toBe("two\r\nthree");
      expect(text(await request.readline())).toBe("");
    }
  });

  test("mixes lines and sizes, and leaves the rest of a loop that was left", async () => {
    const request = post(streamOf([whole]));
    for await (const line of request) {
      expect(text(line)).toBe("one\n");
      break;
    }
    expect(text(await request.read(3))).toBe("\ntw");
    expect((await request.readlines()).map(text)).toEqual(["o\r\n", "three"]);
  });

  test("takes no chunk before it is needed", async () => {
    const taken = { chunks: 0 };
    const request = post(streamOf([encode("a\n"), encode("b\n"), encode("c\n")], taken));
    await request.readline();
    expect(taken.chunks).toBeLessThanOrEqual(2);
  });

  test("1 MB without a line feed, in small chunks, takes linear time", async () => {
    const make = (size: number): number => size / 64;
    function* chunks(count: number): Generator<Uint8Array> {
      for (let i = 0; i < count; i++) yield new Uint8Array(64).fill(97);
    }
    const work = async (count: number): Promise<unknown> => (await post(streamOf(chunks(count))).readline()).byteLength;
    expect(await growth(2 ** 18, make, work)).toBeLessThan(LINEAR);
  });

  test("1 MB in one chunk takes linear time, by lines and by single bytes of a line", async () => {
    const lines = async (size: number): Promise<unknown> => (await post("a\n".repeat(size / 2)).readlines()).length;
    expect(await growth(2 ** 16, (size) => size, lines)).toBeLessThan(LINEAR);
    const bytes = async (size: number): Promise<unknown> => {
      const request = post("a".repeat(size));
      for (let i = 0; i < size; i += 4) await request.readline(4);
      return request;
    };
    expect(await growth(2 ** 16, (size) => size, bytes)).toBeLessThan(LINEAR);
  });

  test("the chunks of a stream of bytes may be kept, whatever sizes they come in", async () => {
    const sizes = [1, 2, 3, 40_000, 5, 65_536, 6, 7, 33_000, 8, 9];
    const left = sizes.map((size, i) => new Uint8Array(size).fill(i + 1));
    const stream = new ReadableStream({
      type: "bytes",
      pull(controller) {
        const chunk = left.shift();
        if (chunk) return controller.enqueue(chunk);
        controller.close();
        // Whoever waits with a buffer of its own has to be told.
        controller.byobRequest?.respond(0);
      },
    });
    const kept: Uint8Array[] = [];
    for await (const chunk of new ChunkReader(stream)) kept.push(chunk);
    const counts = new Map<number, number>();
    for (const chunk of kept) for (const byte of chunk) counts.set(byte, (counts.get(byte) ?? 0) + 1);
    expect([...counts]).toEqual(sizes.map((size, i) => [i + 1, size]));
    // No small one keeps a large buffer.
    for (const { byteLength, buffer } of kept) if (byteLength < 100) expect(buffer.byteLength).toBeLessThan(10_000);
  });

  test("hands out plain bytes, whatever kind the runtime gives", async () => {
    class Other extends Uint8Array {}
    const request = HttpRequest.fromRequest({
      ...{ url: "http://h/", method: "POST", headers: new Headers() },
      body: streamOf([new Other([1, 2])]),
    } as unknown as Request);
    const bytes = await request.body;
    expect([bytes.constructor, bytes.byteLength]).toEqual([Uint8Array, 2]);
  });
});

describe("body", () => {
  test("is read once, and can be read in parts from its start afterwards", async () => {
    const request = post(streamOf([encode("a=1&"), encode("b=2")]), FORM);
    const body = await request.body;
    expect(text(body)).toBe("a=1&b=2");
    expect(await request.body).toBe(body);
    expect((await request.POST).get("b")).toBe("2");
    expect(text(await request.read(3))).toBe("a=1");
    expect(text(await request.readline())).toBe("&b=2");
    expect(await request.body).toBe(body);
    expect(text(await request.read())).toBe("");
  });

  test("cannot be had once reading has begun otherwise", async () => {
    const begin: ((request: HttpRequest) => unknown)[] = [
      (request) => request.read(1),
      (request) => request.read(0),
      (request) => request.readline(),
      (request) => request.readlines(),
      (request) => request.stream,
    ];
    for (const read of begin) {
      const request = post("a=1", FORM);
      await read(request);
      await expect(request.body).rejects.toEqual(rejects("RawPostDataException"));
      expect((await request.POST).size).toBe(0);
      expect(() => request.toRequest()).toThrow(rejects("RawPostDataException") as Error);
    }
  });

  test("cannot be had once somebody else has read the platform's request", async () => {
    const native = new Request("http://h/", { method: "POST", body: "a=1", headers: FORM });
    await native.text();
    const request = HttpRequest.fromRequest(native);
    await expect(request.body).rejects.toEqual(rejects("RawPostDataException"));
    expect((await request.POST).size).toBe(0);
  });

  test("several who ask at once get the same", async () => {
    const request = post(streamOf([encode("a=1"), encode("&b=2")]), FORM);
    const [one, two, fields, files] = await Promise.all([request.body, request.body, request.POST, request.FILES]);
    expect(one).toBe(two);
    expect([fields.get("b"), files.size]).toEqual(["2", 0]);
  });

  test("an empty body is no bytes, and stays readable", async () => {
    const request = post(streamOf([]), { "content-type": "multipart/form-data; boundary=B" });
    expect([(await request.POST).size, (await request.body).byteLength]).toEqual([0, 0]);
    const get = HttpRequest.fromRequest(new Request("http://h/"));
    expect([(await get.body).byteLength, (await get.readlines()).length]).toEqual([0, 0]);
  });

  test("a body of zero bytes by a GET has no stream", () => {
    expect(HttpRequest.fromRequest(new Request("http://h/")).stream).toBeNull();
  });
});

describe("limits", () => {
  const LIMIT = { DATA_UPLOAD_MAX_MEMORY_SIZE: 10 };

  test("a Content-Length over the limit is refused before anything is read", async () => {
    await overrideSettings(LIMIT, async () => {
      const taken = { chunks: 0 };
      const request = post(streamOf([encode("12345678901")], taken), { "content-length": "11" });
      await expect(request.body).rejects.toEqual(rejects("RequestDataTooBig"));
      expect(taken.chunks).toBe(0);
      await expect(request.body).rejects.toEqual(rejects("RequestDataTooBig"));
      expect(text(await request.read())).toBe("12345678901");
      await expect(request.body).rejects.toEqual(rejects("RawPostDataException"));
    });
  });

  test("the bytes are counted as they come in, whatever Content-Length says", async () => {
    await overrideSettings(LIMIT, async () => {
      function* endless(): Generator<Uint8Array> {
        for (;;) yield encode("1234");
      }
      for (const headers of [{}, { "content-length": "3" }, { "content-length": "nonsense" }]) {
        const taken = { chunks: 0 };
        const request = post(streamOf(endless(), taken), { ...FORM, ...headers });
        await expect(request.POST).rejects.toEqual(rejects("RequestDataTooBig"));
        await expect(request.body).rejects.toEqual(rejects("RequestDataTooBig"));
        expect(taken.chunks).toBeLessThanOrEqual(4);
      }
      expect((await post("1234567890").body).byteLength).toBe(10);
    });
  });

  test("reading in parts has no limit, and null means none", async () => {
    await overrideSettings(LIMIT, async () => expect((await post("x".repeat(20)).read()).byteLength).toBe(20));
    await overrideSettings({ DATA_UPLOAD_MAX_MEMORY_SIZE: null }, async () =>
      expect((await post("x".repeat(3_000_000)).body).byteLength).toBe(3_000_000),
    );
  });
});

describe("a body that breaks off", () => {
  const broken = (): ReadableStream<Uint8Array> => {
    let chunk = 0;
    return new ReadableStream({
      pull(controller) {
        if (chunk++ === 0) controller.enqueue(encode("a=1\nb"));
        else controller.error(new TypeError("connection reset"));
      },
    });
  };
  const reads: [name: string, read: (request: HttpRequest) => Promise<unknown>][] = [
    ["body", (request) => request.body],
    ["POST", (request) => request.POST],
    ["FILES", (request) => request.FILES],
    ["read", (request) => request.read()],
    ["readlines", (request) => request.readlines()],
  ];
  test.each(reads)("makes %s an UnreadablePostError that keeps the platform's own", async (_, read) => {
    const error = (await read(post(broken(), FORM)).catch((thrown: unknown) => thrown)) as Error;
    expect(error.name).toBe("UnreadablePostError");
    expect((error.cause as Error).message).toBe("connection reset");
  });

  test("gives what came before, and is not read again", async () => {
    const request = post(broken(), FORM);
    expect(text(await request.readline())).toBe("a=1\n");
    await expect(request.readline()).rejects.toEqual(rejects("UnreadablePostError"));
    await expect(request.body).rejects.toEqual(rejects("RawPostDataException"));
    const whole = post(broken(), FORM);
    await expect(whole.body).rejects.toEqual(rejects("UnreadablePostError"));
    await expect(whole.body).rejects.toEqual(rejects("RawPostDataException"));
    expect((await whole.POST).size).toBe(0);
  });
});

describe("stream", () => {
  test("is the platform's own, untouched", () => {
    const native = new Request("http://h/", { method: "POST", body: "abc" });
    const request = HttpRequest.fromRequest(native);
    expect(request.stream).toBe(native.body);
    expect(request.stream).toBe(request.stream);
  });

  test("is the rest after reading, and the whole after body", async () => {
    const request = post(streamOf([encode("abc"), encode("def")]));
    expect(text(await request.read(2))).toBe("ab");
    expect(await new Response(request.stream).text()).toBe("cdef");
    const buffered = post("abc");
    await buffered.body;
    expect(await new Response(buffered.stream).text()).toBe("abc");
    expect(text(await buffered.body)).toBe("abc");
  });
});
