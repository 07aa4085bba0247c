import { z } from "zod";
import { COHORT_INTERVAL_SHAPE, Count, FIGURES_SHAPE, INTERVAL_SHAPE, Known } from "../score/score-schema.js";

const Contrast = z.strictObject({ value: Known, ...COHORT_INTERVAL_SHAPE });

const ComparisonSchema = z.strictObject({
  canary: z.strictObject(FIGURES_SHAPE),
  control: z.strictObject(FIGURES_SHAPE),
  contrasts: z.strictObject({
    rate_ratio_per_1000km: Contrast.describe("alerts, canary / control"),
    rate_ratio_per_vehicle_day: Contrast,
    rate_difference_per_1000km: Contrast.describe("alerts, canary - control"),
    rate_difference_per_vehicle_day: Contrast,
    precision_difference: Contrast,
    recall_difference: Contrast,
  }),
});

const Driven = z.strictObject({
  vehicles: Count,
  km: z.number().nonnegative(),
  vehicle_days: Count,
  share_of_km: Known.describe("of both cohorts"),
});

/** Section `cohorts` of metrics.json. */
export const CohortsSchema = z.strictObject({
  balance: z.strictObject({
    canary: Driven,
    control: Driven,
    vehicles_without_cohort: Count.describe("with rows; they are left out"),
    vehicles_without_rows: z.strictObject({ canary: Count, control: Count }),
    driving_ratio: z
      .strictObject({ ...INTERVAL_SHAPE, value: Known })
      .describe("kilometres per vehicle-day, canary / control"),
    sample_ratio: z
      .strictObject({ expected_share: z.number(), share: z.number(), p_value: z.number() })
      .nullable()
      .describe("vehicles of the canary against the share that was planned; null where that is not known"),
  }),
  triggers: z.record(z.string(), ComparisonSchema),
  overall: ComparisonSchema,
  guardrails: z.array(
    z.strictObject({
      trigger: z.string().nullable().describe("null: all together"),
      check: z.enum(["max_rate_ratio", "min_rate_ratio", "max_recall_drop"]),
      value: Known,
      lower: Known,
      upper: Known,
      limit: z.number(),
      verdict: z.enum(["pass", "fail", "hold"]),
      reason: z.string(),
    }),
  ),
  verdict: z.enum(["roll_forward", "hold", "roll_back"]),
  reasons: z.array(z.string()),
});
