import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { SessionBase } from "../../../src/contrib/sessions/base.ts";
import { NOW, visit } from "./visit.ts";

// What Django 5.2 wrote with this key at this second.
const LOGIN =
  ".eJxVjEEOwiAQRe_C2pAOFmbq0r1nIDAMUjU0Ke3KeHfbpAvd_vfefysf1qX4tcnsx6QuCtXpd4uBn1J3kB6h3ifNU13mMepd0Qdt-jYleV0P9--ghFa2msAyEwChcxYtdJksU0xxEDEA4nIW6S0xZulxM88dDZyTCKIRMOrzBdnGN_w:1r31eq:ir8krApvhcKLGyB2ZJ3H6jT7yleXI3B4fmSiZv-T5cM";
const EXPIRES_AT =
  ".eJyrVspTsjLUUYovTi0uzszPi0-tKMgsqlSyUjIyMDLWNTTUNTQNMTCwAiM9UwMQ0AZzlGoBE1oPsA:1r31eq:8F4y6F29ekHkSa0Q6t_I7FYx9yPGV7s6z6NCCFqkFBY";
const EXPIRES_AFTER_60 = "eyJuIjoxLCJfc2Vzc2lvbl9leHBpcnkiOjYwfQ:1r31eq:NEsA8VnYaj8-mNwxyg8VDY7ZyymXpsKQc2Srd-A2H50";
const SMALL = "eyJuIjoxLCJfc2Vzc2lvbl9leHBpcnkiOjYwfQ:1r31eq:NEsA8VnYaj8-mNwxyg8VDY7ZyymXpsKQc2Srd-A2H50";

beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ["Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** What a visitor with this cookie has as `n`. */
async function n(cookie: string): Promise<unknown> {
  let value: unknown;
  await visit(cookie, async ({ session }) => {
    value = await session.get("n");
  });
  return value;
}

describe("SignedCookieSession", () => {
  test("reads what Django's login() wrote", async () => {
    let keys: string[] = [];
    let id: unknown;
    await visit(LOGIN, async ({ session }) => {
      keys = await session.keys();
      id = await session.get("_auth_user_id");
    });
    expect(keys).toEqual(["_auth_user_id", "_auth_user_backend", "_auth_user_hash"]);
    expect(id).toBe("7");
  });

  test("ends when its setExpiry says so, whatever the browser still sends", async () => {
    expect(await n(EXPIRES_AT)).toBe(1);
    vi.setSystemTime(new Date("2023-11-15T00:00:00.500Z"));
    expect(await n(EXPIRES_AT)).toBe(1);
    vi.setSystemTime(new Date("2023-11-15T00:00:00.501Z"));
    expect(await n(EXPIRES_AT)).toBeUndefined();

    vi.setSystemTime(NOW + 60_000);
    expect(await n(EXPIRES_AFTER_60)).toBe(1);
    vi.setSystemTime(NOW + 60_001);
    expect(await n(EXPIRES_AFTER_60)).toBeUndefined();
  });

  test("a change of any character, a cut anywhere, or an addition leaves nothing of it", async () => {
    for (let i = 0; i < SMALL.length; i++) {
      const changed = `${SMALL.slice(0, i)}${SMALL[i] === "x" ? "y" : "x"}${SMALL.slice(i + 1)}`;
      expect(await n(changed), changed).toBeUndefined();
      expect(await n(SMALL.slice(0, i)), `cut at ${i}`).toBeUndefined();
      expect(await n(`${SMALL.slice(0, i)}-${SMALL.slice(i)}`), `added at ${i}`).toBeUndefined();
    }
  });

  test("what was signed for another purpose is no session", async () => {
    // signing.dumps({"a": 1}) under django.core.signing, from the vectors.
    const foreign = "eyJhIjoxfQ:1r31eq:CDNYEgLnQ8rU-LmNC5T_Cp5sB23Fhcc2Dw3OAOx3OxA";
    let empty: boolean | undefined;
    await visit(foreign, async ({ session }) => {
      empty = (await session.keys()).length === 0;
    });
    expect(empty).toBe(true);
  });

  test("a cookie of another key is read while that key is a fallback, and signed anew when it is saved", async () => {
    const rotated = { SECRET_KEY: "newer", SECRET_KEY_FALLBACKS: ["oracle-secret-key"] };
    const change = ({ session }: { session: SessionBase }): Promise<void> => session.set("m", 2);
    const { cookie = "" } = await visit(SMALL, change, rotated);
    let values: unknown;
    const look = async ({ session }: { session: SessionBase }): Promise<void> => {
      values = [await session.get("n"), await session.get("m")];
    };
    await visit(cookie, look, { SECRET_KEY: "newer" });
    expect(values).toEqual([1, 2]);
    await visit(cookie, look);
    expect(values).toEqual([undefined, undefined]);
  });

  test("without SECRET_KEY it is ImproperlyConfigured that is thrown, not a lost session", async () => {
    let name: unknown;
    const look = async ({ session }: { session: SessionBase }): Promise<void> => {
      await session.get("n").catch((error: Error) => {
        name = error.name;
      });
    };
    const { line } = await visit(SMALL, look, { SECRET_KEY: "" });
    expect(name).toBe("ImproperlyConfigured");
    expect(line).toBeUndefined();
  });
});
