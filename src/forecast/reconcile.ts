import { InputError } from "../core/errors.js";
import { choleskyInPlace, choleskySolveInPlace } from "../core/linear-algebra.js";
import { distinctNodes, type Hierarchy, type ReconcileMethod } from "./hierarchy.js";
import type { PathSet } from "./types.js";

/**
 * Makes paths coherent: in every path and step each sum equals its leaves (to rounding).
 *
 * - `bu`: leaves stay, sums are added up.
 * - `td`: the sum over all leaves is split by the leaves' own shares of that path and step.
 * - `mint`: minimum-trace reconciliation with a shrunk error covariance (Wickramasuriya, Athanasopoulos & Hyndman
 *   2019); leaves are then clipped at zero where no base path is negative, and summed.
 *
 * @param paths base paths of all leaves; for `td` of the sum over all, for `mint` of every distinct node too
 * @param errors for `mint` the backtest errors of every id of `paths` on common steps: `errors[id]`, equal lengths;
 *   default how far the paths lie from their mean at each step
 * @returns leaves in the order given, then the hierarchy's nodes
 */
export function reconcile(
  paths: PathSet,
  hierarchy: Hierarchy,
  method: ReconcileMethod,
  errors?: Readonly<Record<string, Float64Array>>,
): PathSet {
  const { nodes } = hierarchy;
  const leaves = paths.ids.filter((id) => !Object.hasOwn(nodes, id));
  const position = new Map(paths.ids.map((id, i) => [id, i]));
  const dataOf = (id: string): Float64Array => {
    const at = position.get(id);
    if (at === undefined) throw new InputError(`reconciliation "${method}" needs base paths of "${id}"`, { id });
    return paths.data[at];
  };
  const row = new Map(leaves.map((id, i) => [id, i]));
  const members = Object.entries(nodes).map(([name, ids]): Node => ({ name, leaves: ids.map((id) => rowOf(id, row)) }));
  let data = leaves.map(dataOf);
  if (method === "td") data = splitTop(data, members, dataOf);
  if (method === "mint") {
    const distinct = new Set(distinctNodes(hierarchy));
    const used = members.filter(({ name }) => distinct.has(name));
    data = minimumTrace(data, leaves, used, dataOf, errors ?? deviations(paths));
  }
  const totals = members.map((node) => addUp(data, node, paths.n * paths.horizon));
  return { ...paths, ids: [...leaves, ...Object.keys(nodes)], data: [...data, ...totals] };
}

/** What the paths say of the forecasts' errors: their distance from their mean at each step. */
function deviations({ ids, data, n, horizon }: PathSet): Record<string, Float64Array> {
  return Object.fromEntries(
    ids.map((id, s) => {
      const centre = new Float64Array(horizon);
      data[s].forEach((v, i) => {
        centre[i % horizon] += v / n;
      });
      return [id, data[s].map((v, i) => v - centre[i % horizon])];
    }),
  );
}

/** A sum, its leaves by position. */
interface Node {
  name: string;
  leaves: number[];
}

function rowOf(leaf: string, row: ReadonlyMap<string, number>): number {
  const at = row.get(leaf);
  if (at === undefined) throw new InputError(`the hierarchy names "${leaf}", which is no leaf`, { id: leaf });
  return at;
}

function addUp(data: readonly Float64Array[], { leaves }: Node, length: number): Float64Array {
  const total = new Float64Array(length);
  for (const leaf of leaves) {
    const values = data[leaf];
    for (let i = 0; i < length; i++) total[i] += values[i];
  }
  return total;
}

function splitTop(
  data: readonly Float64Array[],
  nodes: readonly Node[],
  dataOf: (id: string) => Float64Array,
): Float64Array[] {
  const top = nodes.find(({ leaves }) => leaves.length === data.length);
  if (!top) throw new InputError("top-down needs a node that holds every leaf, and the hierarchy has none");
  const total = dataOf(top.name);
  const sum = addUp(data, top, total.length);
  return data.map((values) => values.map((v, i) => (sum[i] > 0 ? (v / sum[i]) * total[i] : total[i] / data.length)));
}

/** ŷ − W Cᵀ (C W Cᵀ)⁻¹ C ŷ with C = [−A I] the constraints "node − its leaves = 0". */
function minimumTrace(
  data: readonly Float64Array[],
  leaves: readonly string[],
  nodes: readonly Node[],
  dataOf: (id: string) => Float64Array,
  errors: Readonly<Record<string, Float64Array>>,
): Float64Array[] {
  const ids = [...leaves, ...nodes.map(({ name }) => name)];
  const w = shrunkCovariance(
    ids.map((id) => {
      if (!errors[id]?.length) throw new InputError(`reconciliation "mint" needs backtest errors of "${id}"`, { id });
      return errors[id];
    }),
  );
  const m = ids.length;
  const k = nodes.length;
  const variance = ids.reduce((sum, _, i) => sum + w[i * m + i], 0) / m;
  // Series that never erred still need some variance for the system to have a solution; without any error all are alike.
  for (let i = 0; i < m; i++) w[i * m + i] += variance > 0 ? 1e-12 * variance : 1;
  /** Entry of W Cᵀ or C W Cᵀ: what constraint r makes of a row whose entries are `at(column)`. */
  const constrain = (r: number, at: (column: number) => number): number =>
    nodes[r].leaves.reduce((rest, leaf) => rest - at(leaf), at(leaves.length + r));
  const wc = ids.map((_, i) => Float64Array.from(nodes, (_node, r) => constrain(r, (c) => w[i * m + c])));
  const cwc = new Float64Array(k * k);
  for (let r = 0; r < k; r++) for (let s = 0; s < k; s++) cwc[r * k + s] = constrain(r, (c) => wc[c][s]);
  choleskyInPlace(cwc, k);
  const base = nodes.map(({ name }) => dataOf(name));
  const out = data.map((values) => Float64Array.from(values));
  const clip = [...data, ...base].every((values) => values.every((v) => v >= 0));
  const gap = new Float64Array(k);
  for (let i = 0; i < out[0].length; i++) {
    for (let r = 0; r < k; r++) {
      gap[r] = base[r][i];
      for (const leaf of nodes[r].leaves) gap[r] -= data[leaf][i];
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
