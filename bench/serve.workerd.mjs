/** One case of one candidate on workerd: its binding `args` names them. */

import { candidates } from "./candidates/index.mjs";

export default {
  fetch(request, env, ctx) {
    const [name, case_] = env.args;
    return candidates.find((one) => one.name === name).cases[case_](request, env, ctx);
  },
};
