/** What takes bodies in and sends them out: `/case/candidate?bytes=…` answers with the number of bytes, or with those bytes. */

import { asFetch, HttpResponse } from "djedge";
import { djedge as parseMultipart } from "./parsers.mjs";
import { sources } from "./streaming.mjs";

/** By hand: the stream, read to its end. */
async function drain(request) {
  const reader = request.body.getReader();
  let bytes = 0;
  for (let { value } = await reader.read(); value; { value } = await reader.read()) bytes += value.byteLength;
  return new Response(String(bytes));
}

const down = Object.fromEntries(
  Object.entries(sources["async, 16 KB"]).map(([candidate, respond]) => [
    candidate,
    (request) => respond(Number(new URL(request.url).searchParams.get("bytes"))),
  ]),
);

const uploads = {
  read: asFetch(async (request) => {
    let bytes = 0;
    for (let chunk = await request.read(65_536); chunk.length; chunk = await request.read(65_536)) bytes += chunk.length;
    return new HttpResponse(String(bytes));
  }),
  lines: asFetch(async (request) => {
    let bytes = 0;
    for await (const line of request) bytes += line.length;
    return new HttpResponse(String(bytes));
  }),
  async multipart(request) {
    const [, , bytes] = await parseMultipart(request);
    return new Response(String(bytes));
  },
};

const routes = {
  up: { "hand-written": drain, djedge: uploads.read },
  down,
  lines: { "hand-written": drain, djedge: uploads.lines },
  multipart: { "hand-written": drain, djedge: uploads.multipart },
};

export function fetch(request, ...rest) {
  const [, name, candidate] = new URL(request.url).pathname.split("/");
  return routes[name][candidate](request, ...rest);
}
