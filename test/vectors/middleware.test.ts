import { HttpResponse, type HttpResponseBase, type Settings, StreamingHttpResponse } from "../../src/index.ts";
import { CommonMiddleware, GZipMiddleware, SecurityMiddleware, XFrameOptionsMiddleware } from "../../src/middleware.ts";
import { path } from "../../src/urls.ts";
import data from "./middleware.json" with { type: "json" };
import { type FormInput, formRequest, shown, type Text, text, through } from "./run/requests.ts";
import { type Adapter, under, vectors } from "./run/vectors.ts";

interface Input {
  request: FormInput;
  response?: { content?: Text; streaming?: boolean; status?: number; headers?: [string, string][]; encoded?: boolean };
  routes?: string[];
  settings?: Partial<Settings>;
}

type Middleware = typeof CommonMiddleware | typeof GZipMiddleware | typeof SecurityMiddleware | typeof XFrameOptionsMiddleware;

const policy = [
  "Strict-Transport-Security",
  "X-Content-Type-Options",
  "Referrer-Policy",
  "Cross-Origin-Opener-Policy",
  "Location",
  "X-Frame-Options",
];

function answer({ content = "ok", streaming, status = 200, headers = [] }: NonNullable<Input["response"]>): HttpResponseBase {
  const body = text(content);
  const half = Math.floor(body.length / 2);
  const response = streaming ? new StreamingHttpResponse([body.slice(0, half), body.slice(half)]) : new HttpResponse(body);
  response.statusCode = status;
  for (const [name, value] of headers) response.set(name, value);
  return response;
}

/** Patterns are text in JSON. */
function withPatterns(settings: Partial<Settings> = {}): Partial<Settings> {
  const result: Record<string, unknown> = { ...settings };
  for (const name of ["DISALLOWED_USER_AGENTS", "SECURE_REDIRECT_EXEMPT"]) {
    if (result[name]) result[name] = (result[name] as string[]).map((pattern) => new RegExp(pattern));
  }
  return result;
}

function send(middleware: Middleware, show: (response: Response, input: Input) => unknown): Adapter {
  const adapter = under(async (input: Input) => {
    const view = (): HttpResponseBase => answer(input.response ?? {});
    const site = input.routes ? { urlconf: input.routes.map((route) => path(route, view)) } : { view };
    return show(await through(formRequest(input.request), { ...site, middleware: [middleware] }), input);
  });
  return (input: Input, context) => adapter({ ...input, settings: withPatterns(input.settings) } as never, context);
}

vectors(data, {
  security: send(SecurityMiddleware, (response) => shown(response, policy)),
  xframe: send(XFrameOptionsMiddleware, (response) => shown(response, policy)),
  common: send(CommonMiddleware, (response, input) => {
    const [status, headers] = shown(response, ["Location", "Content-Length"]);
    // The length of Django's own error pages is not compared.
    if (status >= 300 && status !== input.response?.status) delete headers["content-length"];
    return [status, headers];
  }),
  gzip: send(GZipMiddleware, async (response, input) => {
    const [status, headers] = shown(response, ["ETag", "Vary", "Content-Encoding", "X-A"]);
    const hasLength = response.headers.has("content-length");
    let body = new Blob([await response.arrayBuffer()]).stream();
    if (headers["content-encoding"] === "gzip" && !input.response?.encoded)
      body = body.pipeThrough(new DecompressionStream("gzip"));
    const received = await new Response(body).text();
    return [status, headers, hasLength, received === text(input.response?.content ?? "ok")];
  }),
});
