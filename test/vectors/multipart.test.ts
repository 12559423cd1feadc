import { HttpRequest, type Settings, type UploadedFile } from "../../src/index.ts";
import data from "./multipart.json" with { type: "json" };
import { attempt, lists, makeRequest } from "./run/requests.ts";
import { type Context, vectors, withSettings } from "./run/vectors.ts";

interface Input {
  contentType: string;
  segments: (Uint8Array | { repeat: Uint8Array; times: number })[];
  settings?: Partial<Settings>;
}

function bodyOf({ segments }: Input): Uint8Array<ArrayBuffer> {
  const parts = segments.map((part) => (part instanceof Uint8Array ? { repeat: part, times: 1 } : part));
  const body = new Uint8Array(parts.reduce((length, { repeat, times }) => length + repeat.length * times, 0));
  let at = 0;
  for (const { repeat, times } of parts) {
    for (let i = 0; i < times; i++, at += repeat.length) body.set(repeat, at);
  }
  return body;
}

/** How the body is cut: not at all, in random pieces, byte by byte; the few long bodies in longer pieces. */
const PIECES = [undefined, { short: 7, long: 9000 }, { short: 1, long: 500 }];

function request(input: Input, { variant, random }: Context): HttpRequest {
  const body = bodyOf(input);
  const headers: [string, string][] = [["content-type", input.contentType]];
  if (body.length) headers.push(["content-length", String(body.length)]);
  const pieces = PIECES[variant];
  const chunked = pieces && { random, max: body.length > 20_000 ? pieces.long : pieces.short };
  return HttpRequest.fromRequest(makeRequest({ method: "POST", headers, body, chunked }));
}

const plain = (value: unknown): unknown =>
  ArrayBuffer.isView(value) ? new TextDecoder().decode(value as Uint8Array) : (value ?? null);

async function describeFile(file: UploadedFile): Promise<unknown> {
  const digest = await crypto.subtle.digest("SHA-256", (await file.read()) as Uint8Array<ArrayBuffer>);
  return {
    name: file.name,
    size: file.size,
    contentType: file.contentType,
    charset: plain(file.charset),
    extra: new Map(Object.entries(file.contentTypeExtra ?? {}).map(([key, value]) => [key, plain(value)])),
    sha256: Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join(""),
  };
}

vectors(
  data,
  {
    parse: withSettings(async (input: Input, context) => {
      const upload = request(input, context);
      const post = lists(await upload.POST);
      const files: [string, unknown[]][] = [];
      for (const [key, values] of lists(await upload.FILES)) files.push([key, await Promise.all(values.map(describeFile))]);
      return { post, files };
    }),
    sequence: withSettings(async (input: Input, context) => {
      const upload = request(input, context);
      return [
        await attempt(async () => lists(await upload.POST)),
        await attempt(async () => lists(await upload.POST)),
        await attempt(async () => lists(await upload.FILES).map(([key, values]) => [key, values.map((file) => file.name)])),
      ];
    }),
  },
  PIECES.length,
);
