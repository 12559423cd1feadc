import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { overrideSettings, settings } from "../../../src/conf/index.ts";
import { InMemoryUploadedFile, UploadedFile } from "../../../src/core/files/uploadedfile.ts";
import {
  FileUploadHandler,
  MemoryFileUploadHandler,
  SkipFile,
  StopFutureHandlers,
  StopUpload,
  UploadFileException,
} from "../../../src/core/files/uploadhandler.ts";
import { MultiPartParser } from "../../../src/http/multipartparser.ts";
import { HttpRequest } from "../../../src/http/request.ts";
import "../../../src/uploads.ts";
import { MultiValueDict } from "../../../src/utils/datastructures.ts";
import { BOUNDARY, bytes, CONTENT_TYPE, cut, form, parse, part, Recorder, Source, text } from "../../http/multipart.ts";

const rejects = (name: string): unknown => expect.objectContaining({ name });
const file = (name: string, data: string): string => part(`name="f"; filename="${name}"`, data);
const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** What the handlers of a test did, in order. */
let calls: string[] = [];
const logged: unknown[] = [];
const quiet = (): void => {};
const LOGGER = { debug: quiet, info: quiet, warn: quiet, error: (...entry: unknown[]) => logged.push(entry) };
let former: typeof settings.LOGGER;

beforeEach(() => {
  calls = [];
  logged.length = 0;
  former = settings.LOGGER;
  settings.configure({ LOGGER });
});
afterEach(() => settings.configure({ LOGGER: former }));

/** Passes everything on, and notes every call under its name; what it is asked of is done by `steps`. */
class Named extends FileUploadHandler {
  readonly label: string;
  readonly steps: Partial<FileUploadHandler>;

  constructor(label: string, steps: Partial<FileUploadHandler> = {}) {
    super();
    this.label = label;
    this.steps = steps;
  }

  override async handleRawInput(
    ...args: Parameters<FileUploadHandler["handleRawInput"]>
  ): Promise<Awaited<ReturnType<FileUploadHandler["handleRawInput"]>>> {
    calls.push(`${this.label} handleRawInput`);
    return this.steps.handleRawInput?.(...args);
  }

  override async newFile(...args: Parameters<FileUploadHandler["newFile"]>): Promise<void> {
    super.newFile(...args);
    calls.push(`${this.label} newFile ${args[1]}`);
    await this.steps.newFile?.(...args);
  }

  override async receiveDataChunk(data: Uint8Array, start: number): Promise<Uint8Array | null | undefined> {
    calls.push(`${this.label} ${text(data)}@${start}`);
    return this.steps.receiveDataChunk ? ((await this.steps.receiveDataChunk(data, start)) as Uint8Array) : data;
  }

  override async fileComplete(size: number): Promise<UploadedFile | null | undefined> {
    calls.push(`${this.label} fileComplete ${size}`);
    return (await this.steps.fileComplete?.(size)) as UploadedFile;
  }

  override async uploadComplete(): Promise<unknown> {
    calls.push(`${this.label} uploadComplete`);
    return this.steps.uploadComplete?.();
  }

  override async uploadInterrupted(): Promise<unknown> {
    calls.push(`${this.label} uploadInterrupted`);
    return this.steps.uploadInterrupted?.();
  }
}

const take = { receiveDataChunk: () => undefined };

