import { z } from "zod";
import type { Placements } from "./binpack.js";
import { explain } from "./explain.js";
import type { Reason } from "./types.js";

const Nodes = z.int().nonnegative();
const Counts = { pods: z.int().nonnegative(), gpu_milli: z.int().nonnegative() };

/** Pods without a place, by reason, by size and by kind. */
export const PendingPodsSchema = z.object({
  by_reason: z.array(
    z.object({ reason: z.enum(["no_fit", "gpu_spec", "topology", "gang", "taint", "selector"]), ...Counts }),
  ),
  by_size: z
    .array(
      z.object({
        gpus: z.number().nonnegative().describe("GPUs that such a pod asks for; 0.5 stands for all shares of one GPU"),
        arrived: z.int().nonnegative(),
        ...Counts,
      }),
    )
    .describe("every size that arrived, and how many of it are pending"),
  kinds: z
    .array(
      z.object({
        pod: z.string().describe("the first of the kind that arrived"),
        gpus: z.int().nonnegative(),
        milli: z.int().nonnegative().describe("thousandths of each GPU"),
        gpu_spec: z.string(),
        reason: z.string(),
        ...Counts,
        sentence: z.string().describe("why that pod has no place in the end, over all nodes"),
        barred: z
          .object({
            gpu: Nodes,
            cpu: Nodes,
            memory: Nodes,
            model: Nodes,
            taint: Nodes,
            selector: Nodes,
            topology: Nodes,
            nics: Nodes,
            fragmentation: Nodes.describe("barred by GPUs alone, which lie in pieces that would suffice together"),
          })
          .describe("nodes that each constraint keeps from it in the end"),
      }),
    )
    .describe("the kinds that ask for most in all"),
  kinds_in_all: z.int().nonnegative(),
});
export type PendingPods = z.infer<typeof PendingPodsSchema>;

/** Kinds that are told one by one. */
const MOST_KINDS = 20;
const SHARE = 0.5;

/** What is pending and why: the pods of {@link Placements} without a place. */
export function pendingPods({ cluster, reasons }: Placements): PendingPods {
  const { pods, nodeOf } = cluster;
  const byReason = new Map<Reason, { pods: number; gpu_milli: number }>();
  const bySize = new Map<number, { arrived: number; pods: number; gpu_milli: number }>();
  const kinds = new Map<string, { first: number; reason: Reason; pods: number; gpu_milli: number }>();
  for (let pod = 0; pod < pods.n; pod++) {
    const gpus = pods.gpus[pod] === 1 && pods.milli[pod] < 1000 ? SHARE : pods.gpus[pod];
    const size = entry(bySize, gpus, () => ({ arrived: 0, pods: 0, gpu_milli: 0 }));
    size.arrived++;
    if (nodeOf[pod] >= 0) continue;
    const reason = reasons[pod] ?? "no_fit";
    const kind = `${pods.gpus[pod]},${pods.milli[pod]},${reason},${pods.spec[pod]}`;
    for (const group of [
      size,
      entry(byReason, reason, () => ({ pods: 0, gpu_milli: 0 })),
      entry(kinds, kind, () => ({ first: pod, reason, pods: 0, gpu_milli: 0 })),
    ]) {
      group.pods++;
      group.gpu_milli += pods.gpus[pod] * pods.milli[pod];
    }
  }
  const largest = [...kinds.values()].sort((a, b) => b.gpu_milli - a.gpu_milli || b.pods - a.pods || a.first - b.first);
  return {
    by_reason: [...byReason]
      .map(([reason, counts]) => ({ reason, ...counts }))
      .sort((a, b) => b.gpu_milli - a.gpu_milli || b.pods - a.pods || (a.reason < b.reason ? -1 : 1)),
    by_size: [...bySize].map(([gpus, counts]) => ({ gpus, ...counts })).sort((a, b) => a.gpus - b.gpus),
    kinds: largest.slice(0, MOST_KINDS).map(({ first, reason, ...asked }) => {
      const { sentence, counts: barred } = explain(first, cluster);
      return {
        pod: pods.name[first],
        gpus: pods.gpus[first],
        milli: pods.milli[first],
        gpu_spec: pods.spec[first],
        reason,
        ...asked,
        sentence,
        barred,
      };
    }),
    kinds_in_all: largest.length,
  };
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key) ?? make();
  map.set(key, found);
  return found;
}
