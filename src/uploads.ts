/**
 * Multipart forms and upload handlers.
 *
 * @module
 */

import { defaultUploadHandlers } from "./core/files/uploadhandler.ts";
import { rooms } from "./core/rooms.ts";
import { MultiPartParser } from "./http/multipartparser.ts";

rooms.uploads = () => ({ MultiPartParser, defaultUploadHandlers });

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
