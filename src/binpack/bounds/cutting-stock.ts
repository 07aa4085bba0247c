import { InputError } from "../../core/errors.js";
import { bestFills, commonDivisor } from "./best-fill.js";
import { createColumnLp, type LpColumn } from "./column-lp.js";

/** How few GPUs a list of shares needs, by the cutting-stock relaxation. */
export interface CuttingStock {
  /** Value of the linear programme: no packing uses fewer GPUs. */
  lp: number;
  /** `lp` rounded up, safe against the rounding of floating point: a bound on the whole number of GPUs. */
  gpus: number;
  /** Worth of one more piece of each size, in GPUs; no fill of one GPU is worth more than 1. */
  duals: Float64Array;
  /** Fills of one GPU and how often the optimum uses each; `pieces[i]` counts the pieces of `sizes[i]`. */
  patterns: { amount: number; pieces: Int32Array }[];
}

/**
 * Lower bound on the GPUs that hold `counts[i]` shares of `sizes[i]` each: the linear programme over fills of one GPU,
 * solved by column generation with a knapsack (Gilmore & Gomory 1961).
 *
 * @param sizes shares, integers of 1..capacity
 * @param counts how many of each, none negative
 * @param capacity of one GPU, default 1000
 * @throws InputError when a size or a count is out of range
 * @example
 * cuttingStockBound([470, 320], [4, 2]).gpus; // 3: 470+470, 470+470, 320+320
 */
export function cuttingStockBound(sizes: ArrayLike<number>, counts: ArrayLike<number>, capacity = 1000): CuttingStock {
  check(sizes, counts, capacity);
  const asked = Array.from(sizes, (_, i) => i).filter((i) => counts[i] > 0);
  const unit = commonDivisor([...asked.map((i) => sizes[i]), capacity]);
  const small = asked.map((i) => sizes[i] / unit);
  const hole = capacity / unit;
  const n = asked.length;
  const lp = createColumnLp(
    Float64Array.from(asked, (i) => counts[i]),
    small.map((size, row) => ({ value: -1, rows: [row], amounts: [Math.floor(hole / size)] })),
  );
  for (let row = 0; row < n; row++) lp.add({ value: 0, rows: [row], amounts: [-1] });

  let worth = new Float64Array(n);
  for (;;) {
    lp.solve(1000 * (n + 10));
    worth = lp.duals.map((dual) => Math.max(0, -dual));
    const fills = bestFills(small, worth, hole);
    // Scaled so that no fill is worth more than one GPU, these duals are feasible whatever the rounding.
    if (fills.best[hole] > 1) worth = worth.map((w) => w / fills.best[hole]);
    if (fills.best[hole] <= 1 + 1e-8) break;
    lp.add(pattern(fills.pieces(hole)));
  }
  return result(asked, worth, lp.columns, lp.amounts(), sizes, counts);
}

/** Worth of one more piece of each size, in GPUs: the dual prices of {@link cuttingStockBound}. */
export function cuttingStockDuals(sizes: ArrayLike<number>, counts: ArrayLike<number>, capacity = 1000): Float64Array {
  return cuttingStockBound(sizes, counts, capacity).duals;
}

function result(
  asked: number[],
  worth: Float64Array,
  columns: readonly LpColumn[],
  amounts: Float64Array,
  sizes: ArrayLike<number>,
  counts: ArrayLike<number>,
): CuttingStock {
  const duals = new Float64Array(sizes.length);
  let lp = 0;
  asked.forEach((i, row) => {
    duals[i] = worth[row];
    lp += counts[i] * worth[row];
  });
  const patterns: CuttingStock["patterns"] = [];
  columns.forEach(({ value, rows, amounts: pieces }, c) => {
    if (value === 0 || amounts[c] <= 1e-9) return;
    const all = new Int32Array(sizes.length);
    rows.forEach((row, k) => {
      all[asked[row]] = pieces[k];
    });
    patterns.push({ amount: amounts[c], pieces: all });
  });
  return { lp, gpus: Math.max(0, Math.ceil(lp - 1e-9 - 1e-12 * lp)), duals, patterns };
}

/** The column of a fill of one GPU. */
function pattern(pieces: number[]): LpColumn {
  const rows = [...new Set(pieces)];
  return { value: -1, rows, amounts: rows.map((row) => pieces.filter((piece) => piece === row).length) };
}

function check(sizes: ArrayLike<number>, counts: ArrayLike<number>, capacity: number): void {
  if (sizes.length !== counts.length) {
    throw new InputError(`cutting stock: ${sizes.length} sizes but ${counts.length} counts; give one count a size`);
  }
  for (let i = 0; i < sizes.length; i++) {
    if (!Number.isInteger(sizes[i]) || sizes[i] < 1 || sizes[i] > capacity) {
      throw new InputError(`cutting stock: size ${sizes[i]} at ${i} is not a whole number from 1 to ${capacity}`);
    }
    if (!(counts[i] >= 0 && Number.isFinite(counts[i]))) {
      throw new InputError(`cutting stock: count ${counts[i]} at ${i} is not a number of pieces`);
    }
  }
}
