import { csrfExempt } from "../../src/decorators.ts";
import { HttpResponse, type Settings } from "../../src/index.ts";
import { CsrfViewMiddleware, getToken } from "../../src/middleware.ts";
import data from "./csrf.json" with { type: "json" };
import { type FormInput, formRequest, type TestView, through } from "./run/requests.ts";
import { type Adapter, under, vectors } from "./run/vectors.ts";

interface Input {
  request: FormInput;
  settings?: Partial<Settings>;
}

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/** Django's `_unmask_cipher_token`. */
function unmask(token: string): string {
  const at = (i: number): number => letters.indexOf(token.charAt(i));
  return Array.from({ length: 32 }, (_, i) => letters.charAt((at(i + 32) - at(i) + 62) % 62)).join("");
}

const ok: TestView = () => new HttpResponse("ok");
const send = (request: FormInput, view: TestView): Promise<Response> =>
  through(formRequest(request), { view, middleware: [CsrfViewMiddleware] });
const cookieLine = (response: Response, name: string): string | undefined =>
  response.headers.getSetCookie().find((line) => line.startsWith(`${name}=`));

const visit = (view: TestView): Adapter =>
  under(async (input: Input) => {
    const response = await send(input.request, view);
    const name = input.settings?.CSRF_COOKIE_NAME ?? "csrftoken";
    return [response.status, cookieLine(response, name) !== undefined, response.headers.get("vary")];
  });

vectors(data, {
  request: visit(ok),
  exempt: visit(csrfExempt(ok)),
  token: under(async (input: Input) => {
    let token = "";
    const response = await send(input.request, (request) => {
      token = getToken(request);
      return new HttpResponse("ok");
    });
    const line = cookieLine(response, "csrftoken");
    const secret = /=([^;]*)/.exec(line ?? "=")?.[1];
    const attribute = (name: string): string => new RegExp(`; ${name}=([^;]*)`, "i").exec(line ?? "")?.[1] ?? "";
    const maxAge = attribute("max-age");
    return [
      token.length,
      /^[0-9A-Za-z]+$/.test(token),
      unmask(token) === secret,
      line !== undefined,
      response.headers.get("vary"),
      attribute("samesite"),
      maxAge === "" ? "" : Number(maxAge),
    ];
  }),
  unmask: under(async (input: { token: string; settings?: Partial<Settings> }, { expect }) => {
    const secret = "value" in expect ? String(expect.value) : "";
    const body = `csrfmiddlewaretoken=${input.token}`;
    const request: FormInput = { method: "POST", url: "http://testserver/", headers: [["cookie", `csrftoken=${secret}`]], body };
    const { status } = await send(request, ok);
    return status === 200 ? secret : `refused with ${status}`;
  }),
});
