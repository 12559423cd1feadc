import { HttpRequest } from "../../src/index.ts";
import data from "./headers.json" with { type: "json" };
import { attempt, makeRequest } from "./run/requests.ts";
import { vectors } from "./run/vectors.ts";

const isHeader = (key: string): boolean => /^(CONTENT_TYPE|CONTENT_LENGTH|HTTP_(?!HOST$).*)$/s.test(key);

vectors(data, {
  headers: async (input: { headers: [string, string][]; lookups: string[] }) => {
    const { META, headers } = HttpRequest.fromRequest(makeRequest({ headers: input.headers }));
    const lookups: unknown[] = [];
    for (const name of input.lookups) {
      const item = await attempt(() => headers.getItem(name));
      lookups.push([headers.has(name), headers.get(name), headers.get(name, "dflt"), item]);
    }
    return {
      meta: new Map(Object.entries(META).filter(([key, value]) => isHeader(key) && value !== undefined)),
      names: new Map(Array.from(headers).filter(([name]) => name.toLowerCase() !== "host")),
      lookups,
    };
  },
});
