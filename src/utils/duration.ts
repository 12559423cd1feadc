/**
 * Spans of time: seconds, or what knows how many seconds it is.
 *
 * @module
 */

/** Whatever tells its length as a `Temporal.Duration` does. */
export interface DurationLike {
  total(unit: "seconds"): number;
}

/** Python's `timedelta` or number of seconds. */
export type Duration = number | DurationLike;

/**
 * How many seconds a duration is.
 *
 * @param what the option, as the message shall name it: `maxAge`
 * @throws TypeError for anything that is neither a number nor has `total()`, and for `NaN`
 */
export function toSeconds(duration: Duration, what: string): number {
  const seconds = typeof duration === "number" ? duration : (duration as Partial<DurationLike>)?.total?.("seconds");
  if (typeof seconds !== "number" || Number.isNaN(seconds)) {
    throw new TypeError(`${what} must be a number of seconds or a duration with total(), not ${String(duration)}.`);
  }
  return seconds;
}
