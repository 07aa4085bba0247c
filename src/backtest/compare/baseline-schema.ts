import { z } from "zod";
import {
  byMetricSchema,
  Count,
  CountIfLabels,
  FIGURES_SHAPE,
  Known,
  METRIC_INTERVAL_SHAPE,
} from "../score/score-schema.js";

const TriggerChangeSchema = z.strictObject({
  in: z.enum(["both", "policy", "baseline"]).describe("which of the policies has the trigger"),
  added: Count.describe("events of the policy that overlap none of the baseline, one to one"),
  removed: Count.describe("events of the baseline that overlap none of the policy"),
  common: Count,
  added_tp: CountIfLabels.describe("added events with a label"),
  removed_tp: CountIfLabels,
  baseline: z.strictObject(FIGURES_SHAPE),
  policy: z.strictObject(FIGURES_SHAPE),
  differences: byMetricSchema(
    z.strictObject({ value: Known.describe("policy - baseline"), ...METRIC_INTERVAL_SHAPE }),
  ).describe("with paired intervals: both policies see the same resamples"),
});

/** Section `baseline` of metrics.json. */
export const BaselineSchema = z.strictObject({
  version: z.string().describe("of the baseline's policy"),
  policy_digest: z.string().describe("SHA-256 of the bytes of its file"),
  triggers: z.record(z.string(), TriggerChangeSchema),
  overall: TriggerChangeSchema,
});
