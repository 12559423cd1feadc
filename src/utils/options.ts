/**
 * Option objects stand where Django has keyword arguments: a misspelt one is an error, as it is in Python.
 *
 * @module
 */

/** The entry of `names` that takes the fewest edits to reach from `name`, letter case aside. */
export function nearest(name: string, names: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of names) {
    const edits = distance(name.toLowerCase(), candidate.toLowerCase());
    if (edits < least) [best, least] = [candidate, edits];
  }
  return best;
}

/**
 * Throws a `TypeError` for what is no object, and for the first key of `options` that is not in `known`, naming the nearest
 * valid one.
 *
 * @param what the call, as the message shall name it: `setCookie()`
 */
export function checkOptions(options: object, known: ReadonlySet<string>, what: string): void {
  if (Object(options) !== options) throw new TypeError(`${what} takes its options as an object, not ${options}.`);
  for (const name in options) {
    if (!known.has(name)) {
      throw new TypeError(`${what} has no option "${name}". Did you mean "${nearest(name, known)}"?`);
    }
  }
}

/** Levenshtein's distance, with no more than 32 characters of each looked at. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: Math.min(b.length, 32) + 1 }, (_, i) => i);
  for (let i = 1; i <= Math.min(a.length, 32); i++) {
    const next = [i];
    for (let j = 1; j < row.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
