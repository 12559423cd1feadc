/**
 * Where the library says what went wrong: one logger, under Django's logger names.
 *
 * @module
 */

import { settings } from "../conf/index.ts";

/** Django's names of the loggers in use. */
export type LoggerName = "django.request" | "django.server" | `django.security.${string}`;

/**
 * What the `LOGGER` setting takes; `console` is one. A method that it lacks drops the messages of its level. Each method is
 * called with Django's logger name (`"django.request"`, `"django.security.DisallowedHost"`), the message, and what belongs to
 * it (an error).
 */
export interface Logger {
  /** What a developer may want to know. */
  debug(name: LoggerName, message: string, ...details: unknown[]): void;
  /** What goes as it should. */
  info(name: LoggerName, message: string, ...details: unknown[]): void;
  /** What a client has done wrong. */
  warn(name: LoggerName, message: string, ...details: unknown[]): void;
  /** What has failed here, and what is suspicious. */
  error(name: LoggerName, message: string, ...details: unknown[]): void;
}

/**
 * Writes one message to the `LOGGER` of the settings, `console` where there is none. A message is one line: what a client put
 * into its path cannot pass for another. A logger that throws is ignored.
 */
export function log(level: keyof Logger, name: LoggerName, message: string, ...details: unknown[]): void {
  try {
    const logger: Partial<Logger> = settings.LOGGER ?? console;
    logger[level]?.(name, escapeControls(message), ...details);
  } catch {
    // A broken logger must not turn an answer into an error.
  }
}

/** Does what must not stop anything else, such as closing a file; where it fails, that is logged. */
export async function attempt(what: string, work: () => unknown): Promise<void> {
  try {
    await work();
  } catch (error) {
    log("error", "django.request", `${what} failed.`, error);
  }
}

function escapeControls(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  return text.replace(/[\x00-\x1f\x7f-\x9f\u2028\u2029\p{Cf}]/gu, (char) => {
    const code = (char.codePointAt(0) ?? 0).toString(16);
    return code.length > 4 ? `\\U${code.padStart(8, "0")}` : `\\u${code.padStart(4, "0")}`;
  });
}
