import { escapeUriPath, iriToUri } from "../../src/utils.ts";
import data from "./iri.json" with { type: "json" };
import { vectors } from "./run/vectors.ts";

vectors(data, {
  iriToUri: (input: { value: string }) => iriToUri(input.value),
  escapeUriPath: (input: { value: string }) => escapeUriPath(input.value),
});
