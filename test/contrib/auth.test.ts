import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { overrideSettings, type Settings, settings } from "../../src/conf/index.ts";
import type { HttpRequest } from "../../src/http/request.ts";
import {
  AnonymousUser,
  AuthenticationMiddleware,
  getSessionAuthHash,
  getUser,
  MemorySessionStore,
} from "../../src/middleware.ts";
import { NOW, visit } from "./sessions/visit.ts";

// What Django 5.2's login() put into a session, for the user 7 with this password under "oracle-secret-key".
const PASSWORD = "pbkdf2_sha256$1000000$salt$hash";
const HASH = "815cc811876657510f85c8bdb9ee211e6ffee458c7fe47c813089cfdee772e12";
const HASH_OF_OLD_KEY = "ecf2b01a004bd3386fa8ea545ea30699276e32da912c13da3a3c504394d1c61a";
const LOGIN =
  ".eJxVjEEOwiAQRe_C2pAOFmbq0r1nIDAMUjU0Ke3KeHfbpAvd_vfefysf1qX4tcnsx6QuCtXpd4uBn1J3kB6h3ifNU13mMepd0Qdt-jYleV0P9--ghFa2msAyEwChcxYtdJksU0xxEDEA4nIW6S0xZulxM88dDZyTCKIRMOrzBdnGN_w:1r31eq:ir8krApvhcKLGyB2ZJ3H6jT7yleXI3B4fmSiZv-T5cM";

beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ["Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

interface Ada {
  name: string;
  password?: string;
}
const ada: Ada = { name: "Ada", password: PASSWORD };

/** What `look` gives for a visitor with this cookie, and the visit. */
async function seen(
  AUTH_GET_USER: unknown,
  look: (request: HttpRequest) => unknown,
  cookie?: string,
  more: object = {},
): Promise<{ value: unknown; line: string | undefined; vary: string | null }> {
  let value: unknown;
  const view = async (request: HttpRequest): Promise<void> => {
    value = await look(request);
  };
  const { response, line } = await visit(cookie, view, { AUTH_GET_USER, ...more } as Partial<Settings>, {
    middleware: [AuthenticationMiddleware],
  });
  return { value, line, vary: response.headers.get("vary") };
}

describe("AuthenticationMiddleware", () => {
  test("user and auser() are what AUTH_GET_USER gives", async () => {
    const { value } = await seen(
      () => ada,
      async (request) => [request.user, await request.auser()],
    );
    expect(value).toEqual([ada, ada]);
  });

  test("AUTH_GET_USER is asked once, and only where somebody wants to know", async () => {
    let asked = 0;
    const ask = (): Ada => {
      asked++;
      return ada;
    };
    await seen(ask, () => {});
    expect(asked).toBe(0);
    await seen(ask, async (request) => [request.user, request.user, await request.auser()]);
    expect(asked).toBe(1);
  });

  test("a user that has to be waited for is a promise until it is known", async () => {
    let asked = 0;
    const ask = async ({ session }: HttpRequest): Promise<Ada> => {
      asked++;
      await session.get("_auth_user_id");
      return ada;
    };
    const { value, vary } = await seen(ask, async (request) => {
      const both = await Promise.all([request.user, request.auser()]);
      return [...both, request.user, await request.auser()];
    });
    expect(value).toEqual([ada, ada, ada, ada]);
    expect(asked).toBe(1);
    expect(vary).toBe("Cookie");
  });

  test("what a user has is no property of its promise: nobody passes for want of an await", async () => {
    const ask = async (): Promise<Ada> => ada;
    const { value } = await seen(ask, async (request) => {
      const user = request.user as Ada;
      expect(() => user.name).toThrow("request.user.name was read before the user is known. Use (await request.auser()).name");
      expect(() => user.name).toThrow(expect.objectContaining({ name: "SynchronousOnlyOperation" }));
      await request.auser();
      return (request.user as Ada).name;
    });
    expect(value).toBe("Ada");
  });

  test("a page that does not ask for the user does not vary on the cookie", async () => {
    const { vary } = await seen(
      async ({ session }: HttpRequest) => session.get("_auth_user_id"),
      () => {},
      LOGIN,
    );
    expect(vary).toBeNull();
  });

  test("nobody is an AnonymousUser", async () => {
    for (const nobody of [null, () => null, () => undefined, async () => null, async () => undefined]) {
      const { value } = await seen(nobody, async (request) => [await request.user, await request.auser()]);
      const [user, same] = value as AnonymousUser[];
      expect(user).toBeInstanceOf(AnonymousUser);
      expect(same).toBe(user);
    }
  });

  test("user may be set, as on login", async () => {
    const { value } = await seen(
      () => null,
      async (request) => {
        request.user = ada;
        return [request.user, await request.auser()];
      },
    );
    expect(value).toEqual([ada, ada]);
  });

  test("an error of AUTH_GET_USER is the view's to catch", async () => {
    const fails = [
      () => Promise.reject(new Error("no database")),
      () => {
        throw new Error("no database");
      },
    ];
    for (const fail of fails) {
      const { value } = await seen(fail, (request) => request.auser().catch((error: Error) => error.message));
      expect(value).toBe("no database");
    }
  });

  test("an AUTH_GET_USER that is no function is ImproperlyConfigured", async () => {
    const { value } = await seen(5, (request) => request.auser().catch((error: Error) => error.name));
    expect(value).toBe("ImproperlyConfigured");
  });
});

describe("AnonymousUser", () => {
  test("is what Django's is", () => {
    const user = new AnonymousUser();
    expect({ ...user }).toEqual({
      id: null,
      pk: null,
      username: "",
      isStaff: false,
      isActive: false,
      isSuperuser: false,
      isAuthenticated: false,
      isAnonymous: true,
    });
    expect([String(user), user.getUsername()]).toEqual(["AnonymousUser", ""]);
  });
});

describe("getUser", () => {
  const byId =
    (user: Ada | undefined) =>
    (request: HttpRequest): Promise<Ada | undefined> =>
      getUser(request, (id) => (id === "7" ? user : undefined));

  test("finds the user of a session that Django's login() wrote", async () => {
    const { value, line } = await seen(byId(ada), (request) => request.auser(), LOGIN);
    expect(value).toBe(ada);
    expect(line).toBeUndefined();
  });

  test("without a password it takes the session's word", async () => {
    const withoutPassword = { name: "Ada" };
    expect((await seen(byId(withoutPassword), (request) => request.auser(), LOGIN)).value).toBe(withoutPassword);
  });

  test("a changed password ends the session", async () => {
    const { value, line } = await seen(byId({ ...ada, password: `${PASSWORD}x` }), (request) => request.auser(), LOGIN);
    expect(value).toBeInstanceOf(AnonymousUser);
    expect(line).toMatch(/^sessionid="".*Max-Age=0/);
  });

  test("a user who is gone is nobody", async () => {
    const { value, line } = await seen(byId(undefined), (request) => request.auser(), LOGIN);
    expect(value).toBeInstanceOf(AnonymousUser);
    expect(line).toBeUndefined();
  });

  test("a forged or missing hash ends the session", async () => {
    for (const hash of [undefined, "", HASH.replace("8", "9"), HASH.slice(1), 7]) {
      const { cookie } = await visit(undefined, ({ session }) => session.update({ _auth_user_id: "7", _auth_user_hash: hash }));
      const { value, line } = await seen(byId(ada), (request) => request.auser(), cookie);
      expect(value).toBeInstanceOf(AnonymousUser);
      expect(line).toMatch(/Max-Age=0/);
    }
  });

  test("a hash of a former SECRET_KEY still counts, and is replaced under a new session key", async () => {
    const store = new MemorySessionStore();
    const settings = { SESSION_STORE: store, SECRET_KEY_FALLBACKS: ["old-key"] };
    const former = { _auth_user_id: "7", _auth_user_hash: HASH_OF_OLD_KEY };
    const { cookie } = await visit(undefined, ({ session }) => session.update(former), settings);
    const { value, line } = await seen(
      byId(ada),
      async (request) => [await request.auser(), await request.session.get("_auth_user_hash")],
      cookie,
      settings,
    );
    expect(value).toEqual([ada, HASH]);
    expect(line).toMatch(/^sessionid=[a-z0-9]{32};/);
    expect(line).not.toContain(cookie);
    expect((await seen(byId(ada), (request) => request.auser(), cookie, settings)).value).toBeInstanceOf(AnonymousUser);
  });

  test("without SessionMiddleware it is ImproperlyConfigured", async () => {
    await expect(getUser({} as HttpRequest, () => ada)).rejects.toMatchObject({ name: "ImproperlyConfigured" });
  });
});

describe("getSessionAuthHash", () => {
  test("is Django's", () => {
    expect(getSessionAuthHash(PASSWORD)).toBe(HASH);
    overrideSettings({ SECRET_KEY: "old-key" }, () => expect(getSessionAuthHash(PASSWORD)).toBe(HASH_OF_OLD_KEY));
  });

  test("needs a SECRET_KEY", () => {
    expect(settings.SECRET_KEY).not.toBe("");
    overrideSettings({ SECRET_KEY: "" }, () => expect(() => getSessionAuthHash(PASSWORD)).toThrow("SECRET_KEY"));
  });
});
