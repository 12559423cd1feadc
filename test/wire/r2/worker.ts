/** Uploads into a real local bucket, and a view that tells what is left there. */

import { getFetchApplication, type HttpRequest, HttpResponse, JsonResponse } from "djedge";
import "djedge/uploads";
import { path } from "djedge/urls";
import { type Bucket, R2UploadHandler } from "../../../examples/uploads/r2.ts";

interface R2 extends Bucket {
  resumeMultipartUpload(key: string, uploadId: string): { uploadPart(number: number, data: Uint8Array): Promise<unknown> };
  list(): Promise<{ objects: { key: string }[] }>;
}

const uploads: { key: string; uploadId: string }[] = [];

/** The bucket itself; it only remembers which multipart uploads were begun. */
function remembering(bucket: R2): R2 {
  return new Proxy(bucket, {
    get(target, name) {
      if (name !== "createMultipartUpload") return Reflect.get(target, name).bind(target);
      return async (...args: Parameters<Bucket["createMultipartUpload"]>) => {
        const upload = await target.createMultipartUpload(...args);
        uploads.push(upload as unknown as { key: string; uploadId: string });
        return upload;
      };
    },
  });
}

async function upload(request: HttpRequest): Promise<HttpResponse> {
  await request.FILES;
  return new HttpResponse("stored");
}

/** What R2 says of each multipart upload that was begun, and the objects that there are. */
async function state(request: HttpRequest): Promise<JsonResponse> {
  const { BUCKET } = request.env as { BUCKET: R2 };
  const answers = uploads.map(async ({ key, uploadId }) => {
    try {
      await BUCKET.resumeMultipartUpload(key, uploadId).uploadPart(9, new Uint8Array(1));
      return "open";
    } catch (error) {
      return String(error);
    }
  });
  const { objects } = await BUCKET.list();
  return new JsonResponse({ uploads: await Promise.all(answers), objects: objects.length });
}

const app = getFetchApplication({
  urlconf: [path("upload/", upload), path("state/", state)],
  settings: { ALLOWED_HOSTS: ["*"], FILE_UPLOAD_HANDLERS: [R2UploadHandler] },
});

export default {
  fetch: (request: Request, env: { BUCKET: R2 }, ctx: unknown): Promise<Response> =>
    app.fetch(request, { BUCKET: remembering(env.BUCKET) }, ctx),
};
