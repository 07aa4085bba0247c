import { pickPods } from "./arrivals.js";
import type { Cluster } from "./cluster.js";
import type { PodTable } from "./types.js";

/** The pods that have no place, as a table of their own. */
export function unplacedPods({ pods, nodeOf }: Cluster): PodTable {
  const rows = Array.from(nodeOf, (node, pod) => (node < 0 ? pod : -1)).filter((pod) => pod >= 0);
  return pickPods(pods, rows);
}
