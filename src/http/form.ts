/**
 * From the body of a request to its `POST` and `FILES`.
 *
 * @module
 */

import { BadRequest } from "../core/exceptions.ts";
import type { UploadedFile } from "../core/files/uploadedfile.ts";
import type { FileUploadHandler } from "../core/files/uploadhandler.ts";
import { room, rooms } from "../core/rooms.ts";
import { MultiValueDict } from "../utils/datastructures.ts";
import type { RequestBody } from "./body.ts";
import type { MultiPartParser } from "./multipartparser.ts";
import { QueryDict } from "./querydict.ts";
import type { HttpRequest } from "./request.ts";

/** The fields and the files of a form. */
export type Form = [POST: QueryDict, FILES: MultiValueDict<UploadedFile>];

/** What `request.multipartParserClass` is: a class that is constructed and called as {@link MultiPartParser}. */
export type MultiPartParserClass = new (...args: ConstructorParameters<typeof MultiPartParser>) => Pick<MultiPartParser, "parse">;

/** What a form needs of the room of uploads. */
export interface UploadsRoom {
  readonly MultiPartParser: MultiPartParserClass;
  defaultUploadHandlers(request: HttpRequest): FileUploadHandler[];
}

/** A form without anything in it. */
export function emptyForm(encoding?: string | null): Form {
  return [new QueryDict(null, { encoding }), new MultiValueDict()];
}

/** The room of uploads where it is loaded, as it is when a handler or a parser was imported from it. */
export function loadedUploads(): UploadsRoom | undefined {
  const loaded = rooms.uploads?.();
  return loaded instanceof Promise ? undefined : (loaded as UploadsRoom | undefined);
}

/**
 * Reads the form of a request: nothing where it is no `POST`, where the body is no form, or has been read otherwise.
 *
 * @throws BadRequest for an urlencoded form in another charset than UTF-8
 * @throws UnreadablePostError, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent, MultiPartParserError
 */
export async function readForm(request: HttpRequest, body: RequestBody): Promise<Form> {
  const { encoding, contentType } = request;
  if (request.method !== "POST") return emptyForm(encoding);
  // The whole may be on its way at this moment, for somebody else.
  if (body.started && !(await body.pending)) return emptyForm();
  if (contentType === "multipart/form-data") {
    const uploads = await room<UploadsRoom>("uploads", "djedge/uploads", "The parser of multipart forms");
    const { uploadHandlers } = request;
    if (uploadHandlers.length === 0) uploadHandlers.push(...uploads.defaultUploadHandlers(request));
    const Parser = request.multipartParserClass ?? uploads.MultiPartParser;
    return new Parser(request.META, body.chunks, Object.freeze(uploadHandlers), encoding).parse();
  }
  if (contentType === "application/x-www-form-urlencoded") {
    if (encoding !== null && encoding.toLowerCase() !== "utf-8") {
      throw new BadRequest("HTTP requests with the 'application/x-www-form-urlencoded' content type must be UTF-8 encoded.");
    }
    return [new QueryDict(await body.whole(), { encoding: "utf-8" }), new MultiValueDict()];
  }
  return emptyForm(encoding);
}
