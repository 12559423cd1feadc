/** What the adapters share: requests out of a case's input, an application around a view, and what is shown of an answer. */

import { getFetchApplication, type MultiValueDict, type View } from "../../../src/index.ts";
import { dictionary } from "./values.ts";

export interface RequestInput {
  url?: string;
  method?: string;
  headers?: [name: string, value: string][];
  body?: Uint8Array<ArrayBuffer> | undefined;
  /** Cuts the body into random pieces of at most `max` bytes (7). */
  chunked?: { random(): number; max?: number } | undefined;
}

/** A `Request` of the platform; a GET or HEAD has no body. */
export function makeRequest({ url = "http://testserver/", method = "GET", headers = [], body, chunked }: RequestInput): Request {
  const init: RequestInit & { duplex?: "half" } = { method, headers };
  if (body !== undefined && method !== "GET" && method !== "HEAD") {
    init.body = chunked ? streamOf(randomChunks(body, chunked.random, chunked.max)) : body;
    if (chunked) init.duplex = "half";
  }
  return new Request(url, init);
}

export function randomChunks(bytes: Uint8Array, random: () => number, max = 7): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 1 + Math.floor(random() * max);
    chunks.push(bytes.slice(at, end));
    at = end;
  }
  return chunks;
}

export function streamOf(chunks: Uint8Array[], atEnd?: Error): ReadableStream<Uint8Array> {
  const rest = [...chunks];
  return new ReadableStream({
    pull(controller) {
      const chunk = rest.shift();
      if (chunk) controller.enqueue(chunk);
      else if (atEnd) controller.error(atEnd);
      else controller.close();
    },
  });
}

export interface FormInput {
  method?: string;
  url: string;
  headers?: [string, string][];
  body?: string;
  type?: string;
}

/** A request as a browser sends a form: with a Host, and a Content-Length of its body. */
export function formRequest({
  method = "GET",
  url,
  headers = [],
  body,
  type = "application/x-www-form-urlencoded",
}: FormInput): Request {
  const all: [string, string][] = [["host", new URL(url).host], ...headers];
  if (!body) return new Request(url, { method, headers: all });
  const bytes = new TextEncoder().encode(body);
  all.push(["content-type", type], ["content-length", String(bytes.length)]);
  return new Request(url, { method, headers: all, body: bytes });
}

type Options = Parameters<typeof getFetchApplication>[0];
export type TestView = View;

/** One request through an application of the library's own. */
export function through(request: Request, options: Options): Promise<Response> {
  return Promise.resolve(getFetchApplication(options).fetch(request, {}, { waitUntil() {}, passThroughOnException() {} }));
}

/** The status, and those of the named headers that an answer has, in lower case. */
export function shown(response: Response, names: string[]): [status: number, headers: Record<string, string | null>] {
  const present = names.filter((name) => response.headers.has(name));
  return [response.status, dictionary(present.map((name) => [name.toLowerCase(), response.headers.get(name)]))];
}

export function lists<V>(dict: MultiValueDict<V>): [string, V[]][] {
  return Array.from(dict.lists(), ([key, values]): [string, V[]] => [key, [...values]]);
}

/** One step of several: what it gave or what it threw, where the next step goes on in either case. */
export async function attempt(step: () => unknown): Promise<{ value: unknown } | { error: string }> {
  try {
    return { value: await step() };
  } catch (error) {
    return { error: String((error as Error | undefined)?.name) };
  }
}

/** `{ $repeat: [before, unit, times, after] }` is a long text written short. */
export type Text = string | { $repeat: [before: string, unit: string, times: number, after: string] };

export function text(value: Text): string {
  if (typeof value === "string") return value;
  const [before, unit, times, after] = value.$repeat;
  return before + unit.repeat(times) + after;
}

/** `{ $seconds: n }` is a length of time, as a `Temporal.Duration` is one. */
export function duration(value: unknown): unknown {
  if (value === null || typeof value !== "object" || !("$seconds" in value)) return value;
  return { total: totalOf(Number(value.$seconds)) };
}

const perSecond: Record<string, number> = {
  nanosecond: 1e9,
  microsecond: 1e6,
  millisecond: 1e3,
  second: 1,
  minute: 1 / 60,
  hour: 1 / 3600,
  day: 1 / 86400,
};

/** `total()` of a `Temporal.Duration` of so many seconds. */
export function totalOf(seconds: number): (unit: string | { unit: string }) => number {
  return (unit) => {
    const name = (typeof unit === "string" ? unit : unit.unit).replace(/s$/, "");
    const factor = perSecond[name];
    if (factor === undefined) throw new RangeError(`unit ${name}`);
    return seconds * factor;
  };
}

/** Options of a call, with lengths of time in `maxAge`. */
export function options(input: object | undefined): Record<string, unknown> {
  const result: Record<string, unknown> = { ...input };
  if ("maxAge" in result) result.maxAge = duration(result.maxAge);
  return result;
}
