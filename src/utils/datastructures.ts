/**
 * `django.utils.datastructures`: a dictionary with several values a key.
 *
 * @module
 */

import { MultiValueDictKeyError, ValueError } from "../core/exceptions.ts";

/** What `update()` adds: another such dictionary, an object, or pairs. */
export type MultiValueDictUpdate<V> = MultiValueDict<V> | Readonly<Record<string, V>> | Iterable<readonly [string, V]>;

/** Once a few were made and filled, V8 makes others with room for as many names; `{}` has room for four. */
class Dictionary {}

/**
 * An empty object without prototype that V8 fills and reads as fast as any other: that of `Object.create(null)` is slow past
 * its third name, and slow to write as JSON.
 *
 * @internal
 */
export function dictionary<V>(): Record<string, V> {
  return Object.setPrototypeOf(new Dictionary(), null);
}

/** Up to 16 pairs are searched in less time than it takes to sort them into lists. */
const FEW = 16 * 2;

const ABSENT: unique symbol = Symbol();

/**
 * A dictionary whose keys have lists of values, as Django's `MultiValueDict`. Reading a key gives the last of its
 * list; an empty list is a legal value, and reads as `[]`. Keys keep the order in which they were first set.
 */
export class MultiValueDict<V> {
  #map: Map<string, V[]> | undefined;
  /** What has not been sorted into lists yet: each key, and behind it its value. */
  #flat: (string | V)[] | undefined;

  /** @param entries keys with their lists, as pairs or as an object */
  constructor(entries?: Iterable<readonly [string, readonly V[]]> | Readonly<Record<string, readonly V[]>>) {
    if (entries) for (const [key, list] of pairs(entries)) this.#lists.set(key, [...list]);
  }

  /** Takes what a parser found, in place of what was here: each key, and behind it its value. @internal */
  protected fill(flat: (string | V)[]): void {
    this.#flat = flat;
    this.#map = undefined;
  }

  get #lists(): Map<string, V[]> {
    if (this.#map) return this.#map;
    const map = new Map<string, V[]>();
    const flat = this.#flat;
    if (flat) {
      for (let i = 0; i < flat.length; i += 2) append(map, flat[i] as string, flat[i + 1] as V);
      this.#flat = undefined;
    }
    this.#map = map;
    return map;
  }

