import { DateTime } from "luxon";
import { HOUR_MS } from "../core/time.js";
import { nodesFor } from "./nodes-for.js";
import type { Commitments, CommitmentTerm } from "./plan-file.js";

/** Nodes that existing commitments hold of one pool, hour by hour of the horizon. */
export interface ExistingCommitment {
  kind: CommitmentTerm;
  nodes: number;
  until: string | null;
  /** Per node-hour. */
  price: number;
  /** First hour of the horizon in which it no longer holds. */
  endHour: number;
}

/** A commitment `until` a date ends at the start of that local day. */
export function existingCommitments(
  commitments: Commitments | undefined,
  pool: string,
  nodePrice: (kind: CommitmentTerm) => number,
  span: { start: number; horizon: number; zone: string },
): ExistingCommitment[] {
  return (commitments?.existing ?? [])
    .filter((existing) => existing.pool === pool)
    .map(({ kind, nodes, until }) => {
      const end = until ? DateTime.fromISO(until, { zone: span.zone }).toMillis() : Number.POSITIVE_INFINITY;
      const endHour = Math.min(span.horizon, Math.max(0, Math.ceil((end - span.start) / HOUR_MS)));
      return { kind, nodes, until: until ?? null, price: nodePrice(kind), endHour };
    });
}

/** How often one more committed node would be of use: counts of path-hours, index k for the k-th node on top. */
export interface MarginalUse {
  /** Path-hours. */
  hours: number;
  /** Path-hours in which the k-th node is needed at all. */
  needed: Float64Array;
  /** Those in which it would stand in for an on-demand node (the others would run on spot). */
  insteadOfOnDemand: Float64Array;
}

/**
 * Counts, on the paths, what each further committed node would do beyond the existing ones.
 *
 * @param load path-major GPUs
 * @param spotNodes nodes that may run on spot, path-major; null when spot does not pay
 */
export function marginalUse(
  load: Float64Array,
  spotNodes: Uint32Array | null,
  gpusPerNode: number,
  existing: readonly ExistingCommitment[],
  horizon: number,
): MarginalUse {
  const held = Float64Array.from({ length: horizon }, (_, h) =>
    existing.reduce((sum, e) => sum + (h < e.endHour ? e.nodes : 0), 0),
  );
  const need: number[] = [];
  const onDemand: number[] = [];
  for (let at = 0; at < load.length; at++) {
    const open = nodesFor(load[at], gpusPerNode) - held[at % horizon];
    if (open <= 0) continue;
    need[open] = (need[open] ?? 0) + 1;
    const bought = spotNodes ? open - spotNodes[at] : open;
    if (bought > 0) onDemand[bought] = (onDemand[bought] ?? 0) + 1;
  }
  const most = Math.max(0, need.length - 1);
  return { hours: load.length, needed: atLeast(need, most), insteadOfOnDemand: atLeast(onDemand, most) };
}

/** From counts of exact values to counts of "k or more", k = 0..most. */
function atLeast(counts: readonly (number | undefined)[], most: number): Float64Array {
  const out = new Float64Array(most + 1);
  let sum = 0;
  for (let k = most; k >= 0; k--) {
    sum += counts[k] ?? 0;
    out[k] = sum;
  }
  return out;
}

/**
 * Nodes to commit at a price: the newsvendor's critical ratio on the paths. The k-th node is bought while what it
 * saves (the on-demand price, or the spot price where spot would have run) is worth its price over all path-hours;
 * without spot that is P(k-th node needed) ≥ commit price ÷ on-demand price. A term that is no cheaper than on demand
 * buys nothing.
 *
 * @param prices per node-hour
 */
export function commitmentLevel(
  use: MarginalUse,
  prices: { commit: number; onDemand: number; spot: number | null },
): number {
  if (prices.commit >= prices.onDemand) return 0;
  const spot = prices.spot ?? prices.onDemand;
  let level = 0;
  for (let k = 1; k < use.needed.length; k++) {
    const saved = prices.onDemand * use.insteadOfOnDemand[k] + spot * (use.needed[k] - use.insteadOfOnDemand[k]);
    if (saved < prices.commit * use.hours) break;
    level = k;
  }
  return level;
}
