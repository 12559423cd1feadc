/**
 * `JsonResponse`: data as JSON.
 *
 * @module
 */

import { DjangoJSONEncoder, type JsonDumpsParams } from "../core/serializers/json.ts";
import { HttpResponse, type ResponseInit } from "./response.ts";

/** What a `JsonResponse` takes beside what every response does. */
export interface JsonResponseInit extends ResponseInit {
  /** The class that writes the text, `DjangoJSONEncoder` or one of its subclasses. */
  encoder?: typeof DjangoJSONEncoder | undefined;
  /** `false` lets data be sent that is no object, such as an array. */
  safe?: boolean | undefined;
  /** The layout of Python's `json.dumps()`: `{ separators: [", ", ": "], ensureAscii: true }` gives Python's bytes. */
  jsonDumpsParams?: JsonDumpsParams | null | undefined;
}

/**
 * Sends data as `application/json`, in the text that `JSON.stringify()` writes; see `DjangoJSONEncoder` for dates, durations,
 * big integers and maps.
 *
 * ```ts
 * new JsonResponse({ foo: "bar" });
 * new JsonResponse([1, 2, 3], { safe: false });
 * ```
 */
export class JsonResponse extends HttpResponse {
  static override moreOptions: readonly string[] = ["encoder", "safe", "jsonDumpsParams"];

  /**
   * @throws TypeError for data that is no object, unless `safe` is false, and for an unknown option; else as the encoder
   */
  constructor(data: unknown, init?: JsonResponseInit) {
    super(toJson(data, init ?? JSON_TYPE), withJsonType(init));
  }
}

const JSON_TYPE: JsonResponseInit = { contentType: "application/json" };

function withJsonType(init: JsonResponseInit | undefined): JsonResponseInit {
  if (init === undefined) return JSON_TYPE;
  // What is no object is for HttpResponse to refuse.
  return Object(init) === init && init.contentType === undefined ? { ...init, ...JSON_TYPE } : init;
}

function toJson(data: unknown, { encoder: Encoder = DjangoJSONEncoder, safe = true, jsonDumpsParams }: JsonResponseInit): string {
  const text = new Encoder(jsonDumpsParams).encode(data);
  // Whatever it was made from, it is an object that goes out.
  if (safe && !text.startsWith("{")) {
    throw new TypeError("In order to allow non-dict objects to be serialized set the safe parameter to False.");
  }
  return text;
}
