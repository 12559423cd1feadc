import { httpDate, parseHttpDate } from "../../src/utils.ts";
import data from "./dates.json" with { type: "json" };
import { vectors } from "./run/vectors.ts";

vectors(data, {
  format: (input: { value: number | null }) => (input.value === null ? httpDate() : httpDate(input.value)),
  parse: (input: { value: string }) => parseHttpDate(input.value),
});
