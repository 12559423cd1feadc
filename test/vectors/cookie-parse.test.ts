import { HttpRequest, parseCookie } from "../../src/index.ts";
import data from "./cookie-parse.json" with { type: "json" };
import { makeRequest } from "./run/requests.ts";
import { vectors } from "./run/vectors.ts";

vectors(data, {
  parse: (input: { header: string }) => parseCookie(input.header),
  request: (input: { header: string }) => HttpRequest.fromRequest(makeRequest({ headers: [["cookie", input.header]] })).COOKIES,
});
