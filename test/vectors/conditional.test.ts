import { condition, etag, lastModified } from "../../src/decorators.ts";
import { HttpResponse, StreamingHttpResponse } from "../../src/index.ts";
import { ConditionalGetMiddleware } from "../../src/middleware.ts";
import data from "./conditional.json" with { type: "json" };
import { type FormInput, formRequest, shown, type TestView, through } from "./run/requests.ts";
import { under, vectors } from "./run/vectors.ts";

interface Answer {
  status?: number;
  content?: string;
  streaming?: boolean;
  headers?: [string, string][];
}

interface Input {
  request: FormInput & { headers: [string, string][] };
  response: Answer;
}

function answer({ status = 200, content = "hello", streaming, headers = [] }: Answer): HttpResponse | StreamingHttpResponse {
  const response = streaming ? new StreamingHttpResponse([content], { status }) : new HttpResponse(content, { status });
  for (const [name, value] of headers) response.set(name, value);
  return response;
}

vectors(data, {
  middleware: under(async (input: Input) => {
    const options = { view: () => answer(input.response), middleware: [ConditionalGetMiddleware] };
    const send = (method: string | undefined, headers: [string, string][]): Promise<Response> =>
      through(formRequest({ ...input.request, headers, ...(method && { method }) }), options);
    // "$self" stands for the ETag that the middleware made in an answer before.
    const asksForOwn = input.request.headers.some(([, value]) => value.includes("$self"));
    const own = (asksForOwn && (await send("GET", [])).headers.get("etag")) || '"none"';
    const response = await send(
      input.request.method,
      input.request.headers.map(([name, value]) => [name, value.replace("$self", own)]),
    );
    const [status, headers] = shown(response, ["ETag", "Last-Modified", "Vary", "X-A", "Cache-Control", "Content-Type"]);
    const given = (input.response.headers ?? []).some(([name]) => name.toLowerCase() === "etag");
    if (!given && headers.etag && /^"[^"]+"$/.test(headers.etag)) headers.etag = "generated";
    return [status, headers, (await response.arrayBuffer()).byteLength === 0];
  }),
  decorator: under(async (input: Input & { by: string; etag: string | null; lastModified: number | null }) => {
    let ran = false;
    const view: TestView = () => {
      ran = true;
      return answer(input.response);
    };
    const etagFunc = (): string | undefined => input.etag ?? undefined;
    const lastModifiedFunc = (): Date | undefined =>
      input.lastModified === null ? undefined : new Date(input.lastModified * 1000);
    const decorators: Record<string, (view: TestView) => TestView> = {
      etag: etag(etagFunc),
      lastModified: lastModified(lastModifiedFunc),
      condition: condition({ etagFunc, lastModifiedFunc }),
      etagOnly: condition({ etagFunc }),
      lastModifiedOnly: condition({ lastModifiedFunc }),
    };
    const decorated = decorators[input.by]?.(view) ?? view;
    const response = await through(formRequest(input.request), { view: decorated, middleware: [] });
    return [...shown(response, ["ETag", "Last-Modified"]), ran];
  }),
});
