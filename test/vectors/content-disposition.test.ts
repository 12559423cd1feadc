import { contentDispositionHeader } from "../../src/utils.ts";
import data from "./content-disposition.json" with { type: "json" };
import { vectors } from "./run/vectors.ts";

vectors(data, {
  header: (input: { asAttachment: boolean; filename: string }) => contentDispositionHeader(input.asAttachment, input.filename),
});
