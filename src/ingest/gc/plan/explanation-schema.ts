import { z } from "zod";
import { ACTIONS, REASONS } from "../../../gc-reachability/reasons.js";

/** What `fleetlens gc explain` prints. */
export const GcExplanationSchema = z.strictObject({
  id: z.string(),
  kind: z.string().nullable(),
  class: z.string().nullable(),
  size_bytes: z.int().nonnegative(),
  action: z.enum(ACTIONS),
  reason: z.enum(REASONS),
  rule: z.string().nullable().describe("the hold, protection, exception or minimal-keep rule that keeps it"),
  target_storage_class: z.string().nullable().describe("storage class that it moves to"),
  path: z.array(z.string()).min(1).describe("from this object to the one that keeps it, each needed by the next"),
  words: z.string().describe("plain sentences"),
});
export type GcExplanation = z.infer<typeof GcExplanationSchema>;
