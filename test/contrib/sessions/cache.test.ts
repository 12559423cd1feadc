import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { overrideSettings, type Settings, settings } from "../../../src/conf/index.ts";
import type { HttpRequest } from "../../../src/http/request.ts";
import { HttpResponse } from "../../../src/http/response.ts";
import { type KVNamespaceLike, KVSessionStore, MemorySessionStore, type SessionStore } from "../../../src/middleware.ts";
import { NOW, visit } from "./visit.ts";

// What Django 5.2's database backend wrote as session_data with this key at this second.
const OF_DJANGO = "eyJuIjoxLCJuYW1lIjoiWm9cdTAwZWIifQ:1r31eq:3DHRSPnsNyH7XbZCQT6UklAvVwIv38qPPRi7nAuHWp0";
const OF_DJANGO_30_SECONDS = "eyJuIjoxLCJfc2Vzc2lvbl9leHBpcnkiOjMwfQ:1r31eq:arx5n164imCKE5YUwGOdsX0J_j1oxjB5bMbp47SfpS0";
const KEY = "0123456789abcdefghijklmnopqrstuv";

beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ["Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A store that remembers what it was asked. */
class Recording implements SessionStore {
  readonly kept = new Map<string, string>();
  readonly calls: string[] = [];
  ttl = 0;

  async get(key: string): Promise<string | undefined> {
    this.calls.push(`get ${key}`);
    return this.kept.get(key);
  }
  async set(key: string, value: string, { ttl }: { ttl: number }): Promise<void> {
    this.calls.push(`set ${key}`);
    this.ttl = ttl;
    this.kept.set(key, value);
  }
  async delete(key: string): Promise<void> {
    this.calls.push(`delete ${key}`);
    this.kept.delete(key);
  }
}

let store: Recording;
beforeEach(() => {
  store = new Recording();
});

const set = (key: string, value: unknown) => (request: HttpRequest) => request.session.set(key, value);

/** What a visitor with this cookie has under `key`. */
async function read(cookie: string | undefined, key = "n", from: SessionStore = store): Promise<unknown> {
  let value: unknown;
  const look = async ({ session }: HttpRequest): Promise<void> => {
    value = await session.get(key);
  };
  await visit(cookie, look, { SESSION_STORE: from });
  return value;
}

describe("StoredSession", () => {
  test("keeps the data in the store, and a random key in the cookie", async () => {
    const { cookie } = await visit(undefined, set("n", 1), { SESSION_STORE: store });
    expect(cookie).toMatch(/^[a-z0-9]{32}$/);
    expect([...store.kept.keys()]).toEqual([cookie]);
    expect(store.ttl).toBe(1_209_600);
    expect(await read(cookie)).toBe(1);
    expect((await visit(undefined, set("n", 1), { SESSION_STORE: store })).cookie).not.toBe(cookie);
  });

  test("reads and writes what Django's database backend does", async () => {
    store.kept.set(KEY, OF_DJANGO);
    expect(await read(KEY, "name")).toBe("Zoë");
    await visit(undefined, ({ session }) => session.update({ n: 1, name: "Zoë" }), { SESSION_STORE: store });
    expect([...store.kept.values()][1]).toBe(OF_DJANGO);
  });

  test("a session that nobody touches asks the store nothing", async () => {
    await visit(KEY, () => {}, { SESSION_STORE: store });
    expect(store.calls).toEqual([]);
  });

  test("is loaded once, however many ask", async () => {
    store.kept.set(KEY, OF_DJANGO);
    const all = async ({ session }: HttpRequest): Promise<void> => {
      await Promise.all([session.get("n"), session.has("n"), session.keys(), session.get("name")]);
      await session.get("n");
    };
    await visit(KEY, all, { SESSION_STORE: store });
    expect(store.calls).toEqual([`get ${KEY}`]);
  });

  test("a key that is not in the store is no session: nobody can choose one for a visitor", async () => {
    const { cookie } = await visit(KEY, set("n", 1), { SESSION_STORE: store });
    expect(cookie).toMatch(/^[a-z0-9]{32}$/);
    expect(cookie).not.toBe(KEY);
    const { line } = await visit(KEY, async ({ session }) => void (await session.get("n")), { SESSION_STORE: store });
    expect(line).toMatch(/^sessionid="".*Max-Age=0/);
  });

  test("what cannot be a key is not asked for", async () => {
    for (const key of ["short", "..%2f..%2fetc", "x".repeat(129), "a key with spaces", "key/with/slashes"]) {
      await read(key);
      await visit(key, ({ session }) => session.flush(), { SESSION_STORE: store });
    }
    expect(store.calls).toEqual([]);
  });

  test("a stored value that was changed, or has expired, is no session", async () => {
    for (let i = 0; i < OF_DJANGO.length; i++) {
      store.kept.set(KEY, `${OF_DJANGO.slice(0, i)}${OF_DJANGO[i] === "x" ? "y" : "x"}${OF_DJANGO.slice(i + 1)}`);
      expect(await read(KEY), `changed at ${i}`).toBeUndefined();
      store.kept.set(KEY, OF_DJANGO.slice(0, i));
      expect(await read(KEY), `cut at ${i}`).toBeUndefined();
    }
    store.kept.set(KEY, OF_DJANGO_30_SECONDS);
    vi.setSystemTime(NOW + 30_000);
    expect(await read(KEY)).toBe(1);
    vi.setSystemTime(NOW + 30_001);
    expect(await read(KEY)).toBeUndefined();
  });

  test("the ttl is what setExpiry says", async () => {
    const view = async ({ session }: HttpRequest): Promise<void> => {
      await session.set("n", 1);
      await session.setExpiry(90);
    };
    const { line } = await visit(undefined, view, { SESSION_STORE: store });
    expect(store.ttl).toBe(90);
    expect(line).toContain("Max-Age=90");
  });

  test("flush removes it from the store, and takes the cookie away", async () => {
    store.kept.set(KEY, OF_DJANGO);
    const { line, response } = await visit(KEY, ({ session }) => session.flush(), { SESSION_STORE: store });
    expect(store.kept.size).toBe(0);
    expect(line).toMatch(/^sessionid="".*Max-Age=0/);
    expect(response.headers.get("vary")).toBe("Cookie");
  });

  test("flush and a new value: another key", async () => {
    store.kept.set(KEY, OF_DJANGO);
    const view = async ({ session }: HttpRequest): Promise<void> => {
      await session.flush();
      await session.set("m", 2);
    };
    const { cookie } = await visit(KEY, view, { SESSION_STORE: store });
    expect([...store.kept.keys()]).toEqual([cookie]);
    expect(cookie).not.toBe(KEY);
    expect([await read(cookie), await read(cookie, "m")]).toEqual([undefined, 2]);
  });

  test("cycleKey: the same data under another key, the former one is gone", async () => {
    store.kept.set(KEY, OF_DJANGO);
    const { cookie } = await visit(KEY, ({ session }) => session.cycleKey(), { SESSION_STORE: store });
    expect([...store.kept.keys()]).toEqual([cookie]);
    expect(cookie).not.toBe(KEY);
    expect(await read(cookie)).toBe(1);
  });

  test("a session that another request removed meanwhile is not stored again: SessionInterrupted, a 400", async () => {
    store.kept.set(KEY, OF_DJANGO);
    const view = async ({ session }: HttpRequest): Promise<void> => {
      await session.set("n", 2);
      await visitBeside();
    };
    const visitBeside = async (): Promise<void> => void store.kept.delete(KEY);
    const { response, line } = await visit(KEY, view, { SESSION_STORE: store });
    expect(response.status).toBe(400);
    expect(line).toBeUndefined();
    expect(store.kept.size).toBe(0);
  });

  test("nor is one that was removed after a save() of this very request", async () => {
    const view = async ({ session }: HttpRequest): Promise<void> => {
      await session.set("n", 1);
      await session.save();
      store.kept.clear();
      await session.set("n", 2);
    };
    const { response } = await visit(undefined, view, { SESSION_STORE: store });
    expect([response.status, store.kept.size]).toEqual([400, 0]);
  });

  test("one whose signature does not hold is empty, and logged as suspicious", async () => {
    const logged: unknown[] = [];
    const silent = (): void => {};
    const LOGGER = { debug: silent, info: silent, error: silent, warn: (...given: unknown[]) => void logged.push(given) };
    store.kept.set(KEY, `${OF_DJANGO}x`);
    await visit(KEY, async ({ session }) => void (await session.get("n")), { SESSION_STORE: store, LOGGER });
    expect(logged).toEqual([["django.security.SuspiciousSession", "Session data corrupted"]]);
  });

  test("save() in a view gives a key; the middleware saves again what changed afterwards", async () => {
    let key: string | null = null;
    const view = async ({ session }: HttpRequest): Promise<void> => {
      await session.set("n", 1);
      await session.save();
      key = session.sessionKey;
      await session.set("n", 2);
    };
    const { cookie } = await visit(undefined, view, { SESSION_STORE: store });
    expect(cookie).toBe(key);
    expect(await read(cookie)).toBe(2);
  });
});

describe("a store in trouble", () => {
  test("one that is slow is waited for, and keeps requests apart", async () => {
    const slow: SessionStore = {
      get: async (key) => {
        await new Promise((resolve) => setTimeout(resolve, key.charCodeAt(0) % 7));
        return store.get(key);
      },
      set: (...args) => store.set(...args),
      delete: (key) => store.delete(key),
    };
    const cookies: (string | undefined)[] = [];
    for (let i = 0; i < 8; i++) cookies.push((await visit(undefined, set("n", i), { SESSION_STORE: slow })).cookie);
    const seen: unknown[] = [];
    await overrideSettings({ SESSION_STORE: slow }, () =>
      Promise.all(
        cookies.map((cookie, i) =>
          visit(cookie, async ({ session }) => {
            seen[i] = await session.get("n");
          }),
        ),
      ),
    );
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test("one that fails to load makes a 500, and is no logout", async () => {
    store.get = () => Promise.reject(new Error("store is down"));
    const { response, line } = await visit(KEY, async ({ session }) => void (await session.get("n")), { SESSION_STORE: store });
    expect([response.status, line]).toEqual([500, undefined]);
  });

  test("a load that failed is tried again, and a view may go on without it", async () => {
    store.kept.set(KEY, OF_DJANGO);
    const { get } = store;
    store.get = () => {
      store.get = get;
      return Promise.reject(new Error("store was down"));
    };
    const results: unknown[] = [];
    const view = async ({ session }: HttpRequest): Promise<void> => {
      results.push(await session.get("n").catch((error: Error) => error.message));
      results.push(await session.get("n"));
    };
    expect((await visit(KEY, view, { SESSION_STORE: store })).response.status).toBe(200);
    expect(results).toEqual(["store was down", 1]);
  });

  test("one that fails to save makes a 500, without a cookie", async () => {
    store.set = () => Promise.reject(new Error("store is full"));
    const { response, line } = await visit(undefined, set("n", 1), { SESSION_STORE: store });
    expect([response.status, line]).toEqual([500, undefined]);
  });

  test("one that throws instead of rejecting does no more", async () => {
    store.get = () => {
      throw new Error("no such key");
    };
    const results: unknown[] = [];
    const view = async ({ session }: HttpRequest): Promise<void> => {
      for (let i = 0; i < 2; i++) results.push(await session.get("n").catch((error: Error) => error.message));
    };
    expect((await visit(KEY, view, { SESSION_STORE: store })).response.status).toBe(200);
    expect(results).toEqual(["no such key", "no such key"]);
  });

  test("one that hangs holds up only who asks it", async () => {
    store.get = () => new Promise(() => {});
    settings.configure({ SESSION_STORE: store });
    try {
      const asking = visit(KEY, async ({ session }) => void (await session.get("n")));
      const { response } = await visit(KEY, () => new HttpResponse("without a session"));
      expect(await response.text()).toBe("without a session");
      const late = new Promise((resolve) => setTimeout(resolve, 20, "still waiting"));
      expect(await Promise.race([asking, late])).toBe("still waiting");
    } finally {
      settings.configure({ SESSION_STORE: null });
    }
  });

  test("one that gives something else than text has no session", async () => {
    for (const value of [{ n: 1 }, 5, true, new Uint8Array(3)]) {
      const odd = { ...methods(store), get: async () => value } as unknown as SessionStore;
      expect(await read(KEY, "n", odd)).toBeUndefined();
    }
  });

  test("what is no store is ImproperlyConfigured", async () => {
    for (const SESSION_STORE of [{}, { get() {}, set() {} }, 5, () => undefined]) {
      const { response } = await visit(undefined, () => {}, { SESSION_STORE, DEBUG: true } as unknown as Partial<Settings>);
      expect(response.status).toBe(500);
      expect(await response.text()).toMatch(/SESSION_STORE setting must be an object .* there is no (get|delete)\(\)/s);
    }
  });
});

describe("SESSION_STORE", () => {
  test("may be a function of env", async () => {
    const SESSION_STORE = (env: { SESSIONS: SessionStore }): SessionStore => env.SESSIONS;
    const { cookie } = await visit(undefined, set("n", 1), { SESSION_STORE }, { env: { SESSIONS: store } });
    expect([...store.kept.keys()]).toEqual([cookie]);
  });
});

describe("MemorySessionStore", () => {
  test("forgets a value after its ttl", async () => {
    const memory = new MemorySessionStore();
    await memory.set("a", "1", { ttl: 2 });
    expect(await memory.get("a")).toBe("1");
    vi.setSystemTime(NOW + 2000);
    expect(await memory.get("a")).toBeUndefined();
    await memory.set("a", "2", { ttl: 2 });
    await memory.delete("a");
    expect(await memory.get("a")).toBeUndefined();
  });

  test("has room for so many; the one stored longest ago goes first", async () => {
    const memory = new MemorySessionStore(2);
    await memory.set("a", "1", { ttl: 9 });
    await memory.set("b", "1", { ttl: 9 });
    await memory.set("a", "2", { ttl: 9 });
    await memory.set("c", "1", { ttl: 9 });
    expect([await memory.get("a"), await memory.get("b"), await memory.get("c")]).toEqual(["2", undefined, "1"]);
  });

  test("carries sessions", async () => {
    const memory = new MemorySessionStore();
    const { cookie } = await visit(undefined, set("n", 1), { SESSION_STORE: memory });
    expect(await read(cookie, "n", memory)).toBe(1);
  });
});

describe("KVSessionStore", () => {
  test("asks a namespace under its prefix, and never for less than a minute", async () => {
    const calls: unknown[] = [];
    const namespace = {
      get: async (...args: unknown[]) => {
        calls.push(["get", ...args]);
        return null;
      },
      put: async (...args: unknown[]) => void calls.push(["put", ...args]),
      delete: async (...args: unknown[]) => void calls.push(["delete", ...args]),
    } satisfies KVNamespaceLike;
    const kv = new KVSessionStore(namespace, "session:");
    await kv.get("k");
    await kv.set("k", "v", { ttl: 30 });
    await kv.set("k", "v", { ttl: 90.5 });
    await kv.delete("k");
    expect(calls).toEqual([
      ["get", "session:k"],
      ["put", "session:k", "v", { expirationTtl: 60 }],
      ["put", "session:k", "v", { expirationTtl: 91 }],
      ["delete", "session:k"],
    ]);
  });
});

test("the sessions of a store and of cookies do not take each other's place", async () => {
  const { cookie: signed } = await visit(undefined, set("n", 1));
  expect(await read(signed)).toBeUndefined();
  store.kept.set(KEY, signed ?? "");
  expect(await read(KEY)).toBeUndefined();
  let inCookie: unknown;
  const look = async ({ session }: HttpRequest): Promise<void> => {
    inCookie = [await session.get("n"), session.modified];
  };
  await visit(OF_DJANGO, look);
  expect(inCookie).toEqual([undefined, true]);
});

function methods({ get, set, delete: remove }: SessionStore): SessionStore {
  return { get, set, delete: remove };
}
