/** The least milliseconds that `work` takes; the clock of workerd moves only while a timer is waited for. */
async function least(work: () => unknown): Promise<number> {
  let result = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3; round++) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    const start = performance.now();
    await work();
    await new Promise((resolve) => setTimeout(resolve, 0));
    result = Math.min(result, performance.now() - start);
  }
  return result;
}

/**
 * How many times as long `work` takes for `size * 4` as for `size`: 4 where its time is linear, 16 where it is quadratic.
 * What a machine under load adds is added to both.
 */
export async function growth<T>(size: number, make: (size: number) => T, work: (input: T) => unknown): Promise<number> {
  const [small, large] = [make(size), make(size * 4)];
  const few = await least(() => work(small));
  return (await least(() => work(large))) / (few + 5);
}

/** Above this, `growth()` is not linear. */
export const LINEAR = 10;
