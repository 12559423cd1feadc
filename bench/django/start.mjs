/** Django under gunicorn, where both are installed (Debian: `python3-django`, `gunicorn`): the same views, a worker for each core. */

import { execFileSync, spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { freePort } from "../freeport.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));

/** @returns `{ server }`, or the `{ reason }` why there is none */
export async function startDjango(name) {
  const python = ["/usr/bin/python3", "python3"].find(hasDjango);
  if (!python) return { reason: "python3 has no django and gunicorn" };
  const port = await freePort();
  const args = [
    "-m",
    "gunicorn",
    "-b",
    `127.0.0.1:${port}`,
    "-w",
    String(availableParallelism()),
    "-k",
    "gthread",
    "--threads",
    "4",
  ];
  const child = spawn(python, [...args, "--keep-alive", "60", "app:application"], {
    cwd: here,
    env: { ...process.env, BENCH_CASE: name },
    stdio: "ignore",
  });
  for (let i = 0; i < 100; i++) {
    try {
      await (await fetch(`http://127.0.0.1:${port}/`)).text();
      break;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  return { server: { port, pid: child.pid, stop: () => child.kill("SIGTERM") } };
}

function hasDjango(python) {
  try {
    execFileSync(python, ["-c", "import django, gunicorn"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
