/**
 * Values as text that a developer can read, whatever they are.
 *
 * @module
 */

/** What is shown of one value: characters. */
const MAX_LENGTH = 4096;

const MAX_ITEMS = 100;

/** A value as text, as a JavaScript programmer would write it; never throws and never takes long. */
export function show(value: unknown): string {
  let text: string;
  try {
    text = write(value, 4);
  } catch (error) {
    text = `(cannot be shown: ${error instanceof Error ? error.message : "an error"})`;
  }
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}… (${text.length} characters)` : text;
}

function write(value: unknown, depth: number): string {
  if (typeof value === "string") return JSON.stringify(value.length > MAX_LENGTH ? `${value.slice(0, MAX_LENGTH)}…` : value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return `[${value.name || "anonymous"}]`;
  if (typeof value !== "object" || value === null) return String(value);
  if (value instanceof Date || value instanceof RegExp || value instanceof Error) return String(value);
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}(${value.byteLength} bytes)`;
  if (depth === 0) return Array.isArray(value) ? "[…]" : "{…}";
  if (Array.isArray(value)) return list(value, "[", "]", (item) => write(item, depth - 1));
  const prototype = Object.getPrototypeOf(value);
  if (prototype === null || prototype.constructor === Object) {
    return list(Object.entries(value), "{ ", " }", ([key, item]) => `${key}: ${write(item, depth - 1)}`);
  }
  // What an instance holds is its own: as in Python, it shows what its class makes of it.
  return value.toString === Object.prototype.toString ? `[${prototype.constructor?.name ?? "object"}]` : String(value);
}

function list<T>(items: readonly T[], open: string, close: string, item: (value: T) => string): string {
  if (items.length === 0) return `${open.trimEnd()}${close.trimStart()}`;
  const shown = items.slice(0, MAX_ITEMS).map(item);
  if (items.length > MAX_ITEMS) shown.push(`… ${items.length - MAX_ITEMS} more`);
  return `${open}${shown.join(", ")}${close}`;
}
