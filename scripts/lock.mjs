// After `npm install` against a registry that does not carry every platform's packages: writes the missing ones into
// package-lock.json, by the exact version that is asked for, so that `npm ci` finds the lock complete on every platform.
import { readFileSync, writeFileSync } from "node:fs";

const file = new URL("../package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(file, "utf8"));
const systems = { android: "android", darwin: "darwin", linux: "linux", win32: "win32", windows: "win32", freebsd: "freebsd" };
const machines = { arm64: "arm64", x64: "x64", 64: "x64" };

for (const [path, { optionalDependencies = {} }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    if (lock.packages[`node_modules/${name}`] || lock.packages[`${path}/node_modules/${name}`]) continue;
    const words = name.split(/[/-]/);
    const os = words.flatMap((word) => systems[word] ?? []);
    const cpu = words.flatMap((word) => machines[word] ?? []);
    if (os.length !== 1 || cpu.length !== 1)
      throw new Error(`${name} is missing in the lock, and is for no platform that its name tells.`);
    const libc = os[0] === "linux" ? { libc: [words.includes("musl") ? "musl" : "glibc"] } : {};
    lock.packages[`node_modules/${name}`] = { version, cpu, dev: true, ...libc, optional: true, os };
    console.log(`added ${name}@${version}`);
  }
}

lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
