/** Runs one area of the vectors: a test for each `fn`, which names every case that does not hold. */

import { describe, type TestContext, test, vi } from "vitest";
import { overrideSettings, type Settings } from "../../../src/index.ts";
import { decode, encode, same, sameError } from "./values.ts";

/** A file of the vectors. */
interface Area {
  area: string;
  cases: Case[];
}

interface Case {
  id: string;
  fn: string;
  input: unknown;
  expect: unknown;
  /** Where the clock stands, in epoch seconds. */
  now?: number;
}

type Expected = { value: unknown } | { error: string };

/** What an adapter has beside its input. */
export interface Context {
  /** Which way of giving the same input this run is, from 0 on; every one has to give the expected answer. */
  variant: number;
  /** Numbers in [0, 1), the same ones each time the case runs. */
  random(): number;
  /** What the case expects, for the few adapters that send it in. */
  expect: Expected;
}

/** How a `fn` of the vectors calls the library. The input is decoded; what it returns is compared, and so is what it throws. */
export type Adapter = (input: never, context: Context) => unknown;

/** @param variants how many ways each case of the area is run */
export function vectors(data: unknown, adapters: Record<string, Adapter>, variants = 1): void {
  const { area, cases } = data as Area;

  /** Runs cases; what does not hold. The counts go into the report of the run (scripts/test.mjs). */
  async function wrongOf(task: TestContext["task"], own: Case[]): Promise<string[]> {
    const wrong: string[] = [];
    for (const item of own) {
      const problem = await check(item, adapters[item.fn], variants);
      if (problem) wrong.push(problem);
    }
    Object.assign(task.meta, { vectors: { area, holding: own.length - wrong.length, cases: own.length } });
    return wrong;
  }

  describe(`vectors: ${area}`, { timeout: 120_000 }, () => {
    for (const fn of new Set(cases.map((item) => item.fn))) {
      test(fn, async ({ task }) => {
        const own = cases.filter((item) => item.fn === fn);
        const wrong = await wrongOf(task, own);
        if (wrong.length) throw new Error([`${wrong.length} of ${own.length} cases do not hold.`, ...wrong].join("\n"));
      });
    }
  });
}

/** Whether a case holds: nothing, or what is wrong with it. */
async function check(item: Case, adapter: Adapter | undefined, variants: number): Promise<string | undefined> {
  const expect = item.expect as Expected;
  for (let variant = 0; variant < variants; variant++) {
    let got: { value: unknown } | { error: unknown; message: string };
    if (item.now !== undefined) vi.setSystemTime(item.now * 1000);
    try {
      const input = decode(item.input) as never;
      if (!adapter) throw new Error(`There is no adapter for "${item.fn}".`);
      got = { value: encode(await answer(adapter(input, { variant, expect, random: generator(item.id) }))) };
    } catch (error) {
      got = { error: (error as Error | undefined)?.name ?? typeof error, message: String((error as Error | undefined)?.message) };
    } finally {
      if (item.now !== undefined) vi.useRealTimers();
    }
    const holds =
      "error" in expect ? "error" in got && sameError(expect.error, got.error) : "value" in got && same(expect.value, got.value);
    if (!holds) return `${item.id}\n  input    ${show(item.input)}\n  expected ${show(expect)}\n  got      ${show(got)}`;
  }
  return undefined;
}

/** Waits for an answer, though not for ever. */
async function answer(result: unknown): Promise<unknown> {
  if (typeof (result as Promise<unknown> | undefined)?.then !== "function") return result;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("no answer within 10 seconds")), 10_000);
  });
  return Promise.race([result, late]).finally(() => clearTimeout(timer));
}

/** mulberry32, seeded by a text. */
function generator(seed: string): () => number {
  let state = 0;
  for (const char of seed) state = (Math.imul(state, 31) + char.charCodeAt(0)) | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? "undefined";
  return text.length > 500 ? `${text.slice(0, 500)}… (${text.length})` : text;
}

/** Runs a case of an application: under the settings that all of them have, and its own. */
export function under<I>(adapter: (input: I, context: Context) => unknown): Adapter {
  const base: Partial<Settings> = { SECRET_KEY: "oracle-secret-key", ALLOWED_HOSTS: ["*"], LOGGER: silent };
  return (input, context) => overrideSettings({ ...base, ...ownSettings(input) }, () => adapter(input, context));
}

/** Runs a case under its own settings alone. */
export function withSettings<I>(adapter: (input: I, context: Context) => unknown): Adapter {
  return (input, context) => overrideSettings(ownSettings(input), () => adapter(input, context));
}

const ownSettings = (input: { settings?: Partial<Settings> }): Partial<Settings> => input.settings ?? {};
const quiet = (): void => {};
const silent = { debug: quiet, info: quiet, warn: quiet, error: quiet };
