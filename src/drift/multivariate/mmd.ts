import { z } from "zod";
import { twoSidedZ } from "../../core/distributions.js";
import { createRandom, type Random } from "../../core/random.js";
import { mean, quantileSelect } from "../../core/statistics.js";
import { chooseRows, shuffleStart } from "../choose-rows.js";
import { type DatasetFinding, DatasetJudgementSchema, judgeSection } from "../dataset-judgement.js";
import { type DriftInput, driftTable } from "../drift-table.js";
import { Z80 } from "../largest-deviation.js";
import { varianceOfMean } from "../moments.js";
import { DEFAULT_DRIFT_OPTIONS, type DriftTable } from "../types.js";
import { checkedFeatures } from "./domain-classifier.js";
import { encodeFeatures, pooled, type Sides } from "./encode-features.js";

export interface MmdOptions {
  /** Columns; default every one that both tables have in the same kind, but times. */
  features?: readonly string[];
  /**
   * `standard`: each column by its mean and standard deviation over both sides, a missing number at the mean. `none`:
   * numeric columns as they are, as embeddings are; rows with a missing number are left out. Default `standard`.
   */
  scale?: "standard" | "none";
  /** Least MMD (the root of its square) that counts as drift, default 0.05. */
  threshold?: number;
  /** Default 499, whose least p-value is 0.002. */
  permutations?: number;
  /** Rows used a side at most, a random choice; default 2,000, and fewer above 250 columns. */
  maxRows?: number;
  alpha?: number;
  minN?: number;
  seed?: number;
}

export const DEFAULT_MMD_OPTIONS = Object.freeze({
  scale: "standard" as "standard" | "none",
  threshold: 0.05,
  permutations: 499,
  maxRows: 2000,
  alpha: DEFAULT_DRIFT_OPTIONS.alpha,
  minN: DEFAULT_DRIFT_OPTIONS.minN,
  seed: DEFAULT_DRIFT_OPTIONS.seed,
});

export const MmdSchema = z.object({
  n_reference: z.int().nonnegative().describe("rows used, at most 2,000: a seeded choice"),
  n_current: z.int().nonnegative(),
  mmd2: z.number().nullable().describe("unbiased squared MMD, which may be below 0; the effect is its root"),
  bandwidth: z.number().nullable().describe("median distance of two rows; the kernel is exp(−d²/2h²)"),
  permutations: z.int().nonnegative(),
  ...DatasetJudgementSchema.shape,
});

/** Maximum mean discrepancy of two samples. */
export type Mmd = z.infer<typeof MmdSchema>;
type MmdFinding = Pick<Mmd, "n_reference" | "n_current" | "mmd2" | "bandwidth" | "permutations"> & DatasetFinding;

/** Pairs of rows × columns at most. */
const MOST_WORK = 2e9;
/** Rows of both sides whose distances give the bandwidth. */
const BANDWIDTH_ROWS = 1000;

/**
 * Maximum mean discrepancy with a Gaussian kernel (Gretton et al. 2012): unbiased estimate of its square, bandwidth by the
 * median distance over both sides, p-value by permutation on at most 2,000 rows a side. The interval of the effect takes
 * the variance under drift (Hoeffding's first projection) and that of the permutations together.
 *
 * @throws InputError for a feature that a table lacks
 * @example mmd(reference, current, { features: ["speed", "yaw"], seed: 1 }).effect // { name: "mmd", value: 0.21, … }
 */
export function mmd(reference: DriftInput, current: DriftInput, options: MmdOptions = {}): Mmd {
  const { alpha } = { ...DEFAULT_MMD_OPTIONS, ...options };
  const finding = mmdFinding(driftTable(reference, "reference"), driftTable(current, "current"), options);
  const { n_reference, n_current, mmd2, bandwidth, permutations } = finding;
  return { n_reference, n_current, mmd2, bandwidth, permutations, ...judgeSection([finding], alpha)[0] };
}

