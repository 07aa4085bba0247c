import { z } from "zod";
import type { InputFile } from "../core/demand.js";
import { isoUtc } from "../core/time.js";
import { VERSION } from "../core/version.js";
import type { Placements } from "./binpack.js";
import type { PackingBounds } from "./bounds/packing-bounds.js";
import { NodeStateSchema, nodeMap } from "./node-map.js";
import { PendingPodsSchema, pendingPods } from "./pending-pods.js";
import { placementMetrics } from "./placement-metrics.js";

const count = z.int().nonnegative();
const milli = z.number().nonnegative();
const percent = z.number().nonnegative().nullable();

/** What one policy made of the same nodes and pods. */
const OutcomeSchema = z.object({
  policy: z.string(),
  allocation_ratio_final: percent.describe("allocated in % of all GPUs in the end; null without GPUs"),
  allocated_gpu_milli: count,
  frag_gpu_milli: milli,
  unusable_gpu_milli: milli.describe("free, but of no use for a typical pod that asks for GPUs"),
  pods_unschedulable: count,
});
export type PolicyOutcome = z.infer<typeof OutcomeSchema>;

/** The file that `fleetlens binpack --metrics` writes. */
export const PackingResultSchema = z.object({
  schema: z.literal("fleetlens.packing/1"),
  version: z.string(),
  createdFrom: z.object({
    inputs: z.array(z.object({ name: z.string(), sha256: z.string(), rows: z.int() })),
    options: z.record(z.string(), z.json()),
    seed: z.int(),
  }),
  as_of: z.string().nullable().describe("ISO 8601 instant: --as-of; nodes and pods bear no time"),
  policy: z.string(),
  seed: z.int(),
  nodes: count,
  gpus: count,
  arrived_gpu_milli: count,
  allocated_gpu_milli: count,
  allocation_ratio_final: percent.describe("allocated in % of all GPUs in the end; null without GPUs"),
  allocation_ratio_at: z
    .record(z.string(), z.number())
    .describe("by what had arrived in % of all GPUs: what was allocated in %, mean over the arrivals at that level"),
  frag_gpu_milli: milli.describe("fragmentation F (Weng et al. 2023), typical pods without GPUs counted"),
  pods_placed: count,
  pods_unschedulable: count,
  by_model: z.record(
    z.string(),
    z.object({
      nodes: count,
      gpus: count,
      allocated_gpu_milli: count,
      allocation_ratio: percent,
      frag_gpu_milli: milli,
    }),
  ),
  bound: z
    .object({ lp: count, cutting_stock: count })
    .nullable()
    .describe("GPU milli that no placement of these pods exceeds; null when it was not asked"),
  schedule_seconds: milli,
  pods_per_second: milli,
  nodes_map: z.array(NodeStateSchema),
  pending: PendingPodsSchema,
  comparison: z.array(OutcomeSchema).describe("--compare: other policies on the same nodes and pods"),
});
export type PackingResult = z.infer<typeof PackingResultSchema>;

/** What {@link packingResult} is told beside the placements. */
export interface PackingResultOptions {
  bound: PackingBounds | null;
  /** Seconds that the placing took. */
  seconds: number;
  /** Placements of other policies on the same nodes and pods. */
  comparison?: readonly PolicyOutcome[];
  inputs?: readonly InputFile[];
  /** Whatever decided the result. */
  options?: PackingResult["createdFrom"]["options"];
  /** Epoch ms that date the result; null for none. */
  asOf?: number | null;
}

/** Placements as a document: key figures, the map of the nodes, and what is pending. */
export function packingResult(placements: Placements, options: PackingResultOptions): PackingResult {
  const figures = placementMetrics(placements);
  const pods = figures.podsPlaced + figures.podsUnschedulable;
  return {
    schema: "fleetlens.packing/1",
    version: VERSION,
    createdFrom: {
      inputs: (options.inputs ?? []).map(({ name, sha256, rows }) => ({ name, sha256, rows })),
      options: options.options ?? {},
      seed: placements.seed,
    },
    as_of: options.asOf == null ? null : isoUtc(options.asOf),
    policy: placements.policy,
    seed: placements.seed,
    nodes: figures.nodes,
    gpus: figures.gpus,
    arrived_gpu_milli: figures.arrivedGpuMilli,
    allocated_gpu_milli: figures.allocatedGpuMilli,
    allocation_ratio_final: finite(figures.allocationRatioFinal),
    allocation_ratio_at: figures.allocationRatioAt,
    frag_gpu_milli: figures.fragGpuMilli,
    pods_placed: figures.podsPlaced,
    pods_unschedulable: figures.podsUnschedulable,
    by_model: Object.fromEntries(
      Object.entries(figures.byModel).map(([model, m]) => [
        model,
        {
          nodes: m.nodes,
          gpus: m.gpus,
          allocated_gpu_milli: m.allocatedGpuMilli,
          allocation_ratio: finite(m.allocationRatio),
          frag_gpu_milli: m.fragGpuMilli,
        },
      ]),
    ),
    bound: options.bound && { lp: options.bound.lp, cutting_stock: options.bound.cuttingStock },
    schedule_seconds: options.seconds,
    pods_per_second: options.seconds > 0 ? pods / options.seconds : 0,
    nodes_map: nodeMap(placements),
    pending: pendingPods(placements),
    comparison: [...(options.comparison ?? [])],
  };
}

/** What a policy made of it, for the comparison in another policy's result. */
export function policyOutcome(placements: Placements): PolicyOutcome {
  const figures = placementMetrics(placements);
  const lost = nodeMap(placements).map((node) => node.unusable_model + node.unusable_cpu + node.unusable_pieces);
  return {
    policy: placements.policy,
    allocation_ratio_final: finite(figures.allocationRatioFinal),
    allocated_gpu_milli: figures.allocatedGpuMilli,
    frag_gpu_milli: figures.fragGpuMilli,
    unusable_gpu_milli: lost.reduce((sum, value) => sum + value, 0),
    pods_unschedulable: figures.podsUnschedulable,
  };
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
