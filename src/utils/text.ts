/**
 * `django.utils.text`, `django.core.files.utils`: file names that a client chose; and text in ASCII.
 *
 * @module
 */

import { SuspiciousFileOperation } from "../core/exceptions.ts";

/** Characters that a file name may have on every file system. */
const MAX_FILE_NAME = 255;

/** What Python's `str.isprintable()` refuses: controls, format characters, unassigned ones, and every space but U+0020. */
const NON_PRINTABLE = /(?! )[\p{C}\p{Z}]/gu;

/** What comes after the last `/`, as POSIX's `basename`; empty where there is nothing. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/**
 * The base name of `name`, cut to 255 characters with its extension kept: what `UploadedFile.name` becomes.
 *
 * @throws SuspiciousFileOperation where nothing is left, or only `.` or `..`
 */
export function safeFileName(name: string): string {
  const base = truncate(baseName(name));
  if (base === "" || base === "." || base === "..") {
    throw new SuspiciousFileOperation(`Could not derive file name from '${base}'`);
  }
  return base;
}

/** `text` without its non-printable characters. */
export function printable(text: string): string {
  return text.replace(NON_PRINTABLE, "");
}

/** Cuts a name to 255 code points, from the middle where it has an extension. */
function truncate(name: string): string {
  if (name.length <= MAX_FILE_NAME) return name;
  const points = [...name];
  if (points.length <= MAX_FILE_NAME) return name;
  // As os.path.splitext(): the dots a name begins with start no extension.
  const start = points.findIndex((point) => point !== ".");
  const dot = points.lastIndexOf(".");
  const split = start >= 0 && dot > start ? dot : points.length;
  const extension = points.slice(split, split + MAX_FILE_NAME);
  return [...points.slice(0, Math.min(split, MAX_FILE_NAME - extension.length)), ...extension].join("");
}

/** JSON text in ASCII: every other character is escaped, as Python's `ensure_ascii` does. */
export function escapeNonAscii(json: string): string {
  return json.replace(/[\u007f-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
