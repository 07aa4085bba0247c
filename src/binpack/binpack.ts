import { InputError } from "../core/errors.js";
import { type ArrivalOptions, arrivals } from "./arrivals.js";
import { type Cluster, createCluster } from "./cluster.js";
import { createEligibility, type Eligibility } from "./constraints/eligibility.js";
import { unplacedReason } from "./constraints/unplaced-reason.js";
import { createPlacer, type QueuedPlacer } from "./create-placer.js";
import { packOffline } from "./offline/pack-offline.js";
import { POLICIES, type Policy } from "./policy-names.js";
import { createTopology } from "./topology/domains.js";
import { placeGang } from "./topology/place-gang.js";
import type { NodeTable, PodTable, Reason } from "./types.js";
import { DEFAULT_TYPICAL_SHARE, type TypicalPods, typicalPods } from "./typical-pods.js";

export interface BinpackOptions extends ArrivalOptions {
  policy: Policy;
  /** Pods whose statistics `fgd` and `auto` use; default the pods to place, as listed. */
  typical?: PodTable;
  /** Share of those pods that the typical kinds make up. */
  typicalShare: number;
  /** Splits a gang that spans domains as evenly as they allow. */
  balanced: boolean;
}

export const DEFAULT_BINPACK_OPTIONS: Readonly<BinpackOptions> = Object.freeze({
  policy: "auto",
  order: "file",
  seed: 42,
  typicalShare: DEFAULT_TYPICAL_SHARE,
  balanced: false,
});

/** Where pods went, in their order of arrival. */
export interface Placements {
  policy: Policy;
  seed: number;
  /** The cluster in the end: `pods` in their order of arrival, the node and the GPUs of each. */
  cluster: Cluster;
  /** Why each pod was not placed; null when it was. */
  reasons: (Reason | null)[];
  typical: TypicalPods;
}

/**
 * Places pods on empty nodes. The on-line policies place one pod after another, none of which leaves: each decision knows
 * the pods so far, the nodes and the statistics of typical pods, and a pod is turned away only when no node takes it at
 * that moment. A gang is placed as one, all pods or none, when its turn comes. `offline` sees all pods before it places
 * any.
 *
 * @throws InputError for an unknown policy or an `inflate` that is not positive
 * @example
 * const { cluster, reasons } = binpack(nodes, pods, { policy: "fgd", order: "shuffle", inflate: 1.3 });
 * cluster.nodeOf[0]; // node of the first pod that arrived, -1 if none
 */
export function binpack(nodes: NodeTable, pods: PodTable, options: Partial<BinpackOptions> = {}): Placements {
  const settings = { ...DEFAULT_BINPACK_OPTIONS, ...options };
  const { policy, seed, balanced, inflate } = settings;
  if (!POLICIES.includes(policy)) {
    throw new InputError(`unknown policy "${policy}"; known: ${POLICIES.join(", ")}`, { policy });
  }
  if (inflate !== undefined && !(inflate > 0))
    throw new InputError(`inflate must be positive, got ${inflate}`, { inflate });
  const typical = typicalPods(settings.typical ?? pods, settings.typicalShare);
  const arriving = arrivals(nodes, pods, settings);
  const eligibility = createEligibility(nodes, arriving);
  if (policy === "offline") {
    const { cluster } = packOffline(nodes, arriving, { seed });
    return { policy, seed, cluster, reasons: offlineReasons(cluster, eligibility), typical };
  }
  const cluster = createCluster(nodes, arriving);
  const placer = createPlacer(cluster, eligibility, policy, { seed, typical });
  return { policy, seed, cluster, reasons: placeAll(cluster, eligibility, placer, balanced), typical };
}

/** Places the pods in their order; gives why each was not placed. */
function placeAll(
  cluster: Cluster,
  eligibility: Eligibility,
  placer: QueuedPlacer,
  balanced: boolean,
): (Reason | null)[] {
  const { nodes, pods } = cluster;
  const topology = createTopology(nodes);
  const reasons: (Reason | null)[] = new Array(pods.n).fill(null);
  for (let pod = 0; pod < pods.n; ) {
    const end = endOfGang(pods, pod);
    if (needsTopology(nodes, pods, pod)) {
      const gang = Array.from({ length: end - pod }, (_, k) => pod + k);
      const why = placeGang(cluster, topology, eligibility, gang, placer, { balanced });
      why?.forEach((reason, k) => {
        reasons[pod + k] = reason;
      });
    } else {
      const node = placer.best(pod);
      if (node >= 0) placer.place(pod, node);
      else reasons[pod] = unplacedReason(cluster, eligibility, pod);
    }
    pod = end;
  }
  return reasons;
}

/** Why the pods left out were left out, judged by the cluster in the end. */
function offlineReasons(cluster: Cluster, eligibility: Eligibility): (Reason | null)[] {
  return Array.from(cluster.nodeOf, (node, pod) => {
    if (node >= 0) return null;
    if (cluster.pods.group?.[pod]) return "gang";
    return unplacedReason(cluster, eligibility, pod);
  });
}

/** The pod behind the last one of the gang that starts here. */
function endOfGang(pods: PodTable, first: number): number {
  const group = pods.group?.[first] ?? "";
  let end = first + 1;
  if (group !== "") while (end < pods.n && pods.group?.[end] === group) end++;
  return end;
}

/** Whether the pod's place depends on more than what is left of each node. */
function needsTopology(nodes: NodeTable, pods: PodTable, pod: number): boolean {
  if (nodes.nvlink && pods.gpus[pod] >= 2) return true;
  const wishes = [pods.group, pods.requiredLevel, pods.preferredLevel, pods.dataZone];
  return wishes.some((column) => (column?.[pod] ?? "") !== "");
}
