import { fetch } from "./memory.app.mjs";

export default { fetch };
