/** The milliseconds that `work` takes; the clock of workerd moves only while a timer is waited for. */
export async function duration(work: () => unknown): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 0));
  const start = performance.now();
  await work();
  await new Promise((resolve) => setTimeout(resolve, 0));
  return performance.now() - start;
}

/** The least that it takes in three rounds. */
async function least(work: () => unknown): Promise<number> {
  let result = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3; round++) result = Math.min(result, await duration(work));
  return result;
}

/**
 * How many times as long `work` takes for `size * 4` as for `size`: 4 where its time is linear, 16 where it is quadratic.
 * A machine under load adds to both, and now and then to one alone: what seems too much is measured again, and the
 * least of all counts.
 */
export async function growth<T>(size: number, make: (size: number) => T, work: (input: T) => unknown): Promise<number> {
  const [small, large] = [make(size), make(size * 4)];
  let result = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < 5 && result >= LINEAR; tries++) {
    const few = await least(() => work(small));
    result = Math.min(result, (await least(() => work(large))) / (few + 5));
  }
  return result;
}

/** Above this, `growth()` is not linear. */
export const LINEAR = 10;
