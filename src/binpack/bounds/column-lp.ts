/** A column of a linear programme: its worth per unit and its entries. */
export interface LpColumn {
  value: number;
  rows: readonly number[];
  amounts: readonly number[];
}

/** A linear programme that grows by columns while it is solved. */
export interface ColumnLp {
  readonly columns: readonly LpColumn[];
  add(column: LpColumn): void;
  /** Pivots until no column known so far improves; false when it gave up after `maxPivots`. */
  solve(maxPivots: number): boolean;
  /** Worth of one unit more of each right-hand side, at the last basis. */
  readonly duals: Float64Array;
  /** Amount of each column at the last basis. */
  amounts(): Float64Array;
}

/** Smallest gain and smallest pivot that count as more than rounding; entries are expected to be of order one. */
const TOLERANCE = 1e-9;
/** Pivots between two fresh computations of the basic amounts and the duals, which shed the rounding. */
const REFRESH = 200;

/**
 * Maximise the worth subject to `A·x = b`, `x ≥ 0`: the revised primal simplex with a dense inverse (Dantzig's rule,
 * Bland's while it makes no progress).
 *
 * @param b right-hand sides, none negative
 * @param start one column a row whose only entry, positive, lies in that row (slacks, or patterns of one piece): the
 *   first basis
 */
export function createColumnLp(b: Float64Array, start: readonly LpColumn[]): ColumnLp {
  const m = b.length;
  const columns: LpColumn[] = [...start];
  const basis = Int32Array.from({ length: m }, (_, i) => i);
  const inverse = new Float64Array(m * m);
  const x = new Float64Array(m);
  const duals = new Float64Array(m);
  const direction = new Float64Array(m);
  const filled = new Int32Array(m);
  for (let i = 0; i < m; i++) inverse[i * m + i] = 1 / start[i].amounts[0];

  const gain = ({ value, rows, amounts }: LpColumn): number => {
    let sum = value;
    for (let k = 0; k < rows.length; k++) sum -= duals[rows[k]] * amounts[k];
    return sum;
  };

  function refresh(): void {
    duals.fill(0);
    for (let i = 0; i < m; i++) {
      let sum = 0;
      const row = i * m;
      for (let j = 0; j < m; j++) sum += inverse[row + j] * b[j];
      x[i] = sum;
      const value = columns[basis[i]].value;
      if (value !== 0) for (let j = 0; j < m; j++) duals[j] += value * inverse[row + j];
    }
  }

  function entering(bland: boolean): number {
    let [best, chosen] = [TOLERANCE, -1];
    for (let c = 0; c < columns.length; c++) {
      const g = gain(columns[c]);
      if (g <= best) continue;
      [best, chosen] = [g, c];
      if (bland) break;
    }
    return chosen;
  }

  function leaving(bland: boolean): number {
    let [ratio, chosen] = [Infinity, -1];
    for (let i = 0; i < m; i++) {
      if (direction[i] <= TOLERANCE) continue;
      const r = Math.max(0, x[i]) / direction[i];
      const tie = chosen >= 0 && Math.abs(r - ratio) <= 1e-12;
      const better = tie ? (bland ? basis[i] < basis[chosen] : direction[i] > direction[chosen]) : r < ratio;
      if (better) [ratio, chosen] = [r, i];
    }
    return chosen;
  }

  function pivot(enter: number, leave: number): number {
    const pivotRow = leave * m;
    const step = Math.max(0, x[leave]) / direction[leave];
    const price = gain(columns[enter]) / direction[leave];
    // The inverse stays sparse for long: only the entries of the pivot row that are not zero change anything.
    let count = 0;
    for (let j = 0; j < m; j++) {
      if (inverse[pivotRow + j] === 0) continue;
      filled[count++] = j;
      duals[j] += price * inverse[pivotRow + j];
      inverse[pivotRow + j] /= direction[leave];
    }
    for (let i = 0; i < m; i++) {
      const factor = direction[i];
      if (i === leave || factor === 0) continue;
      const row = i * m;
      for (let k = 0; k < count; k++) inverse[row + filled[k]] -= factor * inverse[pivotRow + filled[k]];
      x[i] -= factor * step;
    }
    x[leave] = step;
    basis[leave] = enter;
    return step * price;
  }

  return {
    columns,
    duals,
    add: (column) => {
      columns.push(column);
    },
    solve(maxPivots) {
      refresh();
      let stalled = 0;
      for (let count = 1; count <= maxPivots; count++) {
        const bland = stalled > m;
        const enter = entering(bland);
        if (enter < 0) return true;
        const { rows, amounts } = columns[enter];
        direction.fill(0);
        for (let i = 0; i < m; i++) {
          let sum = 0;
          for (let k = 0; k < rows.length; k++) sum += inverse[i * m + rows[k]] * amounts[k];
          direction[i] = sum;
        }
        const leave = leaving(bland);
        if (leave < 0) return false;
        stalled = pivot(enter, leave) * direction[leave] > 1e-12 ? 0 : stalled + 1;
        if (count % REFRESH === 0) refresh();
      }
      return false;
    },
    amounts() {
      const all = new Float64Array(columns.length);
      for (let i = 0; i < m; i++) all[basis[i]] = Math.max(0, x[i]);
      return all;
    },
  };
}
