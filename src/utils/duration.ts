/**
 * Spans of time: seconds, or what knows how many seconds it is.
 *
 * @module
 */

/** Whatever tells its length as a `Temporal.Duration` does. */
export interface DurationLike {
  /** Its length in seconds. */
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

/** Django's `duration_iso_string()`: days, hours, minutes, seconds and microseconds, `P1DT02H03M04.500000S`. */
export function durationIsoString(seconds: number): string {
  const microseconds = Math.round(Math.abs(seconds) * 1e6);
  const fraction = microseconds % 1e6;
  const whole = (microseconds - fraction) / 1e6;
  const two = (value: number): string => String(Math.trunc(value)).padStart(2, "0");
  const time = `${two((whole % 86400) / 3600)}H${two((whole % 3600) / 60)}M${two(whole % 60)}`;
  const sign = seconds < 0 ? "-" : "";
  return `${sign}P${Math.trunc(whole / 86400)}DT${time}${fraction ? `.${String(fraction).padStart(6, "0")}` : ""}S`;
}
