/**
 * The bodies of test requests: forms with files, JSON, text and bytes.
 *
 * @module
 */

import { QueryDict } from "../http/querydict.ts";
import { concat } from "../utils/bytes.ts";
import { MultiValueDict, pairs } from "../utils/datastructures.ts";
import { encode } from "../utils/encoding.ts";
import { parseHeaderParameters } from "../utils/http.ts";
import { guessContentType } from "../utils/mimetypes.ts";

/** A file for a form: a `File` or `Blob`, an `UploadedFile`, or what else has a size and a stream. */
export interface TestFile {
  /** The name that is sent. */
  readonly name?: string;
  /** Bytes. */
  readonly size: number;
  /** The type of an `UploadedFile`. */
  readonly contentType?: string;
  /** The type of a `File`. */
  readonly type?: string;
  /** The content. */
  stream(): ReadableStream<Uint8Array>;
}

/**
 * The fields of a form: text, numbers and files, each alone or in a list, in an object, a `MultiValueDict`, or pairs (a `Map`, the
 * platform's `FormData` or `URLSearchParams`). `null`, `undefined`, and objects that have no text are refused.
 */
export type FormData = object;

/** What a test request sends: fields, text, bytes, a stream, or any value as JSON. */
export type TestData = object | string;

/** A body with its length where that is known. */
export interface TestBody {
  readonly content: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
  /** Bytes. */
  readonly length: number | undefined;
}

const BOUNDARY = "BoUnDaRyStRiNg";

/** The type of the forms that are sent where no other is asked for. */
export const MULTIPART_CONTENT: string = `multipart/form-data; boundary=${BOUNDARY}`;

/** Encodes `data` for a body of `contentType`. */
export function encodeData(data: TestData, contentType: string): TestBody {
  if (typeof data === "string") return bytes(encode(data, parseHeaderParameters(contentType)[1].charset || undefined));
  if (data instanceof ArrayBuffer) return bytes(new Uint8Array(data));
  if (ArrayBuffer.isView(data)) return bytes(new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength));
  if (isStream(data)) return { content: data, length: undefined };
  if (/^application\/(?:[\w.+-]+\+)?json(?:$|;)/i.test(contentType)) return bytes(new TextEncoder().encode(JSON.stringify(data)));
  const boundary = /^multipart\/form-data;.*boundary="?([^";]+)/i.exec(contentType)?.[1];
  if (boundary) return encodeMultipart(data, boundary);
  if (/^application\/x-www-form-urlencoded(?:$|;)/i.test(contentType)) return bytes(new TextEncoder().encode(urlencode(data)));
  throw new TypeError(
    `Data of this kind cannot be sent as "${contentType}". Give text or bytes, or a contentType of a form or of JSON.`,
  );
}

/** `data` as a query string, a list as several values of its key. */
export function urlencode(data: FormData): string {
  const query = new QueryDict(null, { mutable: true, encoding: "utf-8" });
  for (const [name, value] of fields(data)) query.appendlist(name, String(value));
  return query.urlencode();
}

function encodeMultipart(data: FormData, boundary: string): TestBody {
  const encoder = new TextEncoder();
  const parts: (Uint8Array<ArrayBuffer> | TestFile)[] = [];
  for (const [name, value] of fields(data)) {
    const disposition = `--${boundary}\r\nContent-Disposition: form-data; name="${quote(name)}"`;
    if (isFile(value)) {
      const type = value.contentType || value.type || guessContentType(value.name ?? "");
      parts.push(
        encoder.encode(`${disposition}; filename="${quote(value.name || "blob")}"\r\nContent-Type: ${type}\r\n\r\n`),
        value,
      );
      parts.push(encoder.encode("\r\n"));
    } else {
      parts.push(encoder.encode(`${disposition}\r\n\r\n${value}\r\n`));
    }
  }
  parts.push(encoder.encode(`--${boundary}--\r\n`));
  const length = parts.reduce((sum, part) => sum + (part instanceof Uint8Array ? part.byteLength : part.size), 0);
  if (parts.every((part) => part instanceof Uint8Array)) return bytes(concat(parts, length));
  return { content: streamOf(parts), length };
}

/** Each field with each of its values. */
export function* fields(data: FormData): Generator<readonly [name: string, value: unknown], void, undefined> {
  const entries = data instanceof MultiValueDict ? data.lists() : pairs(data as Record<string, unknown>);
  for (const [name, value] of entries) {
    for (const item of isList(value) ? value : [value]) {
      if (item === null || item === undefined) {
        throw new TypeError(
          `Cannot encode ${item} for key "${name}" as form data. Did you mean to pass an empty string or omit the value?`,
        );
      }
      if (String(item) === "[object Object]" && !isFile(item)) {
        throw new TypeError(
          `Cannot encode an object for key "${name}" as form data. Options come behind the data; for JSON, name its contentType there.`,
        );
      }
      yield [name, item];
    }
  }
}

/** As browsers write names in a multipart head (HTML standard, multipart/form-data encoding algorithm). */
function quote(name: string): string {
  return name.replace(/["\r\n]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`);
}

function streamOf(parts: readonly (Uint8Array | TestFile)[]): ReadableStream<Uint8Array> {
  const chunks = chunksOf(parts);
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await chunks.return();
    },
  });
}

async function* chunksOf(parts: readonly (Uint8Array | TestFile)[]): AsyncGenerator<Uint8Array, void, undefined> {
  for (const part of parts) {
    if (part instanceof Uint8Array) yield part;
    else {
      const reader = part.stream().getReader();
      for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
    }
  }
}

function bytes(content: Uint8Array<ArrayBuffer>): TestBody {
  return { content, length: content.byteLength };
}

/** Whether this is several values: an array, a `Set`, a generator. */
function isList(value: unknown): value is Iterable<unknown> {
  if (typeof value !== "object" || value === null || isFile(value) || ArrayBuffer.isView(value)) return false;
  return Symbol.iterator in value && !(value instanceof String);
}

function isFile(value: unknown): value is TestFile {
  const file = value as TestFile | null;
  return typeof file?.stream === "function" && typeof file.size === "number";
}

function isStream(data: unknown): data is ReadableStream<Uint8Array> {
  return typeof (data as ReadableStream | null)?.getReader === "function";
}
