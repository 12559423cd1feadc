import { HttpRequest, MediaType } from "../../src/index.ts";
import data from "./accept.json" with { type: "json" };
import { makeRequest } from "./run/requests.ts";
import { vectors } from "./run/vectors.ts";

const line = (type: MediaType | undefined): string | null => (type ? String(type) : null);

vectors(data, {
  accept: (input: { accept: string | null; query: string[]; prefer: string[][] }) => {
    const request = HttpRequest.fromRequest(makeRequest({ headers: input.accept === null ? [] : [["accept", input.accept]] }));
    return {
      types: request.acceptedTypes.map(line),
      precedence: request.acceptedTypesByPrecedence.map(line),
      accepts: input.query.map((type) => request.accepts(type)),
      accepted: input.query.map((type) => line(request.acceptedType(type))),
      preferred: input.prefer.map((types) => request.getPreferredType(types)),
    };
  },
  mediatype: (input: { line: string }) => {
    const type = new MediaType(input.line);
    return {
      main: type.mainType,
      sub: type.subType,
      params: { ...type.params },
      quality: type.quality || 0, // no -0
      specificity: type.specificity,
      str: String(type),
    };
  },
  match: (input: { a: string; b: string }) => new MediaType(input.a).match(input.b),
});
