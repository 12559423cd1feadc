/**
 * How the properties in this folder are tried. In the ordinary run each is tried some sixty times, from one and the same seed, so that
 * a failure is always one of the change at hand. `npm run fuzz` tries each for many seconds, from a new seed each time, and prints it:
 *
 * - `DJEDGE_FUZZ_RUNS`: how often each property is tried
 * - `DJEDGE_FUZZ_SECONDS`: how long each is tried, instead
 * - `DJEDGE_FUZZ_SEED`: where to begin; a failure says what to set
 */

import fc from "fast-check";
import { inject, test } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    /** Set in vitest.config.ts. */
    fuzz: { runs: number; seconds: number; seed: number | null };
  }
}

/**
 * A test that `holds` throws for no input.
 *
 * @param seeds inputs that are always tried first: what was found before, and what it is easily found near
 */
export function property<T>(name: string, inputs: fc.Arbitrary<T>, holds: (input: T) => unknown, seeds: readonly T[] = []): void {
  const { runs, seconds, seed: given } = inject("fuzz");
  const timeout = seconds > 0 ? (seconds + 600) * 1000 : 60_000;
  test(name, { timeout }, async () => {
    const seed = given ?? (seconds > 0 ? Math.trunc(Math.random() * 2 ** 31) : 1);
    const details = await fc.check(
      fc.asyncProperty(inputs, async (input) => {
        await holds(input);
      }),
      {
        seed,
        examples: seeds.map((input): [T] => [input]),
        numRuns: seeds.length + (seconds > 0 ? 2 ** 31 - 1 - seeds.length : runs),
        ...(seconds > 0 ? { interruptAfterTimeLimit: seconds * 1000 } : {}),
      },
    );
    if (seconds > 0) console.log(`fuzz: ${name}: ${details.numRuns} inputs from seed ${seed}${details.failed ? ": FAILED" : ""}`);
    if (details.failed) {
      const cause = details.errorInstance as Error | null;
      throw new Error(`DJEDGE_FUZZ_SEED=${seed}\n${fc.defaultReportMessage(details)}`, { cause });
    }
  });
}

/** What `work` gives; nothing where it throws one of the errors that it is documented to throw. */
export async function attempt<T>(errors: readonly string[], work: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (errors.includes((error as Error).name)) return undefined;
    throw error;
  }
}

/** Any text, of pieces that mean something to the parser and of others. */
export function textOf(...tokens: readonly string[]): fc.Arbitrary<string> {
  const odd = [
    "\0",
    "\r\n",
    "\n",
    "\t",
    "\x7f",
    "\x85",
    "\xa0",
    "\ud800",
    "\udc00",
    "\u2028",
    "İ",
    "ß",
    "🎸",
    "__proto__",
    "constructor",
  ];
  const piece = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...tokens) },
    { weight: 2, arbitrary: fc.string({ unit: "grapheme-ascii", maxLength: 5 }) },
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 4 }) },
    { weight: 1, arbitrary: fc.constantFrom(...odd) },
  );
  return fc.array(piece, { maxLength: 24 }).map((pieces) => pieces.join(""));
}

/** Text that is nearly one of `seeds`: cut, doubled, crossed with another, sprinkled with `tokens`. */
export function mutated(seeds: readonly string[], ...tokens: readonly string[]): fc.Arbitrary<string> {
  const change = fc.record({
    kind: fc.constantFrom("cut", "double", "insert", "cross"),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.nat(12),
    text: tokens.length > 0 ? fc.constantFrom(...tokens) : fc.string({ unit: "binary", maxLength: 3 }),
    other: fc.constantFrom(...seeds),
  });
  return fc.tuple(fc.constantFrom(...seeds), fc.array(change, { maxLength: 5 })).map(([seed, changes]) => {
    let text = seed;
    for (const { kind, at, length, text: inserted, other } of changes) {
      const start = Math.floor(at * text.length);
      const [before, piece, after] = [text.slice(0, start), text.slice(start, start + length), text.slice(start + length)];
      if (kind === "cut") text = before + after;
      else if (kind === "double") text = before + piece + piece + after;
      else if (kind === "insert") text = before + inserted + piece + after;
      else text = before + other.slice(Math.floor(at * other.length));
    }
    return text;
  });
}

/** Text that has bytes in UTF-8: no lone surrogates. */
export const wellFormed: fc.Arbitrary<string> = fc.string({ unit: "binary", maxLength: 30 });

/** `text` with something else for its lone surrogates. */
export function toWellFormed(text: string): string {
  return text.replace(/\p{Cs}/gu, "\ufffd");
}

/** A body that comes in pieces, some of them empty: `cuts` says where it is cut, whatever its length. */
export function cut(bytes: Uint8Array, cuts: readonly number[]): ReadableStream<Uint8Array> {
  const places = cuts.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b);
  const pieces = [0, ...places].map((start, i) => bytes.slice(start, places[i] ?? bytes.length)).values();
  return new ReadableStream({
    pull(controller) {
      const { value } = pieces.next();
      if (value) controller.enqueue(value);
      else controller.close();
    },
  });
}

/** For `cut()`. */
export const cuts: fc.Arbitrary<number[]> = fc.array(fc.nat(5000), { maxLength: 12 });

/** The bytes of a text, a character each. */
export function latin1(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}
