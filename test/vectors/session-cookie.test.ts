import { HttpResponse, type Settings } from "../../src/index.ts";
import { SessionMiddleware } from "../../src/middleware.ts";
import { loads } from "../../src/signing.ts";
import { formRequest, type TestView, through } from "./run/requests.ts";
import { under, vectors } from "./run/vectors.ts";
import data from "./session-cookie.json" with { type: "json" };

interface Input {
  cookie: string | null;
  ops: [op: "get" | "has" | "set" | "delete" | "flush" | "clear" | "setExpiry", ...args: unknown[]][];
  status?: number;
  settings?: Partial<Settings>;
}

const salt = "django.contrib.sessions.backends.signed_cookies";

vectors(data, {
  visit: under(async (input: Input) => {
    const name = input.settings?.SESSION_COOKIE_NAME ?? "sessionid";
    const results: unknown[] = [];
    const view: TestView = async (request) => {
      const { session } = request;
      for (const [op, ...args] of input.ops) {
        // Deleting an absent key is a KeyError in Django.
        if (op === "delete" && !(await session.has(String(args[0])))) throw new Error("KeyError");
        const result = await (session[op] as (...args: unknown[]) => unknown).apply(session, args);
        if (op === "get" || op === "has") results.push(result ?? null);
      }
      return new HttpResponse("x", { status: input.status ?? 200 });
    };
    const request = formRequest({
      url: "http://testserver/",
      headers: input.cookie === null ? [] : [["cookie", `${name}=${input.cookie}`]],
    });
    const response = await through(request, { view, middleware: [SessionMiddleware] });

    const shown = { results, vary: response.headers.get("vary"), status: response.status };
    const line = response.headers.getSetCookie().find((cookie) => cookie.startsWith(`${name}=`));
    if (!line) return { ...shown, cookie: "-" };
    const sent = /^[^=]+=("?)([^;"]*)\1/.exec(line)?.[2];
    if (!sent) return { ...shown, cookie: line };
    const compressed = sent.startsWith(".");
    const raw = compressed ? {} : { raw: sent };
    return { ...shown, cookie: line.replace(sent, "*"), session: loads(sent, { salt }), compressed, ...raw };
  }),
});
