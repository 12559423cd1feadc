/**
 * The parsers of multipart forms: name → function of a Request that gives [fields, files, bytes of files].
 * Those made of `node:stream` are left out on workerd.
 */

import { parseMultipartRequest } from "@remix-run/multipart-parser";
import { HttpRequest } from "djedge";
import { FileUploadHandler } from "djedge/uploads";
import { make } from "multipasta";

/** Counts and keeps nothing. */
class CountingHandler extends FileUploadHandler {
  files = 0;
  bytes = 0;
  receiveDataChunk(chunk) {
    this.bytes += chunk.byteLength;
  }
  fileComplete() {
    this.files++;
  }
}

export async function djedge(native) {
  const request = HttpRequest.fromRequest(native);
  const handler = new CountingHandler();
  request.uploadHandlers = [handler];
  const { size } = await request.POST;
  return [size, handler.files, handler.bytes];
}

async function multipasta(request) {
  let fields = 0;
  let files = 0;
  let bytes = 0;
  let failure;
  const parser = make({
    headers: { "content-type": request.headers.get("content-type") },
    onField: () => fields++,
    onFile: () => {
      files++;
      return (chunk) => {
        if (chunk) bytes += chunk.byteLength;
      };
    },
    onError: (error) => {
      failure = error;
    },
    onDone: () => {},
  });
  await eachChunk(request, (chunk) => parser.write(chunk));
  parser.end();
  if (failure) throw new Error(JSON.stringify(failure));
  return [fields, files, bytes];
}

async function remix(request) {
  const max = Number.POSITIVE_INFINITY;
  let fields = 0;
  let files = 0;
  let bytes = 0;
  for await (const part of parseMultipartRequest(request, { maxFileSize: max, maxTotalSize: max })) {
    if (part.isFile) {
      files++;
      bytes += part.size;
    } else fields++;
  }
  return [fields, files, bytes];
}

async function formData(request) {
  let fields = 0;
  let files = 0;
  let bytes = 0;
  for (const [, value] of await request.formData()) {
    if (typeof value === "string") fields++;
    else {
      files++;
      bytes += value.size;
    }
  }
  return [fields, files, bytes];
}

async function parseMultipartData(request) {
  const { getBoundary, parse } = await import("parse-multipart-data");
  const body = Buffer.from(await request.arrayBuffer());
  const parts = parse(body, getBoundary(request.headers.get("content-type")));
  const files = parts.filter((part) => part.filename !== undefined);
  return [parts.length - files.length, files.length, files.reduce((sum, { data }) => sum + data.length, 0)];
}

/** busboy and its fork, which are streams of Node. */
function busboyOf(load) {
  let create;
  return async (request) => {
    create ??= await load();
    let fields = 0;
    let files = 0;
    let bytes = 0;
    const parser = create({ headers: { "content-type": request.headers.get("content-type") } });
    const done = new Promise((resolve, reject) => parser.on("finish", resolve).on("close", resolve).on("error", reject));
    parser.on("field", () => fields++);
    parser.on("file", (_name, file) => {
      files++;
      file.on("data", (chunk) => {
        bytes += chunk.length;
      });
    });
    await eachChunk(request, (chunk) => {
      if (parser.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))) return undefined;
      return new Promise((resolve) => parser.once("drain", resolve));
    });
    parser.end();
    await done;
    return [fields, files, bytes];
  };
}

async function drain(request) {
  let bytes = 0;
  await eachChunk(request, (chunk) => {
    bytes += chunk.byteLength;
  });
  return [0, 0, bytes];
}

async function eachChunk(request, use) {
  const reader = request.body.getReader();
  for (let { value } = await reader.read(); value; { value } = await reader.read()) {
    const waiting = use(value);
    if (waiting) await waiting;
  }
}

const onNode = {
  busboy: busboyOf(async () => (await import("busboy")).default),
  "@fastify/busboy": busboyOf(async () => {
    const { Busboy } = await import("@fastify/busboy");
    return (options) => new Busboy(options);
  }),
  "parse-multipart-data": parseMultipartData,
};

export const parsers = {
  multipasta,
  djedge,
  formData,
  "@remix-run": remix,
  ...(globalThis.navigator?.userAgent === "Cloudflare-Workers" ? {} : onNode),
  "drain only": drain,
};
