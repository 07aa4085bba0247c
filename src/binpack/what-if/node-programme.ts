import type { Highs } from "highs";
import { createColumnLp, type LpColumn } from "../bounds/column-lp.js";
import type { Kinds } from "../bounds/kinds.js";
import { bestNode, type NodePart } from "./best-node.js";

/** So many new nodes of a kind, each filled like this. */
export interface BoughtFill {
  nodeKind: number;
  parts: NodePart[];
  count: number;
}

export interface NodeProgramme {
  fills: BoughtFill[];
  /** Nodes of each kind in the linear programme, before rounding. */
  bought: number[];
  /** Prices of the pods, by kind, at which no node earns more than it costs; they prove a bound on the cost. */
  worth: Float64Array;
  /** What a node of each kind may still earn beyond its price at these prices: only where few can be had. */
  surplus: number[];
}

const MOST_ROUNDS = 400;
const MOST_PIVOTS = 20_000;
/** The programme is good enough when no node earns more than its price and this part of it. */
const TOLERANCE = 1e-3;

/**
 * Covers the pods by fills of whole nodes at least cost: linear programme by column generation (a fill of one node a
 * column, priced by {@link bestNode}), then the whole numbers by branch and bound upon its columns (HiGHS).
 *
 * @param kinds whose node kinds are all offered
 */
export function solveNodeProgramme(highs: Highs, kinds: Kinds): NodeProgramme {
  const lp = solveNodeLp(kinds);
  const bought = kinds.nodes.map((_, c) =>
    lp.fills.reduce((sum, { nodeKind, amount }) => sum + (nodeKind === c ? amount : 0), 0),
  );
  return { bought, fills: wholeFills(highs, lp, kinds.pods.length), ...provenPrices(kinds, lp.duals, lp.limitRow) };
}

/** The linear programme, solved. */
interface NodeLp {
  fills: { nodeKind: number; parts: NodePart[]; column: LpColumn; amount: number }[];
  /** Right-hand sides: the pods of each kind to cover, then limits on nodes. */
  b: Float64Array;
  duals: Float64Array;
  limitRow: ReadonlyMap<number, number>;
  /** Cost of leaving a pod out. */
  penalty: number;
}

function solveNodeLp(kinds: Kinds): NodeLp {
  const { nodes, pods } = kinds;
  const prices = nodes.map(({ offer }) => offer?.price ?? 0);
  const penalty = 2 * Math.max(...prices);
  const n = pods.length;
  const limited = nodes
    .map(({ offer }, c) => ({ c, most: offer?.most ?? 0 }))
    .filter(({ c, most }) => most < demand(kinds, c));
  const limitRow = new Map(limited.map(({ c }, k) => [c, n + k]));
  const b = Float64Array.from([...pods.map((pod) => pod.pods.length), ...limited.map(({ most }) => most + 1e-6)]);
  // A pod left out pays the penalty; a node kind that is not bought has its limit to spare.
  const lp = createColumnLp(
    b,
    Array.from(b, (_, row) => ({ value: row < n ? -penalty : 0, rows: [row], amounts: [1] })),
  );
  for (let p = 0; p < n; p++) lp.add({ value: 0, rows: [p], amounts: [-1] });
  const first = lp.columns.length;
  const found: { nodeKind: number; parts: NodePart[] }[] = [];
  const add = (nodeKind: number, parts: NodePart[]) => {
    lp.add(nodeColumn(parts, -prices[nodeKind], limitRow.get(nodeKind)));
    found.push({ nodeKind, parts });
  };
  for (let round = 0; round < MOST_ROUNDS; round++) {
    lp.solve(MOST_PIVOTS);
    const worth = lp.duals.subarray(0, n).map((dual) => Math.max(0, -dual));
    let improved = false;
    nodes.forEach((_, c) => {
      const fill = bestNode(kinds, c, worth, "up");
      const rent = Math.max(0, lp.duals[limitRow.get(c) ?? -1] ?? 0);
      if (fill.worth <= (prices[c] + rent) * (1 + TOLERANCE)) return;
      add(c, fill.parts);
      improved = true;
    });
    if (!improved) break;
  }
  const amounts = lp.amounts().subarray(first);
  const fills = found.map((fill, k) => ({ ...fill, column: lp.columns[first + k], amount: amounts[k] }));
  return { fills, b, duals: lp.duals, limitRow, penalty };
}

/** Nodes of this kind that could be of use at most. */
const demand = ({ pods }: Kinds, c: number): number =>
  pods.reduce((sum, pod) => sum + (pod.allowed[c] ? pod.pods.length : 0), 0);

function nodeColumn(parts: readonly NodePart[], value: number, limitRow: number | undefined): LpColumn {
  const counts = new Map<number, number>();
  for (const p of parts.flatMap((part) => part.pods)) counts.set(p, (counts.get(p) ?? 0) + 1);
  if (limitRow !== undefined) counts.set(limitRow, 1);
  return { value, rows: [...counts.keys()], amounts: [...counts.values()] };
}

/** Scales the prices of the pods until no unlimited node earns more than its price, whatever its fill. */
function provenPrices(kinds: Kinds, duals: Float64Array, limitRow: ReadonlyMap<number, number>) {
  const raw = duals.subarray(0, kinds.pods.length).map((dual) => Math.max(0, -dual));
  const earnings = kinds.nodes.map((_, c) => bestNode(kinds, c, raw, "down").worth);
  const price = (c: number) => kinds.nodes[c].offer?.price ?? 0;
  const scale = earnings.reduce(
    (least, worth, c) => (limitRow.has(c) || worth <= price(c) ? least : Math.min(least, price(c) / worth)),
    1,
  );
  const worth = raw.map((value) => value * scale * (1 - 1e-9));
  const surplus = earnings.map((earned, c) => (limitRow.has(c) ? Math.max(0, earned * scale - price(c)) : 0));
  return { worth, surplus };
}

function wholeFills(highs: Highs, { fills, b, penalty }: NodeLp, pods: number): BoughtFill[] {
  if (fills.length === 0) return [];
  const { integer } = highs.constants.variableType;
  const counts = highs.withModel((model) => {
    model.options.set({ output_flag: false, mip_rel_gap: 1e-3, mip_max_nodes: 2000 });
    b.forEach((amount, row) => {
      const [lower, upper] = row < pods ? [amount, highs.infinity] : [-highs.infinity, amount];
      model.addRow(lower, upper, { indices: [], values: [] });
    });
    for (let p = 0; p < pods; p++) {
      model.addCol(penalty, 0, highs.infinity, { indices: Int32Array.of(p), values: Float64Array.of(1) });
    }
    fills.forEach(({ column: { value, rows, amounts } }, k) => {
      model.addCol(-value, 0, highs.infinity, { indices: Int32Array.from(rows), values: Float64Array.from(amounts) });
      model.changeColIntegrality(pods + k, integer);
    });
    model.run();
    const { colValue } = model.getSolution();
    return fills.map((_, k) => Math.max(0, Math.round(colValue[pods + k] ?? 0)));
  });
  return fills.flatMap(({ nodeKind, parts }, k) => (counts[k] > 0 ? [{ nodeKind, parts, count: counts[k] }] : []));
}
