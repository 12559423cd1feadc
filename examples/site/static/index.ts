/**
 * The style sheet, the scripts and the icon, in the program: a Worker has no folder to serve.
 */

import { download, events, upload } from "./scripts.ts";
import { icon, style } from "./style.ts";

const CSS = "text/css; charset=utf-8";
const JS = "text/javascript; charset=utf-8";

/** File name → content type and content. */
export const files: ReadonlyMap<string, readonly [contentType: string, content: string]> = new Map([
  ["site.css", [CSS, style]],
  ["upload.js", [JS, upload]],
  ["events.js", [JS, events]],
  ["download.js", [JS, download]],
  ["icon.svg", ["image/svg+xml", icon]],
]);
