import { HttpRequest } from "djedge";
import { expect, test } from "vitest";
import { HashingUploadHandler } from "../../examples/uploads/hash.ts";
import { bytes, CONTENT_TYPE, form, part } from "../http/multipart.ts";

test("HashingUploadHandler has the SHA-256 of every file, and the next handler has the file", async () => {
  const contents = ["", "abc", "x".repeat(300_000)];
  const body = form(...contents.map((content, i) => part(`name="f"; filename="${i}.txt"`, content)));
  const init = { method: "POST", body, headers: { "content-type": CONTENT_TYPE } };
  const request = HttpRequest.fromRequest(new Request("http://testserver/", init));
  const hashing = new HashingUploadHandler(request);
  request.uploadHandlers.unshift(hashing);
  const files = (await request.FILES).getlist("f");
  expect(files.map(({ name, size }) => [name, size])).toEqual(contents.map((content, i) => [`${i}.txt`, content.length]));
  const expected = contents.map(async (content, i) => {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes(content)));
    const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return { fieldName: "f", fileName: `${i}.txt`, sha256 };
  });
  expect(hashing.digests).toEqual(await Promise.all(expected));
  request.close();
});
