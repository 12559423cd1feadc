import { HttpRequest, type Settings } from "../../src/index.ts";
import data from "./paths.json" with { type: "json" };
import { lists, makeRequest } from "./run/requests.ts";
import { vectors, withSettings } from "./run/vectors.ts";

interface Input {
  url: string;
  scriptName?: string;
  settings?: Partial<Settings>;
}

const request = ({ url, scriptName }: Input): HttpRequest =>
  HttpRequest.fromRequest(makeRequest({ url }), scriptName ? { scriptName } : {});

vectors(data, {
  path: withSettings((input: Input) => {
    const own = request(input);
    return {
      path: own.path,
      pathInfo: own.pathInfo,
      full: own.getFullPath(),
      fullSlash: own.getFullPath(true),
      info: own.getFullPathInfo(),
      infoSlash: own.getFullPathInfo(true),
      abs: own.buildAbsoluteUri(),
      query: own.META.QUERY_STRING ?? "",
      scriptName: own.META.SCRIPT_NAME ?? "",
      GET: lists(own.GET),
    };
  }),
  absolute: withSettings((input: Input & { location: string | null }) =>
    input.location === null ? request(input).buildAbsoluteUri() : request(input).buildAbsoluteUri(input.location),
  ),
});