describe("the life of an upload", () => {
  test("goes through all handlers, each waited for, in Django's order", async () => {
    const made = new InMemoryUploadedFile(bytes("AB"), "f", "x.txt");
    const slow = new Named("1", {
      newFile: () => tick(),
      receiveDataChunk: async (data) => {
        await tick();
        return bytes(text(data).toUpperCase().repeat(2));
      },
    });
    const second = new Named("2", { fileComplete: () => made });
    const third = new Named("3", take);
    const [fields, files] = await parse(form(part('name="a"', "1"), file("x.txt", "ab"), file("y.txt", "")), {
      handlers: [slow, second, third],
    });
    expect(calls).toEqual([
      ...["1 handleRawInput", "2 handleRawInput", "3 handleRawInput"],
      ...["1 newFile x.txt", "2 newFile x.txt", "3 newFile x.txt", "1 ab@0", "2 ABAB@0", "3 ABAB@0"],
      // What a handler counts is what it was given.
      ...["1 fileComplete 2", "2 fileComplete 4"],
      ...["1 newFile y.txt", "2 newFile y.txt", "3 newFile y.txt", "1 fileComplete 0", "2 fileComplete 0"],
      ...["1 uploadComplete", "2 uploadComplete", "3 uploadComplete"],
    ]);
    expect(fields.get("a")).toBe("1");
    expect(files.getlist("f")).toEqual([made, made]);
    expect([slow.isLast, second.isLast, third.isLast]).toEqual([false, false, true]);
    expect([slow.fieldName, slow.fileName, slow.contentType, slow.contentLength]).toEqual(["f", "y.txt", "", null]);
  });

  test("uploadComplete() that gives something keeps it from those after it", async () => {
    await parse(form(), { handlers: [new Named("1"), new Named("2", { uploadComplete: () => true }), new Named("3")] });
    expect(calls.slice(3)).toEqual(["1 uploadComplete", "2 uploadComplete"]);
  });

  test("handleRawInput() may do it all, and knows what came", async () => {
    const post = "fields" as unknown;
    const files = new MultiValueDict<UploadedFile>();
    const args: unknown[] = [];
    const raw = new Named("1", {
      async handleRawInput(input, META, length, boundary, encoding) {
        let body = "";
        for await (const chunk of input as AsyncIterable<Uint8Array>) body += text(chunk);
        args.push(body, META.CONTENT_TYPE, length, text(boundary), encoding);
        return [post, files];
      },
    });
    const body = bytes("anything");
    const META = { CONTENT_TYPE, CONTENT_LENGTH: "8" };
    const parser = new MultiPartParser(META, new Source([body]).stream, [raw, new Named("2")], "koi8-r");
    expect(await parser.parse()).toEqual([post, files]);
    expect(calls).toEqual(["1 handleRawInput"]);
  });

  test("chunks are of the smallest chunkSize at most, with their positions", async () => {
    const [one, two] = [new Recorder(), new Recorder()];
    one.chunkSize = 7;
    two.chunkSize = 0;
    one.receiveDataChunk = function (data, start) {
      this.pieces.push([data.byteLength, start]);
      return data;
    };
    await parse(new Source([bytes(form(file("x", "0123456789abcdefg")))]).stream, { handlers: [one, two] });
    expect(one.pieces).toEqual([
      [7, 0],
      [7, 7],
      [3, 14],
    ]);
    expect(two.pieces).toEqual(one.pieces);
    const plain = new Recorder();
    await parse(form(file("x", "x".repeat(200_000))), { handlers: [plain] });
    expect(Math.max(...plain.pieces.map(([size]) => size))).toBe(64 * 2 ** 10);
  });

  test("a base class that is not overridden says what is missing", async () => {
    class Lazy extends FileUploadHandler {}
    await expect(parse(form(file("x", "x")), { handlers: [new Lazy()] })).rejects.toThrow(
      "Lazy must have a method receiveDataChunk()",
    );
    await expect(parse(form(file("x", "")), { handlers: [new Lazy()] })).rejects.toThrow(
      "Lazy must have a method fileComplete()",
    );
  });
});

describe("a slow handler", () => {
  test("holds the source back: nothing is read while it works", async () => {
    let release = quiet;
    const handler = new Recorder();
    const source = new Source([bytes(file("x", "").slice(0, -2)), ...cut(new Uint8Array(1000), 10)]);
    const made: number[] = [];
    (handler as FileUploadHandler).receiveDataChunk = async () => {
      made.push(source.made);
      await new Promise<void>((resolve) => {
        release = resolve;
      });
    };
    const parsing = parse(source.stream, { handlers: [handler] });
    for (let i = 1; i <= 5; i++) {
      for (let turn = 0; turn < 5; turn++) await tick();
      expect(made.length).toBe(i);
      expect(source.made).toBe(made.at(-1));
      release();
    }
    (handler as FileUploadHandler).receiveDataChunk = quiet;
    for (let turn = 0; turn < 5; turn++) await tick();
    release();
    await parsing;
    expect(source.made).toBe(101);
  });
});

