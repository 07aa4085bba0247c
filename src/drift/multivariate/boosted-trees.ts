import { quantileSorted } from "../../core/statistics.js";
import { sigmoid } from "./logistic-regression.js";

/** A column in at most 256 bins: values above `edges[b]` lie beyond bin b. */
export interface BinnedColumn {
  bins: Uint8Array;
  count: number;
}

/** A full binary tree by level: the children of node k are 2k + 1 (bin ≤ its bin) and 2k + 2. */
interface Tree {
  column: Int16Array;
  bin: Uint8Array;
  /** Of the 2^DEPTH leaves. */
  leaves: Float64Array;
}

export interface BoostedTrees {
  base: number;
  trees: Tree[];
  /** Fall of the loss by column, over all splits. */
  gains: Float64Array;
}

const DEPTH = 3;
const NODES = 2 ** DEPTH - 1;
const TREES = 40;
const BINS = 32;
const LEARNING_RATE = 0.2;
const L2 = 1;
/** Rows on each side of a split. */
const LEAST_ROWS = 5;

/** A column by quantile bins (at most 32), or one bin a value where there are fewer. */
export function binColumn(values: Float64Array): BinnedColumn {
  const sorted = values.slice().sort();
  const edges = [...new Set(Array.from({ length: BINS - 1 }, (_, b) => quantileSorted(sorted, (b + 1) / BINS)))];
  const bins = Uint8Array.from(values, (value) => {
    let [low, high] = [0, edges.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (edges[middle] < value) low = middle + 1;
      else high = middle;
    }
    return low;
  });
  return { bins, count: edges.length + 1 };
}

/**
 * Gradient-boosted trees for the log-loss on histograms (Friedman 2001; second-order gains as Chen & Guestrin 2016): 40
 * trees of depth 3, learning rate 0.2, L2 penalty 1 on leaves. Small on purpose: it asks whether two samples differ, in
 * one column or in how up to three hang together.
 *
 * @param rows to train on
 * @param target 0 or 1 by row of the columns
 */
export function fitTrees(columns: readonly BinnedColumn[], rows: Int32Array, target: Float64Array): BoostedTrees {
  const share = rows.reduce((sum, i) => sum + target[i], 0) / rows.length;
  const model: BoostedTrees = {
    base: Math.log(share / (1 - share)),
    trees: [],
    gains: new Float64Array(columns.length),
  };
  const own = columns.map(({ bins }) => Uint8Array.from(rows, (i) => bins[i]));
  const counts = columns.map(({ count }) => count);
  const wanted = Float64Array.from(rows, (i) => target[i]);
  const score = new Float64Array(rows.length).fill(model.base);
  for (let t = 0; t < TREES; t++) model.trees.push(growTree(own, counts, wanted, score, model.gains));
  return model;
}

/** Log-odds of rows by fitted trees. */
export function treesLogOdds(
  { base, trees }: BoostedTrees,
  columns: readonly BinnedColumn[],
  rows: Int32Array,
): Float64Array {
  return Float64Array.from(rows, (i) => {
    let score = base;
    for (const { column, bin, leaves } of trees) {
      let node = 0;
      while (node < NODES) node = 2 * node + (columns[column[node]].bins[i] <= bin[node] ? 1 : 2);
      score += leaves[node - NODES];
    }
    return score;
  });
}

/** Gradients, curvatures and rows by node and bin of a column. */
interface Histogram {
  gradient: Float64Array;
  curvature: Float64Array;
  rows: Float64Array;
}

/** One tree on the present scores, which it moves. */
function growTree(
  columns: readonly Uint8Array[],
  counts: readonly number[],
  target: Float64Array,
  score: Float64Array,
  gains: Float64Array,
): Tree {
  const n = target.length;
  const gradient = new Float64Array(n);
  const curvature = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const p = sigmoid(score[i]);
    gradient[i] = target[i] - p;
    curvature[i] = p * (1 - p);
  }
  const tree: Tree = {
    column: new Int16Array(NODES),
    bin: new Uint8Array(NODES).fill(255),
    leaves: new Float64Array(NODES + 1),
  };
  const node = new Int32Array(n);
  const best = new Float64Array(NODES);
  const size = (NODES + 1) * BINS;
  const histogram: Histogram = {
    gradient: new Float64Array(size),
    curvature: new Float64Array(size),
    rows: new Float64Array(size),
  };
  for (let first = 0, level = 1; level <= DEPTH; first = 2 * first + 1, level++) {
    columns.forEach((bins, c) => {
      histogram.gradient.fill(0);
      histogram.curvature.fill(0);
      histogram.rows.fill(0);
      for (let i = 0; i < n; i++) {
        const at = node[i] * BINS + bins[i];
        histogram.gradient[at] += gradient[i];
        histogram.curvature[at] += curvature[i];
        histogram.rows[at]++;
      }
      for (let k = first; k <= 2 * first; k++) {
        const split = bestSplit(histogram, k * BINS, counts[c]);
        if (split.gain > best[k]) {
          best[k] = split.gain;
          tree.column[k] = c;
          tree.bin[k] = split.bin;
        }
      }
    });
    for (let k = first; k <= 2 * first; k++) gains[tree.column[k]] += best[k];
    for (let i = 0; i < n; i++) {
      const k = node[i];
      node[i] = 2 * k + (columns[tree.column[k]][i] <= tree.bin[k] ? 1 : 2);
    }
  }
  const sums = new Float64Array(NODES + 1);
  const weights = new Float64Array(NODES + 1);
  for (let i = 0; i < n; i++) {
    sums[node[i] - NODES] += gradient[i];
    weights[node[i] - NODES] += curvature[i];
  }
  for (let leaf = 0; leaf <= NODES; leaf++) tree.leaves[leaf] = (LEARNING_RATE * sums[leaf]) / (weights[leaf] + L2);
  for (let i = 0; i < n; i++) score[i] += tree.leaves[node[i] - NODES];
  return tree;
}

/** Split of a node by one column that lowers the loss most; gain 0 when none does. */
function bestSplit({ gradient, curvature, rows }: Histogram, from: number, count: number) {
  let [g, h, m] = [0, 0, 0];
  for (let b = 0; b < count; b++) {
    g += gradient[from + b];
    h += curvature[from + b];
    m += rows[from + b];
  }
  const worth = (sum: number, weight: number): number => (sum * sum) / (weight + L2);
  const whole = worth(g, h);
  const best = { gain: 0, bin: 255 };
  let [left, weight, below] = [0, 0, 0];
  for (let b = 0; b < count - 1; b++) {
    left += gradient[from + b];
    weight += curvature[from + b];
    below += rows[from + b];
    if (below < LEAST_ROWS || m - below < LEAST_ROWS) continue;
    const gain = (worth(left, weight) + worth(g - left, h - weight) - whole) / 2;
    if (gain > best.gain) {
      best.gain = gain;
      best.bin = b;
    }
  }
  return best;
}
