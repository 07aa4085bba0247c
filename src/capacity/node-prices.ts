import type { CommitmentTerm, Pool } from "./plan-file.js";
import { spotOverhead } from "./spot-overhead.js";

/** Prices of one pool per node-hour. */
export interface NodePrices {
  onDemand: number;
  /** List price of spot, null without one or without the terms of its interruptions. */
  spot: { price: number; overhead: number; effective: number } | null;
  commit: Partial<Record<CommitmentTerm, number>>;
}

/** Prices of a pool turned into node-hours (a GPU-hour price times the GPUs of a node); null without prices. */
export function nodePrices(pool: Pool): NodePrices | null {
  const { price } = pool;
  if (!price) return null;
  const factor = price.unit === "gpu_hour" ? pool.gpus_per_node : 1;
  const commit: NodePrices["commit"] = {};
  for (const term of ["commit_1y", "commit_3y"] as const) {
    const listed = price[term];
    if (listed !== undefined) commit[term] = listed * factor;
  }
  const overhead = pool.spot ? spotOverhead(pool.spot) : Number.NaN;
  const spot =
    price.spot !== undefined && pool.spot
      ? { price: price.spot * factor, overhead, effective: price.spot * factor * (1 + overhead) }
      : null;
  return { onDemand: price.on_demand * factor, spot, commit };
}
