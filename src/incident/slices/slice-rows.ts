import { InputError } from "../../core/errors.js";
import type { SliceTable } from "../types.js";
import { DURING, type IncidentWindows, UNUSED } from "./incident-windows.js";
import { STRIDE, type Totals, totalsAt } from "./totals.js";

/** The rows of both windows, ready to be summed in any order without rounding. */
export interface SliceRows {
  /** Rows of the table. */
  rows: Uint32Array;
  /** 0 before, 2 during: where a row's value goes in a slice's totals. */
  offset: Uint8Array;
  /** Value and weight, those before times the weight of their bucket. */
  value: Float64Array;
  weight: Float64Array;
}

/**
 * Checks a table and takes the rows that count. Rows without a value, without a weight or with weight 0 are left out.
 *
 * @throws InputError for columns of different length, unknown codes, times that are no number, negative or infinite values
 * and weights, and a value where the weight is 0
 */
export function sliceRows(table: SliceTable, windows: IncidentWindows): SliceRows {
  const { value, weight } = table;
  const used = new Uint32Array(value.length);
  let n = 0;
  for (let i = 0; i < value.length; i++) {
    const bucket = windows.bucket[i];
    if (bucket === UNUSED || !(value[i] >= 0) || !(weight[i] > 0)) continue;
    if (bucket === DURING || windows.weights[bucket] > 0) used[n++] = i;
  }
  const rows = used.slice(0, n);
  const scale = (row: number): number => (windows.bucket[row] === DURING ? 1 : windows.weights[windows.bucket[row]]);
  return {
    rows,
    offset: Uint8Array.from(rows, (row) => (windows.bucket[row] === DURING ? 2 : 0)),
    value: onGrid(Float64Array.from(rows, (row) => value[row] * scale(row))),
    weight: onGrid(Float64Array.from(rows, (row) => weight[row] * scale(row))),
  };
}

/** Totals of all rows. */
export function rowTotals({ offset, value, weight }: SliceRows): Totals {
  const sums = new Float64Array(STRIDE);
  for (let i = 0; i < offset.length; i++) {
    sums[offset[i]] += value[i];
    sums[offset[i] + 1] += weight[i];
  }
  return totalsAt(sums, 0);
}

/** Refuses a table that cannot be meant. */
export function checkSliceTable({ times, value, weight, dimensions }: SliceTable): void {
  const n = times.length;
  const columns = { value, weight, ...Object.fromEntries(dimensions.map(({ name, codes }) => [name, codes])) };
  for (const [name, column] of Object.entries(columns)) {
    if (column.length !== n) {
      throw new InputError(`slices: column ${name} has ${column.length} rows and times ${n}; give every row one`);
    }
  }
  const refuse = (row: number, what: string): never => {
    throw new InputError(`slices: row ${row}: ${what}`, { row });
  };
  for (let i = 0; i < n; i++) {
    const [v, w] = [value[i], weight[i]];
    if (!Number.isFinite(times[i])) refuse(i, `time is ${times[i]}; it must be epoch milliseconds`);
    if (v < 0 || v === Number.POSITIVE_INFINITY) refuse(i, `value is ${v}; it must be a finite number from 0`);
    if (w < 0 || w === Number.POSITIVE_INFINITY) refuse(i, `weight is ${w}; it must be a finite number from 0`);
    if (w === 0 && v > 0) refuse(i, `value is ${v} of weight 0; give the total that it is part of`);
  }
  for (const { name, codes, values } of dimensions) {
    const row = codes.findIndex((code) => code >= values.length);
    if (row >= 0) refuse(row, `code ${codes[row]} of dimension ${name} has no value; there are ${values.length}`);
  }
}

/**
 * Rounds numbers, in place, to multiples of a power of two so large that sums of any of them are exact: then the order of
 * rows cannot show in a result. Whole numbers below 2⁵² / n are left as they are.
 */
export function onGrid(numbers: Float64Array): Float64Array {
  let most = 0;
  for (const number of numbers) if (number > most) most = number;
  if (most === 0) return numbers;
  const step = 2 ** (Math.ceil(Math.log2(most * numbers.length)) - 51);
  for (let i = 0; i < numbers.length; i++) numbers[i] = Math.round(numbers[i] / step) * step;
  return numbers;
}