describe("StopFutureHandlers", () => {
  test("keeps a file's beginning from the handlers after it", async () => {
    const stop = new Named("1", {
      ...take,
      newFile: () => {
        throw new StopFutureHandlers();
      },
    });
    await parse(form(file("x", "ab")), { handlers: [stop, new Named("2")] });
    expect(calls.slice(2)).toEqual([
      ...["1 newFile x", "1 ab@0", "1 fileComplete 2", "2 fileComplete 0"],
      ...["1 uploadComplete", "2 uploadComplete"],
    ]);
  });
});

describe("SkipFile", () => {
  test.each(["newFile", "receiveDataChunk"] as const)(
    "from %s leaves the file out and frees it; the next one comes",
    async (method) => {
      let closed = 0;
      const skipping: Named = new Named("1", {
        [method]: () => {
          if (skipping.fileName === "bad") throw new SkipFile();
        },
      });
      const keeping = new Named("2", { fileComplete: () => new InMemoryUploadedFile(bytes(""), null, keeping.fileName) });
      keeping.steps.newFile = () => {
        keeping.file = { close: () => closed++ };
      };
      skipping.steps.newFile ??= () => {
        skipping.file = { close: () => closed++ };
      };
      const body = bytes(form(file("bad", "x".repeat(100)), file("good", ""), part('name="a"', "1")));
      const [fields, files] = await parse(new Source(cut(body, 9)).stream, { handlers: [skipping, keeping] });
      expect(files.getlist("f").map(({ name }) => name)).toEqual(["good"]);
      expect(fields.get("a")).toBe("1");
      expect(calls.filter((call) => call.includes("newFile bad")).length).toBe(method === "newFile" ? 1 : 2);
      expect(calls).not.toContain("1 uploadInterrupted");
      expect(closed).toBe(method === "newFile" ? 0 : 2);
    },
  );
});

describe("StopUpload", () => {
  const body = bytes(form(part('name="a"', "1"), file("whole", "x"), file("stopped", "x".repeat(50)), part('name="b"', "2")));

  test.each([false, true])(
    "with connectionReset %s keeps what is complete; the rest is read only without it",
    async (connectionReset) => {
      const source = new Source(cut(body, 10));
      let closed = 0;
      const stopping: Named = new Named("1", {
        receiveDataChunk: () => {
          if (stopping.fileName === "stopped") throw new StopUpload({ connectionReset });
        },
        fileComplete: () => new InMemoryUploadedFile(bytes("x"), "f", "whole"),
      });
      stopping.steps.newFile = () => {
        stopping.file = { close: () => closed++ };
      };
      const [fields, files] = await parse(source.stream, { handlers: [stopping] });
      expect([...fields.lists()]).toEqual([["a", ["1"]]]);
      expect(files.getlist("f").map(({ name, closed }) => [name, closed])).toEqual([["whole", false]]);
      expect(closed).toBe(1);
      expect(calls.at(-1)).toBe("1 uploadComplete");
      expect(calls).not.toContain("1 uploadInterrupted");
      if (connectionReset) {
        expect(source.cancelled).toBeInstanceOf(StopUpload);
        expect(source.made * 10).toBeLessThan(body.length - 20);
      } else {
        expect(source.cancelled).toBeUndefined();
        expect(source.made).toBe(Math.ceil(body.length / 10));
      }
    },
  );

  test("and its kin are Django's exceptions", () => {
    expect(new StopUpload().connectionReset).toBe(false);
    expect(String(new StopUpload())).toContain("Consume request data, then halt.");
    expect(String(new StopUpload({ connectionReset: true }))).toContain("Halt current upload.");
    for (const error of [new StopUpload(), new SkipFile(), new StopFutureHandlers()]) {
      expect(error).toBeInstanceOf(UploadFileException);
      expect(error.name).toBe(error.constructor.name);
    }
  });
});

