import { z } from "zod";
import { AmountSchema, DigestSchema } from "./amount-schema.js";

/** What `fleetlens gc what-if` prints. */
export const GcWhatIfSchema = z.strictObject({
  plan_digest: DigestSchema,
  drop: z.array(z.string()),
  freed: AmountSchema.describe("deleted in addition"),
  by_class: z.array(AmountSchema.extend({ class: z.string().nullable() })).describe("of freed, largest first"),
  by_kind: z.array(AmountSchema.extend({ kind: z.string().nullable() })).describe("of freed, largest first"),
  moved: AmountSchema.describe("moved to cold storage in addition"),
  kept_instead: AmountSchema.describe(
    "no longer deleted or moved: a dropped hold lets an erasure through, and the next best of a group is kept for it",
  ),
});
export type GcWhatIf = z.infer<typeof GcWhatIfSchema>;
