/**
 * The one way in which everything here is measured: candidates take turns within each round, and what is reported is
 * the median over the rounds of each one's speed relative to the first. Absolute times say little on a shared machine.
 */

/**
 * @param candidates name → function that does one batch of work and gives its time, in whatever unit
 * @returns name → { ratio: speed relative to the first candidate, median, best: times }
 */
export async function interleave(candidates, { rounds = 25, warmup = 5 } = {}) {
  const names = Object.keys(candidates);
  const times = new Map(names.map((name) => [name, []]));
  for (let round = -warmup; round < rounds; round++) {
    for (const name of shuffled(names)) {
      const time = await candidates[name]();
      if (round >= 0) times.get(name).push(time);
    }
  }
  const first = times.get(names[0]);
  return Object.fromEntries(
    names.map((name) => {
      const own = times.get(name);
      return [name, { ratio: median(own.map((time, i) => first[i] / time)), median: median(own), best: Math.min(...own) }];
    }),
  );
}

/** In another order each time, so that none always follows the same one's garbage. */
function shuffled(values) {
  const rest = [...values];
  return values.map(() => rest.splice(Math.floor(Math.random() * rest.length), 1)[0]);
}

/** The middle value. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
