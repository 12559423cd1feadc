import * as djedge from "../../src/index.ts";
import data from "./response-content.json" with { type: "json" };
import { under, vectors } from "./run/vectors.ts";

type ResponseClass = new (...args: unknown[]) => djedge.HttpResponse;

interface Input {
  cls?: string;
  content?: unknown;
  init?: object;
  settings?: Partial<djedge.Settings>;
}

const classOf = (name = "HttpResponse"): ResponseClass =>
  (djedge as unknown as Record<string, ResponseClass>)[name] as ResponseClass;

/** `{ $gen: [...] }` is a generator. */
function value(input: unknown): unknown {
  if (input === null || typeof input !== "object" || !("$gen" in input)) return input;
  const items = input.$gen as unknown[];
  return (function* () {
    yield* items;
  })();
}

const make = (input: Input): djedge.HttpResponse => new (classOf(input.cls))(value(input.content), { ...input.init });

vectors(data, {
  response: under((input: Input & { ops: [op: string, value: unknown][]; text?: boolean }) => {
    const response = make(input);
    for (const [op, argument] of input.ops) {
      if (op === "write" || op === "writelines") response[op](value(argument) as never);
      else if (op === "contentType") response.set("Content-Type", argument as string);
      else Reflect.set(response, op, value(argument));
    }
    return {
      status: response.statusCode,
      reason: response.reasonPhrase,
      charset: response.charset,
      type: response.get("Content-Type"),
      content: response.content,
      tell: response.tell(),
      ...(input.text !== false && { text: response.text }),
    };
  }),
  text: (input: Input) => make(input).text,
  status: (input: Input) => {
    const response = new djedge.HttpResponse("", { ...input.init });
    return [response.statusCode, response.reasonPhrase];
  },
  subclass: (input: { cls: string; args: unknown[] }) => {
    const response = new (classOf(input.cls))(...input.args);
    return [response.statusCode, response.reasonPhrase, Array.from(response.headers)];
  },
  not_modified_content: (input: { value: string }) => {
    const response = new djedge.HttpResponseNotModified();
    response.content = input.value as never;
    return response.content;
  },
  streaming_refuses: (input: { op: "tell" | "write" }) => {
    const response = new djedge.StreamingHttpResponse(["a"]);
    return input.op === "tell" ? response.tell() : response[input.op]("x");
  },
  streaming: async (input: Input) => {
    const response = new djedge.StreamingHttpResponse(value(input.content) as Iterable<unknown>, { ...input.init });
    const chunks: Uint8Array[] = [];
    for await (const chunk of response.streamingContent) chunks.push(chunk);
    return chunks;
  },
});
