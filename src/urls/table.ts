/**
 * A list of routes, keyed by the segments they begin with, so that a path is not tried against every one of them.
 *
 * @module
 */

/** What a table holds: whatever has fixed segments that a path must begin with. */
export interface Entry {
  readonly segments: readonly string[];
}

// So few are tried one after another sooner than looked up.
const SMALL = 4;

/** The routes in their order, of which `candidates()` gives those that a path's first segments do not rule out. */
export class RouteTable<T extends Entry> {
  readonly #routes: ReadonlyMap<string, RouteTable<T> | readonly T[]>;
  /** For a segment that is no key. */
  readonly #others: readonly T[];

  constructor(routes: readonly T[], depth = 0) {
    const others: T[] = [];
    const groups = new Map<string, T[]>();
    for (const route of routes) {
      const key = route.segments[depth];
      if (key === undefined) {
        others.push(route);
        for (const group of groups.values()) group.push(route);
      } else {
        const group = groups.get(key);
        if (group) group.push(route);
        else groups.set(key, [...others, route]);
      }
    }
    this.#others = others;
    this.#routes = new Map(
      [...groups].map(([key, group]) => [key, group.length > SMALL ? new RouteTable(group, depth + 1) : group]),
    );
  }

  /** The routes that `path` could match from `start` on, in their order. */
  candidates(path: string, start: number): readonly T[] {
    const end = path.indexOf("/", start) + 1 || path.length;
    const found = this.#routes.get(path.slice(start, end));
    if (found === undefined) return this.#others;
    return found instanceof RouteTable ? found.candidates(path, end) : found;
  }
}
