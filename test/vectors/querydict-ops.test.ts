import { MultiValueDict, QueryDict } from "../../src/index.ts";
import data from "./querydict-ops.json" with { type: "json" };
import { attempt, lists } from "./run/requests.ts";
import { dictionary } from "./run/values.ts";
import { vectors } from "./run/vectors.ts";

type Step = [op: string, ...args: never[]];
type Dict = MultiValueDict<string>;
type State = { dict: Dict; other: Dict | null };

/** Steps whose result says nothing. */
const silent = new Set(["set", "delete", "setlist", "appendlist", "clear"]);

function step(state: State, op: string, args: never[]): unknown {
  const { dict, other } = state;
  const [first] = args;
  switch (op) {
    case "size":
      return dict.size;
    case "iter":
      return Array.from(dict);
    case "keys":
    case "values":
    case "items":
    case "lists":
      return Array.from(dict[op]() as Iterable<unknown>);
    case "copy":
      Object.assign(state, { dict: dict.copy(), other: dict });
      return null;
    case "swap":
      if (other) Object.assign(state, { dict: other, other: dict });
      return null;
    case "setEncoding":
      (dict as QueryDict).encoding = first as never;
      return null;
    case "getlistPush":
      dict.getlist(first as never).push("pushed");
      return null;
    case "updateQuery":
      dict.update(new QueryDict(first));
      return null;
    case "updateMulti":
      dict.update(new MultiValueDict<string>(first));
      return null;
    case "updateRecord":
    case "updatePairs":
      dict.update(first as never);
      return null;
    default: {
      const method = dict[op as keyof Dict] as (...values: never[]) => unknown;
      const result = method.apply(dict, args);
      return silent.has(op) ? null : result;
    }
  }
}

async function play(dict: Dict, ops: Step[]): Promise<unknown> {
  const state: State = { dict, other: null };
  const results: unknown[] = [];
  for (const [op, ...args] of ops) {
    const result = await attempt(() => step(state, op, args));
    // A later step may change a list that this one gave.
    results.push("value" in result ? { value: structuredClone(result.value) } : result);
  }
  return { ops: results, lists: lists(state.dict), other: state.other && lists(state.other) };
}

vectors(data, {
  querydict: ({ query, ops, ...rest }: { query: string; ops: Step[]; mutable?: boolean; encoding?: string }) => {
    const { mutable, encoding } = rest;
    return play(
      new QueryDict(query, { ...(mutable !== undefined && { mutable }), ...(encoding !== undefined && { encoding }) }),
      ops,
    );
  },
  multivalue: (input: { entries: [string, string[]][]; record?: boolean; ops: Step[] }) =>
    play(new MultiValueDict<string>(input.record ? dictionary(input.entries) : input.entries), input.ops),
});
