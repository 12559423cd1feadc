/**
 * An npm registry on this machine that holds the project's own packages, as `npm publish` would send them, and sends one on to the
 * real registry for all others: so a test installs as a user does.
 */

import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { root, run } from "./project.ts";

/** A running registry. */
export interface Registry {
  readonly url: string;
  close(): void;
}

/** Packs the packages of these folders into `target`, and serves them. */
export async function startRegistry(folders: readonly string[], target: string): Promise<Registry> {
  const packages = new Map<string, { manifest: { name: string; version: string }; tarball: Uint8Array }>();
  for (const folder of folders) {
    const packed = await run("npm", ["pack", "--ignore-scripts", "--json", "--silent", "--pack-destination", target], {
      cwd: join(root, folder),
    });
    const [{ filename }] = JSON.parse(packed.slice(packed.indexOf("["), packed.lastIndexOf("]") + 1)) as [{ filename: string }];
    const manifest = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as { name: string; version: string };
    packages.set(manifest.name, { manifest, tarball: readFileSync(join(target, filename)) });
  }
  const server = createServer((request, response) => {
    const [name = "", file] = (request.url ?? "/").slice(1).split("/-/");
    const found = packages.get(name);
    if (!found) {
      response.writeHead(302, { location: `https://registry.npmjs.org${request.url}` }).end();
    } else if (file) {
      response.writeHead(200, { "content-type": "application/octet-stream" }).end(found.tarball);
    } else {
      const { manifest, tarball } = found;
      const { version } = manifest;
      const integrity = `sha512-${createHash("sha512").update(tarball).digest("base64")}`;
      const dist = { tarball: `${url()}${name}/-/${name}-${version}.tgz`, integrity };
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ name, "dist-tags": { latest: version }, versions: { [version]: { ...manifest, dist } } }));
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return { url: url(), close: () => server.close() };
}

/** What has npm, Bun and Deno install from it, quietly. */
export function installFrom({ url }: Registry): Record<string, string> {
  return {
    npm_config_registry: url,
    npm_config_prefer_offline: "true",
    npm_config_audit: "false",
    npm_config_fund: "false",
    npm_config_update_notifier: "false",
    NPM_CONFIG_REGISTRY: url,
    BUN_CONFIG_REGISTRY: url,
  };
}
