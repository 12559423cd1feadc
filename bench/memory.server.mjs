/** Serves what the memory is measured of, over loopback: `memory.server.mjs`. */

import { fetch } from "./memory.app.mjs";
import { listen } from "./serve.mjs";

await listen(fetch, { server: "djedge" });
