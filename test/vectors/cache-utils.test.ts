import { HttpResponse } from "../../src/index.ts";
import { getMaxAge, patchCacheControl, patchResponseHeaders, patchVaryHeaders } from "../../src/utils.ts";
import data from "./cache-utils.json" with { type: "json" };
import { vectors } from "./run/vectors.ts";

interface Patch {
  header: string | null;
  kwargs: [string, never][];
}

function respond(name: string, value: string | null): HttpResponse {
  const response = new HttpResponse();
  if (value !== null) response.set(name, value);
  return response;
}

function cacheControl({ header, kwargs }: Patch): string {
  const response = respond("Cache-Control", header);
  patchCacheControl(response, Object.fromEntries(kwargs));
  return response.getItem("Cache-Control");
}

vectors(data, {
  cache_control: cacheControl,
  cache_control_set: (input: Patch) => cacheControl(input).split(", ").sort(),
  max_age: (input: { header: string | null }) => getMaxAge(respond("Cache-Control", input.header)),
  vary: (input: { header: string | null; names: string[] }) => {
    const response = respond("Vary", input.header);
    patchVaryHeaders(response, input.names);
    return response.getItem("Vary");
  },
  response_headers: (input: { headers: [string, string][]; timeout: number | null }) => {
    const response = new HttpResponse("", { headers: input.headers });
    if (input.timeout === null) patchResponseHeaders(response);
    else patchResponseHeaders(response, input.timeout);
    return Array.from(response.headers);
  },
});
