/**
 * What typical imports weigh in a Worker (scripts/sizes.json has the budgets), and what they do not carry.
 */

import { expect, type RunnerTask, test } from "vitest";
import { bundle, describe as inWords, sizes } from "../../scripts/size.mjs";

for (const program of await sizes()) {
  test(`${program.name}: within its budget`, ({ task }) => {
    // Printed by scripts/test.mjs.
    (task.meta as RunnerTask["meta"] & { note: string }).note = inWords(program);
    expect(program.gzipped).toBeLessThanOrEqual(program.limit);
  });
}

/** The files that a program carries. */
async function carried(code: string): Promise<string[]> {
  const { files } = await bundle(code);
  return files.filter(([, bytes]) => bytes > 0).map(([file]) => file);
}

test("a Worker with JsonResponse carries no multipart parser, no session, no debug page, no files, no event streams", async () => {
  const files = await carried(
    `import { asFetch, JsonResponse } from "djedge"; export default { fetch: asFetch(() => new JsonResponse({})) };`,
  );
  expect(
    files.filter((file) => /multipart|parthead|boundary|sessions|debug|fileresponse|mrmime|eventstream|fflate|itty/.test(file)),
  ).toEqual([]);
});

test("entries are independent: djedge/utils and djedge/signing carry no request and no response", async () => {
  const files = await carried(`export * from "djedge/utils"; export * from "djedge/signing";`);
  expect(files.filter((file) => /dist\/(http|urls|middleware|contrib|views|core\/handlers)\//.test(file))).toEqual([]);
});
