import type { Cluster } from "../cluster.js";
import type { Eligibility } from "../constraints/eligibility.js";
import { unplacedReason } from "../constraints/unplaced-reason.js";
import type { Placer, Reason } from "../types.js";
import type { NodeLevel, Topology } from "./domains.js";
import { gangOf } from "./gang-of.js";
import { gangReasons } from "./gang-reasons.js";
import { viewGang } from "./gang-view.js";
import { DEFAULT_GANG_OPTIONS, type GangOptions } from "./place-gang.js";
import { placeUnit } from "./place-unit.js";

/** Where a pod of a failed node went. */
export interface Replacement {
  pod: number;
  from: number;
  /** Its new node, -1 when it found none. */
  to: number;
  /** The narrowest domain of the failed node that holds the new one too; null: none, or not placed. */
  within: Exclude<NodeLevel, "node"> | null;
  /** Why it found none, else null. */
  reason: Reason | null;
}

const WIDER = ["rack", "block", "zone"] as const;

/**
 * Finds new places for the pods of a failed node; no other pod moves. Each stays in the failed node's rack if it can,
 * else its block, else its zone, else anywhere. The lost pods of a gang go together: where others of it still run, into
 * the domain of the required level that those are in; where all were lost, as a new gang. A gang whose lost pods find no
 * place keeps those that run. Pods of higher priority choose first, then gangs and pods that ask for more GPUs.
 *
 * Changes the cluster: the pods are taken off the node, which stays empty but not closed; the caller must not use it.
 *
 * @returns one entry a lost pod, in the order in which they were placed
 */
export function replaceNode(
  cluster: Cluster,
  topology: Topology,
  eligibility: Eligibility,
  failed: number,
  placer: Placer,
  options: Partial<GangOptions> = DEFAULT_GANG_OPTIONS,
): Replacement[] {
  const { balanced } = { ...DEFAULT_GANG_OPTIONS, ...options };
  const units = lostUnits(cluster, failed);
  for (const pod of units.flat()) placer.remove(pod);
  const others = Int32Array.from({ length: cluster.nodes.n }, (_, node) => node).filter((node) => node !== failed);
  return units.flatMap((unit) => {
    const reasons = replaceUnit(unit);
    return unit.map((pod, k) => {
      const to = cluster.nodeOf[pod];
      return {
        pod,
        from: failed,
        to,
        within: to < 0 ? null : shared(topology, failed, to),
        reason: reasons?.[k] ?? null,
      };
    });
  });

  function replaceUnit(unit: number[]): Reason[] | null {
    for (const level of [...WIDER, null]) {
      const near = level ? others.filter((node) => topology[level].of[node] === topology[level].of[failed]) : others;
      if (placeUnit(cluster, topology, eligibility, unit, placer, near, balanced)) return null;
    }
    if (gangOf(cluster.pods, unit[0]).length === 1) return [unplacedReason(cluster, eligibility, unit[0], others)];
    return gangReasons(viewGang(cluster, eligibility, unit), eligibility, unit, others);
  }
}

/** The pods of the node, those of one gang together. */
function lostUnits({ pods, nodeOf }: Cluster, failed: number): number[][] {
  const units = new Map<string, number[]>();
  for (let pod = 0; pod < pods.n; pod++) {
    if (nodeOf[pod] !== failed) continue;
    const group = pods.group?.[pod] ?? "";
    const key = group === "" ? `pod ${pod}` : `gang ${group}`;
    const unit = units.get(key);
    if (unit) unit.push(pod);
    else units.set(key, [pod]);
  }
  const priority = (unit: number[]) => Math.max(...unit.map((pod) => pods.priority?.[pod] ?? 0));
  const milli = (unit: number[]) => unit.reduce((sum, pod) => sum + pods.gpus[pod] * pods.milli[pod], 0);
  return [...units.values()].sort((a, b) => priority(b) - priority(a) || milli(b) - milli(a) || a[0] - b[0]);
}

function shared(topology: Topology, a: number, b: number): Replacement["within"] {
  return WIDER.find((level) => topology[level].of[a] === topology[level].of[b]) ?? null;
}
