import { describe, expect, onTestFinished, test } from "vitest";
import { overrideSettings } from "../../src/conf/index.ts";
import type { UploadedFile } from "../../src/core/files/uploadedfile.ts";
import { rooms } from "../../src/core/rooms.ts";
import { HttpRequest } from "../../src/http/request.ts";
import { FileUploadHandler, MemoryFileUploadHandler, MultiPartParser } from "../../src/uploads.ts";

const URLENCODED = "application/x-www-form-urlencoded";
const rejects = (name: string): unknown => expect.objectContaining({ name });

function post(body: string | FormData, contentType?: string, method = "POST"): HttpRequest {
  const headers: Record<string, string> = contentType ? { "content-type": contentType } : {};
  return HttpRequest.fromRequest(new Request("http://testserver/?q=%C1", { method, body, headers }));
}

/** A form of two fields and a file, which may be on the disk until the request is closed. */
function multipart(): HttpRequest {
  const form = new FormData();
  form.append("a", "1");
  form.append("a", "é");
  form.append("f", new File(["hello"], "x.txt", { type: "text/plain" }));
  const request = post(form);
  onTestFinished(() => request.close());
  return request;
}

describe("POST and FILES", () => {
  test("of an urlencoded form", async () => {
    const request = post("a=1&a=2&b=%C3%A9", URLENCODED);
    const fields = await request.POST;
    expect(fields.getlist("a")).toEqual(["1", "2"]);
    expect(fields.get("b")).toBe("é");
    expect(await request.POST).toBe(fields);
    expect((await request.FILES).size).toBe(0);
    expect(() => fields.set("a", "1")).toThrow("immutable");
  });

  test("of a multipart form, and the body then is gone", async () => {
    const request = multipart();
    const [fields, files] = await Promise.all([request.POST, request.FILES]);
    expect(fields.getlist("a")).toEqual(["1", "é"]);
    const file = files.get("f") as UploadedFile;
    expect([file.name, file.size]).toEqual(["x.txt", 5]);
    expect(await request.FILES).toBe(files);
    await expect(request.body).rejects.toEqual(rejects("RawPostDataException"));
  });

  test("of a multipart form whose body was read before", async () => {
    const request = multipart();
    const body = await request.body;
    expect((await request.POST).getlist("a")).toEqual(["1", "é"]);
    expect((await request.FILES).size).toBe(1);
    expect(await request.body).toBe(body);
  });

  test("are empty for another method, and for a body that is no form", async () => {
    for (const request of [post("a=1", URLENCODED, "PUT"), post("a=1", "text/plain"), post('{"a":1}', "application/json")]) {
      expect([(await request.POST).size, (await request.FILES).size]).toEqual([0, 0]);
      expect((await request.body).byteLength).toBeGreaterThan(0);
    }
  });

  test("a form in another charset than UTF-8 is a bad request", async () => {
    for (const charset of ["latin-1", "utf8"]) {
      await expect(post("a=1", `${URLENCODED}; charset=${charset}`).POST).rejects.toEqual(rejects("BadRequest"));
    }
    expect((await post("a=1", `${URLENCODED}; charset=UTF-8`).POST).get("a")).toBe("1");
    expect((await post("a=1", `${URLENCODED}; charset=bogus`).POST).get("a")).toBe("1");
  });

  test("a form that cannot be parsed is empty when it is asked for again", async () => {
    const request = post("x", "multipart/form-data");
    await expect(request.POST).rejects.toEqual(rejects("MultiPartParserError"));
    expect([(await request.POST).size, (await request.FILES).size]).toEqual([0, 0]);
  });

  test("the handlers cannot be altered afterwards, and the list that was given is left alone", async () => {
    const request = multipart();
    const handlers = [new MemoryFileUploadHandler(request)];
    request.uploadHandlers = handlers;
    await request.FILES;
    const message = "You cannot alter upload handlers after the upload has been processed.";
    const list = request.uploadHandlers;
    expect(() => list.unshift(new FileUploadHandler(request))).toThrow(message);
    expect(() => list.push(new FileUploadHandler(request))).toThrow(message);
    expect(() => list.pop()).toThrow(message);
    expect([list.length, handlers.push(new MemoryFileUploadHandler(request))]).toEqual([1, 2]);
  });

  test("too many fields are an error every time, until the handler has taken the form for empty", async () => {
    await overrideSettings({ DATA_UPLOAD_MAX_NUMBER_FIELDS: 1 }, async () => {
      const request = post("a=1&b=2", URLENCODED);
      for (let i = 0; i < 2; i++) await expect(request.POST).rejects.toEqual(rejects("TooManyFieldsSent"));
      request.markPostParseError();
      expect([(await request.POST).size, (await request.FILES).size]).toEqual([0, 0]);
    });
  });

  test("are made without the parser of multipart forms where a bundle has none, and else say what to import", async () => {
    const { uploads } = rooms;
    rooms.uploads = undefined;
    try {
      expect((await post("a=1", URLENCODED).POST).get("a")).toBe("1");
      await expect(multipart().POST).rejects.toThrow('import "djedge/uploads"');
    } finally {
      rooms.uploads = uploads;
    }
  });
});

