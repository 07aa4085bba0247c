import { type Cluster, fits } from "../cluster.js";
import { barredBy, ELIGIBLE, type Eligibility } from "../constraints/eligibility.js";
import type { Placer } from "../types.js";
import { hasIsland } from "./islands.js";
import { wholeGpus } from "./whole-gpus.js";

/**
 * Places a pod of its own on the policy's choice among these nodes: inside one NVLink island if it must be or, where
 * that can be had, would like to; then near its data where that can be had.
 */
export function placeSingle(
  cluster: Cluster,
  eligibility: Eligibility,
  pod: number,
  placer: Placer,
  among: Int32Array,
): boolean {
  const { nodes, pods } = cluster;
  let candidates = among.filter((node) => barredBy(eligibility, pod, node) === ELIGIBLE && fits(cluster, pod, node));
  const wantsIsland = pods.gpus[pod] >= 2;
  const onIsland = (node: number) => hasIsland(cluster, pod, node);
  if (wantsIsland && pods.requiredLevel?.[pod] === "nvlink") candidates = candidates.filter(onIsland);
  const prefer = (wanted: (node: number) => boolean) => {
    const preferred = candidates.filter(wanted);
    if (preferred.length > 0) candidates = preferred;
  };
  if (wantsIsland && pods.preferredLevel?.[pod] === "nvlink") prefer(onIsland);
  const zone = pods.dataZone?.[pod] ?? "";
  if (zone !== "") prefer((node) => nodes.zone?.[node] === zone);
  const node = placer.choose(pod, candidates);
  if (node < 0) return false;
  if (wantsIsland) placer.place(pod, node, wholeGpus(cluster, node, pods.gpus[pod]) ?? []);
  else placer.place(pod, node);
  return true;
}