/** The MMD before its verdict, for sections that adjust several p-values. */
export function mmdFinding(reference: DriftTable, current: DriftTable, options: MmdOptions): MmdFinding {
  const o = { ...DEFAULT_MMD_OPTIONS, ...options };
  const features = checkedFeatures(reference, current, o.features);
  const random = createRandom(o.seed).child("mmd");
  const limit = Math.min(o.maxRows, Math.max(100, Math.floor(Math.sqrt(MOST_WORK / 2 / Math.max(1, features.length)))));
  const sides: Sides = {
    reference,
    current,
    referenceRows: chooseRows(reference.rows, limit, random.child("reference")),
    currentRows: chooseRows(current.rows, limit, random.child("current")),
  };
  const columns =
    o.scale === "standard" ? encodeFeatures(sides, features).map(({ values }) => values) : rawColumns(sides, features);
  const { points, m, n } = pointsOf(columns, sides.referenceRows.length, sides.currentRows.length);
  const empty = {
    name: "mmd",
    n_reference: m,
    n_current: n,
    mmd2: null,
    bandwidth: null,
    permutations: 0,
    p: null,
    effect: { name: "mmd", value: null, lower: null, upper: null, threshold: o.threshold },
  };
  const enough = Math.min(m, n) >= Math.max(2, o.minN);
  if (!enough || columns.length === 0) return { ...empty, enough };
  const bandwidth = medianDistance(points, columns.length, random.child("bandwidth"));
  const kernel = kernelOf(points, columns.length, bandwidth);
  const observed = squaredMmd(kernel, sequence(0, m), n);
  const nulls = permuted(kernel, m, n, o.permutations, random.child("permutations"));
  // Permutations that are the observed split in another order may differ in the last digit.
  const reached = nulls.filter((value) => value >= observed - 1e-12).length;
  const nullVariance = nulls.reduce((sum, value) => sum + value ** 2, 0) / nulls.length;
  const half = twoSidedZ(1 - o.alpha) * Math.sqrt(projectionVariance(kernel, m, n) + nullVariance);
  const root = (square: number): number => Math.sqrt(Math.max(0, square));
  return {
    ...empty,
    mmd2: observed,
    bandwidth,
    permutations: nulls.length,
    p: (1 + reached) / (1 + nulls.length),
    effect: { ...empty.effect, value: root(observed), lower: root(observed - half), upper: root(observed + half) },
    enough,
    nNeeded: rowsNeeded(Math.sqrt(nullVariance), m, n, o),
  };
}

/** Without drift the spread falls as 1/n; more rows than are used help nothing. */
function rowsNeeded(
  spread: number,
  m: number,
  n: number,
  o: { alpha: number; threshold: number; maxRows: number },
): number | null {
  const wanted = Z80 + twoSidedZ(1 - o.alpha);
  const rows = Math.ceil((((2 * m * n) / (m + n)) * wanted * spread) / o.threshold ** 2);
  return rows <= o.maxRows ? rows : null;
}

function rawColumns(sides: Sides, features: readonly string[]): Float64Array[] {
  return features.flatMap((feature) => {
    const [a, b] = [sides.reference.columns.get(feature), sides.current.columns.get(feature)];
    return a?.kind === "numeric" && b?.kind === "numeric" ? [pooled(sides, a.values, b.values)] : [];
  });
}

/** Rows without a missing number, one after the other. */
function pointsOf(columns: readonly Float64Array[], ofReference: number, ofCurrent: number) {
  const whole = Array.from({ length: ofReference + ofCurrent }, (_, i) => i).filter((i) =>
    columns.every((column) => !Number.isNaN(column[i])),
  );
  const points = new Float64Array(whole.length * columns.length);
  whole.forEach((row, i) => {
    for (let c = 0; c < columns.length; c++) points[i * columns.length + c] = columns[c][row];
  });
  const m = whole.filter((i) => i < ofReference).length;
  return { points, m, n: whole.length - m };
}

