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
export { BufferedMultiPartParser } from "./http/bufferedmultipart.ts";
export { MultiPartParser } from "./http/multipartparser.ts";
