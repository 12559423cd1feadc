import {
  cacheControl,
  gzipPage,
  neverCache,
  requireGET,
  requireHttpMethods,
  requirePOST,
  requireSafe,
  varyOnCookie,
  varyOnHeaders,
} from "../../src/decorators.ts";
import { HttpResponse } from "../../src/index.ts";
import data from "./decorators.json" with { type: "json" };
import { formRequest, shown, type TestView, through } from "./run/requests.ts";
import { under, vectors } from "./run/vectors.ts";

const plain = { gzipPage, neverCache, requireGET, requirePOST, requireSafe, varyOnCookie };

interface Input {
  method: string;
  requestHeaders?: [string, string][];
  by: [name: string, argument?: unknown][];
  content?: string;
  status?: number;
  headers: [string, string][];
}

function decorate(view: TestView, [name, argument]: Input["by"][number]): TestView {
  if (name === "cacheControl") return cacheControl(Object.fromEntries(argument as [string, never][]))(view);
  if (name === "varyOnHeaders") return varyOnHeaders(...(argument as string[]))(view);
  if (name === "requireHttpMethods") return requireHttpMethods(argument as string[])(view);
  return plain[name as keyof typeof plain](view);
}

vectors(data, {
  view: under(async (input: Input) => {
    let ran = false;
    const view: TestView = () => {
      ran = true;
      const response = new HttpResponse(input.content ?? "ok", { status: input.status ?? 200 });
      for (const [name, value] of input.headers) response.set(name, value);
      return response;
    };
    const request = formRequest({ method: input.method, url: "http://testserver/", headers: input.requestHeaders ?? [] });
    const response = await through(request, { view: [...input.by].reverse().reduce(decorate, view), middleware: [] });
    return [...shown(response, ["Allow", "Vary", "Cache-Control", "Expires", "Content-Encoding"]), ran];
  }),
});
