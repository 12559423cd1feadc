/** Multipart forms, parsed from a stream of 64 KiB chunks; files are counted and thrown away, so that parsing is what is seen. */

import { parsers } from "./parsers.mjs";

export const boundary = "----WebKitFormBoundary7MA4YWxkTrZu0gW";
const contentType = `multipart/form-data; boundary=${boundary}`;
const MB = 2 ** 20;
const encoder = new TextEncoder();

/** A megabyte in which no byte is rare, and which is the same on every runtime. */
const megabyte = (() => {
  const bytes = new Uint8Array(MB);
  for (let i = 0, seed = 1; i < MB; i++) {
    seed = (Math.imul(seed, 1664525) + 1013904223) | 0;
    bytes[i] = seed >>> 24;
  }
  return bytes;
})();

const head = (name, filename) =>
  `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${filename ? `; filename="${filename}"` : ""}\r\n` +
  `${filename ? "Content-Type: application/octet-stream\r\n" : ""}\r\n`;

/** The pieces of a body of files, each of so many megabytes. */
export function* filePieces(files, megabytes) {
  for (let file = 0; file < files; file++) {
    yield encoder.encode(head(`file${file}`, `file${file}.bin`));
    for (let i = 0; i < megabytes; i++) yield megabyte;
    yield encoder.encode("\r\n");
  }
  yield encoder.encode(`--${boundary}--\r\n`);
}

function* fieldPieces(fields) {
  let text = "";
  for (let i = 0; i < fields; i++) text += `${head(`field${i}`)}value of field ${i}\r\n`;
  yield encoder.encode(`${text}--${boundary}--\r\n`);
}

/** What comes in, cut as a socket would; each chunk has a buffer of its own. */
export function streamOf(pieces, chunkSize = 64 * 1024) {
  let piece;
  let offset = 0;
  return new ReadableStream(
    {
      pull(controller) {
        if (!piece) {
          ({ value: piece } = pieces.next());
          offset = 0;
          if (!piece) return controller.close();
        }
        controller.enqueue(piece.slice(offset, offset + chunkSize));
        offset += chunkSize;
        if (offset >= piece.length) piece = undefined;
      },
    },
    { highWaterMark: 0 },
  );
}

export const requestOf = (pieces) =>
  new Request("http://localhost/", {
    method: "POST",
    headers: { "content-type": contentType },
    body: streamOf(pieces),
    duplex: "half",
  });

/** @param expected [fields, files, bytes of files] */
function parsing(pieces, expected, options, without = []) {
  return async () => {
    const works = {};
    for (const [name, parse] of Object.entries(parsers)) {
      if (without.includes(name)) continue;
      const found = await parse(requestOf(pieces()));
      if (name !== "drain only" && String(found) !== String(expected)) throw new Error(`${name} found ${found}, not ${expected}`);
      works[name] = { make: () => requestOf(pieces()), work: parse };
    }
    return { ...options, works };
  };
}

// It makes an array entry of every byte: a hundred times slower, and its garbage is collected in everybody's time.
const arrays = "parse-multipart-data";

export const cases = {
  "100 fields": parsing(() => fieldPieces(100), [100, 0, 0], { batch: 50, rounds: 25 }),
  "20 × 1 MB": parsing(() => filePieces(20, 1), [0, 20, 20 * MB], { batch: 3, rounds: 25, warmup: 5 }, [arrays]),
  // formData() holds it all, three times over on Node: that, too, is garbage for the others.
  "256 MB": parsing(() => filePieces(1, 256), [0, 1, 256 * MB], { batch: 1, rounds: 21, warmup: 2 }, [arrays, "formData"]),
};