describe("encoding", () => {
  test("that is set drops GET and POST, and keeps FILES", async () => {
    const request = multipart();
    const files = await request.FILES;
    expect(request.GET.get("q")).toBe("\ufffd");
    request.encoding = "koi8-r";
    expect(request.GET.get("q")).toBe("а");
    expect(await request.FILES).toBe(files);
    // Django: the body is gone, so there is nothing to read again.
    expect((await request.POST).size).toBe(0);
    request.encoding = null;
    expect(request.GET.get("q")).toBe("\ufffd");
  });

  test("comes from the content type where that names a charset that is known", () => {
    expect(post("", "text/plain; charset=koi8-r").GET.get("q")).toBe("а");
    expect(post("", "text/plain; charset=koi8-r").encoding).toBe("koi8-r");
    expect(post("", "text/plain; charset=__proto__").encoding).toBeNull();
  });
});

describe("uploadHandlers and multipartParserClass", () => {
  class Counter extends FileUploadHandler {
    bytes = 0;
    override receiveDataChunk(chunk: Uint8Array): Uint8Array {
      this.bytes += chunk.byteLength;
      return chunk;
    }
    override fileComplete(): null {
      return null;
    }
  }

  test("a handler may be put before the others, until the form is parsed", async () => {
    const request = multipart();
    const counter = new Counter();
    expect(request.uploadHandlers[0]).toBeInstanceOf(MemoryFileUploadHandler);
    request.uploadHandlers.unshift(counter);
    expect((await request.FILES).size).toBe(1);
    expect(counter.bytes).toBe(5);
    expect(() => request.uploadHandlers.push(counter)).toThrow();
    expect(() => {
      request.uploadHandlers = [];
    }).toThrow("You cannot set the upload handlers after the upload has been processed.");
  });

  test("a parser may be chosen, by the request or by the setting", async () => {
    const seen: unknown[] = [];
    class Parser extends MultiPartParser {
      override parse(): ReturnType<MultiPartParser["parse"]> {
        seen.push(this);
        return super.parse();
      }
    }
    const request = multipart();
    request.multipartParserClass = Parser;
    expect((await request.POST).get("a")).toBe("é");
    expect(seen.length).toBe(1);
    expect(() => {
      request.multipartParserClass = Parser;
    }).toThrow("after the upload has been processed");
    await overrideSettings({ MULTIPART_PARSER: Parser }, () => multipart().POST);
    expect(seen.length).toBe(2);
  });
});

test("close closes the files, also those that are still on their way", async () => {
  for (const early of [true, false]) {
    const request = multipart();
    const files = request.FILES;
    if (!early) await files;
    request.close();
    const file = (await files).get("f") as UploadedFile;
    await Promise.resolve();
    expect(file.closed).toBe(true);
  }
  const failing = post("x", "multipart/form-data");
  const form = failing.POST;
  failing.close();
  await expect(form).rejects.toEqual(rejects("MultiPartParserError"));
});

test("close closes the files that nobody can ask for again, since the form was read in another charset", async () => {
  for (const whole of [true, false]) {
    const request = multipart();
    if (whole) await request.body;
    const file = (await request.FILES).get("f") as UploadedFile;
    request.encoding = "koi8-r";
    await request.POST;
    expect(file.closed).toBe(false);
    const again = (await request.FILES).get("f");
    expect(again !== file).toBe(true);
    request.close();
    await Promise.resolve();
    expect([file.closed, again?.closed]).toEqual([true, whole ? true : undefined]);
  }
});

test("close closes the files that are asked for later, or while the body is on its way to somebody else", async () => {
  const late = multipart();
  late.close();
  const pending = multipart();
  const body = pending.body;
  const files = pending.FILES;
  pending.close();
  await body;
  for (const form of [await late.FILES, await files]) {
    await Promise.resolve();
    expect((form.get("f") as UploadedFile).closed).toBe(true);
  }
});
