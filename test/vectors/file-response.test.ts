import { FileResponse } from "../../src/index.ts";
import data from "./file-response.json" with { type: "json" };
import { streamOf } from "./run/requests.ts";
import { vectors } from "./run/vectors.ts";

interface File {
  name?: string;
  data: Uint8Array<ArrayBuffer>;
}

function fileLike({
  name,
  data,
}: File): Uint8Array<ArrayBuffer> | { name: string; size: number; stream(): ReadableStream<Uint8Array> } {
  return name === undefined ? data : { name, size: data.length, stream: () => streamOf(data.length ? [data] : []) };
}

vectors(data, {
  file: async (input: { file: File; options: object }) => {
    const response = new FileResponse(fileLike(input.file), { ...input.options });
    const headers = new Map(response.headers);
    return [response.statusCode, headers, await response.toResponse().arrayBuffer()];
  },
  types: (input: { name: string; options: object }) =>
    new FileResponse(fileLike({ name: input.name, data: new Uint8Array(0) }), { ...input.options }).getItem("Content-Type"),
});
