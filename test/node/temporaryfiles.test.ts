import { existsSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { TemporaryUploadedFile } from "../../src/core/files/uploadedfile.ts";
import { temporaryFiles } from "./temporaryfiles.ts";

temporaryFiles();

test("a file that nobody closes is deleted with the last reference to it", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  let path = "";
  await (async () => {
    const file = new TemporaryUploadedFile("a.txt");
    await file.write(new Uint8Array(1));
    path = file.temporaryFilePath();
  })();
  expect(existsSync(path)).toBe(true);
  for (let i = 0; existsSync(path) && i < 100; i++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    collect();
  }
  expect(existsSync(path)).toBe(false);
});
