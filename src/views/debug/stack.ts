/**
 * The stack of an error as frames, with lines of source where the runtime lets them be read.
 *
 * @module
 */

import { readSource } from "../../platform.ts";
import type { Frame, Link } from "./types.ts";

/** Lines of source shown before and after that of a frame. */
const CONTEXT = 6;

/** Frames of one error that are shown. */
const MAX_FRAMES = 50;

/** The error and its causes, outermost first, with their frames. */
export async function readChain(error: unknown): Promise<Link[]> {
  const chain: Link[] = [];
  const seen = new Set<unknown>();
  const files = new Map<string, Promise<string | undefined>>();
  for (let current = error; chain.length < 10 && !seen.has(current); ) {
    seen.add(current);
    const frames = framesOf(current);
    await Promise.all(frames.map((frame) => addSource(frame, files)));
    chain.push({ name: nameOf(current), message: messageOf(current), frames });
    const { cause } = (current ?? {}) as { cause?: unknown };
    if (cause === undefined || cause === null) break;
    current = cause;
  }
  return chain;
}

/** The name of an error's class; of the type of what was thrown, where that is no error. */
export function nameOf(error: unknown): string {
  if (error instanceof Error) return String(error.name || "Error");
  return error === null ? "null" : typeof error;
}

/** The message of an error, or the text of what was thrown. */
export function messageOf(error: unknown): string {
  try {
    return error instanceof Error ? String(error.message) : String(error);
  } catch {
    return "(something without a text)";
  }
}

/** The frames of an error, the innermost first. */
function framesOf(error: unknown): Frame[] {
  const { stack } = (error ?? {}) as { stack?: unknown };
  if (typeof stack !== "string") return [];
  // The message stands before the frames; its lines, which may come from outside, are none.
  const message = messageOf(error);
  const at = stack.indexOf(message);
  const frames: Frame[] = [];
  for (const line of stack.slice(at < 0 ? 0 : at + message.length).split("\n")) {
    const frame = parseFrame(line.trim());
    if (frame && frames.push(frame) === MAX_FRAMES) break;
  }
  return frames;
}

/** Reads `at name (file:line:column)` or `at file:line:column`, as V8 and Bun write it. */
function parseFrame(text: string): Frame | undefined {
  if (!text.startsWith("at ")) return undefined;
  const open = text.endsWith(")") ? text.lastIndexOf(" (") : -1;
  const name = open >= 0 ? text.slice(3, open) : "";
  const place = open >= 0 ? text.slice(open + 2, -1) : text.slice(3).replace(/^async /, "");
  const end = place.lastIndexOf(":");
  const middle = place.lastIndexOf(":", end - 1);
  const [line, column] = [Number(place.slice(middle + 1, end)), Number(place.slice(end + 1))];
  if (middle < 0 || !Number.isInteger(line) || !Number.isInteger(column)) {
    return { name: name || place, file: "", line: 0, column: 0, own: false, source: [] };
  }
  const file = place.slice(0, middle);
  return { name: name || "(anonymous)", file, line, column, own: isOwn(file), source: [] };
}

function isOwn(file: string): boolean {
  return (
    !/^(?:node:|ext:|bun:|native|<anonymous>)/.test(file) &&
    !file.includes("/node_modules/") &&
    !file.includes("\\node_modules\\")
  );
}

async function addSource(frame: Frame, files: Map<string, Promise<string | undefined>>): Promise<void> {
  if (!frame.file || !frame.own) return;
  let file = files.get(frame.file);
  if (!file) {
    file = readSource(frame.file);
    files.set(frame.file, file);
  }
  const lines = (await file)?.split("\n");
  if (!lines || frame.line > lines.length) return;
  const start = Math.max(frame.line - 1 - CONTEXT, 0);
  frame.source = lines
    .slice(start, frame.line + CONTEXT)
    .map((text, index) => [start + index + 1, text.slice(0, 500).trimEnd()] as const);
}
