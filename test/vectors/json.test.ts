import { JsonResponse } from "../../src/index.ts";
import data from "./json.json" with { type: "json" };
import { totalOf } from "./run/requests.ts";
import { vectors } from "./run/vectors.ts";

interface Input {
  data: unknown;
  safe?: boolean;
  params?: object;
  init?: object;
}

/** `$dt` is a Date, `$td` a duration in seconds; date, time, Decimal and UUID are objects that say their text themselves. */
function build(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(build);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value);
  const [key, inner] = entries.length === 1 && entries[0] ? entries[0] : ["", undefined];
  if (key === "$dt") return new Date(inner as string);
  if (key === "$td") return { total: totalOf(inner as number) };
  if (["$d", "$t", "$dec", "$uuid"].includes(key)) return { toJSON: () => inner, toString: () => inner };
  const result = {};
  for (const [name, item] of entries) {
    Object.defineProperty(result, name, { value: build(item), enumerable: true, configurable: true, writable: true });
  }
  return result;
}

function json(input: Input): unknown {
  const params: Record<string, unknown> = { ensureAscii: true, ...input.params };
  if (!("separators" in params || "indent" in params)) params.separators = [", ", ": "];
  const safe = input.safe === undefined ? {} : { safe: input.safe };
  const response = new JsonResponse(build(input.data), { ...input.init, ...safe, jsonDumpsParams: params });
  return [response.content, response.getItem("Content-Type"), response.statusCode];
}

vectors(data, { json, duck: json, timedelta: json });
