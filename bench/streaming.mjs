/** Responses that stream: 256 MB, made chunk by chunk. In process they are read as fast as they come. */

import { StreamingHttpResponse } from "djedge";

const MB = 2 ** 20;
const init = { headers: { "content-type": "application/octet-stream" } };

/** Chunks are the same bytes, so that making them costs nothing. */
const chunkOf = (size) => new Uint8Array(size).fill(120);

async function* asyncChunks(size, total) {
  const chunk = chunkOf(size);
  for (let sent = 0; sent < total; sent += size) yield chunk;
}

function* syncChunks(size, total) {
  const chunk = chunkOf(size);
  for (let sent = 0; sent < total; sent += size) yield chunk;
}

/** What one writes by hand: a chunk for each pull. */
function pullSource(iterator) {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await iterator.return();
    },
  });
}

/** case → candidate → a Response; the first is what the others are relative to. */
const streams = (chunks, size) => ({
  "hand-written": (total) => new Response(pullSource(chunks(size, total)), init),
  djedge: (total) => new StreamingHttpResponse(chunks(size, total), { contentType: "application/octet-stream" }).toResponse(),
  "ReadableStream.from": (total) => new Response(ReadableStream.from(chunks(size, total)), init),
});

export const sources = {
  "async, 16 KB": streams(asyncChunks, 16 * 1024),
  "async, 1 KB": streams(asyncChunks, 1024),
  "sync, 1 KB": streams(syncChunks, 1024),
};

async function drain(response) {
  const reader = response.body.getReader();
  let bytes = 0;
  for (let { value } = await reader.read(); value; { value } = await reader.read()) bytes += value.byteLength;
  return bytes;
}

export const cases = Object.fromEntries(
  Object.entries(sources).map(([name, candidates]) => [
    name,
    async () => {
      const works = {};
      for (const [candidate, respond] of Object.entries(candidates)) {
        if ((await drain(respond(MB))) !== MB) throw new Error(`${candidate} does not stream what it should in ${name}`);
        works[candidate] = { work: () => drain(respond(256 * MB)) };
      }
      return { batch: 1, rounds: 7, warmup: 1, works };
    },
  ]),
);
