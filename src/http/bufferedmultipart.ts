/**
 * Small forms by way of the package `parse-multipart-data`.
 *
 * @module
 */

import { Pieces } from "../utils/bytes.ts";
import { decode, encode } from "../utils/encoding.ts";
import type { PartSource } from "./boundary.ts";
import type { ChunkReader } from "./chunkreader.ts";
import { MultiPartParser } from "./multipartparser.ts";
import { NO_HEAD, type PartHead, parseHead } from "./parthead.ts";

/** Django reads no header that is longer. */
const MAX_HEADER_SIZE = 1000;

const CRLF: Uint8Array = Uint8Array.of(13, 10);
const CRLF_CRLF: Uint8Array = Uint8Array.of(13, 10, 13, 10);

interface Part {
  readonly head: PartHead;
  readonly data: Uint8Array;
}

/**
 * A `MultiPartParser` that reads a small body whole and lets parse-multipart-data take it apart. The package is trusted
 * only as far as it can be checked: where writing its answer out again gives the body byte for byte, as it does with the
 * forms of browsers. Whatever else comes (a large body, quoted names, base64, a preamble, a body that is cut off) is read
 * by `MultiPartParser` itself, so that a form means the same with both.
 *
 * To use it, set `MULTIPART_PARSER`, or `request.multipartParserClass` before the form is read. Limits and upload handlers
 * are those of `MultiPartParser`.
 */
export class BufferedMultiPartParser extends MultiPartParser {
  /** Bytes that a body may have to be read whole: 256 KiB, of which the package makes about 8 MiB. */
  static maxBodySize: number = 256 * 2 ** 10;

  /** @internal */
  protected override async parts(chunks: ChunkReader, boundary: string): Promise<PartSource> {
    const pieces = new Pieces();
    let chunk = await chunks.read();
    while (chunk) {
      pieces.add(chunk);
      if (pieces.size > BufferedMultiPartParser.maxBodySize) break;
      chunk = await chunks.read();
    }
    const body = pieces.concat();
    const parts = chunk ? undefined : await parseWhole(body, boundary);
    if (parts) return new BufferedParts(parts);
    chunks.unread(body);
    return super.parts(chunks, boundary);
  }
}

/** The parts of a body that is all there, with what Django sees before and after the delimiters. */
class BufferedParts implements PartSource {
  inPart = false;
  #parts: Iterator<Part>;
  #data: Uint8Array = new Uint8Array(0);

  constructor(parts: readonly Part[]) {
    const outside: Part = { head: NO_HEAD, data: new Uint8Array(0) };
    this.#parts = [outside, ...parts, outside].values();
  }

  begin(): PartHead | null {
    const { value } = this.#parts.next();
    if (!value) return null;
    this.#data = value.data;
    this.inPart = true;
    return value.head;
  }

  take(): Uint8Array {
    this.inPart = false;
    return this.#data;
  }

  async next(): Promise<void> {}

  async skip(): Promise<void> {
    this.inPart = false;
  }
}

/** What parse-multipart-data makes of a body, if that can be written back to the same bytes; else nothing. */
async function parseWhole(body: Uint8Array, boundary: string): Promise<Part[] | undefined> {
  // The package needs Node's Buffer, which workerd has only with its compatibility flag.
  if (!("Buffer" in globalThis)) return undefined;
  const { parse } = await import("parse-multipart-data");
  try {
    const parts: Part[] = [];
    let position = 0;
    const expect = (bytes: Uint8Array): boolean => {
      const start = position;
      position += bytes.byteLength;
      return bytes.every((byte, i) => body[start + i] === byte);
    };
    for (const { name, filename, type, data } of parse(body as Parameters<typeof parse>[0], boundary)) {
      const file = filename === undefined ? "" : `; filename="${filename}"\r\nContent-Type: ${type}`;
      // Its texts are one character a byte; what they mean is read from the bytes.
      const head = encode(`\r\nContent-Disposition: form-data; name="${name}"${file}`, "latin-1");
      const written = expect(encode(`--${boundary}`)) && expect(head) && expect(CRLF_CRLF) && expect(data) && expect(CRLF);
      if (!written || head.byteLength > MAX_HEADER_SIZE) return undefined;
      parts.push({ head: parseHead(head), data });
    }
    const closed = expect(encode(`--${boundary}--`)) && (position === body.byteLength || expect(CRLF));
    // What the package takes for data may hold a delimiter yet.
    const delimiters = decode(body).split(`--${boundary}`).length - 1;
    return closed && position === body.byteLength && delimiters === parts.length + 1 ? parts : undefined;
  } catch {
    // It throws whatever it stumbles over; the other parser knows what is wrong, or right.
    return undefined;
  }
}
