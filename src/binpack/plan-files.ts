import { z } from "zod";
import { CatalogueTypeSchema } from "./what-if/catalogue.js";

const Count = z.int().nonnegative();
const Name = z.string();

const createdFrom = z.object({
  inputs: z.array(z.object({ name: z.string(), sha256: z.string(), rows: Count.nullable() })),
  options: z.record(z.string(), z.json()),
  seed: z.int(),
});

const Milli = Count.describe("GPU milli that the pod asks for");
const Warnings = z.array(z.string()).describe("what is doubtful about nodes and pods");

const Place = z.object({
  node: Name,
  gpu_ids: z.string().describe("GPUs of the node, counted from 0, e.g. 0-3,6; empty without a GPU"),
});

/** The file `<out>.defrag.json` of `fleetlens binpack --migrations`. */
export const DefragFileSchema = z.object({
  schema: z.literal("fleetlens.defrag/1"),
  version: z.string(),
  createdFrom,
  goal: z.enum(["pending", "empty-nodes", "empty-racks"]),
  before: Count.describe("GPU milli of pending pods with room (goal pending), or free nodes or racks, as things stand"),
  after: Count.describe("the same when all migrations are done"),
  total: Count.describe("what both are a part of: GPU milli of all pending pods, or all nodes or racks"),
  emptied: z.array(Name).describe("nodes or racks that the migrations leave without pods; a rack by its path"),
  migrations: z
    .array(z.object({ step: Count, pod: Name, gpu_milli: Milli, from: Place, to: Place }))
    .describe("in order: the cluster is within its capacities after every one; moves of one step belong to one gang"),
  placements: z
    .array(z.object({ pod: Name, gpu_milli: Milli, to: Place }))
    .describe("pending pods that have room then"),
  pending_pods: Count,
  pending: z
    .array(
      z.object({
        pod: Name,
        gpu_milli: Milli,
        nodes: Count,
        fitting: Count,
        counts: z.record(z.string(), Count).describe("nodes that each constraint bars; a node counts under each"),
        sentence: z.string(),
      }),
    )
    .describe("why each pod of the pending list has no place as things stand, of the first 1,000"),
  warnings: Warnings,
});
export type DefragFile = z.infer<typeof DefragFileSchema>;

/** The file `<out>.whatif.json` of `fleetlens binpack --catalog`. */
export const WhatIfFileSchema = z.object({
  schema: z.literal("fleetlens.what-if/1"),
  version: z.string(),
  createdFrom,
  pending: Count.describe("pods that wanted a place"),
  catalogue: z.array(CatalogueTypeSchema).describe("what could be bought"),
  additions: z.array(
    z.object({
      type: Name,
      model: z.string(),
      gpus: Count,
      count: Count,
      on_demand_hour: z.number().describe("of all of them, in currency an hour"),
      spot_hour: z.number().nullable(),
    }),
  ),
  cost_hour: z.number(),
  bound_hour: z.number().describe("no purchase that places all pods that can be placed costs less"),
  gap_percent: z.number().nullable(),
  optimal: z.boolean(),
  on_free_room: Count.describe("pods that went onto nodes which were there"),
  placements: z.array(
    z.object({
      pod: Name,
      to: Place,
      type: Name.nullable().describe("of the bought node; null: a node that was there"),
      gpu_milli: Milli,
      cpu_milli: Count,
      memory_mib: Count,
    }),
  ),
  unplaced: z.array(z.object({ pod: Name, reason: z.string(), gpu_milli: Milli })),
  warnings: Warnings,
});
export type WhatIfFile = z.infer<typeof WhatIfFileSchema>;

/** The file `<out>.replaced.json` of `fleetlens binpack --replace-node`. */
export const ReplacedFileSchema = z.object({
  schema: z.literal("fleetlens.replaced-node/1"),
  version: z.string(),
  createdFrom,
  node: Name.describe("the node that failed"),
  gpus: Count.describe("of that node"),
  model: z.string(),
  zone: z.string().describe("where it stands; empty when unknown, as are block and rack"),
  block: z.string(),
  rack: z.string(),
  pods: z
    .array(
      z.object({
        pod: Name,
        gpu_milli: Milli,
        to: Place.nullable().describe("null when it found no place"),
        within: z
          .enum(["rack", "block", "zone"])
          .nullable()
          .describe("narrowest domain of the failed node that holds it"),
        reason: z.string().nullable(),
      }),
    )
    .describe("the pods of the node, in the order in which they were placed again"),
  warnings: Warnings,
});
export type ReplacedFile = z.infer<typeof ReplacedFileSchema>;
