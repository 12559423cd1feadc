/**
 * From the body of a request to its `POST` and `FILES`.
 *
 * @module
 */

import { settings } from "../conf/index.ts";
import { AttributeError, BadRequest, MultiPartParserError, TooManyFilesSent } from "../core/exceptions.ts";
import type { UploadedFile } from "../core/files/uploadedfile.ts";
import type { FileUploadHandler } from "../core/files/uploadhandler.ts";
import { room, rooms } from "../core/rooms.ts";
import { MultiValueDict } from "../utils/datastructures.ts";
import { attempt } from "../utils/log.ts";
import { handled } from "../utils/promise.ts";
import type { RequestBody } from "./body.ts";
import type { MultiPartParser } from "./multipartparser.ts";
import { QueryDict } from "./querydict.ts";
import type { HttpRequest } from "./request.ts";

/** What `request.multipartParserClass` is: a class that is constructed and called as `MultiPartParser`. */
export type MultiPartParserClass = new (...args: ConstructorParameters<typeof MultiPartParser>) => Pick<MultiPartParser, "parse">;

/** The fields and the files of a form. */
type Form = [fields: QueryDict, files: MultiValueDict<UploadedFile>];

/** What the room of uploads has for a form. */
interface Uploads {
  readonly MultiPartParser: MultiPartParserClass;
  defaultUploadHandlers(request: HttpRequest): FileUploadHandler[];
}

/** The form of a request: read when it is first asked for, once. */
export class FormReader {
  readonly #request: HttpRequest;
  readonly #body: RequestBody;
  #fields: Promise<Form> | undefined;
  #files: Promise<Form> | undefined;
  /** The multipart forms: more than one where `encoding` was set in between. */
  #parsed: Promise<Form>[] = [];
  #closed: boolean;
  #uploadHandlers: FileUploadHandler[] | undefined;
  #parserClass: MultiPartParserClass | undefined;

  /** @param closed whether the request is over, so that files are closed as soon as they are there */
  constructor(request: HttpRequest, body: RequestBody, closed: boolean) {
    this.#request = request;
    this.#body = body;
    this.#closed = closed;
  }

  /** `request.POST` */
  get fields(): Promise<QueryDict> {
    return handled((this.#fields ?? this.#load()).then(([fields]) => fields));
  }

  /** `request.FILES` */
  get files(): Promise<MultiValueDict<UploadedFile>> {
    return handled((this.#files ?? this.#load()).then(([, files]) => files));
  }

  /** Whether the form was asked for, and so may have files to close. */
  get started(): boolean {
    return this.#files !== undefined;
  }

  /** `request.uploadHandlers` */
  get uploadHandlers(): FileUploadHandler[] {
    this.#uploadHandlers ??= loadedUploads()?.defaultUploadHandlers(this.#request) ?? [];
    return this.#uploadHandlers;
  }

  set uploadHandlers(handlers: FileUploadHandler[]) {
    if (this.started) throw new AttributeError("You cannot set the upload handlers after the upload has been processed.");
    this.#uploadHandlers = handlers;
  }

  /** `request.multipartParserClass` */
  get parserClass(): MultiPartParserClass | undefined {
    return this.#parserClass ?? settings.MULTIPART_PARSER ?? loadedUploads()?.MultiPartParser;
  }

  set parserClass(parserClass: MultiPartParserClass | undefined) {
    if (this.started) throw new AttributeError("You cannot set the multipart parser class after the upload has been processed.");
    this.#parserClass = parserClass;
  }

  /** The fields will be read again, in another charset; the files stay. */
  forgetFields(): void {
    this.#fields = undefined;
  }

  /** Takes the form for empty from here on. */
  markEmpty(): void {
    this.#fields = this.#files = Promise.resolve(empty());
  }

  /** Closes all files, as soon as they are there; also those that nobody has asked for yet. */
  close(): void {
    this.#closed = true;
    for (const parsing of this.#parsed.splice(0)) parsing.then(closeFiles, () => {});
  }

  #load(): Promise<Form> {
    const form = this.#parse();
    this.#fields = this.#files = form;
    form.catch((error: unknown) => {
      // Reading on would fail again: an error page that shows the form gets an empty one.
      if (error instanceof MultiPartParserError || error instanceof TooManyFilesSent) this.markEmpty();
      else this.#fields = this.#files = undefined;
    });
    return form;
  }

  async #parse(): Promise<Form> {
    const request = this.#request;
    const body = this.#body;
    const { encoding, contentType } = request;
    if (request.method !== "POST") return empty(encoding);
    // The whole may be on its way at this moment, for somebody else.
    if (body.started && !(await body.pending)) return empty();
    if (contentType === "multipart/form-data") {
      const uploads = await room<Uploads>("uploads", "djedge/uploads", "The parser of multipart forms");
      const given = this.uploadHandlers;
      const handlers = Object.freeze(given.length > 0 ? given.slice() : uploads.defaultUploadHandlers(request));
      this.#uploadHandlers = immutable(handlers);
      const Parser = this.parserClass ?? uploads.MultiPartParser;
      const parsing = new Parser(request.META, body.chunks, handlers, encoding).parse();
      // workerd would drop the whole request with a client that resets the connection: the handlers have to hear of it.
      request.waitUntil(parsing.catch(() => {}));
      this.#parsed.push(parsing);
      if (this.#closed) this.close();
      return parsing;
    }
    if (contentType === "application/x-www-form-urlencoded") {
      if (encoding !== null && encoding.toLowerCase() !== "utf-8") {
        throw new BadRequest("HTTP requests with the 'application/x-www-form-urlencoded' content type must be UTF-8 encoded.");
      }
      return [new QueryDict(await body.whole(), { encoding: "utf-8" }), new MultiValueDict()];
    }
    return empty(encoding);
  }
}

function closeFiles([, files]: Form): void {
  for (const [, list] of files.lists()) {
    for (const file of list) void attempt(`Closing ${file.name}`, () => file.close());
  }
}

function empty(encoding?: string | null): Form {
  return [new QueryDict(null, { encoding }), new MultiValueDict()];
}

/** The room of uploads, where it is loaded: it is as soon as a handler or a parser was imported from it. */
function loadedUploads(): Uploads | undefined {
  const loaded = rooms.uploads?.();
  return loaded instanceof Promise ? undefined : (loaded as Uploads | undefined);
}

/** The handlers of an upload that has been processed, as Django's `ImmutableList`. */
function immutable(handlers: readonly FileUploadHandler[]): FileUploadHandler[] {
  const refuse = (): never => {
    throw new AttributeError("You cannot alter upload handlers after the upload has been processed.");
  };
  return new Proxy(handlers as FileUploadHandler[], { set: refuse, deleteProperty: refuse });
}
