/** A proxy in front of the server at `x-origin`, and views that tell what a runtime says of a request. */

import { gzipPage } from "../../../src/decorators.ts";
import {
  asFetch,
  FileResponse,
  getFetchApplication,
  type HttpRequest,
  HttpResponse,
  JsonResponse,
  overrideSettings,
  StreamingHttpResponse,
} from "../../../src/index.workerd.ts";
import { SecurityMiddleware } from "../../../src/middleware.ts";
import { path, rePath } from "../../../src/urls.ts";

/** How often each thing happened. */
const counts: Record<string, number> = {};
const count = (name: string): void => {
  counts[name] = (counts[name] ?? 0) + 1;
};

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

/** Counts the abort of this request's signal under a name. */
function watch(request: HttpRequest, name: string): void {
  request.signal.addEventListener("abort", () => count(name));
}

/** The request as it came, to the server behind. */
function passOn(request: HttpRequest): Promise<Response> {
  const origin = request.headers.get("x-origin") ?? "";
  return fetch(new Request(origin + request.getFullPath(), request.toRequest()), { redirect: "manual" });
}

async function* pieces(end: number): AsyncGenerator<string> {
  for (let i = 0; i < end; i++) {
    yield `<piece ${i}>`;
    await pause(5);
  }
}

const urlpatterns = [
  path("signal/text/", (request) => {
    watch(request, "text");
    return new HttpResponse("<text>");
  }),
  path("signal/body/", async (request) => {
    watch(request, "body");
    return new HttpResponse(`<${(await request.body).byteLength} bytes>`);
  }),
  path("signal/stream/", (request) => {
    watch(request, "stream");
    return new StreamingHttpResponse(pieces(3));
  }),
  path("signal/sized/", (request) => {
    watch(request, "sized");
    return new StreamingHttpResponse(pieces(3), { headers: { "Content-Length": 27 } });
  }),
  path("signal/file/", (request) => {
    watch(request, "file");
    return new FileResponse(new Blob(["<file>"]));
  }),
  path("signal/proxied/", (request) => {
    watch(request, "proxied");
    return passOn(request);
  }),
  path("signal/plain/", (request) => {
    watch(request, "plain");
    return new Response("<plain>");
  }),
  path("signal/endless/", (request) => {
    watch(request, "endless");
    return new StreamingHttpResponse(pieces(100_000));
  }),
  path("signal/wait/", async (request) => {
    watch(request, "wait");
    count("waiting");
    for (let i = 0; i < 400 && !request.signal.aborted; i++) await pause(5);
    return new HttpResponse("<waited>");
  }),
  path("later/", (request) => {
    request.waitUntil(pause(20).then(() => count("later")));
    return new HttpResponse("<now>");
  }),
  path("counts/", () => new JsonResponse(counts)),
  path("meta/", ({ META, COOKIES }) => new JsonResponse({ META, COOKIES })),
  path("meta/<header>/", (request, { header }) =>
    overrideSettings({ REMOTE_ADDR_HEADER: header }, () => new JsonResponse({ META: request.META })),
  ),
  // Some runtimes take a slash in Host for the beginning of the path.
  rePath(/host\//, (request) => new HttpResponse(`<${request.getHost()}>`)),
  rePath(/^path\//, ({ path, META, GET }) => new JsonResponse({ path, query: META.QUERY_STRING, fields: [...GET] })),
  rePath(/^proxy\//, passOn),
  // As Workers change a header of what is immutable.
  rePath(/^remade\//, async (request) => {
    const response = await passOn(request);
    return new Response(response.body, response);
  }),
  rePath(/^gzipped\//, gzipPage(passOn)),
  rePath(/^replay\//, async (request) => {
    const title = (await request.POST).get("title") ?? "";
    const response = await passOn(request);
    return new HttpResponse(`<${title}> ${await response.text()}`);
  }),
];

const settings = { ALLOWED_HOSTS: ["*"] };
const site = getFetchApplication({ urlconf: urlpatterns, middleware: [SecurityMiddleware], settings });
/** The proxy without any middleware: the server's response goes out as it came. */
const bare = asFetch(passOn, { settings });

export const app = {
  fetch: (request: Request, ...rest: unknown[]): Promise<Response> =>
    (request.headers.has("x-bare") ? bare : site.fetch)(request, ...rest),
};
