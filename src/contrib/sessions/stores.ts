/**
 * Stores for sessions: Workers KV, and the memory of the process.
 *
 * @module
 */

import type { SessionStore } from "./cache.ts";

/** What is used of a Workers KV namespace. */
export interface KVNamespaceLike {
  /** The text of a key; `null` where there is none. */
  get(key: string): Promise<string | null>;
  /** Stores text for so many seconds. */
  put(key: string, value: string, options: { expirationTtl: number }): Promise<void>;
  /** Removes a key. */
  delete(key: string): Promise<void>;
}

/** Seconds under which Workers KV refuses an expiration. */
const MIN_TTL = 60;

/**
 * Sessions in Workers KV: `SESSION_STORE: (env) => new KVSessionStore(env.SESSIONS)`.
 *
 * KV is eventually consistent: a change may take a minute to be seen in another location, a logout too.
 */
export class KVSessionStore implements SessionStore {
  readonly #namespace: KVNamespaceLike;
  readonly #prefix: string;

  /**
   * Sessions in `namespace`.
   *
   * @param prefix what stands before each key, where the namespace is shared
   */
  constructor(namespace: KVNamespaceLike, prefix = "") {
    this.#namespace = namespace;
    this.#prefix = prefix;
  }

  /** The value of `key`. */
  get(key: string): Promise<string | null> {
    return this.#namespace.get(this.#prefix + key);
  }

  /** Stores `value` for `ttl` seconds, at least 60. */
  set(key: string, value: string, { ttl }: { ttl: number }): Promise<void> {
    return this.#namespace.put(this.#prefix + key, value, { expirationTtl: Math.max(Math.ceil(ttl), MIN_TTL) });
  }

  /** Removes `key`. */
  delete(key: string): Promise<void> {
    return this.#namespace.delete(this.#prefix + key);
  }
}

/** Sessions in the memory of this process, for one process alone: they end with it. */
export class MemorySessionStore implements SessionStore {
  readonly #entries: Map<string, { value: string; expires: number }> = new Map();
  readonly #maxEntries: number;

  /**
   * An empty store.
   *
   * @param maxEntries sessions that are kept; the one stored longest ago makes room for the next
   */
  constructor(maxEntries = 10_000) {
    this.#maxEntries = maxEntries;
  }

  /** The value of `key`. */
  async get(key: string): Promise<string | undefined> {
    const entry = this.#entries.get(key);
    if (!entry || entry.expires > Date.now()) return entry?.value;
    this.#entries.delete(key);
    return undefined;
  }

  /** Stores `value` for `ttl` seconds. */
  async set(key: string, value: string, { ttl }: { ttl: number }): Promise<void> {
    this.#entries.delete(key);
    this.#entries.set(key, { value, expires: Date.now() + ttl * 1000 });
    if (this.#entries.size > this.#maxEntries) this.#entries.delete(this.#entries.keys().next().value as string);
  }

  /** Removes `key`. */
  async delete(key: string): Promise<void> {
    this.#entries.delete(key);
  }
}
