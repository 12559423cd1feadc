import { HttpResponse } from "../../src/index.ts";
import { options } from "./run/requests.ts";
import { vectors } from "./run/vectors.ts";
import data from "./set-cookie.json" with { type: "json" };

type Step = [op: "set" | "delete", key: string, ...rest: unknown[]];

vectors(data, {
  cookies: ({ ops }: { ops: Step[] }) => {
    const response = new HttpResponse();
    for (const [op, key, ...rest] of ops) {
      if (op === "delete") rest.length ? response.deleteCookie(key, options(rest[0] as object)) : response.deleteCookie(key);
      else if (rest.length === 0) response.setCookie(key);
      else if (rest.length === 1) response.setCookie(key, rest[0] as string);
      else response.setCookie(key, rest[0] as string, options(rest[1] as object));
    }
    return response.toResponse().headers.getSetCookie();
  },
  morsel: ({ value }: { value: string }) => {
    const response = new HttpResponse();
    response.setCookie("k", value);
    const morsel = response.cookies.get("k");
    return [morsel?.value, morsel?.codedValue, morsel?.outputString()];
  },
});
