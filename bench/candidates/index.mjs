/** All candidates; the first is what the others are relative to. */

import * as djedge from "./djedge.mjs";
import * as elysia from "./elysia.mjs";
import * as floor from "./floor.mjs";
import * as h3 from "./h3.mjs";
import * as hand from "./hand.mjs";
import * as hono from "./hono.mjs";
import * as itty from "./itty.mjs";

export const candidates = [hand, floor, djedge, itty, hono, h3, elysia];
