import { z } from "zod";
import { ACTIONS, REASONS } from "./reasons.js";

/** Whole numbers beyond 2^53 are text, so that they stay exact. */
const Whole = z.union([z.int().nonnegative(), z.string().regex(/^\d+$/)]);
const Usd = z.number().nonnegative().nullable().describe("null: no object with a price");
const Digest = z.string().regex(/^[0-9a-f]{64}$/);
const Tally = z.strictObject({ objects: z.int().nonnegative(), bytes: Whole, monthly_usd: Usd });
const ByAction = { delete: Tally, transition: Tally, keep: Tally };
const Root = z.strictObject({
  name: z.string(),
  type: z.string().describe("of the protection, or legal_hold"),
  objects: z.int().nonnegative().describe("matched by its selector"),
  reachable_objects: z.int().nonnegative(),
  reachable_bytes: Whole,
  exclusive_objects: z.int().nonnegative().describe("would go if this row alone were dropped"),
  exclusive_bytes: Whole,
});
/** Groups beyond the largest 1,000 are summed under the name null with `rest: true`. */
const rest = z.boolean().optional().describe("true: the sum of groups too many to list");

/** `report.json` of `fleetlens gc plan`. */
export const GcReportSchema = z.object({
  schema: z.literal("fleetlens.gc-plan/1"),
  version: z.string(),
  createdFrom: z.strictObject({
    inputs: z.array(z.strictObject({ name: z.string(), sha256: Digest, rows: z.int().nullable() })),
    options: z.record(z.string(), z.unknown()),
    seed: z.null(),
  }),
  schema_version: z.literal(1),
  status: z.enum(["ok", "fused"]).describe("fused: a limit of the policy was exceeded; there are no candidates"),
  fuse: z
    .array(z.strictObject({ limit: z.string(), allowed: z.number(), planned: z.union([z.number(), Whole]) }))
    .describe("limits that were exceeded"),
  as_of: z.string(),
  snapshot_at: z.string(),
  inputs: z.array(z.strictObject({ path: z.string(), rows: z.int().nullable(), sha256: Digest })),
  method: z.enum(["memory", "disk"]).describe("disk: the graph was walked in SQL"),
  objects: z.strictObject({
    rows: z.int().nonnegative(),
    duplicates: z.int().nonnegative().describe("identical rows that were collapsed"),
    distinct: z.int().nonnegative(),
    normalised_ids: z.int().nonnegative().describe("ids of objects and edges whose s3a or s3n became s3"),
    bytes: Whole,
  }),
  edges: z.strictObject({ rows: z.int().nonnegative(), strong: z.int().nonnegative(), weak: z.int().nonnegative() }),
  candidates: z.strictObject({
    objects: z.int().nonnegative(),
    bytes: Whole,
    monthly_usd: Usd,
    early_deletion_usd: Usd,
  }),
  saved_monthly_usd: Usd.describe("of deletes whole, of transitions the difference"),
  kept: z.strictObject({ objects: z.int().nonnegative(), bytes: Whole }),
  by_reason: z.array(z.strictObject({ reason: z.enum(REASONS), action: z.enum(ACTIONS), ...Tally.shape })),
  by_class: z.array(z.strictObject({ class: z.string().nullable(), rest, ...ByAction })),
  by_kind: z.array(z.strictObject({ kind: z.string().nullable(), rest, ...ByAction })),
  by_storage_class: z.array(z.strictObject({ storage_class: z.string().nullable(), rest, ...ByAction })),
  breakdown: z
    .array(
      z.strictObject({
        kind: z.string().nullable(),
        class: z.string().nullable(),
        reason: z.enum(REASONS),
        action: z.enum(ACTIONS),
        rest,
        ...Tally.shape,
      }),
    )
    .describe("objects by kind, class and reason, largest bytes first"),
  unpriced: z.strictObject({
    objects: z.int().nonnegative().describe("whose storage class has no price in the policy"),
    storage_classes: z.array(z.string().nullable()).describe("at most 100"),
  }),
  top_roots: z.array(Root).describe("at most 20, by exclusive bytes"),
  conflicts: z
    .array(z.strictObject({ id: z.string(), hold: z.string(), request: z.string() }))
    .describe("objects with an erasure and a hold; at most 10,000"),
  conflict_count: z.int().nonnegative(),
  approvals_needed: z.int().min(1).max(2),
  unmatched_selectors: z
    .array(
      z.strictObject({ table: z.string(), name: z.string(), id: z.string().nullable(), prefix: z.string().nullable() }),
    )
    .describe("rows that match no object; at most 10,000"),
  unmatched_count: z.int().nonnegative(),
  integrity: z
    .strictObject({
      dangling: z.int().nonnegative().describe("distinct edges to objects that are not listed"),
      unlisted_src: z.int().nonnegative().describe("edges from objects that are not listed"),
      tainted: z.int().nonnegative().describe("objects that are not deleted and need an erased one"),
      kept_to_deleted: z.int().nonnegative().describe("must be 0"),
    })
    .describe("counts of integrity.json"),
  restore_drill_objects: z.int().nonnegative().describe("rows of actions/restore_drill.csv"),
  plan_digest: Digest,
  files: z
    .array(z.strictObject({ path: z.string(), sha256: Digest }))
    .describe("the other files of the plan, relative to its folder"),
});
export type GcReport = z.infer<typeof GcReportSchema>;
export type RootSummary = z.infer<typeof Root>;
