import { HttpRequest } from "../../src/index.ts";
import data from "./host.json" with { type: "json" };
import { attempt, makeRequest } from "./run/requests.ts";
import { vectors, withSettings } from "./run/vectors.ts";

vectors(data, {
  host: withSettings(async (input: { scheme: string; meta: Record<string, string | null>; settings?: object }) => {
    const request = HttpRequest.fromRequest(makeRequest({ url: `${input.scheme}://testserver/` }));
    for (const [key, value] of Object.entries(input.meta)) {
      if (value === null) delete request.META[key];
      else request.META[key] = value;
    }
    return { host: await attempt(() => request.getHost()), port: await attempt(() => request.getPort()) };
  }),
  fromurl: withSettings((input: { url: string; settings?: object }) => {
    const request = HttpRequest.fromRequest(makeRequest({ url: input.url }));
    return [request.getHost(), request.getPort(), request.scheme, request.isSecure()];
  }),
});
