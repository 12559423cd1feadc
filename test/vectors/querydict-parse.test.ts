import { QueryDict, type Settings } from "../../src/index.ts";
import data from "./querydict-parse.json" with { type: "json" };
import { lists } from "./run/requests.ts";
import { vectors, withSettings } from "./run/vectors.ts";

const options = ({ encoding }: { encoding?: string }): { encoding?: string } => (encoding ? { encoding } : {});

vectors(data, {
  parse: withSettings((input: { query: string | Uint8Array; encoding?: string; settings?: Partial<Settings> }) =>
    lists(new QueryDict(input.query, options(input))),
  ),
  getlast: (input: { query: string }) => {
    const dict = new QueryDict(input.query);
    return [Array.from(dict.keys(), (key) => [key, dict.getItem(key)]), dict.size];
  },
  fromkeys: (input: { keys: string[]; value?: string; encoding?: string }) =>
    lists("value" in input ? QueryDict.fromkeys(input.keys, input.value, options(input)) : QueryDict.fromkeys(input.keys)),
});
