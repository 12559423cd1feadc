/**
 * Members that are looked up in an object which is made at the first look.
 *
 * @module
 */

/** An object of which a whole one can be had: `@whatwg-node/fetch`'s, in place of the few members made here. */
export interface Lazy<T extends object> {
  readonly whole: T;
}

/** Gives `prototype` the members of `names` that it lacks, from its `whole`. Methods are called on that. */
export function delegate<T extends object>(prototype: Lazy<T>, names: readonly (keyof T & string)[]): void {
  for (const name of names) {
    Object.defineProperty(prototype, name, {
      configurable: true,
      get(this: Lazy<T>) {
        const { whole } = this;
        const member = whole[name];
        return typeof member === "function" ? member.bind(whole) : member;
      },
    });
  }
}
