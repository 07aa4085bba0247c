import type { CategoricalColumn, DriftTable, NumericColumn } from "../types.js";

/** A column of numbers made of a feature: the feature itself, its missing marks, or one of its levels. */
export interface EncodedColumn {
  feature: string;
  /** Rows of the reference, then those of the current side; no NaN. */
  values: Float64Array;
}

export interface Sides {
  reference: DriftTable;
  current: DriftTable;
  /** Rows that are used. */
  referenceRows: Int32Array;
  currentRows: Int32Array;
}

/** Levels with a column of their own. */
const MOST_LEVELS = 20;
/** Share of all rows that such a level has. */
const LEAST_SHARE = 0.01;

/** Features that both tables have in the same kind: numbers and levels, never times. */
export function commonFeatures(reference: DriftTable, current: DriftTable): string[] {
  return [...reference.columns].flatMap(([name, { kind }]) =>
    kind !== "time" && current.columns.get(name)?.kind === kind ? [name] : [],
  );
}

/**
 * Features of both sides together as columns of mean 0 and standard deviation 1, so that the encoding says nothing of the
 * side: numbers with the mean where they are missing or infinite, and a column that marks those; one column a level with
 * at least 1 % of the rows (the 20 most frequent). Columns of one value are left out.
 */
export function encodeFeatures(sides: Sides, features: readonly string[]): EncodedColumn[] {
  return features.flatMap((feature) => {
    const [a, b] = [sides.reference.columns.get(feature), sides.current.columns.get(feature)];
    const columns =
      a?.kind === "numeric"
        ? numberColumns(pooled(sides, a.values, (b as NumericColumn).values))
        : levelColumns(pooledLevels(sides, a as CategoricalColumn, b as CategoricalColumn));
    return columns.flatMap((values) => (standardise(values) ? [{ feature, values }] : []));
  });
}

/** Numbers of both sides together; NaN for missing and infinite ones. */
export function pooled({ referenceRows, currentRows }: Sides, a: Float64Array, b: Float64Array): Float64Array {
  const values = new Float64Array(referenceRows.length + currentRows.length);
  referenceRows.forEach((row, i) => {
    values[i] = a[row];
  });
  currentRows.forEach((row, i) => {
    values[referenceRows.length + i] = b[row];
  });
  return values.map((value) => (Number.isFinite(value) ? value : Number.NaN));
}

function numberColumns(values: Float64Array): Float64Array[] {
  const missing = values.map((value) => (Number.isNaN(value) ? 1 : 0));
  return missing.includes(1) ? [values, missing] : [values];
}

function pooledLevels({ referenceRows, currentRows }: Sides, a: CategoricalColumn, b: CategoricalColumn): string[][] {
  const name = ({ codes, levels }: CategoricalColumn, row: number): string[] =>
    codes[row] < 0 ? [] : [levels[codes[row]]];
  return [...Array.from(referenceRows, (row) => name(a, row)), ...Array.from(currentRows, (row) => name(b, row))];
}

function levelColumns(rows: readonly string[][]): Float64Array[] {
  const counts = new Map<string, number>();
  for (const [level] of rows) if (level !== undefined) counts.set(level, (counts.get(level) ?? 0) + 1);
  const frequent = [...counts]
    .filter(([, count]) => count >= LEAST_SHARE * rows.length)
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .slice(0, MOST_LEVELS);
  const missing = Float64Array.from(rows, (row) => Number(row.length === 0));
  return [...frequent.map(([level]) => Float64Array.from(rows, (row) => Number(row[0] === level))), missing];
}

/** Mean 0 and standard deviation 1 in place, NaN at the mean; false where all values are one. */
function standardise(values: Float64Array): boolean {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  if (!(least < most)) return false;
  // In units of the range (halved, as it may overflow), so that no sum of squares does.
  const range = most / 2 - least / 2;
  let [n, sum] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) continue;
    values[i] = (values[i] / 2 - least / 2) / range;
    n++;
    sum += values[i];
  }
  const mean = sum / n;
  let squares = 0;
  for (const value of values) if (!Number.isNaN(value)) squares += (value - mean) ** 2;
  const deviation = Math.sqrt(squares / n);
  for (let i = 0; i < values.length; i++) values[i] = Number.isNaN(values[i]) ? 0 : (values[i] - mean) / deviation;
  return true;
}
