/**
 * A Worker that stores what it is sent in R2, and answers with what it stored.
 */

import { getFetchApplication, type HttpRequest, JsonResponse } from "djedge";
import { HashingUploadHandler } from "./hash.ts";
import { type R2File, R2UploadHandler } from "./r2.ts";

async function upload(request: HttpRequest): Promise<JsonResponse> {
  const hashing = new HashingUploadHandler(request);
  request.uploadHandlers.unshift(hashing);
  const files = [...(await request.FILES).lists()].flatMap(([, files]) => files) as R2File[];
  return new JsonResponse({
    files: files.map(({ key, name, size }, i) => ({ key, name, size, sha256: hashing.digests[i]?.sha256 })),
  });
}

export default getFetchApplication({
  view: upload,
  settings: { ALLOWED_HOSTS: ["*"], FILE_UPLOAD_HANDLERS: [R2UploadHandler] },
});
