import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { settings } from "../../../src/conf/index.ts";
import type { SessionBase } from "../../../src/contrib/sessions/base.ts";
import { MemorySessionStore, SignedCookieSession, StoredSession } from "../../../src/middleware.ts";
import { NOW } from "./visit.ts";

beforeEach(() => {
  settings.configure({ SECRET_KEY: "oracle-secret-key" });
  vi.useFakeTimers({ now: NOW, toFake: ["Date"] });
});
afterEach(() => {
  vi.useRealTimers();
  settings.configure({ SECRET_KEY: "" });
});

const backends: [name: string, make: () => SessionBase][] = [
  ["SignedCookieSession", () => new SignedCookieSession()],
  ["StoredSession", () => new StoredSession(new MemorySessionStore())],
];

describe.each(backends)("%s", (_, make) => {
  let session: SessionBase;
  beforeEach(() => {
    session = make();
  });

  test("is new, empty and untouched", async () => {
    expect(session.sessionKey).toBeNull();
    expect(await session.isEmpty()).toBe(true);
    expect([session.accessed, session.modified]).toEqual([false, false]);
  });

  test("get, has: what is not there is undefined, or the fallback", async () => {
    expect(await session.get("x")).toBeUndefined();
    expect(await session.get("x", "default")).toBe("default");
    expect(await session.has("x")).toBe(false);
    expect([session.accessed, session.modified]).toEqual([true, false]);
  });

  test("set: the value is there, and the session modified", async () => {
    await session.set("x", null);
    expect(await session.get("x", "default")).toBeNull();
    expect(await session.has("x")).toBe(true);
    expect([session.accessed, session.modified]).toEqual([true, true]);
  });

  test("delete, pop: a key that is not there is a KeyError, unless there is a fallback", async () => {
    await expect(session.delete("x")).rejects.toMatchObject({ name: "KeyError", message: "x" });
    await expect(session.pop("x")).rejects.toMatchObject({ name: "KeyError" });
    expect(await session.pop("x", undefined)).toBeUndefined();
    expect(session.modified).toBe(false);
    await session.set("x", 1);
    session.modified = false;
    expect(await session.pop("x", 2)).toBe(1);
    expect(session.modified).toBe(true);
    expect(await session.has("x")).toBe(false);
  });

  test("setdefault: sets only what is not there", async () => {
    expect(await session.setdefault("x", 1)).toBe(1);
    session.modified = false;
    expect(await session.setdefault("x", 2)).toBe(1);
    expect(session.modified).toBe(false);
  });

  test("update: takes an object, or pairs", async () => {
    await session.update({ a: 1, b: 2 });
    await session.update(new Map([["b", 3]]));
    expect(await session.items()).toEqual([
      ["a", 1],
      ["b", 3],
    ]);
    expect(await session.keys()).toEqual(["a", "b"]);
    expect(await session.values()).toEqual([1, 3]);
    expect(session.modified).toBe(true);
  });

  test("clear, flush: nothing is left", async () => {
    await session.set("x", 1);
    await session.save();
    const key = session.sessionKey;
    await session.clear();
    expect(await session.has("x")).toBe(false);
    expect(session.sessionKey).toBe(key);
    expect(await session.isEmpty()).toBe(false);
    await session.flush();
    expect(session.sessionKey).toBeNull();
    expect(await session.isEmpty()).toBe(true);
    expect([session.accessed, session.modified]).toEqual([true, true]);
  });

  test("cycleKey: another key, the same data", async () => {
    await session.set("x", 1);
    await session.save();
    const key = session.sessionKey;
    vi.setSystemTime(NOW + 1000);
    await session.cycleKey();
    expect(session.sessionKey).toMatch(/^.{32,}$/);
    expect(session.sessionKey).not.toBe(key);
    expect(await session.get("x")).toBe(1);
    expect(session.modified).toBe(true);
  });

  test("keys that objects have by nature are keys like any other", async () => {
    for (const key of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
      expect(await session.has(key)).toBe(false);
      await session.set(key, { polluted: true });
      expect(await session.get(key)).toEqual({ polluted: true });
    }
    await session.update(JSON.parse('{"__proto__": 1}'));
    expect(await session.get("__proto__")).toBe(1);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test("the test cookie", async () => {
    expect(await session.testCookieWorked()).toBe(false);
    await session.setTestCookie();
    expect(await session.testCookieWorked()).toBe(true);
    await session.deleteTestCookie();
    expect(await session.testCookieWorked()).toBe(false);
    await expect(session.deleteTestCookie()).rejects.toMatchObject({ name: "KeyError" });
  });

  test("a value that JSON cannot hold is a TypeError when it is saved", async () => {
    await session.set("x", 1n);
    await expect(session.save()).rejects.toThrow(TypeError);
  });
});

describe("expiry", () => {
  let session: SessionBase;
  beforeEach(() => {
    session = new SignedCookieSession();
  });
  const stored = (): Promise<unknown> => session.get("_session_expiry");

  test("without setExpiry: SESSION_COOKIE_AGE", async () => {
    expect(await session.getExpiryAge()).toBe(1_209_600);
    expect(await session.getExpiryDate()).toEqual(new Date(NOW + 1_209_600_000));
    expect(await session.getExpireAtBrowserClose()).toBe(false);
    settings.configure({ SESSION_EXPIRE_AT_BROWSER_CLOSE: true });
    expect(await session.getExpireAtBrowserClose()).toBe(true);
    settings.configure({ SESSION_EXPIRE_AT_BROWSER_CLOSE: false });
  });

  test("a number: so many seconds after the last change", async () => {
    await session.setExpiry(10);
    const modification = new Date(NOW + 5000);
    expect(await session.getExpiryAge({ modification })).toBe(10);
    expect(await session.getExpiryDate({ modification })).toEqual(new Date(NOW + 15_000));
    expect(await session.getExpireAtBrowserClose()).toBe(false);
  });

  test("0: when the browser is closed", async () => {
    await session.setExpiry(0);
    expect(await session.getExpireAtBrowserClose()).toBe(true);
    expect(await session.getExpiryAge()).toBe(1_209_600);
  });

  test("a date: then, stored as Django stores it", async () => {
    await session.setExpiry(new Date("2023-11-15T00:00:00.500Z"));
    expect(await stored()).toBe("2023-11-15T00:00:00.500+00:00");
    expect(await session.getExpiryAge()).toBe(6400);
    expect(await session.getExpiryAge({ modification: new Date("2023-11-15T00:00:01Z") })).toBe(-1);
    expect(await session.getExpiryDate()).toEqual(new Date("2023-11-15T00:00:00.500Z"));
  });

  test("a duration: so long from now", async () => {
    await session.setExpiry({ total: () => 60 });
    expect(await stored()).toBe("2023-11-14T22:14:20.000+00:00");
    expect(await session.getExpiryAge()).toBe(60);
  });

  test("null: as it was before", async () => {
    await session.setExpiry(null);
    expect(session.modified).toBe(false);
    await session.setExpiry(10);
    await session.setExpiry(null);
    expect(await session.getExpiryAge()).toBe(1_209_600);
  });

  test("an expiry may be given instead of the stored one", async () => {
    await session.setExpiry(10);
    expect(await session.getExpiryAge({ expiry: null })).toBe(1_209_600);
    expect(await session.getExpiryAge({ expiry: new Date(NOW + 7000) })).toBe(7);
    expect(await session.getExpiryAge({ expiry: "2023-11-14T22:13:28.999999+00:00" })).toBe(8);
    await expect(session.getExpiryAge({ expires: 1 } as object)).rejects.toThrow('Did you mean "expiry"?');
  });
});
