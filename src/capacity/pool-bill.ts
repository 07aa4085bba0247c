import { existingCommitments } from "./commitments.js";
import { nodePrices } from "./node-prices.js";
import type { Commitments, CommitmentTerm, Pool } from "./plan-file.js";

/** What a pool cost in some hours of the past. */
export interface PoolBill {
  /** Money for one GPU-hour of what the pool has: its bill ÷ its GPU-hours; null without prices. */
  perGpuHour: number | null;
  /** Money for a GPU-hour beyond what it has, bought on demand; null without prices. */
  perGpuHourBeyond: number | null;
}

/**
 * The pool's nodes at their prices: committed nodes at the commitment's, the others on demand, used or not.
 *
 * @param span hours of the past month
 */
export function poolBill(
  pool: Pool,
  commitments: Commitments | undefined,
  span: { start: number; horizon: number; zone: string },
): PoolBill {
  const prices = nodePrices(pool);
  if (!prices) return { perGpuHour: null, perGpuHourBeyond: null };
  const beyond = prices.onDemand / pool.gpus_per_node;
  if (pool.nodes === 0 || span.horizon === 0) return { perGpuHour: beyond, perGpuHourBeyond: beyond };
  const existing = existingCommitments(
    commitments,
    pool.name,
    (kind: CommitmentTerm) => prices.commit[kind] as number,
    span,
  );
  let bill = pool.nodes * prices.onDemand * span.horizon;
  for (const { nodes, price, endHour } of existing) bill -= nodes * (prices.onDemand - price) * endHour;
  return { perGpuHour: bill / (pool.nodes * pool.gpus_per_node * span.horizon), perGpuHourBeyond: beyond };
}
