import { HttpResponse } from "../../src/index.ts";
import data from "./response-headers.json" with { type: "json" };
import { vectors } from "./run/vectors.ts";

interface Input {
  contentType?: string;
  init?: Record<string, unknown> | [string, unknown][];
  on: "response" | "headers";
  ops: [op: "get" | "has" | "getItem" | "set" | "delete" | "setdefault", name: string, value?: string][];
}

vectors(data, {
  ops: (input: Input) => {
    const { contentType, init: headers } = input;
    const response = new HttpResponse("", { ...(contentType !== undefined && { contentType }), ...(headers && { headers }) });
    const target = input.on === "response" ? response : response.headers;
    const results: unknown[] = [];
    for (const [op, name, value] of input.ops) {
      if (op === "get") results.push(target.get(name, value as string));
      else if (op === "has" || op === "getItem") results.push(target[op](name));
      else if (op === "delete") target.delete(name);
      else target[op](name, value as string);
    }
    return { results, items: Array.from(response.headers), wire: response.serializeHeaders() };
  },
});