describe("uploadInterrupted()", () => {
  const broken = (): ReadableStream<Uint8Array> => {
    let pulls = 0;
    return new ReadableStream({
      pull(controller) {
        if (pulls++ === 0) controller.enqueue(bytes(form(file("one", "1"), file("two", "2".repeat(50))).slice(0, -14)));
        else controller.error(new Error("connection lost"));
      },
    });
  };
  const keep = (): Named => {
    const handler: Named = new Named("keep", {
      ...take,
      fileComplete: () => {
        const done = new InMemoryUploadedFile(bytes("1"), "f", "one");
        kept.push(done);
        return done;
      },
    });
    return handler;
  };
  let kept: UploadedFile[] = [];
  beforeEach(() => {
    kept = [];
  });

  test("is called where the client goes away, and all files are closed, the complete and the other", async () => {
    let closed = 0;
    const handler = keep();
    handler.steps.newFile = () => {
      handler.file = { close: () => closed++ };
    };
    await expect(parse(broken(), { handlers: [handler] })).rejects.toEqual(rejects("UnreadablePostError"));
    expect(calls.at(-1)).toBe("keep uploadInterrupted");
    expect(kept.map((file) => file.closed)).toEqual([true]);
    expect(closed).toBe(1);
  });

  test("is called for every error: of the form, of a limit, of a handler", async () => {
    const cases: [body: string, name: string, steps: Partial<FileUploadHandler>][] = [
      [form(file("one", "1"), `--${BOUNDARY}\r\nX: ${"x".repeat(2000)}\r\n\r\n`), "MultiPartParserError", {}],
      [form(file("one", "1"), ...Array(101).fill(file("one", ""))), "TooManyFilesSent", {}],
      [form(file("one", "1"), part('name="a"', "x".repeat(3_000_000))), "RequestDataTooBig", {}],
      ...(["handleRawInput", "newFile", "receiveDataChunk", "fileComplete", "uploadComplete"] as const).map(
        (method): [string, string, Partial<FileUploadHandler>] => [
          form(file("one", "1"), file("two", "2")),
          "RangeError",
          {
            [method]: () => {
              throw new RangeError(method);
            },
          },
        ],
      ),
    ];
    for (const [body, name, steps] of cases) {
      calls = [];
      kept = [];
      await expect(parse(body, { handlers: [new Named("bad", steps), keep()] })).rejects.toEqual(rejects(name));
      expect(calls.slice(-2)).toEqual(["bad uploadInterrupted", "keep uploadInterrupted"]);
      expect(kept.every((file) => file.closed)).toBe(true);
    }
  });

  test("reaches every handler, and the first error stays, whatever goes wrong on the way", async () => {
    const failing = (): never => {
      throw new RangeError("in the clean-up");
    };
    const bad = new Named("bad", {
      uploadInterrupted: failing,
      newFile: () => {
        bad.file = { close: failing };
      },
    });
    const good = keep();
    let closed = 0;
    good.steps.newFile = () => {
      good.file = { close: () => closed++ };
    };
    const stored = new UploadedFile({ read: () => bytes(""), close: failing }, "stored");
    let first = true;
    good.steps.fileComplete = () => {
      if (first) return stored;
      return undefined;
    };
    await expect(parse(broken(), { handlers: [bad, good] })).rejects.toEqual(rejects("UnreadablePostError"));
    first = false;
    expect(calls.slice(-2)).toEqual(["bad uploadInterrupted", "keep uploadInterrupted"]);
    expect(closed).toBe(1);
    expect(stored.closed).toBe(true);
    expect(logged.length).toBe(3);
  });
});

describe("a file that an earlier handler completes", () => {
  test("frees what the handlers after it collected", async () => {
    let closed = 0;
    const first = new Named("1", { fileComplete: () => new InMemoryUploadedFile(bytes("x"), "f", "x") });
    const later = new Named("2", take);
    later.steps.newFile = () => {
      later.file = { close: () => closed++ };
    };
    await parse(form(file("x", "x"), file("y", "y")), { handlers: [first, later] });
    expect(closed).toBe(2);
  });
});

