import { z } from "zod";
import { METRICS, type Metric } from "./metrics.js";

export const Count = z.int().nonnegative();
export const Known = z.number().nullable();
export const CountIfLabels = Count.nullable();

/** An object with one entry for every figure. */
export function byMetricSchema<T extends z.ZodType>(schema: T) {
  return z.strictObject(Object.fromEntries(METRICS.map((metric) => [metric, schema])) as Record<Metric, T>);
}

/** Bounds of a percentile interval by the cluster bootstrap. */
export const INTERVAL_SHAPE = {
  lower: Known,
  upper: Known,
  confidence: z.number().gt(0).lt(1),
  reason: z.string().nullable().describe("why there is no interval; null where there is one"),
};

const Unit = z.enum(["vehicle", "vehicle_day"]);

/** An interval and what it was made from. */
export const METRIC_INTERVAL_SHAPE = {
  ...INTERVAL_SHAPE,
  clusters: Count.describe("vehicles with rows or labels; of fewer than ten vehicles their days"),
  cluster_unit: Unit,
  events: Count,
  labels: CountIfLabels,
};

/** The same of two cohorts. */
export const COHORT_INTERVAL_SHAPE = {
  ...INTERVAL_SHAPE,
  clusters: z.strictObject({ canary: Count, control: Count }),
  cluster_unit: z.strictObject({ canary: Unit, control: Unit }),
  events: z.strictObject({ canary: Count, control: Count }),
  labels: z.strictObject({ canary: Count, control: Count }).nullable(),
};

/** Counts and figures; null where undefined, or without labels. */
export const FIGURES_SHAPE = {
  events: Count,
  labels: CountIfLabels.describe("null: no labels were given, and none of what needs them can be told"),
  tp: CountIfLabels,
  fp: CountIfLabels,
  fn: CountIfLabels,
  ...byMetricSchema(Known).shape,
};

/** Score of a trigger, or of all together. */
export const TriggerScoreSchema = z.strictObject({
  ...FIGURES_SHAPE,
  labels_uncovered: CountIfLabels.describe("labels without a row of their vehicle within the tolerance; also in fn"),
  misses_by_severity: z
    .array(z.strictObject({ severity: z.string().nullable(), labels: Count, fn: Count }))
    .nullable()
    .describe("null where the labels have no severity"),
  intervals: byMetricSchema(z.strictObject(METRIC_INTERVAL_SHAPE)),
});
