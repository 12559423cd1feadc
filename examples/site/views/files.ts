/**
 * Uploads and downloads.
 */

import { FileResponse, type FileSource, Http404, type HttpRequest, HttpResponse, HttpResponseRedirect } from "djedge";
import { requireHttpMethods, requirePOST, requireSafe } from "djedge/decorators";
import { reverse } from "djedge/urls";
import { html, type SafeString } from "../html.ts";
import { csrfInput, page, script } from "../layout.ts";
import { storage } from "../storage.ts";
import type { StoredUpload } from "../uploads.ts";
import { pause } from "./streams.ts";

const IMAGE = /\.(?:png|jpe?g|gif|webp|avif)$/i;
const VIDEO = /\.(?:mp4|webm)$/i;
const AUDIO = /\.(?:mp3|m4a|ogg|opus|wav)$/i;

/** `GET` and `POST /files/` */
export const files = requireHttpMethods(["GET", "HEAD", "POST"])(async (request: HttpRequest) => {
  if (request.method === "POST") {
    // They are in the storage already: see StorageUploadHandler.
    for (const file of (await request.FILES).getlist("files")) await (file as StoredUpload).keep();
    return new HttpResponseRedirect(reverse("files"));
  }
  const stored = await storage(request).list();
  const content = html`<p class="lead">Files go into the storage while they arrive, an R2 bucket or a folder, and come back in ranges: a download resumes, a video seeks.</p>
<form class="stack" method="post" enctype="multipart/form-data" data-progress>${csrfInput(request)}
<label>Files to upload <input type="file" name="files" multiple required></label>
<progress hidden max="1" aria-label="Sent"></progress>
<p class="buttons"><button>Upload</button><span role="status"></span></p>
</form>
<h2>Stored</h2>
${stored.length === 0 && html`<p class="meta">Nothing yet. Try several at once, and an image.</p>`}
<ul class="cards">${stored.map(({ name, size }) => {
    const url = reverse("file", { kwargs: { name } });
    return html`<li>${preview(name, url)}<a href="${url}">${name}</a><p class="meta">${size.toLocaleString("en")} bytes</p>
<form method="post" action="${reverse("delete_file", { kwargs: { name } })}">${csrfInput(request)}<button class="quiet small" aria-label="Delete ${name}">Delete</button></form></li>\n`;
  })}</ul>
${script("upload.js")}`;
  return new HttpResponse(page(request, "Files", content));
});

function preview(name: string, url: string): SafeString | undefined {
  if (IMAGE.test(name)) return html`<img class="thumb" src="${url}" alt="" loading="lazy">`;
  if (VIDEO.test(name)) return html`<video class="thumb" src="${url}" controls preload="metadata" aria-label="${name}"></video>`;
  if (AUDIO.test(name)) return html`<audio class="thumb" src="${url}" controls preload="metadata" aria-label="${name}"></audio>`;
  return undefined;
}

/** `GET /files/<str:name>` */
export const file = requireSafe(async (request: HttpRequest, { name }: { name: string }) => {
  const found = await storage(request).open(name);
  if (!found) throw new Http404(`No file is named ${name}`);
  // What strangers uploaded is shown only as an image, a film or a sound; all else is a download.
  const asAttachment = ![IMAGE, VIDEO, AUDIO].some((pattern) => pattern.test(name));
  return new FileResponse(found, { asAttachment, headers: { ETag: found.etag } });
});

/** `POST /files/<str:name>/delete/` */
export const deleteFile = requirePOST(async (request: HttpRequest, { name }: { name: string }) => {
  await storage(request).delete(name);
  return new HttpResponseRedirect(reverse("files"));
});

const LINE = 16; // bytes, with the line break
const LINES = 2 ** 19;
const CHUNK = 2 ** 16;

/** `GET /download/` */
export const download = requireSafe((request: HttpRequest) => {
  const url = reverse("numbers");
  const content = html`<p class="lead">Eight megabytes of numbers, sent slowly. Pause the download, and resume it: what is missing is asked for as a range.</p>
<div class="card" data-download="${url}">
<p class="buttons"><button>Start</button><button class="quiet" disabled>Pause</button><a class="button" download="numbers.txt" hidden>Save numbers.txt</a></p>
<progress value="0" max="1" aria-label="Received"></progress>
<p role="status" class="meta">Nothing received yet.</p>
</div>
<h2>Elsewhere</h2>
<p>Any client that knows ranges does the same; break this off, and type it again:</p>
<pre tabindex="0" aria-label="Command"><code>curl -O -C - ${request.buildAbsoluteUri(url)}</code></pre>
<p><a href="${url}" download>Or let the browser download it</a>.</p>
${script("download.js")}`;
  return new HttpResponse(page(request, "Download", content));
});

/** `GET /download/numbers.txt`: a file that is nowhere, so any part of it can be made when it is asked for. */
export const numbers = requireSafe((request: HttpRequest) => {
  async function* slice(start: number, end: number): AsyncGenerator<string> {
    for (let at = start; at < end && !request.signal.aborted; at += CHUNK) {
      yield numberedLines(at, Math.min(at + CHUNK, end));
      await pause(25, request.signal);
    }
  }
  const size = LINES * LINE;
  const source: FileSource = { name: "numbers.txt", size, stream: () => slice(0, size), slice };
  return new FileResponse(source, { asAttachment: true, headers: { ETag: '"numbers"' } });
});

function numberedLines(start: number, end: number): string {
  let text = "";
  for (let line = Math.floor(start / LINE); line * LINE < end; line++) text += `${String(line).padStart(LINE - 1)}\n`;
  return text.slice(start % LINE, (start % LINE) + end - start);
}
