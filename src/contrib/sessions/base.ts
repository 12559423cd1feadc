/**
 * `django.contrib.sessions.backends.base`: the dictionary that a visitor carries from request to request.
 *
 * @module
 */

import { settings } from "../../conf/index.ts";
import { ImproperlyConfigured, KeyError } from "../../core/exceptions.ts";
import { dumps, loads } from "../../core/signedobjects.ts";
import { b62Decode } from "../../core/signing.ts";
import { type DurationLike, toSeconds } from "../../utils/duration.ts";
import { checkOptions } from "../../utils/options.ts";

/**
 * What a session holds: values that JSON can hold. An application types its own keys by declaration merging:
 *
 * ```ts
 * declare module "djedge/middleware" {
 *   interface SessionData {
 *     cart: number[];
 *   }
 * }
 * ```
 */
export interface SessionData {
  /** Any key that the application has not typed. */
  [key: string]: unknown;
}

/** Options of `getExpiryAge()` and `getExpiryDate()`. */
export interface ExpiryOptions {
  /** When the session was last modified: now. */
  modification?: Date | undefined;
  /** What `setExpiry()` was given, as it is stored: what is stored in the session. */
  expiry?: number | string | Date | null | undefined;
}

const EXPIRY_OPTIONS: ReadonlySet<string> = new Set(["modification", "expiry"]);
const EXPIRY = "_session_expiry";
const TEST_COOKIE_NAME = "testcookie";
const TEST_COOKIE_VALUE = "worked";

/** Shorter keys are nobody's: Django's lower bound. */
const MIN_KEY_LENGTH = 8;

/**
 * `request.session`. No session is verified or loaded before the first call; what may have to load is awaited.
 *
 * A backend says how a session is loaded, saved, removed, and given another key.
 */
export abstract class SessionBase {
  /** Whether the session was looked into: the response then varies on the cookie. */
  accessed = false;
  /** Whether the session was changed: it is then saved. Set it yourself after a change within a value. */
  modified = false;

  /** Django's name for the signatures of this backend. */
  protected abstract readonly keySalt: string;

  #key: string | null | undefined;
  #readKey: (() => string | undefined) | undefined;
  #data: SessionData | undefined;
  #loaded: Promise<SessionData> | undefined;

  /**
   * A session of which nothing is read yet.
   *
   * @param sessionKey the key that the visitor sent, or a function that finds it when it is first needed
   */
  constructor(sessionKey: string | null | (() => string | undefined) = null) {
    if (typeof sessionKey === "function") this.#readKey = sessionKey;
    else this.sessionKey = sessionKey;
  }

