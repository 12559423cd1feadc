import { HttpRequest } from "../../src/index.ts";
import { parseHeaderParameters } from "../../src/utils.ts";
import data from "./content-type.json" with { type: "json" };
import { makeRequest } from "./run/requests.ts";
import { vectors } from "./run/vectors.ts";

vectors(data, {
  parse: (input: { line: string }) => parseHeaderParameters(input.line),
  request: (input: { header: string | null }) => {
    const headers: [string, string][] = input.header === null ? [] : [["content-type", input.header]];
    const request = HttpRequest.fromRequest(makeRequest({ method: "POST", headers }));
    return { type: request.contentType, params: request.contentParams, encoding: request.encoding };
  },
});
