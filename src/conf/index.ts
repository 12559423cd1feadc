/**
 * `django.conf`: the settings of the process.
 *
 * Reading one is reading a property: `settings.DEBUG`. They are set once, by `settings.configure()` or by the
 * `settings` option of an application, and for the length of a test by `overrideSettings()`.
 *
 * @module
 */

import { ImproperlyConfigured } from "../core/exceptions.ts";
import { nearest } from "../utils/options.ts";
import { globalSettings, type Settings } from "./global_settings.ts";

export type { Settings };

/** The settings, and the call that sets them. */
export interface LazySettings extends Readonly<Settings> {
  /**
   * Sets the given settings, and leaves the others as they are.
   *
   * @throws ImproperlyConfigured for a name that is no setting, or for a value that is no list where a list is needed
   */
  configure(values: Partial<Settings>): void;
}

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
  if (isPromise(result)) return result.finally(restore) as T;
  restore();
  return result;
}

function configure(values: Partial<Settings>): void {
  for (const [name, value] of Object.entries(values)) {
    if (!Object.hasOwn(globalSettings, name)) {
      const known = nearest(name, Object.keys(globalSettings));
      throw new ImproperlyConfigured(`There is no setting "${name}". Did you mean "${known}"?`);
    }
    if (Array.isArray(globalSettings[name as keyof Settings]) && !Array.isArray(value)) {
      throw new ImproperlyConfigured(`The ${name} setting must be an array, not ${JSON.stringify(value)}.`);
    }
  }
  Object.assign(current, values);
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as Promise<unknown> | undefined)?.then === "function";
}