  /** The key of a session that is stored, `null` for a new one. With signed cookies it is the cookie's value. */
  get sessionKey(): string | null {
    if (this.#key === undefined) this.sessionKey = this.#readKey?.() ?? null;
    return this.#key as string | null;
  }

  protected set sessionKey(key: string | null) {
    this.#key = key !== null && this.isValidKey(key) ? key : null;
  }

  /** Whether a visitor's key can be one; what cannot is no key. */
  protected isValidKey(key: string): boolean {
    return key.length >= MIN_KEY_LENGTH;
  }

  /** The stored session of a key; nothing where there is none. */
  protected abstract load(key: string): SessionData | undefined | Promise<SessionData | undefined>;

  /** Removes the stored session of a key. */
  protected abstract remove(key: string): void | Promise<void>;

  /**
   * Stores the session, as `SessionMiddleware` does with a modified one.
   *
   * @throws SessionInterrupted where the stored session was removed meanwhile
   * @throws TypeError for values that JSON cannot hold
   */
  abstract save(): Promise<void>;

  /** Gives the session another key and keeps its data: to be done on login, against session fixation. */
  abstract cycleKey(): Promise<void>;

  /** The value of `key`; `undefined` where there is none. */
  get<K extends string>(key: K): Promise<SessionData[K] | undefined>;
  /** The value of `key`, or `fallback` where there is none. */
  get<K extends string, T>(key: K, fallback: T): Promise<SessionData[K] | T>;
  async get(key: string, fallback?: unknown): Promise<unknown> {
    const data = await this.data();
    return key in data ? data[key] : fallback;
  }

  /** Sets the value of `key`. */
  async set<K extends string>(key: K, value: SessionData[K]): Promise<void> {
    // Before the wait: the response may come before the promise that somebody forgot to await.
    this.modified = true;
    const data: SessionData = await this.data();
    data[key] = value;
  }

  /** Whether there is a `key`. */
  async has(key: string): Promise<boolean> {
    return key in (await this.data());
  }

  /**
   * Removes `key`.
   *
   * @throws KeyError where there is no such key (it rejects, as all methods here)
   */
  async delete(key: string): Promise<void> {
    await this.pop(key);
  }

  /**
   * Removes `key` and returns its value.
   *
   * @throws KeyError where there is no such key
   */
  pop<K extends string>(key: K): Promise<SessionData[K]>;
  /** Removes `key` and returns its value, or `fallback` where there is none. */
  pop<K extends string, T>(key: K, fallback: T): Promise<SessionData[K] | T>;
  async pop(key: string, ...fallback: unknown[]): Promise<unknown> {
    const data = await this.data();
    if (key in data) {
      this.modified = true;
      const value = data[key];
      delete data[key];
      return value;
    }
    if (fallback.length === 0) throw new KeyError(key);
    return fallback[0];
  }

  /** The value of `key`, set to `value` where there is none. */
  async setdefault<K extends string>(key: K, value: SessionData[K]): Promise<SessionData[K]> {
    const data: SessionData = await this.data();
    if (!(key in data)) {
      this.modified = true;
      data[key] = value;
    }
    return data[key] as SessionData[K];
  }

  /** Sets several keys. */
  async update(values: Partial<SessionData> | Iterable<readonly [key: string, value: unknown]>): Promise<void> {
    this.modified = true;
    const data = await this.data();
    Object.assign(data, Symbol.iterator in values ? Object.fromEntries(values as Iterable<readonly [string, unknown]>) : values);
  }

  /** The keys. */
  async keys(): Promise<string[]> {
    return Object.keys(await this.data());
  }

  /** The values. */
  async values(): Promise<unknown[]> {
    return Object.values(await this.data());
  }

  /** Each key with its value. */
  async items(): Promise<[key: string, value: unknown][]> {
    return Object.entries(await this.data());
  }

  /** Removes all keys; the session stays. */
  async clear(): Promise<void> {
    this.accessed = true;
    this.modified = true;
    this.#data = emptyData();
    this.#loaded = Promise.resolve(this.#data);
  }

  /** Removes the session itself: its data, what is stored, and the visitor's cookie. To be done on logout. */
  async flush(): Promise<void> {
    const key = this.sessionKey;
    await this.clear();
    this.sessionKey = null;
    if (key !== null) await this.remove(key);
  }

  /** Whether there is neither a key nor data. It loads nothing, but waits for what is under way. */
  async isEmpty(): Promise<boolean> {
    await this.#loaded;
    return this.sessionKey === null && Object.keys(this.#data ?? {}).length === 0;
  }

  /**
   * Sets when this session expires.
   *
   * @param value a number: after so many seconds without a change; 0: when the browser is closed; a `Date`: then; a
   *   `Temporal.Duration`: so long from now; `null`: after `SESSION_COOKIE_AGE`, as any other
   */
  async setExpiry(value: number | Date | DurationLike | null): Promise<void> {
    if (value === null) {
      await this.pop(EXPIRY, undefined);
      return;
    }
    let expiry: Date | number;
    if (typeof value === "number" || value instanceof Date) expiry = value;
    else expiry = new Date(Date.now() + toSeconds(value, "setExpiry()") * 1000);
    // Python before 3.11 reads no "Z".
    await this.set(EXPIRY, expiry instanceof Date ? expiry.toISOString().replace("Z", "+00:00") : expiry);
  }

  /** Seconds until the session expires. */
  async getExpiryAge(options: ExpiryOptions = {}): Promise<number> {
    checkOptions(options, EXPIRY_OPTIONS, "getExpiryAge()");
    const expiry = await this.#expiry(options);
    if (typeof expiry === "number") return expiry || settings.SESSION_COOKIE_AGE;
    const modification = options.modification ?? new Date();
    return Math.floor((expiryDate(expiry, modification).getTime() - modification.getTime()) / 1000);
  }

  /** When the session expires. */
  async getExpiryDate(options: ExpiryOptions = {}): Promise<Date> {
    checkOptions(options, EXPIRY_OPTIONS, "getExpiryDate()");
    return expiryDate(await this.#expiry(options), options.modification ?? new Date());
  }

  /** Whether the session expires when the browser is closed. */
  async getExpireAtBrowserClose(): Promise<boolean> {
    const expiry = (await this.get(EXPIRY)) ?? null;
    return expiry === null ? settings.SESSION_EXPIRE_AT_BROWSER_CLOSE : expiry === 0;
  }

  /** Leaves a mark by which the next request can tell whether the browser takes cookies. */
  async setTestCookie(): Promise<void> {
    await this.set(TEST_COOKIE_NAME, TEST_COOKIE_VALUE);
  }

  /** Whether the mark of `setTestCookie()` came back. */
  async testCookieWorked(): Promise<boolean> {
    return (await this.get(TEST_COOKIE_NAME)) === TEST_COOKIE_VALUE;
  }

  /**
   * Removes the mark of `setTestCookie()`.
   *
   * @throws KeyError where there is none
   */
  async deleteTestCookie(): Promise<void> {
    await this.delete(TEST_COOKIE_NAME);
  }

  /** The data, loaded on the first call; a load that failed is tried again on the next. */
  protected data(): Promise<SessionData> {
    this.accessed = true;
    // One promise for all: calls take effect in their order, even where nobody awaits them.
    if (!this.#loaded) {
      this.#loaded = this.#load();
      this.#loaded.catch(() => {
        this.#loaded = undefined;
      });
    }
    return this.#loaded;
  }

  /** Data as Django stores it: JSON, compressed where that helps, and signed. */
  protected encode(data: SessionData): string {
    return dumps(data, { salt: this.keySalt, compress: true });
  }

  /** What `encode()` or Django wrote; nothing where the signature does not hold, or the session has expired. */
  protected decode(text: string): SessionData | undefined {
    try {
      const data = loads(text, { salt: this.keySalt });
      if (typeof data !== "object" || data === null || Array.isArray(data)) return undefined;
      // The signature and the time that it covers stand behind the last two colons.
      const modification = new Date(b62Decode(text.split(":").at(-2) ?? "") * 1000);
      const expires = expiryDate((data as SessionData)[EXPIRY], modification).getTime();
      return expires >= Date.now() ? (data as SessionData) : undefined;
    } catch (error) {
      if (error instanceof ImproperlyConfigured) throw error;
      this.corrupted();
      return undefined;
    }
  }

  /** Called where the signature of stored data does not hold. */
  protected corrupted(): void {}

  async #load(): Promise<SessionData> {
    const key = this.sessionKey;
    const stored = key === null ? undefined : await this.load(key);
    // Not over what clear() has set meanwhile.
    this.#data ??= Object.assign(emptyData(), stored);
    return this.#data;
  }

  async #expiry(options: ExpiryOptions): Promise<unknown> {
    return options.expiry === undefined ? this.get(EXPIRY) : options.expiry;
  }
}

/** When a session with this stored expiry ends; Django stores a date as ISO 8601. */
function expiryDate(expiry: unknown, modification: Date): Date {
  if (expiry instanceof Date) return expiry;
  if (typeof expiry === "string" && expiry) return new Date(expiry);
  return new Date(modification.getTime() + (Number(expiry) || settings.SESSION_COOKIE_AGE) * 1000);
}

/** Without a prototype: a key may be named `__proto__`. */
function emptyData(): SessionData {
  return Object.create(null);
}
