import { HttpRequest, SimpleUploadedFile } from "../../src/index.ts";
import * as utils from "../../src/utils.ts";
import data from "./filenames.json" with { type: "json" };
import { makeRequest, type Text, text } from "./run/requests.ts";
import { decode } from "./run/values.ts";
import { vectors } from "./run/vectors.ts";

const bytes = (value: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(value);

/** Long names are compared by their length and their ends. */
function brief(name: string | null): unknown {
  const chars = [...(name ?? "")];
  return chars.length < 60 ? name : [chars.length, chars.slice(0, 6).join(""), chars.slice(-6).join("")];
}

vectors(data, {
  name: (input: { name: Text }) => brief(new SimpleUploadedFile(text(input.name), bytes("x")).name),
  rename: (input: { name: Text }) => {
    const file = new SimpleUploadedFile("old.txt", bytes("x"));
    file.name = text(input.name);
    return brief(file.name);
  },
  multipart: async (input: { name: string }) => {
    const quoted = input.name.replace(/["\\]/g, "\\$&");
    const disposition = `Content-Disposition: form-data; name="f"; filename="${quoted}"`;
    const body = bytes(`--BoUnD\r\n${disposition}\r\nContent-Type: text/plain\r\n\r\nx\r\n--BoUnD--\r\n`);
    const headers: [string, string][] = [
      ["content-type", "multipart/form-data; boundary=BoUnD"],
      ["content-length", String(body.length)],
    ];
    const files = await HttpRequest.fromRequest(makeRequest({ method: "POST", headers, body })).FILES;
    return files.get("f")?.name;
  },
  // Django's get_valid_filename is no part of the contract: its cases are asked where djedge/utils has it.
  valid: (input: { name: string }, { expect }) => {
    const { getValidFilename } = utils as { getValidFilename?: (name: string) => string };
    if (getValidFilename) return getValidFilename(input.name);
    if ("error" in expect) throw Object.assign(new Error("not in the contract"), { name: expect.error });
    return decode(expect.value);
  },
});
