/** Responses of every kind, and what the server has seen of their requests. */

import {
  EventStreamResponse,
  type FileHandleLike,
  type FileLike,
  FileResponse,
  type FsFileLike,
  getFetchApplication,
  type HttpRequest,
  HttpResponse,
  JsonResponse,
  type ServerSentEvent,
  StreamingHttpResponse,
} from "../../../src/index.workerd.ts";
import { path } from "../../../src/urls.ts";

const MEBIBYTE = 1_048_576;
const block = new Uint8Array(65536).fill(120);

/** Generators that have come to their `finally`, by the path that was asked for. */
const finished: Record<string, number> = {};
/** `Range` headers of the requests for the recording, and `Last-Event-ID` of those for the events. */
const ranges: (string | undefined)[] = [];
const lastEventIds: (string | null)[] = [];

async function pause(): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, 5);
  });
}

async function* blocks(megabytes: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < megabytes * 16; i++) yield block;
}

async function* ticks({ path }: HttpRequest): AsyncGenerator<string> {
  try {
    for (;;) {
      yield "<tick>";
      await pause();
    }
  } finally {
    await pause();
    finished[path] = (finished[path] ?? 0) + 1;
  }
}

function streamOf(text: string): ReadableStream<Uint8Array> {
  const pieces = text.match(/.{1,3}/gs) ?? [];
  return new ReadableStream({
    pull(controller) {
      const piece = pieces.shift();
      if (piece === undefined) controller.close();
      else controller.enqueue(new TextEncoder().encode(piece));
    },
  });
}

const text = Array.from({ length: 20_000 }, (_, i) => `${String(i).padStart(6, "0")}\n`).join("");

/** Five minutes of silence, made as they are asked for. */
const recording = {
  name: "silence.wav",
  size: 44 + 300 * 176_400,
  stream: () => recording.slice(0, recording.size),
  slice(start: number, end: number): ReadableStream<Uint8Array> {
    let position = start;
    return new ReadableStream({
      pull(controller) {
        const chunk = new Uint8Array(Math.min(65536, end - position));
        for (let i = position; i < 44 && i < position + chunk.length; i++) chunk[i - position] = wavHeader[i] as number;
        controller.enqueue(chunk);
        position += chunk.length;
        if (position >= end) controller.close();
      },
    });
  },
};

/** RIFF, WAVE: PCM, two channels of 16 bits at 44,100 Hz. */
const wavHeader = (() => {
  const header = new DataView(new ArrayBuffer(44));
  const tag = (at: number, name: string): void => {
    for (let i = 0; i < 4; i++) header.setUint8(at + i, name.charCodeAt(i));
  };
  tag(0, "RIFF");
  header.setUint32(4, recording.size - 8, true);
  tag(8, "WAVE");
  tag(12, "fmt ");
  header.setUint32(16, 16, true);
  header.setUint16(20, 1, true);
  header.setUint16(22, 2, true);
  header.setUint32(24, 44_100, true);
  header.setUint32(28, 176_400, true);
  header.setUint16(32, 4, true);
  header.setUint16(34, 16, true);
  tag(36, "data");
  header.setUint32(40, recording.size - 44, true);
  return new Uint8Array(header.buffer);
})();

/** Three events, with numbers that go on where the client left. */
async function* events(request: HttpRequest): AsyncGenerator<ServerSentEvent> {
  const last = Number(request.lastEventId ?? 0);
  for (let n = last + 1; n <= last + 3; n++) {
    yield { event: "number", id: String(n), data: { n } };
    await pause();
  }
}

interface Runtimes {
  Deno?: { open(path: string): Promise<FsFileLike> };
  Bun?: { file(path: string): Blob };
  process?: { env: Record<string, string | undefined> };
}

/** The file that FILE names, as the runtime opens one. */
async function openFile(): Promise<FileLike> {
  const { Deno, Bun, process } = globalThis as Runtimes;
  const file = process?.env.FILE ?? "";
  if (Bun) return Bun.file(file);
  if (Deno) return Deno.open(file);
  const name = "node:fs/promises";
  const { open } = (await import(name)) as { open(path: string): Promise<FileHandleLike> };
  return open(file);
}

const page = (body: string): HttpResponse => new HttpResponse(`<!doctype html><title>Responses</title>${body}`);

const urlpatterns = [
  path("big/<int:megabytes>/", (_, { megabytes }) => new StreamingHttpResponse(blocks(megabytes))),
  path("big/<int:megabytes>/length/", (_, { megabytes }) => {
    const headers = { "Content-Length": megabytes * MEBIBYTE };
    return new StreamingHttpResponse(blocks(megabytes), { headers });
  }),
  path("ticks/", (request) => new StreamingHttpResponse(ticks(request))),
  path("ticks/length/", (request) => new StreamingHttpResponse(ticks(request), { headers: { "Content-Length": 1e9 } })),
  path("finished/", () => new JsonResponse(finished)),
  path("cookies/", () => {
    const response = new HttpResponse("x");
    response.setCookie("a", "1");
    response.setCookie("b", "2, and; more", { httpOnly: true, sameSite: "Lax" });
    response.deleteCookie("c");
    return response;
  }),
  path("text/", () => new FileResponse(new File([text], "numbers.txt"), { headers: { ETag: '"v1"' } })),
  path("stream/", () => new StreamingHttpResponse(streamOf("<a stream>"))),
  path("stream/length/", () => new StreamingHttpResponse(streamOf("<a stream>"), { headers: { "Content-Length": 10 } })),
  path("generator/length/", () => {
    const pieces = async function* (): AsyncGenerator<string> {
      yield "<a ";
      await pause();
      yield "generator>";
    };
    return new StreamingHttpResponse(pieces(), { headers: { "Content-Length": 13 } });
  }),
  path("file/stream/", () => new FileResponse({ key: "a/b.txt", size: 10, body: streamOf("<a stream>") })),
  path(
    "status/<int:status>/",
    (_, { status }) => new HttpResponse(status === 200 ? "body" : "", { status, reason: "Own Words" }),
  ),
  path("disk/", async () => new FileResponse(await openFile())),
  path("recording/", (request) => {
    ranges.push(request.headers.get("Range"));
    return new FileResponse(recording);
  }),
  path("ranges/", () => new JsonResponse(ranges, { safe: false })),
  path("player/", () => page(`<video src="/recording/" preload="auto" muted></video>`)),
  path("events/", (request) => {
    lastEventIds.push(request.lastEventId);
    return new EventStreamResponse(events(request), { retry: 20 });
  }),
  path("lastEventIds/", () => new JsonResponse(lastEventIds, { safe: false })),
  path("empty/", () => page("")),
  path("favicon.ico", () => new HttpResponse("", { status: 204 })),
];

export const app = getFetchApplication({ urlconf: urlpatterns, settings: { ALLOWED_HOSTS: ["*"] } });
