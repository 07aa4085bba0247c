import { z } from "zod";
import { DistributionSchema } from "./distribution-schema.js";
import { DriftSectionsSchema } from "./section-schema.js";

const Count = z.int().nonnegative();
const Time = z.string().describe("ISO 8601, UTC");
const P = z.number().min(0).max(1).nullable();

const Window = z.object({ start: Time, end: Time.describe("not included") });
const Slice = z.record(z.string(), z.string()).describe("column and value");

const Test = z.object({
  name: z.string().describe("ks, chi2, fisher or z"),
  p: P.describe("null: a side has no values"),
  p_adjusted: P.describe("over all tests of the run"),
});

const Effect = z.object({
  name: z.enum(["ks_d", "tvd", "missing_rate"]),
  value: z.number().nullable(),
  lower: z.number().nullable(),
  upper: z.number().nullable(),
  threshold: z.number().nonnegative(),
});

const Judged = {
  test: Test,
  effect: Effect.describe("interval at level 1 − alpha"),
  verdict: z.enum(["drift", "stable", "inconclusive"]),
  reason: z
    .enum(["", "negligible", "few_rows", "no_values", "too_many_levels", "wide_interval"])
    .describe("negligible: significant, yet below the threshold; the others say why a cell is inconclusive"),
  n_needed: Count.nullable().describe(
    "of an inconclusive cell: rows a side at which no drift is called stable with 80 % power",
  ),
};

const Levels = z.object({
  count: Count,
  names: z.array(z.string()).describe("the first 20 by name"),
});

/** A cell: a feature, in a slice or the whole table, in a window of the current rows or all of them. */
export const DriftEntrySchema = z.object({
  feature: z.string(),
  kind: z.enum(["numeric", "categorical"]),
  slice: Slice.nullable(),
  window: Window.nullable(),
  n_reference: Count.describe("rows, with missing ones"),
  n_current: Count,
  missing_reference: Count.describe("null, NaN or infinite"),
  missing_current: Count,
  stats: z.record(z.string(), z.record(z.string(), z.number().nullable())),
  ...Judged,
  missingness: z.object(Judged).nullable().describe("current − reference; null: neither side misses a value"),
  new_levels: Levels.nullable().describe("levels that only the current rows have; null of numeric features"),
  vanished_levels: Levels.nullable().describe("levels that only the reference rows have"),
});

const Retyped = z.object({ column: z.string(), reference: z.string(), current: z.string() });

const FirstDrift = z.object({
  feature: z.string(),
  slice: Slice.nullable(),
  start: Time.describe("of the first window with drift"),
  since: Time.nullable().describe("start of the drift that lasts to the end of the data; null: it went away"),
});

/** What `driftReport` finds. */
export const DriftReportSchema = z.object({
  rows: z.object({ reference: Count, current: Count }),
  features: z.array(DriftEntrySchema),
  columns: z.object({
    added: z.array(z.string()),
    removed: z.array(z.string()),
    retyped: z.array(Retyped),
  }),
  dataset: z.object({
    n_tests: Count.describe("p-values that were adjusted together"),
    n_drift: Count.describe("entries with verdict drift"),
    n_missing_drift: Count.describe("entries whose missing rate has verdict drift"),
    first_drift: z.array(FirstDrift).describe("of features and slices that drift in a window"),
  }),
  distributions: z.array(DistributionSchema).describe("of the features that moved most, on the whole tables"),
  warnings: z.array(z.string()),
});

/** What `fleetlens drift` writes. */
export const DriftFileSchema = DriftReportSchema.extend({
  ...DriftSectionsSchema.shape,
  schema: z.literal("fleetlens.drift/1"),
  version: z.string().describe("of fleetlens"),
  createdFrom: z.object({
    inputs: z.array(z.object({ name: z.string(), sha256: z.string(), rows: z.int().nullable() })),
    options: z.record(z.string(), z.json()),
    seed: z.int(),
  }),
});

export type DriftEntry = z.infer<typeof DriftEntrySchema>;
export type DriftReport = z.infer<typeof DriftReportSchema>;
export type DriftFile = z.infer<typeof DriftFileSchema>;
/** A verdict with the test and the effect that it rests on. */
export type Judgement = NonNullable<DriftEntry["missingness"]>;
export type LevelList = NonNullable<DriftEntry["new_levels"]>;
/** A comparison of two samples: an entry of a report without its place. */
export type NumericDrift = Omit<DriftEntry, "feature" | "slice" | "window">;
export type CategoricalDrift = NumericDrift;
