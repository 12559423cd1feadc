/** An application that counts what it has begun, so that it shows what did not end. */

import { EventStreamResponse } from "../../../src/http/eventstream.ts";
import {
  getFetchApplication,
  type HttpRequest,
  HttpResponse,
  JsonResponse,
  StreamingHttpResponse,
  type View,
} from "../../../src/index.workerd.ts";
import { SessionMiddleware } from "../../../src/middleware.ts";
import "../../../src/uploads.ts";
import { path } from "../../../src/urls.ts";

/** Views and streams that have begun and not ended, by name. */
const open: Record<string, number> = {};
let aborted = 0;

async function pause(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function counted(name: string, view: View): View {
  return async (request, kwargs) => {
    open[name] = (open[name] ?? 0) + 1;
    try {
      return await view(request, kwargs);
    } finally {
      open[name]--;
    }
  };
}

async function* ticks(name: string): AsyncGenerator<string> {
  open[name] = (open[name] ?? 0) + 1;
  try {
    for (let i = 0; ; i++) {
      yield `<tick ${i}>`;
      await pause(5);
    }
  } finally {
    open[name]--;
  }
}

/** A store of sessions that does what the key says. */
const memory = new Map<string, string>();
const hanging: (() => void)[] = [];
const SESSION_STORE = {
  async get(key: string): Promise<string | undefined> {
    if (key.startsWith("slow")) await pause(200);
    if (key.startsWith("fail")) throw new Error("secret: the store is down");
    if (key.startsWith("hang")) await new Promise<void>((resolve) => hanging.push(resolve));
    return memory.get(key);
  },
  async set(key: string, value: string): Promise<void> {
    memory.set(key, value);
  },
  async delete(key: string): Promise<void> {
    memory.delete(key);
  },
};

async function who(request: HttpRequest): Promise<unknown> {
  const form = await request.POST;
  const file = (await request.FILES).get("file");
  const text = new TextDecoder().decode(await file?.read());
  await request.session.set("visits", ((await request.session.get("visits", 0)) as number) + 1);
  return [request.GET.get("who"), request.COOKIES.who, form.get("who"), file?.name, text, await request.session.get("visits")];
}

const urlpatterns = [
  path("number/<int:n>/", (_, { n }) => new HttpResponse(`<number ${n}>`)),
  path(
    "echo/",
    counted("echo", async (request) => {
      const body = await request.body;
      return new HttpResponse(`<${body.length} bytes: ${new TextDecoder().decode(body.subarray(0, 20))}>`);
    }),
  ),
  path(
    "form/",
    counted("form", async (request) => new JsonResponse(await who(request), { safe: false })),
  ),
  path(
    "wait/",
    counted("wait", async (request) => {
      request.signal.addEventListener("abort", () => aborted++);
      await pause(300);
      return new HttpResponse("<waited>");
    }),
  ),
  path("ticks/", () => new StreamingHttpResponse(ticks("ticks"))),
  path("events/", () => new EventStreamResponse(ticks("events"), { heartbeat: 1 })),
  path("session/", async (request) => new HttpResponse(`<session ${await request.session.get("visits", 0)}>`)),
  path("release/", () => {
    for (const resolve of hanging.splice(0)) resolve();
    return new HttpResponse("released");
  }),
  path("open/", () => new JsonResponse({ open, aborted })),
];

export const app = getFetchApplication({
  urlconf: urlpatterns,
  middleware: [SessionMiddleware],
  settings: {
    ALLOWED_HOSTS: ["*"],
    SECRET_KEY: "a key",
    SESSION_STORE,
    // What is as large as the uploads of these tests goes to the disk, where there is one.
    FILE_UPLOAD_MAX_MEMORY_SIZE: 20_000,
    LOGGER: { debug() {}, info() {}, warn() {}, error() {} },
  },
});
