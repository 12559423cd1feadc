/**
 * Multipart forms and upload handlers.
 *
 * @module
 */

import "./http/uploadsroom.ts";

export {
  type Awaitable,
  defaultUploadHandlers,
  FileUploadHandler,
  MemoryFileUploadHandler,
  type Nothing,
  SkipFile,
  StopFutureHandlers,
  StopUpload,
  TemporaryFileUploadHandler,
  UploadFileException,
} from "./core/files/uploadhandler.ts";
export type { PartSource } from "./http/boundary.ts";
export { BufferedMultiPartParser } from "./http/bufferedmultipart.ts";
export type { BodySource, ChunkReader } from "./http/chunkreader.ts";
export { MultiPartParser } from "./http/multipartparser.ts";
export type { PartHead } from "./http/parthead.ts";
