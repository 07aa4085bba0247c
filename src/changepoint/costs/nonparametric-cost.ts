import { centreOf } from "../prefix-sums.js";
import type { SegmentCost } from "../types.js";

/**
 * Negative log-likelihood of the empirical distribution, integrated over the series' quantiles: changes of any part of
 * the distribution (ED-PELT; Haynes, Fearnhead & Eckley 2017). K = ⌈4 ln n⌉ quantiles, denser towards both tails.
 * Missing (NaN) observations cost nothing. Takes 4 (n + 1) (K + 1) bytes.
 *
 * A segment counts as three parameters: with `bic`, then 4 ln n, some 6% of noise series of 200 to 2,000 values show a
 * change, while with 2 ln n nearly all do.
 */
export function nonparametricCost(y: Float64Array): SegmentCost {
  centreOf(y); // refuses infinite values
  const sorted = y.filter((value) => !Number.isNaN(value)).sort();
  const n = sorted.length;
  const count = Math.max(1, Math.ceil(4 * Math.log(Math.max(1, n))));
  const below = countsBelow(y, quantiles(sorted, count));
  const stride = count + 1;
  const xLogX = xLogXTable(2 * n);
  const weight = (2 * Math.log(Math.max(1, 2 * n - 1))) / count;
  return {
    cost(start, end) {
      const from = start * stride;
      const to = end * stride;
      const all = below[to] - below[from];
      let sum = count * xLogX[all];
      for (let k = 1; k <= count; k++) {
        const part = below[to + k] - below[from + k];
        sum -= xLogX[part] + xLogX[all - part];
      }
      return Math.max(0, weight * sum);
    },
    parameters: 3,
    minSize: 2,
  };
}

/** Quantiles at probabilities 1 / (1 + (2n−1) exp(−(2k−1) ln(2n−1) / K)): the tails in as fine steps as the middle. */
function quantiles(sorted: Float64Array, count: number): Float64Array {
  const c = Math.log(Math.max(1, 2 * sorted.length - 1));
  return Float64Array.from({ length: count }, (_, k) => {
    const p = 1 / (1 + Math.exp(c - ((2 * k + 1) * c) / count));
    return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))];
  });
}

/** Running counts in halves: observations, then for every quantile those below it, those equal to it by half. */
function countsBelow(y: Float64Array, at: Float64Array): Int32Array {
  const stride = at.length + 1;
  const rows = new Int32Array((y.length + 1) * stride);
  for (let i = 0; i < y.length; i++) {
    const row = (i + 1) * stride;
    rows.copyWithin(row, row - stride, row);
    if (Number.isNaN(y[i])) continue;
    rows[row] += 2;
    for (let k = at.length; k > 0 && at[k - 1] >= y[i]; k--) rows[row + k] += at[k - 1] > y[i] ? 2 : 1;
  }
  return rows;
}

/** (a/2) ln(a/2) for a = 0 … size. */
function xLogXTable(size: number): Float64Array {
  const table = new Float64Array(size + 1);
  for (let a = 1; a <= size; a++) table[a] = (a / 2) * Math.log(a / 2);
  return table;
}
