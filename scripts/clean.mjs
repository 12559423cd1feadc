// Empties dist/, so that a package never carries what the sources no longer have.
import { rmSync } from "node:fs";

rmSync(new URL("../dist", import.meta.url), { recursive: true, force: true });
