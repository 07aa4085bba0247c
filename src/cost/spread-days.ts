import { DAY_MS } from "../core/utc.js";
import { apportion } from "./apportion.js";

/** Part of a charge that falls on a UTC day. */
export interface DayPart {
  /** Days since 1970-01-01. */
  day: number;
  billed: bigint;
  effective: bigint;
}

/**
 * The days of a charge, each with its part of the money by the time of it that falls on the day; the parts add up to the
 * charge to the last 10^-18.
 *
 * @param charge from `start` to before `end`, epoch ms
 */
export function spreadDays(charge: { start: number; end: number; billed: bigint; effective: bigint }): DayPart[] {
  const { start, end, billed, effective } = charge;
  const first = Math.floor(start / DAY_MS);
  const days = Math.floor((end - 1) / DAY_MS) - first + 1;
  if (days === 1) return [{ day: first, billed, effective }];
  const overlap = Array.from({ length: days }, (_, k) => {
    const from = (first + k) * DAY_MS;
    return BigInt(Math.round(Math.min(end, from + DAY_MS) - Math.max(start, from)));
  });
  const [billedParts, effectiveParts] = [apportion(billed, overlap), apportion(effective, overlap)];
  return overlap.map((_, k) => ({ day: first + k, billed: billedParts[k], effective: effectiveParts[k] }));
}
