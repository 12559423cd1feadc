import { describe, expect, test } from "vitest";
import { overrideSettings, type Settings, settings } from "../../src/conf/index.ts";

const given = (values: object) => (): void => overrideSettings(values as Partial<Settings>, () => {});

describe("settings.configure", () => {
  test("leaves as it is what is not given, or undefined: a secret that a Worker lacks is no key of another kind", () => {
    overrideSettings({ DEBUG: true, SECRET_KEY: undefined } as unknown as Partial<Settings>, () => {
      expect([settings.DEBUG, settings.SECRET_KEY, settings.APPEND_SLASH]).toEqual([true, "", true]);
    });
    expect(settings.DEBUG).toBe(false);
  });

  test.each<[object, string]>([
    [{ DEBGU: true }, 'There is no setting "DEBGU". Did you mean "DEBUG"?'],
    [{ ALLOWED_HOSTS: "*" }, 'The ALLOWED_HOSTS setting must be an array, not "*".'],
    [{ ROOT_URLCONF: "mysite.urls" }, 'The ROOT_URLCONF setting must be what "mysite.urls" names'],
    [{ FILE_UPLOAD_HANDLERS: ["a.b.C"] }, 'The FILE_UPLOAD_HANDLERS setting must be what "a.b.C" names: import that.'],
    [{ CSRF_FAILURE_VIEW: "a.b" }, 'The CSRF_FAILURE_VIEW setting must be what "a.b" names'],
    [{ MULTIPART_PARSER: "x" }, 'The MULTIPART_PARSER setting must be what "x" names'],
    [{ LOGGER: "django" }, 'The LOGGER setting must be what "django" names'],
    [{ DEFAULT_CHARSET: "utf8mb4" }, 'The DEFAULT_CHARSET setting must be a known charset, not "utf8mb4".'],
  ])("%j is ImproperlyConfigured, and changes nothing", (values, message) => {
    const before = { ...settings };
    expect(given(values)).toThrow(
      expect.objectContaining({ name: "ImproperlyConfigured", message: expect.stringContaining(message) }),
    );
    expect({ ...settings }).toEqual(before);
  });
});
