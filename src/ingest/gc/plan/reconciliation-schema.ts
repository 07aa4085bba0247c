import { z } from "zod";
import { AmountSchema, BytesSchema, DigestSchema } from "./amount-schema.js";

const Group = AmountSchema.extend({ ids: z.array(z.string()).describe("the first 10,000, by id") });

/** What `fleetlens gc reconcile` prints. */
export const GcReconciliationSchema = z.strictObject({
  ok: z.boolean().describe("nothing went that was not planned to go"),
  plan_digest: DigestSchema,
  planned_and_gone: Group.describe("deleted, or moved to the planned storage class"),
  planned_but_present: Group,
  gone_but_not_planned: Group.describe(
    "the alarm: objects that the plan kept or only moved, and that are no longer there",
  ),
  new: Group,
  by_class: z.array(
    z.strictObject({ class: z.string().nullable(), before_bytes: BytesSchema, after_bytes: BytesSchema }),
  ),
});
export type GcReconciliation = z.infer<typeof GcReconciliationSchema>;
