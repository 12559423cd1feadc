// Where the browser of the browser tests is: what CHROMIUM names, or a Chromium or Chrome that is installed.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const PLACES = [
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/** Its path; `undefined` where there is none. */
export function findChromium() {
  const { CHROMIUM, PATH = "" } = process.env;
  const onPath = PATH.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return CHROMIUM ?? [...onPath, ...PLACES].find(existsSync);
}

/** Installs Debian's, where that asks nobody: as root. Returns whether it was tried; what goes wrong is apt's to say. */
export function installChromium() {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return false;
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  for (const args of ["update -qq", "install -y -qq chromium"]) {
    spawnSync("apt-get", args.split(" "), { env, stdio: ["ignore", "ignore", "inherit"] });
  }
  return true;
}
