/** A little of everything, and a count of what is open. Uploads go into an R2 bucket on Workers, to the disk elsewhere. */

import { type Bucket, R2Storage } from "../../../examples/site/storage.r2.ts";
import type { Draft } from "../../../examples/site/storage.ts";
import { EventStreamResponse } from "../../../src/http/eventstream.ts";
import {
  getFetchApplication,
  type HttpRequest,
  JsonResponse,
  StreamingHttpResponse,
  UploadedFile,
} from "../../../src/index.workerd.ts";
import { SessionMiddleware } from "../../../src/middleware.ts";
import { FileUploadHandler } from "../../../src/uploads.ts";
import { path } from "../../../src/urls.ts";

/** What has begun and not ended: streams, files in the bucket, multipart uploads of R2. */
const open = { streams: 0, objects: 0, multipart: 0 };
let objects = 0;

/** Counts the multipart uploads of a bucket. */
function counted(bucket: Bucket): Bucket {
  return {
    put: (key, value) => bucket.put(key, value),
    get: (key, options) => bucket.get(key, options),
    head: (key) => bucket.head(key),
    list: () => bucket.list(),
    delete: (key) => bucket.delete(key),
    async createMultipartUpload(key) {
      const upload = await bucket.createMultipartUpload(key);
      open.multipart++;
      return {
        uploadPart: (number, value) => upload.uploadPart(number, value),
        complete: (parts) => upload.complete(parts).finally(() => open.multipart--),
        abort: () => upload.abort().finally(() => open.multipart--),
      };
    },
  };
}

class R2UploadHandler extends FileUploadHandler {
  #draft: Draft | undefined;
  #key = "";

  get #storage(): R2Storage {
    return new R2Storage(counted(((this.request as HttpRequest).env as { BUCKET: Bucket }).BUCKET));
  }

  override async newFile(...args: Parameters<FileUploadHandler["newFile"]>): Promise<void> {
    super.newFile(...args);
    this.#key = `upload-${objects++}`;
    this.#draft = await this.#storage.create(this.#key);
  }

  override receiveDataChunk(data: Uint8Array): Promise<void> | undefined {
    return this.#draft?.write(data);
  }

  override async fileComplete(size: number): Promise<UploadedFile> {
    await this.#draft?.end();
    await this.#draft?.keep();
    this.#draft = undefined;
    open.objects++;
    const storage = this.#storage;
    const key = this.#key;
    const read = async (start: number, end: number): Promise<Uint8Array> => {
      const part = (await (await storage.open(key))?.slice?.(start, end)) as { body: ReadableStream };
      return new Uint8Array(await new Response(part.body).arrayBuffer());
    };
    const remove = async (): Promise<void> => {
      await storage.delete(key);
      open.objects--;
    };
    const close = (): void => (this.request as HttpRequest).waitUntil(remove());
    return new UploadedFile({ read, close }, this.fileName, this.contentType, size);
  }

  override async uploadInterrupted(): Promise<void> {
    await this.#draft?.close();
    this.#draft = undefined;
  }
}

/** How many timers are running, where the runtime can tell. */
function timers(): number {
  const { process } = globalThis as { process?: { getActiveResourcesInfo?(): string[] } };
  try {
    return process?.getActiveResourcesInfo?.().filter((name) => name === "Timeout").length ?? 0;
  } catch {
    return 0;
  }
}

async function* lines(count: number): AsyncGenerator<string> {
  open.streams++;
  try {
    for (let i = 0; i < count; i++) {
      yield `line ${i} ${"x".repeat(200)}\n`;
      if (i % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
  } finally {
    open.streams--;
  }
}

const urlpatterns = [
  path("json/<int:n>/", (request, { n }) => {
    const response = new JsonResponse({
      n,
      q: request.GET.getlist("q"),
      agent: request.headers.get("user-agent"),
      who: request.COOKIES.who,
    });
    response.setCookie("seen", String(n), { maxAge: 60 });
    return response;
  }),
  path("form/", async (request) => {
    await request.session.set("visits", ((await request.session.get("visits", 0)) as number) + 1);
    return new JsonResponse({
      fields: Object.fromEntries((await request.POST).lists()),
      visits: await request.session.get("visits"),
    });
  }),
  path("upload/", async (request) => {
    const file = (await request.FILES).get("file");
    let sum = 0;
    for await (const chunk of file?.chunks(2 ** 20) ?? []) sum += chunk[0] as number;
    return new JsonResponse({ size: file?.size, name: file?.name, sum });
  }),
  path("stream/<int:count>/", (_, { count }) => new StreamingHttpResponse(lines(count))),
  path("events/", () => new EventStreamResponse(lines(1_000_000))),
  path("open/", () => {
    return new JsonResponse({ ...open, timers: timers() });
  }),
];

export const app = getFetchApplication({
  urlconf: urlpatterns,
  middleware: [SessionMiddleware],
  settings: (env: { BUCKET?: Bucket }) => ({
    ALLOWED_HOSTS: ["*"],
    SECRET_KEY: "a key",
    ...(env?.BUCKET ? { FILE_UPLOAD_HANDLERS: [R2UploadHandler] } : {}),
    LOGGER: { debug() {}, info() {}, warn() {}, error() {} },
  }),
});
