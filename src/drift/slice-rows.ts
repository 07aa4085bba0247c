import { encodeLevels } from "./encode-levels.js";
import { partitionRows } from "./partition-rows.js";
import type { CategoricalColumn, DriftColumn } from "./types.js";

/** Values of a slice column that are looked at; those with the most rows. */
export const MOST_SLICES = 200;

export interface RowSlice {
  value: string;
  reference: Int32Array;
  current: Int32Array;
}

interface SliceCut {
  /** By value. */
  slices: RowSlice[];
  /** Values with fewer rows, left out. */
  left: number;
  /** Rows of both tables without a value. */
  unvalued: number;
}

/** Rows of both tables by the value of a column; rows without a value are in no slice. */
export function sliceRows(reference: DriftColumn, current: DriftColumn): SliceCut {
  const [before, after] = [asLevels(reference), asLevels(current)];
  const values = [...new Set([...before.levels, ...after.levels])];
  const place = new Map(values.map((value, k) => [value, k]));
  const rowsOf = ({ codes, levels }: CategoricalColumn): Int32Array[] => {
    const places = levels.map((level) => place.get(level)!);
    return partitionRows(
      codes.map((code) => (code < 0 ? -1 : places[code])),
      values.length,
    );
  };
  const [rowsBefore, rowsAfter] = [rowsOf(before), rowsOf(after)];
  const all = values
    .map((value, k): RowSlice => ({ value, reference: rowsBefore[k], current: rowsAfter[k] }))
    .filter((slice) => size(slice) > 0)
    .sort((a, b) => size(b) - size(a) || byValue(a, b));
  const rows = before.codes.length + after.codes.length;
  return {
    slices: all.slice(0, MOST_SLICES).sort(byValue),
    left: Math.max(0, all.length - MOST_SLICES),
    unvalued: all.reduce((rest, slice) => rest - size(slice), rows),
  };
}

const size = ({ reference, current }: RowSlice): number => reference.length + current.length;
const byValue = (a: RowSlice, b: RowSlice): number => (a.value < b.value ? -1 : 1);

/** Whole numbers are as good values of a slice as texts are: a year, a build. */
function asLevels(column: DriftColumn): CategoricalColumn {
  if (column.kind === "categorical") return column;
  return encodeLevels(Array.from(column.values, (value) => (Number.isFinite(value) ? String(value + 0) : null)));
}
