import type { ExistingCommitment } from "./commitments.js";
import { nodesFor } from "./nodes-for.js";

/** Cost of each way to pay, by path. */
export interface CostPaths {
  on_demand: Float64Array;
  today: Float64Array;
  recommended: Float64Array;
}

/** Names of {@link CostPaths} in the order in which they are shown. */
export const COST_OPTIONS = ["on_demand", "today", "recommended"] as const;

export function emptyCosts(n: number): CostPaths {
  return { on_demand: new Float64Array(n), today: new Float64Array(n), recommended: new Float64Array(n) };
}

export interface PurchaseSetting {
  load: Float64Array;
  /** Nodes that may run on spot, path-major; null when spot does not pay. */
  spotNodes: Uint32Array | null;
  gpusPerNode: number;
  horizon: number;
  /** Per node-hour; `spot` with its expected overhead. */
  prices: { onDemand: number; spot: number };
  existing: readonly ExistingCommitment[];
  /** Nodes bought now for the whole horizon. */
  bought: readonly { nodes: number; price: number }[];
}

export interface PurchasePaths {
  horizon: CostPaths;
  /** The part that falls into the hours `[from, to)`. */
  window: CostPaths;
  /** Node-hours needed, and those that the recommendation runs on spot, by path. */
  nodeHours: Float64Array;
  spotHours: Float64Array;
}

/**
 * Cost of serving the whole demand, path by path: commitments are paid every hour whether used or not; the rest is
 * bought by the hour, in the recommendation first on spot as far as it may.
 */
export function purchaseCosts(setting: PurchaseSetting, from: number, to: number): PurchasePaths {
  const { load, spotNodes, gpusPerNode, horizon, prices, existing, bought } = setting;
  const n = load.length / horizon;
  const held = new Float64Array(horizon);
  const paid = new Float64Array(horizon);
  for (const { nodes, price, endHour } of existing) {
    for (let h = 0; h < endHour; h++) {
      held[h] += nodes;
      paid[h] += nodes * price;
    }
  }
  const extra = bought.reduce((sum, b) => sum + b.nodes, 0);
  const extraPaid = bought.reduce((sum, b) => sum + b.nodes * b.price, 0);
  const out: PurchasePaths = {
    horizon: emptyCosts(n),
    window: emptyCosts(n),
    nodeHours: new Float64Array(n),
    spotHours: new Float64Array(n),
  };
  for (let path = 0; path < n; path++) {
    for (let h = 0; h < horizon; h++) {
      const at = path * horizon + h;
      const need = nodesFor(load[at], gpusPerNode);
      const openToday = Math.max(0, need - held[h]);
      const open = Math.max(0, need - held[h] - extra);
      const spot = spotNodes ? Math.min(open, spotNodes[at]) : 0;
      const onDemand = need * prices.onDemand;
      const today = paid[h] + openToday * prices.onDemand;
      const recommended = paid[h] + extraPaid + spot * prices.spot + (open - spot) * prices.onDemand;
      out.nodeHours[path] += need;
      out.spotHours[path] += spot;
      add(out.horizon, path, onDemand, today, recommended);
      if (h >= from && h < to) add(out.window, path, onDemand, today, recommended);
    }
  }
  return out;
}

function add(costs: CostPaths, path: number, onDemand: number, today: number, recommended: number): void {
  costs.on_demand[path] += onDemand;
  costs.today[path] += today;
  costs.recommended[path] += recommended;
}

/** Adds the second to the first, path by path. */
export function addCosts(sum: CostPaths, costs: CostPaths): void {
  for (const option of COST_OPTIONS) {
    for (let path = 0; path < sum[option].length; path++) sum[option][path] += costs[option][path];
  }
}
