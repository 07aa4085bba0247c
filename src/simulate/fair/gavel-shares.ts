import { createColumnLp, type LpColumn } from "../../binpack/bounds/column-lp.js";
import { InputError, NumericalError } from "../../core/errors.js";

/** Jobs that are alike: how many, how large, how heavy, and how fast on each type of GPU. */
export interface JobClass {
  /** Number of jobs, ≥ 1. */
  jobs: number;
  /** GPUs of each, ≥ 1. */
  gpus: number;
  /** Weight of each, > 0. */
  weight: number;
  /** Work a second on each type of GPU; 0 where they cannot run. */
  rates: ArrayLike<number>;
}

/** Max-min fair time shares. */
export interface GavelShares {
  /** Fraction of time that each job of the class runs on each type, class by class. */
  shares: Float64Array[];
  /**
   * Fairness level of each class: GPUs·(effective rate / rate at an equal share of all types) / weight. Its minimum is as
   * high as can be, then the next one, and so on.
   */
  levels: Float64Array;
}

const MAX_PIVOTS = 20_000;
/** Smallest dual price of a class's level that marks it as a bottleneck. */
const BOTTLENECK = 1e-9;
/** Worth of the columns that only make the first basis feasible: they leave it at once. */
const NEVER = -1e4;

/**
 * Gavel's max-min fairness over GPUs of different speed. A job's throughput under an allocation is the sum over types of
 * its time share times its rate there, normalised by what it would get if its time were spread over all GPUs equally.
 * The lowest normalised throughput × GPUs / weight is maximised by a linear programme, subject to the GPUs of each type
 * and to one job's time; then, with the classes that stand in the way held where they are, the lowest of the rest, until
 * none can rise (water filling). Jobs of one class get equal shares: by symmetry that costs nothing.
 *
 * @param gpus GPUs of each type.
 * @throws {InputError} a class that can run nowhere, or has no jobs, GPUs or weight.
 * @see Narayanan, Santhanam, Kazhamiaka, Phanishayee, Zaharia: Heterogeneity-Aware Cluster Scheduling Policies for Deep
 *   Learning Workloads, OSDI 2020, §4.1 and §4.3.
 * @example
 * // One GPU of each type; the first job is three times as fast on the first type, the second does not care.
 * gavelShares([1, 1], [
 *   { jobs: 1, gpus: 1, weight: 1, rates: [3, 1] },
 *   { jobs: 1, gpus: 1, weight: 1, rates: [1, 1] },
 * ]); // shares [1, 0] and [0, 1]; levels 1.5 and 1: no one loses against an equal split, one gains
 */
export function gavelShares(gpus: ArrayLike<number>, classes: readonly JobClass[]): GavelShares {
  const total = Array.from(gpus).reduce((sum, count) => sum + count, 0);
  const norms = classes.map((cls, c) => equalShareRate(gpus, total, cls, c));
  const held: (number | null)[] = classes.map(() => null);
  let shares = classes.map(() => new Float64Array(gpus.length));
  while (held.includes(null)) {
    const solution = raiseLowest(gpus, total, classes, norms, held);
    shares = solution.shares;
    for (const c of solution.bottlenecks) held[c] = solution.level;
  }
  return { shares, levels: Float64Array.from(held as number[]) };
}

function equalShareRate(gpus: ArrayLike<number>, total: number, cls: JobClass, c: number): number {
  if (!(cls.jobs >= 1 && cls.gpus >= 1 && cls.weight > 0)) {
    throw new InputError(`class ${c} needs at least one job, one GPU and a weight above 0`, { class: c });
  }
  let rate = 0;
  for (let j = 0; j < gpus.length; j++) rate += (cls.rates[j] * gpus[j]) / total;
  if (!(rate > 0)) throw new InputError(`class ${c} can run on none of the GPU types`, { class: c });
  return rate;
}

/**
 * Raises the common level of all classes that are not held. Variables are the parts y[c][j] of type j that class c gets;
 * rows are divided by what keeps their entries of order one.
 */
function raiseLowest(
  gpus: ArrayLike<number>,
  total: number,
  classes: readonly JobClass[],
  norms: readonly number[],
  held: readonly (number | null)[],
) {
  const [C, J] = [classes.length, gpus.length];
  const size = classes.map((cls) => cls.jobs * cls.gpus);
  // A level of `unit` would be reached by all with the whole cluster at the normalised rate 1.
  const unit = total / classes.reduce((sum, cls) => sum + cls.jobs * cls.weight, 0);
  const need = classes.map((cls) => (cls.jobs * cls.weight * unit) / total);
  const b = new Float64Array(2 * C + J).fill(1, 2 * C);
  classes.forEach((_, c) => {
    b[c] = ((held[c] ?? 0) / unit) * need[c];
    b[C + c] = size[c] / total;
  });
  // Rows 0..C−1: rate of the class − surplus = its need; C..2C−1: its time; then the GPUs of each type.
  const columns: LpColumn[] = [];
  const add = (value: number, rows: number[], amounts: number[]) => columns.push({ value, rows, amounts });
  const sign = held.map((level) => (level === null ? -1 : 1));
  for (let c = 0; c < C; c++) add(held[c] === null ? 0 : NEVER, [c], [1]);
  for (let row = C; row < b.length; row++) add(0, [row], [1]);
  const first = columns.splice(0);
  const lp = createColumnLp(b, first);
  for (let c = 0; c < C; c++) {
    for (let j = 0; j < J; j++) {
      const part = gpus[j] / total;
      if (classes[c].rates[j] > 0 && part > 0) {
        const rate = (classes[c].rates[j] / norms[c]) * part;
        add(0, [c, C + c, 2 * C + j], [sign[c] * rate, part, 1]);
      }
    }
    if (held[c] !== null) add(0, [c], [-1]);
  }
  const open = held.flatMap((level, c) => (level === null ? [c] : []));
  add(
    1,
    open,
    open.map((c) => need[c]),
  );
  for (const column of columns) lp.add(column);
  if (!lp.solve(MAX_PIVOTS))
    throw new NumericalError("the fair shares of the GPU types were not found: the programme did not end");
  return readSolution(lp, gpus, classes, unit, first.length, open);
}

function readSolution(
  lp: { columns: readonly LpColumn[]; duals: Float64Array; amounts(): Float64Array },
  gpus: ArrayLike<number>,
  classes: readonly JobClass[],
  unit: number,
  first: number,
  open: readonly number[],
) {
  const C = classes.length;
  const amounts = lp.amounts();
  const shares = classes.map(() => new Float64Array(gpus.length));
  for (let k = first; k < amounts.length - 1; k++) {
    const { rows } = lp.columns[k];
    if (rows.length < 3) continue;
    const [c, , typeRow] = rows;
    const j = typeRow - 2 * C;
    shares[c][j] = (amounts[k] * gpus[j]) / (classes[c].jobs * classes[c].gpus);
  }
  const price = (c: number) => Math.abs(lp.duals[c]);
  const highest = open.reduce((best, c) => (price(c) > price(best) ? c : best), open[0]);
  const bottlenecks = open.filter((c) => c === highest || price(c) > BOTTLENECK);
  return { shares, bottlenecks, level: amounts[amounts.length - 1] * unit };
}
