import { type Cluster, fits } from "../cluster.js";
import { barredBy, CONSTRAINTS, createEligibility, ELIGIBLE } from "../constraints/eligibility.js";
import type { Unit } from "../offline/units.js";

/**
 * Why a pod stays without a place though nodes may be bought: what bars it from the type of node that comes closest
 * (`selector`, `model`, `taint`, `equipment`, `cpu`, `memory`), or `gang` (another pod of its gang is barred),
 * `topology` (each pod has a place, the gang has not), `max` (the types that take it cannot be had in that number).
 */
export type StayReason = (typeof CONSTRAINTS)[number] | "cpu" | "memory" | "gang" | "topology" | "max";

const STAGES: readonly StayReason[] = [...CONSTRAINTS, "cpu", "memory"];

/**
 * Pods that have no place on any node as it is now nor on an empty node of any type, with the rest of their gangs.
 *
 * @param extended the cluster with one node of each type from index `firstNew` on
 * @param sold types of which at least one can be had
 */
export function unplaceable(
  extended: Cluster,
  firstNew: number,
  units: readonly Unit[],
  sold: readonly boolean[],
): Map<number, StayReason> {
  const eligibility = createEligibility(extended.nodes, extended.pods);
  const { cpuLeft, memoryLeft, pods, nodes } = extended;
  const barred = (pod: number): StayReason | null => {
    let furthest = -1;
    for (let node = 0; node < nodes.n; node++) {
      const stage = barredBy(eligibility, pod, node);
      const isNew = node >= firstNew;
      if (isNew && !sold[node - firstNew]) continue;
      if (stage === ELIGIBLE && fits(extended, pod, node)) return null;
      if (!isNew) continue;
      const room = cpuLeft[node] < pods.cpu[pod] ? ELIGIBLE : memoryLeft[node] < pods.memory[pod] ? ELIGIBLE + 1 : -1;
      furthest = Math.max(furthest, stage === ELIGIBLE ? room : stage);
    }
    return STAGES[furthest] ?? "max";
  };
  const stay = new Map<number, StayReason>();
  for (const unit of units) {
    const why = unit.pods.map(barred);
    if (why.every((reason) => !reason)) continue;
    unit.pods.forEach((pod, k) => {
      stay.set(pod, why[k] ?? "gang");
    });
  }
  return stay;
}
