/** What holds for temporary files wherever there is a disk: the folders of Node, Deno and Bun run it. */

import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { overrideSettings } from "../../src/conf/index.ts";
import { InMemoryUploadedFile, TemporaryUploadedFile } from "../../src/core/files/uploadedfile.ts";
import { FileUploadHandler, SkipFile, StopUpload, TemporaryFileUploadHandler } from "../../src/core/files/uploadhandler.ts";
import { HttpRequest } from "../../src/http/request.ts";
import "../../src/uploads.ts";
import { BOUNDARY, bytes, CONTENT_TYPE, cut, form, part, Source } from "../http/multipart.ts";

const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
const file = (name: string, data: string): string => part(`name="f"; filename="${name}"`, data, "Content-Type: text/plain");

class Passing extends FileUploadHandler {
  override receiveDataChunk(data: Uint8Array): Uint8Array | undefined {
    return data;
  }
  override fileComplete(): InMemoryUploadedFile | undefined {
    return undefined;
  }
}

export function temporaryFiles(): void {
  const directory = mkdtempSync(join(tmpdir(), "djedge-uploads-"));
  const left = (): string[] => readdirSync(directory);
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  beforeEach(() => expect(left()).toEqual([]));

  function post(body: string | ReadableStream<Uint8Array>, ...before: FileUploadHandler[]): HttpRequest {
    const init = { method: "POST", body, headers: { "content-type": CONTENT_TYPE }, duplex: "half" } as RequestInit;
    const request = HttpRequest.fromRequest(new Request("http://testserver/", init));
    request.uploadHandlers = [...before, new TemporaryFileUploadHandler(request)];
    return request;
  }
  const inDirectory = (work: () => Promise<void>): Promise<void> =>
    overrideSettings({ FILE_UPLOAD_TEMP_DIR: directory }, work) as Promise<void>;
  const gone = async (): Promise<void> => {
    for (let i = 0; left().length > 0 && i < 100; i++) await tick();
    expect(left()).toEqual([]);
  };

  describe("temporary files", () => {
    test("hold what was uploaded, for this user only, until the request is closed", () =>
      inDirectory(async () => {
        const data = "0123456789".repeat(30_000);
        const request = post(new Source(cut(bytes(form(file("a.txt", data), file("empty", ""))), 10_000)).stream);
        const [long, empty] = (await request.FILES).getlist("f") as TemporaryUploadedFile[];
        expect([long, empty].map((file) => /\.upload.*/.exec(file?.temporaryFilePath() ?? "")?.[0])).toEqual([
          ".upload.txt",
          ".upload",
        ]);
        if (!(long instanceof TemporaryUploadedFile && empty instanceof TemporaryUploadedFile))
          throw new Error("no temporary file");
        expect([long.name, long.size, long.contentType, empty.size]).toEqual(["a.txt", data.length, "text/plain", 0]);
        expect(dirname(long.temporaryFilePath())).toBe(directory);
        expect(statSync(long.temporaryFilePath()).mode & 0o777).toBe(0o600);
        expect(readFileSync(long.temporaryFilePath(), "latin1")).toBe(data);
        expect(new TextDecoder().decode(await long.read(5))).toBe("01234");
        let chunked = 0;
        for await (const chunk of long.chunks(1000)) chunked += chunk.byteLength;
        expect(chunked).toBe(data.length);
        expect(await new Response(long.stream()).text()).toBe(data);
        expect(await (await long.blob()).text()).toBe(data);
        expect(await (await empty.blob()).text()).toBe("");
        request.close();
        await gone();
        await expect(long.read()).rejects.toThrow("is closed");
      }));

    test("take what outgrows the memory, and not what fits", () =>
      inDirectory(async () => {
        await overrideSettings({ FILE_UPLOAD_MAX_MEMORY_SIZE: 1000 }, async () => {
          for (const [size, kind] of [
            [10, InMemoryUploadedFile],
            [1001, TemporaryUploadedFile],
          ] as const) {
            const body = form(file("a", "x".repeat(size)));
            const headers = { "content-type": CONTENT_TYPE, "content-length": String(body.length) };
            const request = HttpRequest.fromRequest(new Request("http://testserver/", { method: "POST", body, headers }));
            // A runtime may not let a program set the length.
            request.META.CONTENT_LENGTH = String(body.length);
            expect((await request.FILES).get("f")).toBeInstanceOf(kind);
            request.close();
          }
        });
      }));

    test("are gone after an error of the form, of a handler, and of the connection", () =>
      inDirectory(async () => {
        const header = `--${BOUNDARY}\r\nX: ${"x".repeat(2000)}\r\n\r\n`;
        await expect(post(form(file("a", "x"), file("b", "y"), header)).FILES).rejects.toThrow("header size");
        await gone();
        const failing = new Passing();
        failing.fileComplete = () => {
          throw new RangeError("no");
        };
        await expect(post(form(file("a", "x")), failing).FILES).rejects.toThrow("no");
        await gone();
        const broken = new ReadableStream<Uint8Array>({
          start: (controller) => controller.enqueue(bytes(file("a", "x") + file("b", "y".repeat(1000)))),
          pull: (controller) => controller.error(new Error("connection lost")),
        });
        await expect(post(broken).FILES).rejects.toEqual(expect.objectContaining({ name: "UnreadablePostError" }));
        await gone();
      }));

    test("of files that are skipped, stopped, cut off, or taken by another handler are gone", () =>
      inDirectory(async () => {
        for (const [error, count] of [
          [new SkipFile(), 1],
          [new StopUpload(), 0],
          [new StopUpload({ connectionReset: true }), 0],
        ] as const) {
          const raising = new Passing();
          raising.receiveDataChunk = (data) => {
            if (raising.fileName === "bad") throw error;
            return data;
          };
          // The second chunk of the file, when the first is on the disk.
          const body = new Source(cut(bytes(form(file("bad", "x".repeat(500)), file("good", "y"))), 300)).stream;
          const request = post(body, raising);
          expect((await request.FILES).size).toBe(count);
          expect(left().length).toBe(count);
          request.close();
          await gone();
        }
        expect((await post(form(file("a", "x".repeat(100))).slice(0, -20)).FILES).size).toBe(0);
        await gone();
        const taking = new Passing();
        taking.fileComplete = () => new InMemoryUploadedFile(bytes("x"), "f", "x");
        await post(form(file("a", "x"), file("b", "x")), taking).FILES;
        await gone();
      }));

    test("that were renamed stay where they are", () =>
      inDirectory(async () => {
        const request = post(form(file("a", "data")));
        const [kept] = (await request.FILES).getlist("f") as TemporaryUploadedFile[];
        const target = `${directory}.kept`;
        renameSync(kept?.temporaryFilePath() ?? "", target);
        request.close();
        await tick();
        expect([basename(target), existsSync(target), readFileSync(target, "latin1")]).toEqual([basename(target), true, "data"]);
        rmSync(target);
      }));

    test("are deleted where they are closed while they are made", () =>
      inDirectory(async () => {
        const temporary = new TemporaryUploadedFile("a.txt");
        expect(() => temporary.temporaryFilePath()).toThrow("not on the disk yet");
        const writing = temporary.write(bytes("x")).catch((error) => error);
        temporary.close();
        await writing;
        await gone();
        await expect(async () => temporary.write(bytes("x"))).rejects.toThrow("is closed");
      }));

    test("in a directory that is not there are an error that names it", () =>
      overrideSettings({ FILE_UPLOAD_TEMP_DIR: join(directory, "nowhere") }, async () => {
        await expect(post(form(file("a", "x"))).FILES).rejects.toThrow("nowhere");
      }));
  });
}
