/** An application that is sent files. */

import { FileUploadHandler } from "../../../src/core/files/uploadhandler.ts";
import { getFetchApplication, type HttpRequest, HttpResponse, JsonResponse } from "../../../src/index.workerd.ts";
import "../../../src/uploads.ts";
import { path } from "../../../src/urls.ts";

const state = { begun: 0, waiting: 0, released: false, interrupted: 0 };

/** Takes files and keeps nothing of them but their size. */
class Counting extends FileUploadHandler {
  bytes = 0;

  override newFile(...args: Parameters<FileUploadHandler["newFile"]>): void {
    super.newFile(...args);
    state.begun++;
  }

  override receiveDataChunk(data: Uint8Array): void | Promise<void> {
    this.bytes += data.byteLength;
  }

  override fileComplete(): void {}

  override uploadInterrupted(): void {
    state.interrupted++;
  }
}

/** Waits at the first piece until somebody else asks for /release/. */
class Waiting extends Counting {
  override async receiveDataChunk(data: Uint8Array): Promise<void> {
    state.waiting = this.bytes += data.byteLength;
    while (!state.released) await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function received(request: HttpRequest, handler: Counting): Promise<HttpResponse> {
  request.uploadHandlers = [handler];
  await request.FILES;
  return new HttpResponse(String(handler.bytes));
}

async function drain(request: HttpRequest): Promise<HttpResponse> {
  let bytes = 0;
  const reader = request.stream?.getReader();
  for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) bytes += read.value.byteLength;
  return new HttpResponse(String(bytes));
}

async function hex(data: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", data as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function describe(request: HttpRequest): Promise<JsonResponse> {
  const fields = [...(await request.POST).lists()];
  const files = [...(await request.FILES).lists()].flatMap(([field, list]) => list.map((file) => ({ field, file })));
  const described = files.map(async ({ field, file }) => {
    const { name, contentType, size } = file;
    return { field, name, contentType, size, sha256: await hex(await file.read()) };
  });
  return new JsonResponse({ fields, files: await Promise.all(described) });
}

const urlpatterns = [
  path("count/", (request) => received(request, new Counting())),
  path("wait/", (request) => {
    state.waiting = 0;
    state.released = false;
    return received(request, new Waiting());
  }),
  path("release/", () => {
    state.released = true;
    return new HttpResponse("");
  }),
  path("state/", () => new JsonResponse(state)),
  path("drain/", drain),
  path("describe/", describe),
];

export const app = getFetchApplication({
  urlconf: urlpatterns,
  settings: { ALLOWED_HOSTS: ["*"], FILE_UPLOAD_TEMP_DIR: globalThis.process?.env.UPLOADS ?? null },
});
