import { commitmentLevel, existingCommitments, marginalUse } from "./commitments.js";
import { estimate } from "./estimate.js";
import type { NodePrices } from "./node-prices.js";
import type { PackedPool } from "./packed-pool.js";
import type { PlanContext } from "./plan-context.js";
import type { CommitmentTerm } from "./plan-file.js";
import type { PoolPaths } from "./pool-paths.js";
import { COST_OPTIONS, type CostPaths, type PurchasePaths, purchaseCosts } from "./purchase-costs.js";
import type { PoolPurchase } from "./result-buying.js";
import { roundMoney } from "./rounding.js";

/** Estimates of the three ways to pay. */
export function costEstimates(costs: CostPaths, levels: readonly number[]): PoolPurchase["costs"] {
  const [on_demand, today, recommended] = COST_OPTIONS.map((option) => estimate(costs[option], levels, roundMoney));
  return { on_demand, today, recommended };
}

/** Share of each path's node-hours; 0 where none are needed. */
function shares(part: Float64Array, whole: Float64Array): Float64Array {
  return part.map((value, path) => (whole[path] > 0 ? value / whole[path] : 0));
}

/**
 * What to commit of one pool, and what that costs.
 *
 * Terms are bought cheapest first: each buys nodes on top of the existing commitments and of cheaper terms as long as
 * the last one pays (see `commitmentLevel`).
 *
 * @param window hours `[from, to)` whose cost is kept apart (the budget month)
 */
export function poolPurchase(
  pool: PackedPool,
  prices: NodePrices,
  paths: PoolPaths,
  context: PlanContext,
  window: { from: number; to: number },
): { purchase: PoolPurchase; costs: PurchasePaths } {
  const { plan, levels, start, horizon } = context;
  const priceOf = (kind: CommitmentTerm) => prices.commit[kind] as number;
  const span = { start, horizon, zone: plan.time_zone };
  const existing = existingCommitments(plan.commitments, pool.name, priceOf, span);
  const spotPays = prices.spot !== null && prices.spot.effective < prices.onDemand;
  const spotNodes = spotPays ? paths.spotNodes : null;
  const spotPrice = spotNodes && prices.spot ? prices.spot.effective : null;
  const use = marginalUse(paths.load, spotNodes, pool.usable_gpus, existing, horizon);
  const offered = (plan.commitments?.terms ?? []).filter((term) => prices.commit[term] !== undefined);
  const cheapestFirst = [...offered].sort((a, b) => priceOf(a) - priceOf(b));
  const heldAtStart = existing.reduce((sum, e) => sum + (e.endHour > 0 ? e.nodes : 0), 0);
  let committed = 0;
  const terms = cheapestFirst.map((term) => {
    const price = priceOf(term);
    const level = commitmentLevel(use, { commit: price, onDemand: prices.onDemand, spot: spotPrice });
    const buy = Math.max(0, level - committed);
    committed += buy;
    return {
      term,
      price,
      ratio: price / prices.onDemand,
      levelAlone: heldAtStart + level,
      buy,
      marginalUtilisation: buy > 0 ? use.needed[committed] / use.hours : null,
    };
  });
  const bought = terms.map(({ buy, price }) => ({ nodes: buy, price }));
  const costs = purchaseCosts(
    {
      load: paths.load,
      spotNodes,
      gpusPerNode: pool.usable_gpus,
      horizon,
      prices: { onDemand: prices.onDemand, spot: spotPrice ?? prices.onDemand },
      existing,
      bought,
    },
    window.from,
    window.to,
  );
  const purchase: PoolPurchase = {
    pool: pool.name,
    price: { onDemand: prices.onDemand, spot: prices.spot?.price ?? null },
    existing: existing.map(({ kind, nodes, until, price }) => ({ kind, nodes, until, price })),
    existingNodes: heldAtStart,
    terms,
    committedNodes: heldAtStart + committed,
    spot: prices.spot && {
      overhead: prices.spot.overhead,
      effectivePrice: prices.spot.effective,
      used: spotPays,
      nodeHours: estimate(costs.spotHours, levels),
      share: estimate(shares(costs.spotHours, costs.nodeHours), levels),
    },
    costs: costEstimates(costs.horizon, levels),
  };
  return { purchase, costs };
}
