/**
 * The report of an error for a terminal.
 *
 * @module
 */

import type { Link, TracebackData } from "./types.ts";

/** The report as plain text. */
export function renderText(data: TracebackData): string {
  const parts = [data.title, ...data.chain.map((link, index) => (index === 0 ? chapter(link) : `Caused by ${chapter(link)}`))];
  if (data.tried) {
    const routes = data.tried.map(([route, name], index) => `  ${index + 1}. ${route}${name && ` [name="${name}"]`}`);
    parts.push(["These URL patterns were tried, in this order:", ...routes].join("\n"));
  }
  for (const { title, rows, empty = "none" } of data.sections) {
    parts.push(
      [`${title}:`, ...(rows.length > 0 ? rows.map(([name, value]) => `  ${name} = ${value}`) : [`  ${empty}`])].join("\n"),
    );
  }
  parts.push("This report is here because the DEBUG setting is true. Set it to false on a public site.");
  return `${parts.join("\n\n")}\n`;
}

function chapter({ name, message, frames }: Link): string {
  const lines = [`${name}: ${message}`];
  for (const frame of frames) {
    lines.push(`  at ${frame.name}${frame.file && ` (${frame.file}:${frame.line}:${frame.column})`}`);
    const source = frame.source.find(([number]) => number === frame.line);
    if (source) lines.push(`      ${source[1].trim()}`);
  }
  return lines.join("\n");
}
