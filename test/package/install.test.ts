/**
 * The package as users install it, from a registry into an empty project: one program, which uses an entry of each kind, runs on
 * every runtime and through every bundler.
 */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bun, deno, nodeCurrent, nodeOldest, root, workerd, wrangler } from "../../scripts/binaries.mjs";
import { start } from "../wire/servers.ts";
import { entries, run } from "./project.ts";
import { installFrom, type Registry, startRegistry } from "./registry.ts";

let folder: string;
let registry: Registry;
let env: Record<string, string>;

const APP = `import { getFetchApplication, JsonResponse } from "djedge";
import { requirePOST } from "djedge/decorators";
import { SessionMiddleware } from "djedge/middleware";
import { dumps, loads } from "djedge/signing";
import { MultiPartParser } from "djedge/uploads";
import { path } from "djedge/urls";
import { httpDate } from "djedge/utils";

const upload = requirePOST(async (request, { id }) => {
  await request.session.set("id", id);
  const response = new JsonResponse({
    id,
    title: (await request.POST).get("title"),
    file: await (await (await request.FILES).get("file").blob()).text(),
    signed: loads(dumps({ id })),
    date: httpDate(0),
    parser: new request.multipartParserClass(request.META, null, [], "utf-8") instanceof MultiPartParser,
  });
  response.setSignedCookie("seen", "yes");
  return response;
});

export const app = getFetchApplication({
  urlconf: [path("upload/<int:id>/", upload)],
  middleware: [SessionMiddleware],
  settings: { SECRET_KEY: "a key for tests", ALLOWED_HOSTS: ["*"] },
});
export default app;
`;
const MAIN = `import { app } from "./app.js";
const form = new FormData();
form.append("title", "Ünï");
form.append("file", new File(["text"], "a.txt"));
const response = await app.fetch(new Request("http://localhost/upload/7/", { method: "POST", body: form }));
console.log(JSON.stringify([response.status, response.headers.getSetCookie().map((line) => line.split("=")[0]).sort(), await response.json()]));
`;
const BODY = { id: 7, title: "Ünï", file: "text", signed: { id: 7 }, date: "Thu, 01 Jan 1970 00:00:00 GMT", parser: true };
const OUTPUT = JSON.stringify([200, ["seen", "sessionid"], BODY]);

/** An empty project in which the program is written down. */
function project(name: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  writeFileSync(join(path, "package.json"), JSON.stringify({ name, private: true, type: "module" }));
  writeFileSync(join(path, "app.js"), APP);
  writeFileSync(join(path, "main.js"), MAIN);
  const imports = Object.keys(entries()).map((entry) => `await import("djedge${entry.slice(1)}");\n`);
  writeFileSync(join(path, "all.js"), `${imports.join("")}console.log("all imported");\n`);
  return path;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "djedge-install-"));
  registry = await startRegistry(["."], folder);
  env = installFrom(registry);
});

afterAll(() => {
  registry.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("installed by npm", () => {
  let cwd: string;

  beforeAll(async () => {
    cwd = project("npm");
    await run("npm", ["install", "djedge"], { cwd, env });
  }, 120_000);

  test.each([
    ["oldest", nodeOldest],
    ["current", nodeCurrent],
  ])("Node %s runs it as ESM", async (_name, node) => {
    expect((await run(node, ["main.js"], { cwd })).trim()).toBe(OUTPUT);
    expect(await run(node, ["all.js"], { cwd })).toContain("all imported");
  });

  test("esbuild bundles it", async () => {
    const out = join(cwd, "esbuild/main.js");
    const { warnings } = await build({
      absWorkingDir: cwd,
      entryPoints: ["main.js"],
      outfile: out,
      bundle: true,
      format: "esm",
      platform: "node",
      logLevel: "silent",
    });
    expect(warnings).toEqual([]);
    expect((await run(nodeCurrent, [out], { cwd: folder })).trim()).toBe(OUTPUT);
  });

  test("Vite bundles it", async () => {
    writeFileSync(
      join(cwd, "vite.config.js"),
      `export default { logLevel: "warn", ssr: { noExternal: true }, build: { ssr: "main.js", outDir: "vite" } };`,
    );
    await run(nodeCurrent, [`${root}node_modules/vite/bin/vite.js`, "build"], { cwd });
    expect((await run(nodeCurrent, [join(cwd, "vite/main.js")], { cwd: folder })).trim()).toBe(OUTPUT);
  });

  test("wrangler bundles it, and workerd serves that with and without Node compatibility", async () => {
    const toml = 'name = "worker"\nmain = "app.js"\ncompatibility_date = "2026-04-26"\nsend_metrics = false\n';
    writeFileSync(join(cwd, "wrangler.toml"), toml);
    const quiet = { CI: "true", WRANGLER_SEND_METRICS: "false", WRANGLER_LOG_PATH: join(cwd, "logs"), NO_UPDATE_NOTIFIER: "1" };
    await run(nodeCurrent, [wrangler, "deploy", "--dry-run", "--outdir", "worker"], { cwd, env: quiet });
    for (const flags of ['"nodejs_compat"', '"no_nodejs_compat", "no_nodejs_compat_v2"']) {
      const config = join(cwd, "worker/config.capnp");
      writeFileSync(
        config,
        `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .w)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")]
);
const w :Workerd.Worker = (
  modules = [(name = "main", esModule = embed "app.js")], compatibilityDate = "2026-11-17", compatibilityFlags = [${flags}]
);
`,
      );
      const server = await start("the Worker", [workerd, "serve", config, "--socket-addr", "http=127.0.0.1:{port}"]);
      try {
        const form = new FormData();
        form.append("title", "Ünï");
        form.append("file", new File(["text"], "a.txt"));
        const response = await fetch(`${server.url}/upload/7/`, { method: "POST", body: form });
        expect(await response.json(), server.output()).toEqual(BODY);
      } finally {
        await server.stop();
      }
    }
  });

  test("it brings its declared dependencies and nothing else", async () => {
    const { dependencies } = JSON.parse(await run("npm", ["ls", "--json", "--depth=1"], { cwd })) as {
      dependencies: { djedge: { dependencies: object; problems?: string[] } };
    };
    expect(dependencies.djedge.problems).toBe(undefined);
    expect(Object.keys(dependencies)).toEqual(["djedge"]);
  });
});

test("installed by Bun, Bun runs it", { timeout: 120_000 }, async () => {
  const cwd = project("bun");
  await run(bun, ["add", "djedge"], { cwd, env });
  expect((await run(bun, ["main.js"], { cwd })).trim()).toBe(OUTPUT);
  expect(await run(bun, ["all.js"], { cwd })).toContain("all imported");
});

test("Deno runs it from npm:", { timeout: 120_000 }, async () => {
  const cwd = project("deno");
  rmSync(join(cwd, "package.json"));
  writeFileSync(join(cwd, "deno.json"), JSON.stringify({ imports: { djedge: "npm:djedge" } }));
  const options = { cwd, env: { ...env, DENO_DIR: join(folder, "deno-dir") } };
  await run(deno, ["install", "--entrypoint", "all.js"], options);
  expect((await run(deno, ["run", "-A", "main.js"], options)).trim()).toBe(OUTPUT);
  expect(await run(deno, ["run", "-A", "all.js"], options)).toContain("all imported");
});
