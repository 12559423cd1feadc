/**
 * `django.contrib.sessions.backends.cache`: sessions in a key-value store, under a random key that the cookie holds.
 *
 * @module
 */

import { SessionInterrupted } from "../../core/exceptions.ts";
import { getRandomString } from "../../utils/crypto.ts";
import { log } from "../../utils/log.ts";
import { SessionBase, type SessionData } from "./base.ts";

/**
 * Where sessions are kept: any asynchronous key-value store.
 *
 * The values are Django's: text that a `django_session` table holds as `session_data`, so a store over that table shares
 * its sessions with the site. A method that rejects makes the request a 500; a store that may hang sets its own timeout.
 */
export interface SessionStore {
  /** The value of `key`; nothing where there is none, or where it is older than its `ttl`. */
  get(key: string): Promise<string | null | undefined>;
  /** Stores `value` for `ttl` seconds. */
  set(key: string, value: string, options: { ttl: number }): Promise<unknown>;
  /** Removes `key`; nothing happens where there is none. */
  delete(key: string): Promise<unknown>;
}

const KEY_LENGTH = 32;
const KEY_CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

/** What no store can choke on. */
const VALID_KEY = /^[\w-]{8,128}$/;

/** A session in a {@link SessionStore}. */
export class StoredSession extends SessionBase {
  /** Django's name for the signatures of its database and its files. */
  protected readonly keySalt = "django.contrib.sessions.SessionStore";

  readonly #store: SessionStore;
  /** Whether nothing is stored under the key yet, since it is of this request's making: nobody can have removed it. */
  #isNew = false;

  /**
   * A session of which nothing is read yet.
   *
   * @param sessionKey the key that the visitor sent, or a function that finds it when it is first needed
   */
  constructor(store: SessionStore, sessionKey?: string | null | (() => string | undefined)) {
    super(sessionKey);
    this.#store = store;
  }

  /** Stores the data, under a new key where there is none yet. */
  async save(): Promise<void> {
    const data = await this.data();
    const key = this.sessionKey ?? this.#newKey();
    // Storing it again would undo the logout of a request that ran beside this one.
    if (!this.#isNew && !(await this.#store.get(key))) {
      throw new SessionInterrupted(
        "The request's session was deleted before the request completed. The user may have logged out in a concurrent request, for example.",
      );
    }
    await this.#store.set(key, this.encode(data), { ttl: await this.getExpiryAge() });
    this.#isNew = false;
  }

  /** Takes a new key, and removes what is stored under the former one. */
  async cycleKey(): Promise<void> {
    await this.data();
    const former = this.sessionKey;
    this.#newKey();
    this.modified = true;
    if (former !== null) await this.remove(former);
  }

  /** Removes the session from the store. */
  protected async remove(key: string): Promise<void> {
    await this.#store.delete(key);
  }

  /** The data of a key. One that is not in the store is forgotten, so that nobody can choose a key for a visitor. */
  protected async load(key: string): Promise<SessionData | undefined> {
    const text = await this.#store.get(key);
    const data = typeof text === "string" ? this.decode(text) : undefined;
    if (!data) this.sessionKey = null;
    return data;
  }

  protected override corrupted(): void {
    log("warn", "django.security.SuspiciousSession", "Session data corrupted");
  }

  protected override isValidKey(key: string): boolean {
    return VALID_KEY.test(key);
  }

  #newKey(): string {
    const key = getRandomString(KEY_LENGTH, KEY_CHARACTERS);
    this.sessionKey = key;
    this.#isNew = true;
    return key;
  }
}
