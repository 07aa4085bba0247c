import { InputError } from "../core/errors.js";
import { choleskyInPlace, choleskySolveInPlace } from "../core/linear-algebra.js";
import type { PathSet } from "./types.js";

/** Sums over leaves: `nodes[name]` lists the ids of the leaves that add up to it. */
export interface Hierarchy {
  nodes: Record<string, readonly string[]>;
}

/** How base forecasts of leaves and sums are made to agree. */
export type ReconcileMethod = "bu" | "mint" | "td";

/**
 * Makes paths coherent: in every path and step each sum equals its leaves (to rounding).
 *
 * - `bu`: leaves stay, sums are added up.
 * - `td`: each sum of the hierarchy's first node is split by the leaves' own shares of that path and step.
 * - `mint`: minimum-trace reconciliation with a shrunk error covariance (Wickramasuriya, Athanasopoulos & Hyndman
 *   2019); leaves are then clipped at zero where no base path is negative, and summed.
 *
 * @param paths base paths of all leaves, and for `td` and `mint` of the sums too
 * @param errors backtest errors of every id of `paths` on common steps, needed by `mint`: `errors[id]`, equal lengths
 * @returns leaves in the order given, then the hierarchy's nodes
 */
export function reconcile(
  paths: PathSet,
  hierarchy: Hierarchy,
  method: ReconcileMethod,
  errors: Readonly<Record<string, Float64Array>> = {},
): PathSet {
  const sums = Object.keys(hierarchy.nodes);
  const leaves = paths.ids.filter((id) => !sums.includes(id));
  const position = new Map(paths.ids.map((id, i) => [id, i]));
  const dataOf = (id: string): Float64Array => {
    const at = position.get(id);
    if (at === undefined) throw new InputError(`reconciliation "${method}" needs base paths of "${id}"`, { id });
    return paths.data[at];
  };
  for (const leaf of Object.values(hierarchy.nodes).flat()) {
    if (!leaves.includes(leaf)) throw new InputError(`the hierarchy names "${leaf}", which is no leaf`, { id: leaf });
  }
  let data = leaves.map(dataOf);
  if (method === "td") data = splitTop(data, leaves, hierarchy, dataOf);
  if (method === "mint") data = minimumTrace(data, leaves, hierarchy, dataOf, errors);
  const totals = sums.map((node) => addUp(data, leaves, hierarchy.nodes[node], paths.n * paths.horizon));
  return { ...paths, ids: [...leaves, ...sums], data: [...data, ...totals] };
}

function addUp(
  data: readonly Float64Array[],
  leaves: readonly string[],
  wanted: readonly string[],
  length: number,
): Float64Array {
  const total = new Float64Array(length);
  for (const leaf of wanted) {
    const values = data[leaves.indexOf(leaf)];
    for (let i = 0; i < length; i++) total[i] += values[i];
  }
  return total;
}

function splitTop(
  data: readonly Float64Array[],
  leaves: readonly string[],
  { nodes }: Hierarchy,
  dataOf: (id: string) => Float64Array,
): Float64Array[] {
  const [top, members] = Object.entries(nodes)[0];
  if (members.length !== leaves.length) {
    throw new InputError(`top-down needs the first node to hold every leaf; "${top}" holds ${members.length}`, { top });
  }
  const total = dataOf(top);
  const sum = addUp(data, leaves, members, total.length);
  return data.map((values) => values.map((v, i) => (sum[i] > 0 ? (v / sum[i]) * total[i] : total[i] / leaves.length)));
}

/** ŷ − W Cᵀ (C W Cᵀ)⁻¹ C ŷ with C = [−A I] the constraints "node − its leaves = 0". */
function minimumTrace(
  data: readonly Float64Array[],
  leaves: readonly string[],
  { nodes }: Hierarchy,
  dataOf: (id: string) => Float64Array,
  errors: Readonly<Record<string, Float64Array>>,
): Float64Array[] {
  const sums = Object.keys(nodes);
  const ids = [...leaves, ...sums];
  const w = shrunkCovariance(
    ids.map((id) => {
      if (!errors[id]?.length) throw new InputError(`reconciliation "mint" needs backtest errors of "${id}"`, { id });
      return errors[id];
    }),
  );
  const m = ids.length;
  const k = sums.length;
  const variance = ids.reduce((sum, _, i) => sum + w[i * m + i], 0) / m;
  // Series that never erred still need some variance for the system to have a solution; without any error all are alike.
  for (let i = 0; i < m; i++) w[i * m + i] += variance > 0 ? 1e-12 * variance : 1;
  const constraint = sums.map((node, r) =>
    Float64Array.from(ids, (id, c) => (c === leaves.length + r ? 1 : nodes[node].includes(id) ? -1 : 0)),
  );
  const wc = ids.map((_, i) => constraint.map((row) => row.reduce((s, v, c) => s + v * w[i * m + c], 0)));
  const cwc = new Float64Array(k * k);
  for (let r = 0; r < k; r++) {
    for (let s = 0; s < k; s++) cwc[r * k + s] = constraint[r].reduce((t, v, c) => t + v * wc[c][s], 0);
  }
  choleskyInPlace(cwc, k);
  const base = sums.map(dataOf);
  const out = data.map((values) => Float64Array.from(values));
  const clip = [...data, ...base].every((values) => values.every((v) => v >= 0));
  const gap = new Float64Array(k);
  const members = sums.map((node) => nodes[node].map((leaf) => leaves.indexOf(leaf)));
  for (let i = 0; i < out[0].length; i++) {
    for (let r = 0; r < k; r++) {
      gap[r] = base[r][i];
      for (const leaf of members[r]) gap[r] -= data[leaf][i];
    }
    choleskySolveInPlace(cwc, k, gap);
    for (let leaf = 0; leaf < out.length; leaf++) {
      let value = data[leaf][i];
      for (let r = 0; r < k; r++) value -= wc[leaf][r] * gap[r];
      out[leaf][i] = clip && value < 0 ? 0 : value;
    }
  }
  return out;
}

/** Covariance shrunk towards its diagonal with the intensity of Schäfer & Strimmer (2005). */
export function shrunkCovariance(errors: readonly Float64Array[]): Float64Array {
  const m = errors.length;
  const n = errors[0].length;
  if (errors.some((e) => e.length !== n)) throw new InputError("errors must cover the same steps for every id");
  const deviation = errors.map((e) => Math.sqrt(e.reduce((s, v) => s + v * v, 0) / n));
  const score = errors.map((e, i) => e.map((v) => (deviation[i] > 0 ? v / deviation[i] : 0)));
  const correlation = new Float64Array(m * m);
  let noise = 0;
  let signal = 0;
  for (let i = 0; i < m; i++) {
    correlation[i * m + i] = 1;
    for (let j = 0; j < i; j++) {
      let sum = 0;
      for (let t = 0; t < n; t++) sum += score[i][t] * score[j][t];
      const r = sum / n;
      let spread = 0;
      for (let t = 0; t < n; t++) spread += (score[i][t] * score[j][t] - r) ** 2;
      noise += spread / (n * Math.max(1, n - 1));
      signal += r * r;
      correlation[i * m + j] = r;
      correlation[j * m + i] = r;
    }
  }
  const lambda = signal > 0 ? Math.min(1, noise / signal) : 1;
  const out = new Float64Array(m * m);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < m; j++) {
      const r = i === j ? 1 : (1 - lambda) * correlation[i * m + j];
      out[i * m + j] = r * deviation[i] * deviation[j];
    }
  }
  return out;
}