/** Median distance of two rows, over at most 1,000 of them; where most rows are equal, the mean of the others. */
function medianDistance(points: Float64Array, width: number, random: Random): number {
  const rows = chooseRows(points.length / width, BANDWIDTH_ROWS, random);
  const distances = new Float64Array((rows.length * (rows.length - 1)) / 2);
  let at = 0;
  for (let i = 1; i < rows.length; i++) {
    for (let j = 0; j < i; j++) distances[at++] = Math.sqrt(squaredDistance(points, width, rows[i], rows[j]));
  }
  const median = quantileSelect(distances, 0.5);
  if (median > 0) return median;
  const apart = distances.filter((distance) => distance > 0);
  return apart.length ? mean(apart) : 1;
}

function squaredDistance(points: Float64Array, width: number, i: number, j: number): number {
  const [a, b] = [i * width, j * width];
  let sum = 0;
  for (let c = 0; c < width; c++) {
    const difference = points[a + c] - points[b + c];
    sum += difference * difference;
  }
  return sum;
}

/** Kernel values below the diagonal, row by row, with the sums of whole rows but for the diagonal. */
interface Kernel {
  values: Float64Array;
  rowSums: Float64Array;
  /** Of `values`. */
  total: number;
}

function kernelOf(points: Float64Array, width: number, bandwidth: number): Kernel {
  const rows = points.length / width;
  const values = new Float64Array((rows * (rows - 1)) / 2);
  const rowSums = new Float64Array(rows);
  const scale = -1 / (2 * bandwidth * bandwidth);
  let total = 0;
  let at = 0;
  for (let i = 1; i < rows; i++) {
    for (let j = 0; j < i; j++) {
      const value = Math.exp(scale * squaredDistance(points, width, i, j));
      values[at++] = value;
      rowSums[i] += value;
      rowSums[j] += value;
      total += value;
    }
  }
  return { values, rowSums, total };
}

const sequence = (from: number, to: number): Int32Array => Int32Array.from({ length: to - from }, (_, i) => from + i);

/** Unbiased squared MMD of the rows of a group (ascending) against the `others` that are not in it. */
function squaredMmd({ values, rowSums, total }: Kernel, group: Int32Array, others: number): number {
  const size = group.length;
  let [within, sums] = [0, 0];
  for (let k = 0; k < size; k++) {
    const row = group[k];
    sums += rowSums[row];
    const start = (row * (row - 1)) / 2;
    for (let l = 0; l < k; l++) within += values[start + group[l]];
  }
  const across = sums - 2 * within;
  const rest = total - within - across;
  return (2 * within) / (size * (size - 1)) + (2 * rest) / (others * (others - 1)) - (2 * across) / (size * others);
}

/** Squared MMD of random splits of all rows. */
function permuted(kernel: Kernel, m: number, n: number, count: number, random: Random): Float64Array {
  const order = sequence(0, m + n);
  const size = Math.min(m, n);
  return Float64Array.from({ length: count }, () => {
    shuffleStart(order, size, random);
    return squaredMmd(kernel, order.slice(0, size).sort(), m + n - size);
  });
}

/** First-order variance of the squared MMD: 4·(Var g(X)/m + Var h(Y)/n) of each row's mean kernel to own less to others. */
function projectionVariance({ values, rowSums }: Kernel, m: number, n: number): number {
  // Sums of each row's kernel over the reference.
  const toReference = new Float64Array(m + n);
  for (let i = 1, at = 0; i < m + n; i++) {
    for (let j = 0; j < i; j++, at++) {
      if (j < m) toReference[i] += values[at];
      if (i < m) toReference[j] += values[at];
    }
  }
  const spread = (from: number, to: number, projection: (i: number) => number): number => {
    const each = Float64Array.from({ length: to - from }, (_, k) => projection(from + k));
    return varianceOfMean(each, mean(each));
  };
  const toCurrent = (i: number): number => rowSums[i] - toReference[i];
  return (
    4 *
    (spread(0, m, (i) => toReference[i] / (m - 1) - toCurrent(i) / n) +
      spread(m, m + n, (i) => toCurrent(i) / (n - 1) - toReference[i] / m))
  );
}
