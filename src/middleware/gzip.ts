/**
 * Compression of responses, as `django.middleware.gzip`.
 *
 * @module
 */

import { Gzip, gzipSync } from "fflate";
import type { HttpRequest } from "../http/request.ts";
import type { HttpResponse, HttpResponseBase } from "../http/response.ts";
import { isBodiless } from "../http/status.ts";
import type { StreamingHttpResponse } from "../http/streaming.ts";
import { patchVaryHeaders } from "../utils/cache.ts";
import { MiddlewareMixin } from "./base.ts";

/** Bytes under which a body would hardly shrink. */
const MIN_LENGTH = 200;
const ACCEPTS_GZIP = /\bgzip\b/;

/**
 * Compresses responses for clients that accept gzip, streams piece by piece. A body under 200 bytes, one that does not
 * shrink, one that has a `Content-Encoding` already, and a part of a file (`Content-Range`) are left as they are.
 *
 * To blunt the BREACH attack, up to `maxRandomBytes` random bytes are added to each response, as the name of the file in
 * the gzip header ("Heal The Breach").
 */
export class GZipMiddleware extends MiddlewareMixin {
  /** The most bytes that are added at random; 0 for none. */
  static maxRandomBytes = 100;

  /** Compresses the body, and sets `Vary`, `Content-Encoding` and what depends on them. */
  override processResponse(request: HttpRequest, response: HttpResponseBase): HttpResponseBase {
    if (!response.streaming && (response as HttpResponse).content.length < MIN_LENGTH) return response;
    if (response.has("Content-Encoding") || response.has("Content-Range") || isBodiless(response.statusCode)) return response;
    patchVaryHeaders(response, ["Accept-Encoding"]);
    // A range is one of the file as it is.
    if ("fileToStream" in response && request.headers.has("Range")) return response;
    if (!ACCEPTS_GZIP.test(request.headers.get("Accept-Encoding", ""))) return response;

    const { maxRandomBytes } = this.constructor as typeof GZipMiddleware;
    const filename = randomFilename(maxRandomBytes);
    if (response.streaming) {
      const stream = response as StreamingHttpResponse;
      stream.streamingContent = compress(stream.streamingContent as AsyncIterable<Uint8Array>, stream.isAsync, filename);
      response.delete("Content-Length");
    } else {
      const { content } = response as HttpResponse;
      const compressed = gzipSync(content, { level: 6, mtime: 0, filename });
      // Counted with the longest name: it is no matter of chance whether a body is compressed.
      if (compressed.length - filename.length + Math.max(0, maxRandomBytes - 1) >= content.length) return response;
      (response as HttpResponse).content = compressed;
      response.set("Content-Length", compressed.length);
    }
    // Other bytes of the same meaning: a strong ETag becomes a weak one (RFC 9110, section 8.8.1).
    const etag = response.get("ETag");
    if (etag?.startsWith('"')) response.set("ETag", `W/${etag}`);
    response.set("Content-Encoding", "gzip");
    return response;
  }
}

/** Compresses chunk by chunk. What comes asynchronously is not held back: the client can unpack it at once. */
async function* compress(
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  flush: boolean,
  filename: string,
): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = [];
  // By itself, fflate sets 2 MB aside for each stream, and packs no better for it.
  const gzip = new Gzip({ level: 6, mtime: 0, filename, mem: 4 }, (data) => ready.push(data));
  for await (const chunk of chunks) {
    if (chunk.length === 0) continue;
    gzip.push(chunk);
    if (flush) {
      // The second flush adds an empty block, which pushes the last bits of the first out. (`flush(true)` is meant for this,
      // but in fflate 0.8.3 it writes over them.)
      gzip.flush();
      gzip.flush();
    }
    yield* ready.splice(0);
  }
  gzip.push(new Uint8Array(0), true);
  yield* ready;
}

/** Together with the NUL behind it, no more than `maxRandomBytes`. It is never empty, since then there would be no NUL. */
function randomFilename(maxRandomBytes: number): string {
  if (maxRandomBytes <= 1) return "";
  const [random = 0] = crypto.getRandomValues(new Uint32Array(1));
  return "a".repeat(1 + (random % (maxRandomBytes - 1)));
}
