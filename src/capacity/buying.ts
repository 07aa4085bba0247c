import { costHistogram } from "./cost-histogram.js";
import { estimate } from "./estimate.js";
import { nodePrices } from "./node-prices.js";
import type { PackedPool } from "./packed-pool.js";
import type { PlanContext } from "./plan-context.js";
import type { PoolPaths } from "./pool-paths.js";
import { costEstimates, poolPurchase } from "./pool-purchase.js";
import { addCosts, type CostPaths, emptyCosts } from "./purchase-costs.js";
import { reserveWindows } from "./reserve-windows.js";
import type { Buying, PoolPurchase } from "./result-buying.js";
import type { PoolResult } from "./result-pools.js";
import { roundMoney } from "./rounding.js";

/** The buying section and, for the budget, the costs that fall into the window. */
export interface BuyingOutcome {
  buying: Buying;
  windowCosts: CostPaths;
}

/** Purchase advice over all priced pools; null when none has prices. */
export function buyingSection(
  pools: readonly PackedPool[],
  paths: readonly PoolPaths[],
  results: readonly PoolResult[],
  scenario: string,
  context: PlanContext,
  window: { from: number; to: number },
): BuyingOutcome | null {
  const currency = pools.find((pool) => pool.price)?.price?.currency;
  if (!currency) return null;
  const n = paths[0].shortHours.length;
  const total = emptyCosts(n);
  const windowCosts = emptyCosts(n);
  const purchases: PoolPurchase[] = [];
  for (const [p, pool] of pools.entries()) {
    const prices = nodePrices(pool);
    if (!prices) continue;
    const { purchase, costs } = poolPurchase(pool, prices, paths[p], context, window);
    purchases.push(purchase);
    addCosts(total, costs.horizon);
    addCosts(windowCosts, costs.window);
  }
  const saving = total.today.map((cost, path) => cost - total.recommended[path]);
  const buying: Buying = {
    scenario,
    currency,
    hours: context.horizon,
    pools: purchases,
    costs: costEstimates(total, context.levels),
    saving: estimate(saving, context.levels, roundMoney),
    distribution: costHistogram(total),
    reserveWindows: results.flatMap((result, p) => reserveWindows(result, paths[p], context)),
  };
  return { buying, windowCosts };
}
