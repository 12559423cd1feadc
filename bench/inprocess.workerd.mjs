/**
 * The same inside of workerd: `/?group=…&case=…` gives the names of the works and their options, and with `&candidate=…`
 * runs a batch of one and gives nanoseconds a call.
 */

import { calledWith } from "./dispatch.mjs";
import { groups, run } from "./inprocess.mjs";

const prepared = new Map();

async function prepare(group, name) {
  const key = `${group} ${name}`;
  if (!prepared.has(key)) prepared.set(key, await groups[group].cases[name]());
  return prepared.get(key);
}

export default {
  async fetch(incoming, env, ctx) {
    calledWith(env, ctx);
    const query = new URL(incoming.url).searchParams;
    const { works, ...options } = await prepare(query.get("group"), query.get("case"));
    const candidate = query.get("candidate");
    if (candidate === null) return Response.json({ ...options, candidates: Object.keys(works) });
    // Its clock counts whole milliseconds.
    const count = options.batch === 1 ? 1 : options.batch * 4;
    return Response.json(await run(works[candidate], count));
  },
};
