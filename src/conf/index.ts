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
const IMPORTED: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "AUTH_GET_USER",
  "CSRF_FAILURE_VIEW",
  "DEFAULT_EXCEPTION_REPORTER",
  "DEFAULT_EXCEPTION_REPORTER_FILTER",
  "FILE_UPLOAD_HANDLERS",
  "LOGGER",
  "MULTIPART_PARSER",
  "ROOT_URLCONF",
  "SESSION_STORE",
]);

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
  if (Object(values) !== values) throw new ImproperlyConfigured(`Settings must be an object, not ${values}.`);
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  for (const [name, value] of given) {
    if (!Object.hasOwn(globalSettings, name)) throw new ImproperlyConfigured(`There is no setting "${name}". ${hint(name)}`);
    if (Array.isArray(globalSettings[name as keyof Settings]) && !Array.isArray(value)) {
      throw new ImproperlyConfigured(`The ${name} setting must be an array, not ${JSON.stringify(value)}.`);
    }
    const path = IMPORTED.has(name) && [value].flat().find((item) => typeof item === "string");
    if (path)
      throw new ImproperlyConfigured(`The ${name} setting must be what "${path}" stands for: import it, and give it itself.`);
  }
  if (!isKnownCharset(values.DEFAULT_CHARSET ?? "utf-8")) {
    throw new ImproperlyConfigured(`The DEFAULT_CHARSET setting names no known charset: "${values.DEFAULT_CHARSET}".`);
  }
  Object.assign(current, Object.fromEntries(given));
}

function hint(name: string): string {
  if (name === "MIDDLEWARE") return "Middleware are an option of the application: getFetchApplication({ middleware: [...] }).";
  return `Did you mean "${nearest(name, Object.keys(globalSettings))}"?`;
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as Promise<unknown> | undefined)?.then === "function";
}
