/**
 * A list of routes, sorted by the characters that tell them apart, so that a path is not tried against every one of them.
 *
 * @module
 */

/** What a table holds: whatever has a fixed text that a path must begin with. */
export interface Entry {
  readonly prefix: string;
}

/** The routes in their order, of which `candidates()` gives those that a few characters of a path do not rule out. */
export class RouteTable<T extends Entry> {
  /** Where in a path is the first character by which these routes differ. */
  readonly #at: number;
  readonly #routes: ReadonlyMap<number, RouteTable<T> | readonly T[]>;
  /** For a character that is no key: the routes with a shorter prefix. */
  readonly #others: readonly T[];

  constructor(routes: readonly T[], at = 0) {
    const longer = routes.filter(({ prefix }) => prefix.length > at);
    while (isShared(longer, at)) at++;
    const others: T[] = [];
    const groups = new Map<number, T[]>();
    for (const route of routes) {
      if (route.prefix.length <= at) {
        others.push(route);
        for (const group of groups.values()) group.push(route);
      } else {
        const key = route.prefix.charCodeAt(at);
        const group = groups.get(key);
        if (group) group.push(route);
        else groups.set(key, [...others, route]);
      }
    }
    this.#at = at;
    this.#others = others;
    const table = (group: readonly T[]): RouteTable<T> | readonly T[] =>
      group.filter(({ prefix }) => prefix.length > at + 1).length > 1 ? new RouteTable(group, at + 1) : group;
    this.#routes = new Map([...groups].map(([key, group]) => [key, table(group)]));
  }

  /** The routes that `path` could match from `start` on, in their order; most that cannot are left out. */
  candidates(path: string, start: number): readonly T[] {
    const found = this.#routes.get(path.charCodeAt(start + this.#at));
    if (found === undefined) return this.#others;
    return found instanceof RouteTable ? found.candidates(path, start) : found;
  }
}

/** Whether the prefixes, two at least, go on with the same character. */
function isShared([first, ...others]: readonly Entry[], at: number): boolean {
  const code = first?.prefix.charCodeAt(at);
  return others.length > 0 && others.every(({ prefix }) => prefix.charCodeAt(at) === code);
}
