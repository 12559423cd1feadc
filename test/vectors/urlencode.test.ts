import { QueryDict, type Settings } from "../../src/index.ts";
import { vectors, withSettings } from "./run/vectors.ts";
import data from "./urlencode.json" with { type: "json" };

interface Input {
  pairs: [string, string][];
  safe?: string;
  encoding?: string;
  settings?: Partial<Settings>;
}

const options = ({ encoding }: { encoding?: string }): { encoding?: string } => (encoding ? { encoding } : {});

vectors(data, {
  urlencode: withSettings((input: Input) => {
    const dict = new QueryDict("", { mutable: true, ...options(input) });
    for (const [key, value] of input.pairs) dict.appendlist(key, value);
    return input.safe === undefined ? dict.urlencode() : dict.urlencode(input.safe);
  }),
  roundtrip: (input: { query: string; encoding?: string }) => new QueryDict(input.query, options(input)).urlencode(),
});
