import { expect, test } from "vitest";
import { readJson, readText } from "./project.ts";

interface Locked {
  version?: string;
  integrity?: string;
  hasInstallScript?: boolean;
  dependencies?: Record<string, string>;
}

const manifest = readJson("package.json") as Record<string, Record<string, string>>;
const lock = readJson("package-lock.json") as { packages: Record<string, Locked> };

/** All that `npm install djedge` installs, by the place of each in the lock file. */
function installed(): Map<string, Locked> {
  const found = new Map<string, Locked>();
  const add = (name: string, from: string): void => {
    for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")))) {
      const path = `${folder ? `${folder}/` : ""}node_modules/${name}`;
      const locked = lock.packages[path];
      if (!locked && folder) continue;
      if (!locked) throw new Error(`${name}, which ${from || "djedge"} needs, is not in the lock file.`);
      if (found.has(path)) return;
      found.set(path, locked);
      for (const dependency of Object.keys(locked.dependencies ?? {})) add(dependency, path);
      return;
    }
  };
  for (const name of Object.keys(manifest.dependencies ?? {})) add(name, "");
  return found;
}

test("what users install runs no script of its own, nor does the package itself", () => {
  const withScript = [...installed()].filter(([, { hasInstallScript }]) => hasInstallScript);
  expect(withScript.map(([path]) => path)).toEqual([]);
  expect(Object.keys(manifest.scripts ?? {}).filter((name) => /^(pre|post)?(install|prepare|uninstall)$/.test(name))).toEqual([]);
});

test("what users install is few packages, each locked to one version and its hash", () => {
  const packages = installed();
  expect(packages.size).toBeLessThanOrEqual(13);
  for (const [path, { version, integrity }] of packages) {
    expect(version, path).toMatch(/^\d+\.\d+\.\d+$/);
    expect(integrity, path).toMatch(/^sha512-/);
  }
});

test("the lock file is that of package.json, and development's versions are exact", () => {
  const root = lock.packages[""] as Record<string, unknown>;
  for (const kind of ["dependencies", "devDependencies"]) expect(root[kind]).toEqual(manifest[kind]);
  for (const [name, range] of Object.entries(manifest.devDependencies ?? {}))
    expect(range, name).toMatch(/^\d+\.\d+\.\d+$|^file:/);
  expect(readText("package-lock.json")).not.toMatch(/"resolved": "(?!https:\/\/registry\.npmjs\.org\/|scripts\/)/);
});

test("it is published with its provenance: what was built, from which commit, by which workflow", () => {
  expect(manifest.publishConfig).toEqual({ access: "public", provenance: true });
  const workflow = readText(".github/workflows/release.yml");
  expect(workflow).toContain("id-token: write");
  expect(workflow).not.toMatch(/secrets\.|NODE_AUTH_TOKEN|NPM_TOKEN/);
});
