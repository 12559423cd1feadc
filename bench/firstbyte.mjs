/**
 * How long a client waits for the first byte of a streamed answer while sixteen others read such answers of 1 MB, one after
 * another: nanoseconds.
 */

import { Agent, get } from "node:http";
import { loader } from "./http.mjs";
import { interleave, median } from "./measure.mjs";
import { start } from "./runtimes.mjs";
import { sources } from "./streaming.mjs";

export const cases = ["first byte under load"];
export const unit = "µs";

export async function measure(runtime, [name]) {
  const server = await start(runtime, "memory.server.mjs");
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    const works = {};
    for (const candidate of Object.keys(sources["async, 16 KB"])) {
      const url = `${server.url}down/${candidate}?bytes=${2 ** 20}`;
      const load = await loader(url, "GET", {});
      works[candidate] = async () => {
        let loading = true;
        const loaded = load().finally(() => {
          loading = false;
        });
        const waits = [];
        while (loading) waits.push(await firstByte(url, agent));
        await loaded;
        return median(waits);
      };
    }
    return { [name]: await interleave(works, { rounds: 5, warmup: 1 }) };
  } finally {
    agent.destroy();
    server.stop();
  }
}

/** Asks for the answer, reads it to its end, and gives how long its first byte took. */
function firstByte(url, agent) {
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    get(url, { agent }, (response) => {
      let wait;
      response.on("data", () => {
        wait ??= (performance.now() - begun) * 1e6;
      });
      response.on("error", reject).on("end", () => resolve(wait));
    }).on("error", reject);
  });
}
