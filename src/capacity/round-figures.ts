/** Digits that every figure of a plan keeps. */
const DIGITS = 12;
/** GPUs, hours, money and shares below this are what rounding left of zero. */
const LEAST = 1e-9;

/**
 * A copy of plain data with every number at 12 significant digits: sums come out as people write them
 * (6720, not 6720.0000000000055; 0, not 1.3e-16), and the last place, in which JavaScript engines may differ, is gone.
 */
export function roundFigures<T>(value: T): T {
  if (typeof value === "number") return (Math.abs(value) < LEAST ? 0 : Number(value.toPrecision(DIGITS))) as T;
  if (Array.isArray(value)) return value.map(roundFigures) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, roundFigures(item)])) as T;
}
