import type { Cluster } from "../cluster.js";
import { gpuLeftOn } from "../node-gpus.js";
import type { NodeLevel, Topology } from "./domains.js";
import type { FreeDomain } from "./free-domain.js";
import type { GangView } from "./gang-view.js";
import { islandsOf } from "./islands.js";

/**
 * Domains of one level among the given nodes, in the order in which a gang tries them: near its data first, then the
 * one with the least free capacity, which keeps empty domains for large gangs.
 */
export function freeDomains(
  view: GangView,
  topology: Topology,
  level: NodeLevel | "nvlink",
  nodes: ArrayLike<number>,
): FreeDomain[] {
  const { cluster } = view;
  const domains = level === "nvlink" ? islands(cluster, nodes) : grouped(cluster, topology, level, nodes);
  const zones = dataZones(view);
  const out = domains.map(({ nodes, within, freeMilli }) => ({
    nodes,
    within,
    freeMilli,
    free: view.shape.milli > 0 ? freeMilli : nodes.reduce((sum, node) => sum + cluster.cpuLeft[node], 0),
    near: zones.get(cluster.nodes.zone?.[nodes[0]] ?? "") ?? 0,
  }));
  return out.sort((a, b) => b.near - a.near || a.free - b.free);
}

type Bare = Pick<FreeDomain, "nodes" | "within" | "freeMilli">;

function grouped(cluster: Cluster, topology: Topology, level: NodeLevel, nodes: ArrayLike<number>): Bare[] {
  const { of } = topology[level];
  const found = new Map<number, number[]>();
  for (let k = 0; k < nodes.length; k++) {
    const domain = of[nodes[k]];
    const list = found.get(domain);
    if (list) list.push(nodes[k]);
    else found.set(domain, [nodes[k]]);
  }
  return [...found.values()].map((list) => ({
    nodes: Int32Array.from(list),
    freeMilli: list.reduce((sum, node) => sum + gpuLeftOn(cluster, node), 0),
  }));
}

function islands(cluster: Cluster, nodes: ArrayLike<number>): Bare[] {
  return Array.from(nodes).flatMap((node) =>
    islandsOf(cluster.nodes, node).map((within) => {
      const start = cluster.gpuStart[node];
      const lefts = cluster.gpuLeft.subarray(start + within.first, start + within.end);
      return { nodes: Int32Array.of(node), within, freeMilli: lefts.reduce((sum, left) => sum + left, 0) };
    }),
  );
}

/** Pods of the gang by the zone of their data. */
function dataZones({ cluster, shape }: GangView): Map<string, number> {
  const zones = new Map<string, number>();
  for (const pod of shape.pods.flat()) {
    const zone = cluster.pods.dataZone?.[pod] ?? "";
    if (zone !== "") zones.set(zone, (zones.get(zone) ?? 0) + 1);
  }
  return zones;
}
