import { explanatoryPower } from "./adtributor.js";
import type { Totals } from "./totals.js";

/** What slices of one table are judged against. */
export interface Frame {
  /** Whether the KPI is value / weight, or a plain sum of values. */
  ratio: boolean;
  /** Of all rows. */
  total: Totals;
  /** 1 when the KPI rose, -1 when it fell. */
  sign: 1 | -1;
  /** By how much the total is off what was expected, in units of value, ≥ 0. */
  movement: number;
  /** Variance of a sum of values over its mean: 1 for counts. */
  dispersion: number;
  /** Variance of an expectation over that of what is observed. */
  noise: number;
}

/** The frame of a table of which these are all rows. */
export function createFrame(total: Totals, kind: Pick<Frame, "ratio" | "dispersion" | "noise">): Frame {
  const frame: Frame = { ...kind, total, sign: 1, movement: 0 };
  const moved = total.valueAfter - expectedValue(frame, total);
  return { ...frame, sign: moved < 0 ? -1 : 1, movement: Math.abs(moved) };
}

/**
 * Value of a slice during the incident had nothing changed in it: for a ratio its rate before on its weight now, so that
 * traffic that came or went does not count. Half an observation at the overall rate keeps a rate of few rows from being 0.
 */
export function expectedValue({ ratio, total, dispersion }: Frame, slice: Totals): number {
  if (!ratio) return slice.valueBefore;
  const half = dispersion / 2;
  const rate = (total.valueBefore + half) / total.weightBefore;
  return rate === 0 ? 0 : ((slice.valueBefore + half) / (slice.weightBefore + half / rate)) * slice.weightAfter;
}

/** By how much a slice is off what was expected, in the direction of the KPI. */
export function excessValue(frame: Frame, slice: Totals): number {
  return frame.sign * (slice.valueAfter - expectedValue(frame, slice));
}

/** Variance of a slice's excess if nothing changed in it. A thousandth of the movement is as good as nothing. */
export function excessVariance({ dispersion, noise, movement }: Frame, expected: number): number {
  return dispersion * expected * (1 + noise) + (0.001 * movement) ** 2;
}

/** Share of the movement that is a slice's excess. */
export function sharePower(frame: Frame, slice: Totals): number {
  const expected = expectedValue(frame, slice);
  const { total } = frame;
  return explanatoryPower(expected, slice.valueAfter, expectedValue(frame, total), total.valueAfter);
}
