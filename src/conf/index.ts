/**
 * `django.conf`: the settings of the process.
 *
 * Reading one is reading a property: `settings.DEBUG`. They are set once, by `settings.configure()` or by the
 * `settings` option of an application, and for the length of a test by `overrideSettings()`.
 *
 * @module
 */

import { ImproperlyConfigured } from "../core/exceptions.ts";
import { isKnownCharset } from "../utils/encoding.ts";
import { nearest } from "../utils/options.ts";
import { isPromise } from "../utils/promise.ts";
import { globalSettings, type Settings } from "./global_settings.ts";

export type { Settings };

/** The settings, and the call that sets them. */
export interface LazySettings extends Readonly<Settings> {
  /**
   * Sets the given settings, and leaves the others, and those that are `undefined`, as they are.
   *
   * @throws ImproperlyConfigured for a name that is no setting, for a value that is no list where a list is needed, for
   *   Python's dotted path in place of a class, a function or a table, and for an unknown `DEFAULT_CHARSET`
   */
  configure(values: Partial<Settings>): void;
}

/** What Django imports by its dotted path. */
const IMPORTED = /_(?:FILTER|HANDLERS|PARSER|REPORTER|STORE|URLCONF|USER|VIEW)$|^LOGGER$/;

const current: Settings = { ...globalSettings };

/** The settings of this process, with Django's names and defaults. */
export const settings: LazySettings = Object.assign(current, { configure });
Object.defineProperty(settings, "configure", { enumerable: false });

/**
 * Runs `fn` under other settings and returns its result; the former ones are back afterwards, also when `fn` throws
 * or rejects. For tests: settings belong to the process, so two overrides must not run side by side.
 *
 * @throws ImproperlyConfigured as `settings.configure()` does
 */
export function overrideSettings<T>(values: Partial<Settings>, fn: () => T): T {
  const former = { ...current };
  const restore = (): void => {
    Object.assign(current, former);
  };
  let result: T;
  try {
    configure(values);
    result = fn();
  } catch (error) {
    restore();
    throw error;
  }
  if (isPromise(result)) return Promise.resolve(result).finally(restore) as T;
  restore();
  return result;
}

function configure(values: Partial<Settings>): void {
  if (Object(values) !== values) throw new ImproperlyConfigured(`Settings must be an object, not ${values}.`);
  const given: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) continue;
    if (!Object.hasOwn(globalSettings, name)) {
      const known = nearest(name, Object.keys(globalSettings));
      throw new ImproperlyConfigured(`There is no setting "${name}". Did you mean "${known}"?`);
    }
    const problem = problemOf(name, value);
    if (problem) throw new ImproperlyConfigured(`The ${name} setting must be ${problem}.`);
    given[name] = value;
  }
  Object.assign(current, given);
}

/** What a setting must be, where it is something else. */
function problemOf(name: string, value: unknown): string | undefined {
  if (Array.isArray(globalSettings[name as keyof Settings]) && !Array.isArray(value)) {
    return `an array, not ${JSON.stringify(value)}`;
  }
  const path = IMPORTED.test(name) && [value].flat().find((item) => typeof item === "string");
  if (path) return `what "${path}" names: import that`;
  return name === "DEFAULT_CHARSET" && !isKnownCharset(String(value))
    ? `a known charset, not ${JSON.stringify(value)}`
    : undefined;
}
