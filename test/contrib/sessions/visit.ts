/** One visitor of an application with sessions. */

import { overrideSettings, type Settings, settings } from "../../../src/conf/index.ts";
import { getFetchApplication } from "../../../src/core/handlers/application.ts";
import type { Middleware, ViewResult } from "../../../src/core/handlers/types.ts";
import type { HttpRequest } from "../../../src/http/request.ts";
import { HttpResponse } from "../../../src/http/response.ts";
import { SessionMiddleware } from "../../../src/middleware.ts";
import { isPromise } from "../../../src/utils/promise.ts";

const silent = { debug(): void {}, info(): void {}, warn(): void {}, error(): void {} };

/** When the signatures of the vectors were made. */
export const NOW = 1_700_000_000_000;

// For the whole file: overrides must not run side by side, but visits do.
settings.configure({ SECRET_KEY: "oracle-secret-key", ALLOWED_HOSTS: ["*"], LOGGER: silent });

export interface Visit {
  response: Response;
  /** The whole line of the session's cookie. */
  line: string | undefined;
  /** What the visitor has as its session's cookie afterwards. */
  cookie: string | undefined;
}

/** Sends a request with this session cookie through `SessionMiddleware` to `view`, which may return nothing. */
export async function visit(
  cookie: string | undefined,
  // biome-ignore lint/suspicious/noConfusingVoidType: a view without a return statement is meant
  view: (request: HttpRequest) => ViewResult | void | Promise<ViewResult | void>,
  override: Partial<Settings> = {},
  options: { middleware?: Middleware[]; env?: unknown } = {},
): Promise<Visit> {
  const app = getFetchApplication({
    view: (request) => {
      const result = view(request);
      return isPromise(result)
        ? result.then((response) => response ?? new HttpResponse("ok"))
        : (result ?? new HttpResponse("ok"));
    },
    middleware: [SessionMiddleware, ...(options.middleware ?? [])],
  });
  const headers: Record<string, string> = cookie === undefined ? {} : { cookie: `sessionid=${cookie}` };
  const request = new Request("http://testserver/", { headers });
  const send = (): Promise<Response> => app.fetch(request, options.env ?? {});
  const response = await (Object.keys(override).length > 0 ? overrideSettings(override, send) : send());
  const line = response.headers.getSetCookie().find((text) => text.startsWith("sessionid="));
  const sent = line && /^sessionid=("?)([^;"]*)\1/.exec(line)?.[2];
  return { response, line, cookie: line === undefined ? cookie : sent || undefined };
}
