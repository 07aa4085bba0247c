/** Sums of a slice: expected from the time before (scaled to the length of the incident), and seen during the incident. */
export interface Totals {
  valueBefore: number;
  weightBefore: number;
  valueAfter: number;
  weightAfter: number;
}

/** Totals lie in flat arrays, four numbers each: value and weight before, value and weight during. */
export const STRIDE = 4;

/** The totals at a place of a flat array. */
export function totalsAt(sums: Float64Array, place: number): Totals {
  const at = STRIDE * place;
  return { valueBefore: sums[at], weightBefore: sums[at + 1], valueAfter: sums[at + 2], weightAfter: sums[at + 3] };
}

/** Totals of what is in the first and not in the second, which is a part of it. */
export function difference(all: Totals, part: Totals): Totals {
  return {
    valueBefore: all.valueBefore - part.valueBefore,
    weightBefore: all.weightBefore - part.weightBefore,
    valueAfter: all.valueAfter - part.valueAfter,
    weightAfter: all.weightAfter - part.weightAfter,
  };
}
