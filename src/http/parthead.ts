/**
 * The header of a part of a multipart body, read as Django reads it.
 *
 * @module
 */

import type { ContentTypeExtra } from "../core/files/uploadedfile.ts";
import { decode, encode } from "../utils/encoding.ts";
import { parseHeaderParameters, strip } from "../utils/http.ts";

/** What all headers of a part that count have in their names: other lines are not looked at. */
const CONTENT_HEADER = /content-/i;
/** A whole header as browsers write it, where there is nothing to unquote. */
const PLAIN =
  /^\r\ncontent-disposition: form-data; name="([^"\\\r\n]*)"(?:; filename="([^"\\\r\n]*)"\r\ncontent-type: ([!-:<-~]+))?$/i;
/** What Python's `int()` takes. */
const INTEGER = /^[\t-\r ]*[+-]?[0-9]+(?:_[0-9]+)*[\t-\r ]*$/;

const NO_PARAMETERS: ContentTypeExtra = Object.freeze(Object.create(null));

/** The header of a part, as far as it counts. */
export interface PartHead {
  /** Of the field, without spaces around it. */
  readonly name: string | undefined;
  readonly filename: string | undefined;
  readonly contentType: string;
  readonly contentTypeExtra: ContentTypeExtra;
  readonly contentLength: number | null;
  readonly base64: boolean;
}

/** Of a part without a header. */
export const NO_HEAD: PartHead = {
  name: undefined,
  filename: undefined,
  contentType: "",
  contentTypeExtra: NO_PARAMETERS,
  contentLength: null,
  base64: false,
};

/** What matters of a part's header; a line that is none is passed over. */
export function parseHead(block: Uint8Array): PartHead {
  const text = decode(block);
  const isUtf8 = !text.includes("\ufffd");
  const plain = isUtf8 ? PLAIN.exec(text) : null;
  if (plain) {
    const [, name = "", filename, type = ""] = plain;
    const contentType = type.toLowerCase();
    return { name: stripAscii(name), filename, contentType, contentTypeExtra: NO_PARAMETERS, contentLength: null, base64: false };
  }
  let name: string | undefined;
  let filename: string | undefined;
  let contentType = "";
  let contentTypeExtra = NO_PARAMETERS;
  let contentLength: number | null = null;
  let base64 = false;
  for (const line of isUtf8 ? text.split("\r\n") : utf8Lines(block)) {
    if (!CONTENT_HEADER.test(line)) continue;
    // As in Django, the name is a part of the header's first value: spaces before it are stripped, spaces behind it are not.
    const [pair, params] = parseHeaderParameters(line);
    const colon = pair.indexOf(":");
    if (colon < 0) continue;
    const value = strip(pair.slice(colon + 1));
    switch (pair.slice(0, colon)) {
      case "content-disposition":
        ({ name, filename } = params);
        break;
      case "content-type":
        [contentType, contentTypeExtra] = [value, params];
        break;
      case "content-length":
        contentLength = integer(value);
        break;
      case "content-transfer-encoding":
        base64 = value === "base64";
        break;
    }
  }
  name = name === undefined ? undefined : stripAscii(name);
  return { name, filename, contentType, contentTypeExtra, contentLength, base64 };
}

/** The lines of a header block, without those that are no UTF-8. */
function utf8Lines(block: Uint8Array): string[] {
  return decode(block, "latin-1")
    .split("\r\n")
    .flatMap((line) => {
      try {
        return [decode(encode(line, "latin-1"), "utf-8", true)];
      } catch {
        return [];
      }
    });
}

/** Python's `int(text)`; `null` where that throws. */
export function integer(text: string): number | null {
  return INTEGER.test(text) ? Number(text.replaceAll("_", "")) : null;
}

/** Without the spaces of ASCII around it, as Python strips bytes. */
function stripAscii(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  while (start < end && isSpace(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}
