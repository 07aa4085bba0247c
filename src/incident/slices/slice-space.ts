import type { SliceTable } from "../types.js";
import type { Frame } from "./frame.js";
import type { SliceRows } from "./slice-rows.js";
import { STRIDE, type Totals, totalsAt } from "./totals.js";

/** Values of a dimension that may be in a where, at most. */
const MOST_VALUES = 512;

/** A dimension with the values that may be in a where. */
export interface SpaceDimension {
  name: string;
  /** Ascending. */
  values: readonly string[];
  /** Number of the first value among all values of all dimensions. */
  first: number;
  /** Values that the data have. */
  seen: number;
  /** The table's codes, by row. */
  codes: Int32Array;
  /** Code to place in `values`; -1 of a value that is left out. */
  place: Int32Array;
}

/** Every `dimension = value` that a slice may be made of, numbered; a slice is an ascending list of them. */
export interface SliceSpace {
  dimensions: readonly SpaceDimension[];
  /** Dimension of every number. */
  dimensionOf: Int32Array;
}

/**
 * Whether a slice, or any part of it, can hold a share of the movement: what is more than expected cannot exceed what is
 * there, nor can what is missing exceed what was expected, nor can traffic that moved explain more than it carries.
 */
export function mayExplain(frame: Frame, slice: Totals, leastShare: number): boolean {
  const { total, ratio } = frame;
  const growth = ratio && total.weightBefore > 0 ? Math.max(1, total.weightAfter / total.weightBefore) : 1;
  const least = leastShare * frame.movement;
  if (Math.max(slice.valueAfter, slice.valueBefore * growth) >= least) return true;
  if (!ratio) return false;
  const shift = Math.abs(slice.weightAfter / total.weightAfter - slice.weightBefore / total.weightBefore);
  const rate = Math.max(total.valueAfter / total.weightAfter, total.valueBefore / total.weightBefore);
  return shift * rate * total.weightAfter >= least;
}

/** Places with the most value, most first; equal ones in the order of the places. */
export function largest(sums: Float64Array, places: number[], most: number): number[] {
  if (places.length <= most) return places;
  const size = (place: number): number => Math.max(sums[STRIDE * place], sums[STRIDE * place + 2]);
  return places.sort((a, b) => size(b) - size(a) || a - b).slice(0, most);
}

/** The dimensions of a table that tell slices apart, with the values that may carry a share of the movement. */
export function sliceSpace(table: SliceTable, rows: SliceRows, frame: Frame, leastShare: number): SliceSpace {
  const dimensions: SpaceDimension[] = [];
  const dimensionOf: number[] = [];
  for (const { name, codes, values } of table.dimensions) {
    const names = [...new Set(values)].sort();
    const rankOf = new Map(names.map((value, rank) => [value, rank]));
    const rank = Int32Array.from(values, (value) => rankOf.get(value)!);
    const sums = sumByCode(rows, codes, rank, names.length);
    const seen = names.flatMap((_, at) => (isEmpty(sums, at) ? [] : [at]));
    if (seen.length < 2) continue;
    const candidates = seen.filter((at) => mayExplain(frame, totalsAt(sums, at), leastShare));
    const kept = largest(sums, candidates, MOST_VALUES).sort((a, b) => a - b);
    if (kept.length === 0) continue;
    const placeOf = new Map(kept.map((at, k) => [at, k]));
    const first = dimensionOf.length;
    for (let k = 0; k < kept.length; k++) dimensionOf.push(dimensions.length);
    dimensions.push({
      ...{ name, first, seen: seen.length, codes },
      values: kept.map((at) => names[at]),
      place: rank.map((at) => placeOf.get(at) ?? -1),
    });
  }
  return { dimensions, dimensionOf: Int32Array.from(dimensionOf) };
}

function sumByCode(
  { rows, offset, value, weight }: SliceRows,
  codes: Int32Array,
  rank: Int32Array,
  ranks: number,
): Float64Array {
  const sums = new Float64Array(STRIDE * ranks);
  for (let i = 0; i < rows.length; i++) {
    const code = codes[rows[i]];
    if (code < 0) continue;
    const at = STRIDE * rank[code] + offset[i];
    sums[at] += value[i];
    sums[at + 1] += weight[i];
  }
  return sums;
}

const isEmpty = (sums: Float64Array, place: number): boolean =>
  sums[STRIDE * place + 1] === 0 && sums[STRIDE * place + 3] === 0;
