import type { Cluster } from "../cluster.js";
import type { Eligibility } from "../constraints/eligibility.js";
import { unplacedReason } from "../constraints/unplaced-reason.js";
import type { Placer, Reason } from "../types.js";
import type { Topology } from "./domains.js";
import { gangReasons } from "./gang-reasons.js";
import { viewGang } from "./gang-view.js";
import { placeInDomain } from "./place-in-domain.js";
import { placeSingle } from "./place-single.js";

/** Options of {@link placeGang}. */
export interface GangOptions {
  /** A gang that spans domains has its pods split as evenly as the domains allow; default: fewest and fullest. */
  balanced: boolean;
}

export const DEFAULT_GANG_OPTIONS: Readonly<GangOptions> = Object.freeze({ balanced: false });

/**
 * Places all pods of a gang, or none.
 *
 * - `requiredLevel`: all in one domain of that level (the narrowest that any of its pods names), else not at all.
 * - `preferredLevel`: in one domain of that level where one can take the gang; else in one of the next wider level, and
 *   so on (no wider than the required one); in a wider domain, and in the whole cluster at last, over as few domains of
 *   the preferred level as possible.
 * - A gang without a level prefers the narrowest level that the nodes name.
 * - Among the domains that can take it: near its data (`dataZone`) first, then the one with the least free capacity.
 *
 * Inside a domain the policy places one pod after another; where that fails, complete search decides. For gangs of up
 * to 8 pods the answer is complete: they are placed whenever it is possible, over the fewest domains. Larger gangs get
 * the same search as long as their kinds of like pods leave it small (16 like workers and a launcher do), else they are
 * placed if the policy finds a way.
 *
 * A single pod with a level or a data zone goes here too: for it, `nvlink` is the only level that says anything.
 *
 * @param gang pods without a place
 * @returns null when all are placed; else why each pod was not, in the order of `gang`, and the cluster as it was
 */
export function placeGang(
  cluster: Cluster,
  topology: Topology,
  eligibility: Eligibility,
  gang: readonly number[],
  placer: Placer,
  options: Partial<GangOptions> = DEFAULT_GANG_OPTIONS,
): Reason[] | null {
  const everywhere = Int32Array.from({ length: cluster.nodes.n }, (_, node) => node);
  if (gang.length === 1) {
    const [pod] = gang;
    const placed = placeSingle(cluster, eligibility, pod, placer, everywhere);
    return placed ? null : [unplacedReason(cluster, eligibility, pod, everywhere)];
  }
  const search = { ...viewGang(cluster, eligibility, gang), placer };
  const { balanced } = { ...DEFAULT_GANG_OPTIONS, ...options };
  if (placeInDomain(search, topology, everywhere, balanced)) return null;
  return gangReasons(search, eligibility, gang, everywhere);
}