  /** Pairs that are searched as they are. */
  get #few(): (string | V)[] | undefined {
    const flat = this.#flat;
    return flat && flat.length <= FEW ? flat : undefined;
  }

  /** How many keys there are. */
  get size(): number {
    return this.#lists.size;
  }

  /**
   * The last value of `key`, or `[]` where its list is empty.
   *
   * @throws MultiValueDictKeyError where there is no such key
   */
  getItem(key: string): V | [] {
    const value: unknown = this.get(key, ABSENT);
    if (value !== ABSENT) return value as V;
    const list = this.#lists.get(key);
    if (list === undefined) throw new MultiValueDictKeyError(key);
    return last(list);
  }

  /** The last value of `key`; `fallback` where there is none, or where its list is empty. */
  get(key: string): V | undefined;
  get<T>(key: string, fallback: T): V | T;
  get(key: string, fallback?: unknown): unknown {
    let value: V | [];
    const flat = this.#few;
    if (flat) {
      let at = flat.length - 2;
      while (at >= 0 && flat[at] !== key) at -= 2;
      if (at < 0) return fallback;
      value = flat[at + 1] as V;
    } else {
      const list = this.#lists.get(key);
      if (list === undefined) return fallback;
      value = last(list);
    }
    return Array.isArray(value) && value.length === 0 ? fallback : value;
  }

  /** Makes `value` the only value of `key`. */
  set(key: string, value: V): void {
    this.#lists.set(key, [value]);
  }

  /** Whether `key` is there, be its list empty or not. */
  has(key: string): boolean {
    const flat = this.#few;
    if (!flat) return this.#lists.has(key);
    let at = flat.length - 2;
    while (at >= 0 && flat[at] !== key) at -= 2;
    return at >= 0;
  }

  /**
   * Removes `key` and its list.
   *
   * @throws MultiValueDictKeyError where there is no such key
   */
  delete(key: string): void {
    if (!this.#lists.delete(key)) throw new MultiValueDictKeyError(key);
  }

  /** A copy of the list of `key`; `fallback`, or an empty list, where there is none. */
  getlist(key: string, fallback: V[] = []): V[] {
    const flat = this.#few;
    if (!flat) return this.#lists.get(key)?.slice() ?? fallback;
    const list: V[] = [];
    for (let i = 0; i < flat.length; i += 2) if (flat[i] === key) list.push(flat[i + 1] as V);
    return list.length > 0 ? list : fallback;
  }

  /** Sets the whole list of `key`. */
  setlist(key: string, list: V[]): void {
    this.#lists.set(key, list);
  }

  /** Adds `value` at the end of the list of `key`. */
  appendlist(key: string, value: V): void {
    append(this.#lists, key, value);
  }

  /** The list of `key` itself, which is set to `fallback` first where it is absent. */
  setlistdefault(key: string, fallback: V[] = []): V[] {
    if (!this.#lists.has(key)) this.setlist(key, fallback);
    return this.#lists.get(key) as V[];
  }

  /** The last value of `key`, which is set to `fallback` first where it is absent. */
  setdefault(key: string, fallback: V): V {
    if (!this.#lists.has(key)) this.set(key, fallback);
    return this.getItem(key) as V;
  }

  /**
   * Adds the values of `other` to the lists here; it replaces none.
   *
   * @throws ValueError for what is no pair among pairs
   */
  update(other: MultiValueDictUpdate<V>): void {
    if (other instanceof MultiValueDict) {
      for (const [key, list] of other.#lists) {
        const own = this.setlistdefault(key);
        for (const value of list.slice()) own.push(value);
      }
    } else {
      for (const pair of pairs(other)) {
        if (pair.length !== 2) throw new ValueError(`update() takes pairs of a key and a value, not ${JSON.stringify(pair)}.`);
        this.appendlist(pair[0], pair[1]);
      }
    }
  }

  /** The keys. */
  keys(): IterableIterator<string> {
    return this.#lists.keys();
  }

  /** The last value of each key. */
  values(): IterableIterator<V> {
    return this.#entries()
      .map(([, value]) => value)
      .values();
  }

  /** Each key with its last value. */
  items(): IterableIterator<[string, V]> {
    return this.#entries().values();
  }

  /** Each key with its whole list. */
  lists(): IterableIterator<[string, V[]]> {
    return this.#lists.entries();
  }

  /** A plain object of the last values, without a prototype. */
  dict(): Record<string, V> {
    const result = dictionary<V>();
    // Pairs need not be sorted into lists for this: the last value of a key takes the place of the others.
    const flat = this.#flat;
    if (flat) for (let i = 0; i < flat.length; i += 2) result[flat[i] as string] = flat[i + 1] as V;
    else for (const [key, value] of this.#entries()) result[key] = value;
    return result;
  }

  /** What `JSON.stringify` writes: as Python's `json`, the last values. */
  toJSON(): Record<string, V> {
    return this.dict();
  }

  /** A dictionary of its own with copies of the lists. */
  copy(): MultiValueDict<V> {
    return new MultiValueDict(this.#lists);
  }

  /**
   * Removes `key` and returns its list; `fallback` where it is absent.
   *
   * @throws MultiValueDictKeyError where `key` is absent and there is no `fallback`
   */
  pop(key: string): V[];
  pop<T>(key: string, fallback: T): V[] | T;
  pop(key: string, ...fallback: unknown[]): unknown {
    const list = this.#lists.get(key);
    if (list === undefined) {
      if (fallback.length > 0) return fallback[0];
      throw new MultiValueDictKeyError(key);
    }
    this.#lists.delete(key);
    return list;
  }

  /**
   * Removes the key that was set last and returns it with its list.
   *
   * @throws MultiValueDictKeyError where there is nothing left
   */
  popitem(): [string, V[]] {
    const key = [...this.#lists.keys()].at(-1);
    if (key === undefined) throw new MultiValueDictKeyError("popitem(): dictionary is empty");
    return [key, this.pop(key)];
  }

  /** Removes everything. */
  clear(): void {
    this.#lists.clear();
  }

  /** As `items()`. */
  [Symbol.iterator](): IterableIterator<[string, V]> {
    return this.items();
  }

  /** An array is iterated in less time than it takes a generator to begin. */
  #entries(): [string, V][] {
    const result: [string, V][] = [];
    const flat = this.#flat;
    if (flat && flat.length <= FEW) {
      next: for (let i = 0; i < flat.length; i += 2) {
        const key = flat[i] as string;
        for (let j = 0; j < i; j += 2) if (flat[j] === key) continue next;
        let at = flat.length - 2;
        while (flat[at] !== key) at -= 2;
        result.push([key, flat[at + 1] as V]);
      }
    } else {
      for (const [key, list] of this.#lists) result.push([key, last(list)]);
    }
    return result;
  }
}

function append<V>(lists: Map<string, V[]>, key: string, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

/** The last value of a list; an empty list stands for itself. */
function last<V>(list: V[]): V {
  return list.length === 0 ? ([] as V) : (list[list.length - 1] as V);
}

/** The entries of an iterable of pairs, or of an object. */
export function pairs<T>(entries: Iterable<readonly [string, T]> | Readonly<Record<string, T>>): Iterable<readonly [string, T]> {
  return Symbol.iterator in entries ? (entries as Iterable<readonly [string, T]>) : Object.entries(entries);
}
