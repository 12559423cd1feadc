/**
 * Dispatch inside workerd, whose clock stands still while a request runs: `/?case=…&candidate=…&count=…` makes that many
 * Requests and dispatches them, and whoever asks looks at the clock. Candidate `none` only makes the Requests.
 */

import { candidates } from "./candidates/index.mjs";
import { proveRight, requestOf } from "./dispatch.mjs";

export default {
  async fetch(incoming) {
    const query = new URL(incoming.url).searchParams;
    const name = query.get("case");
    const candidate = candidates.find((one) => one.name === query.get("candidate"));
    const make = await requestOf(candidate ?? candidates[0], name);
    if (candidate) await proveRight(candidate, name, make());
    const fetch = candidate?.cases[name];
    for (let left = Number(query.get("count")); left > 0; left--) {
      const request = make();
      if (fetch) await (await fetch(request)).text();
    }
    return new Response("done");
  },
};
