import { HttpRequest, HttpResponse, type Settings } from "../../src/index.ts";
import { options } from "./run/requests.ts";
import { under, vectors } from "./run/vectors.ts";
import data from "./signed-cookie.json" with { type: "json" };

interface Input {
  key: string;
  options?: object;
  settings?: Partial<Settings>;
}

vectors(data, {
  set: under((input: Input & { value: string }) => {
    const response = new HttpResponse();
    response.setSignedCookie(input.key, input.value, options(input.options));
    return [response.cookies.get(input.key)?.value, response.toResponse().headers.getSetCookie()[0]];
  }),
  get: under((input: Input & { cookies: Record<string, string> }) => {
    const request = new HttpRequest();
    Object.assign(request.COOKIES, input.cookies);
    return request.getSignedCookie(input.key, options(input.options));
  }),
});
