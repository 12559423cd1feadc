/**
 * Fills the slot of uploads in `core/rooms.ts`: whoever imports `djedge/uploads` has the parser of multipart forms.
 *
 * @module
 */

import { defaultUploadHandlers } from "../core/files/uploadhandler.ts";
import { rooms } from "../core/rooms.ts";
import { MultiPartParser } from "./multipartparser.ts";

rooms.uploads = () => ({ MultiPartParser, defaultUploadHandlers });
