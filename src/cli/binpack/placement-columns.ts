import { formatGpus, type Placements } from "../../binpack/index.js";
import type { OutputColumn } from "../../ingest/index.js";

/** Columns of the placements: one row a pod, in the order of arrival. */
export function placementColumns({ cluster, reasons }: Placements): OutputColumn[] {
  const { nodes, pods, nodeOf, gpusOf } = cluster;
  const placed = Array.from(nodeOf, (node) => node >= 0);
  return [
    { name: "seq", type: "INTEGER", data: placed.map((_, pod) => pod) },
    { name: "pod", type: "VARCHAR", data: pods.name },
    { name: "node", type: "VARCHAR", data: placed.map((is, pod) => (is ? nodes.name[nodeOf[pod]] : null)) },
    { name: "gpu_ids", type: "VARCHAR", data: placed.map((is, pod) => (is ? formatGpus(gpusOf[pod] ?? []) : null)) },
    { name: "status", type: "VARCHAR", data: placed.map((is) => (is ? "placed" : "unschedulable")) },
    { name: "reason", type: "VARCHAR", data: reasons },
  ];
}
