/** An application that gets into trouble. */

import { getFetchApplication, HttpResponse, JsonResponse, StreamingHttpResponse } from "../../../src/index.workerd.ts";
import { path } from "../../../src/urls.ts";

let ended = 0;

async function pause(): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, 5);
  });
}

async function* pieces(count: number, error?: Error): AsyncGenerator<string> {
  for (let i = 0; i < count; i++) {
    yield `<piece ${i}>`;
    await pause();
  }
  if (error) throw error;
}

async function* ticks(): AsyncGenerator<string> {
  try {
    for (;;) {
      yield "<tick>";
      await pause();
    }
  } finally {
    ended++;
  }
}

async function* badEnd(): AsyncGenerator<string> {
  try {
    yield* pieces(2);
  } finally {
    // biome-ignore lint/correctness/noUnsafeFinally: that is the trouble
    throw new Error("secret: after");
  }
}

const urlpatterns = [
  path("before/", () => {
    throw new Error("secret: before");
  }),
  path("first/", () => new StreamingHttpResponse(pieces(0, new Error("secret: first")))),
  path("during/", () => new StreamingHttpResponse(pieces(3, new Error("secret: during")))),
  path(
    "at-once/",
    () =>
      new StreamingHttpResponse(
        (async function* () {
          yield "<piece 0>";
          yield "<piece 1>";
          throw new Error("secret: at once");
        })(),
      ),
  ),
  path("after/", () => new StreamingHttpResponse(badEnd())),
  path("closer/", () => {
    const response = new HttpResponse("<closed>");
    response.resourceClosers.push(() => {
      throw new Error("secret: closer");
    });
    return response;
  }),
  path("nothing/", (() => undefined) as never),
  path("number/<int:n>/", async (_, { n }) => {
    for (let i = 0; i < n % 4; i++) await pause();
    return n % 3 ? new HttpResponse(`<number ${n}>`) : new StreamingHttpResponse([`<number `, `${n}>`]);
  }),
  path("now/<int:n>/", (_, { n }) => new HttpResponse(`<number ${n}>`)),
  path("ticks/", () => new StreamingHttpResponse(ticks())),
  path("ended/", () => new JsonResponse({ ended })),
];

export const app = getFetchApplication({ urlconf: urlpatterns, settings: { ALLOWED_HOSTS: ["*"] } });