describe("MemoryFileUploadHandler", () => {
  const body = form(file("x.txt", "hello"), part('name="a"', "1"));
  const META = (length: number): Record<string, string> => ({ CONTENT_TYPE, CONTENT_LENGTH: String(length) });

  test("takes the files of a body that is small enough, for itself", async () => {
    const after = new Named("2");
    const memory = new MemoryFileUploadHandler();
    const [, files] = await new MultiPartParser(META(body.length), bytes(body), [memory, after]).parse();
    expect(memory.activated).toBe(true);
    expect(calls.filter((call) => /newFile|@/.test(call))).toEqual([]);
    const found = files.get("f") as InMemoryUploadedFile;
    expect(found).toBeInstanceOf(InMemoryUploadedFile);
    expect([found.fieldName, found.name, found.size, text(await found.read())]).toEqual(["f", "x.txt", 5, "hello"]);
  });

  test("leaves those of a larger one to the next handler, and keeps what fits where there is none", async () => {
    await overrideSettings({ FILE_UPLOAD_MAX_MEMORY_SIZE: 50 }, async () => {
      const after = new Named("2", take);
      await new MultiPartParser(META(body.length), bytes(body), [new MemoryFileUploadHandler(), after]).parse();
      expect(calls).toContain("2 hello@0");
      const [, files] = await new MultiPartParser(META(body.length), bytes(body), [new MemoryFileUploadHandler()]).parse();
      expect(files.get("f")?.size).toBe(5);
      const many = form(...Array.from({ length: 6 }, (_, i) => file(String(i), "0123456789")));
      const parsing = new MultiPartParser(META(many.length), bytes(many), [new MemoryFileUploadHandler()]).parse();
      await expect(parsing).rejects.toThrow('The file "5" outgrew FILE_UPLOAD_MAX_MEMORY_SIZE (50 bytes');
    });
  });

  test("holds no more of a chunk than its file", async () => {
    const chunk = bytes(form(file("x.txt", "hello"), file("y.txt", "x".repeat(100_000))));
    const [, files] = await parse(new Source([chunk]).stream, { handlers: [new MemoryFileUploadHandler()] });
    expect((await (files.getlist("f")[0] as UploadedFile).read()).buffer.byteLength).toBe(5);
  });
});

describe("FILE_UPLOAD_HANDLERS", () => {
  test("are constructed with the request, anew for each", async () => {
    const made: unknown[] = [];
    class Own extends MemoryFileUploadHandler {
      constructor(request: HttpRequest) {
        super(request);
        made.push(this.request);
      }
    }
    await overrideSettings({ FILE_UPLOAD_HANDLERS: [Own] }, async () => {
      for (let i = 0; i < 2; i++) {
        const init = { method: "POST", body: form(file("x", "1")), headers: { "content-type": CONTENT_TYPE } };
        const request = HttpRequest.fromRequest(new Request("http://testserver/", init));
        expect((await request.FILES).get("f")).toMatchObject({ name: "x", size: 1 });
        expect(made).toEqual(expect.arrayContaining([request]));
        request.close();
      }
    });
    expect(made.length).toBe(2);
  });
});

test("request.close() closes the files of a form, and an error of one stops none", async () => {
  const closed: string[] = [];
  class Own extends Recorder {
    override fileComplete(): UploadedFile {
      const { fileName } = this;
      return new UploadedFile(
        {
          read: () => bytes(""),
          close: () => {
            closed.push(fileName);
            if (fileName === "a") throw new Error("broken");
          },
        },
        fileName,
      );
    }
  }
  const init = { method: "POST", body: form(file("a", "1"), file("b", "2")), headers: { "content-type": CONTENT_TYPE } };
  const request = HttpRequest.fromRequest(new Request("http://testserver/", init));
  request.uploadHandlers = [new Own(request)];
  await request.FILES;
  request.close();
  request.close();
  await tick();
  expect(closed).toEqual(["a", "b"]);
  expect(logged.length).toBe(1);
});
