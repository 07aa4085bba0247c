import type { Cluster } from "../cluster.js";
import type { Eligibility } from "../constraints/eligibility.js";
import type { Placer } from "../types.js";
import type { Topology } from "./domains.js";
import { requiredLevelOf } from "./gang-levels.js";
import { gangOf } from "./gang-of.js";
import { placeOnNodes } from "./gang-search.js";
import { viewGang } from "./gang-view.js";
import { placeInDomain } from "./place-in-domain.js";
import { placeSingle } from "./place-single.js";

/**
 * Places the pods of one gang that have no place (or a pod of its own) among these nodes, or none of them. Where others
 * of the gang run, they go into the domain of the required level that those are in; else the gang is placed like a new one.
 */
export function placeUnit(
  cluster: Cluster,
  topology: Topology,
  eligibility: Eligibility,
  unit: readonly number[],
  placer: Placer,
  among: Int32Array,
  balanced: boolean,
): boolean {
  const gang = gangOf(cluster.pods, unit[0]);
  if (gang.length === 1) return placeSingle(cluster, eligibility, unit[0], placer, among);
  const search = { ...viewGang(cluster, eligibility, unit), placer };
  const running = gang.find((pod) => cluster.nodeOf[pod] >= 0);
  if (running === undefined) return placeInDomain(search, topology, among, balanced);
  const level = requiredLevelOf(cluster.pods, gang);
  const { of } = topology[level === "nvlink" ? "node" : (level ?? "zone")];
  const home = of[cluster.nodeOf[running]];
  const open = level === null ? among : among.filter((node) => of[node] === home);
  return placeOnNodes(
    search,
    open,
    search.shape.pods.map((pods) => pods.length),
  );
}
