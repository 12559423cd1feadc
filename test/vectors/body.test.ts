import { HttpRequest } from "../../src/index.ts";
import data from "./body.json" with { type: "json" };
import { attempt, lists, makeRequest, randomChunks, streamOf } from "./run/requests.ts";
import { vectors, withSettings } from "./run/vectors.ts";

type Step = [op: string, size?: never];

interface Input {
  query?: string;
  method?: string;
  contentType?: string;
  body: Uint8Array<ArrayBuffer>;
  ops: Step[];
  settings?: object;
}

const url = (input: Input): string => `http://testserver/${input.query ? `?${input.query}` : ""}`;
const headers = (input: Input): [string, string][] =>
  input.contentType === undefined ? [] : [["content-type", input.contentType]];

async function readLines(request: HttpRequest, most = Number.POSITIVE_INFINITY): Promise<Uint8Array[]> {
  const result: Uint8Array[] = [];
  for await (const line of request) {
    result.push(line);
    if (result.length >= most) break;
  }
  return result;
}

function step(request: HttpRequest, [op, argument]: Step): unknown {
  switch (op) {
    case "iter":
      return readLines(request);
    case "stop":
      return readLines(request, argument);
    case "POST":
      return request.POST.then(lists);
    case "GET":
      return lists(request.GET);
    case "FILES":
      return request.FILES.then((files) => lists(files).map(([key, values]) => [key, values.map((file) => file.name)]));
    case "body":
      return request.body;
    case "encoding":
      return request.encoding;
    case "setEncoding":
      request.encoding = argument ?? null;
      return null;
    case "read":
    case "readline":
      return request[op](argument);
    case "readlines":
      return request.readlines();
    default:
      throw new Error(`There is no step "${op}".`);
  }
}

async function play(request: HttpRequest, ops: Step[]): Promise<unknown[]> {
  const results: unknown[] = [];
  for (const op of ops) {
    const result = await attempt(() => step(request, op));
    // A later step may not change what this one gave.
    results.push("value" in result && result.value instanceof Uint8Array ? { value: result.value.slice() } : result);
  }
  return results;
}

vectors(
  data,
  {
    ops: withSettings((input: Input, { variant, random }) => {
      const length: [string, string][] = input.body.length ? [["content-length", String(input.body.length)]] : [];
      const request = makeRequest({
        url: url(input),
        method: input.method ?? "POST",
        headers: [...headers(input), ...length],
        body: input.body,
        chunked: variant ? { random } : undefined,
      });
      return play(HttpRequest.fromRequest(request), input.ops);
    }),
    broken: (input: Input, { random }) => {
      const body = streamOf(randomChunks(input.body, random), new TypeError("connection reset"));
      const init: RequestInit & { duplex: "half" } = { method: "POST", headers: headers(input), body, duplex: "half" };
      return play(HttpRequest.fromRequest(new Request(url(input), init)), input.ops);
    },
  },
  2,
);
