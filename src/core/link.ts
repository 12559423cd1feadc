/**
 * Fills the slots of `core/rooms.ts` with loaders, for every platform that need not have its program in one file.
 *
 * @module
 */

import { rooms } from "./rooms.ts";

rooms.uploads ??= () => import("../uploads.ts");
rooms.debug ??= () => import("../views/debug/reporter.ts");
