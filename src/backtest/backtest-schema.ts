import { z } from "zod";
import { BaselineSchema } from "./compare/baseline-schema.js";
import { CohortsSchema } from "./compare/cohorts-schema.js";
import { RegionsSchema } from "./geo/regions-schema.js";
import { TileBoundariesSchema } from "./geo/tile-boundaries-schema.js";
import { MapMatchSchema } from "./map/map-match-schema.js";
import { Count, Known, TriggerScoreSchema } from "./score/score-schema.js";

const Expectation = z
  .strictObject({
    expected: z.number(),
    measured: Known,
    lower: Known,
    upper: Known,
    holds: z.boolean().nullable().describe("whether what was expected lies within the interval; null without one"),
    reason: z.string().nullable().describe("why that cannot be told"),
  })
  .nullable();

/** The file metrics.json of `fleetlens backtest`. */
export const BacktestFileSchema = z.strictObject({
  schema: z.literal("fleetlens.backtest/1"),
  version: z.string().describe("of fleetlens"),
  createdFrom: z.strictObject({
    inputs: z.array(z.strictObject({ name: z.string(), sha256: z.string(), rows: z.int().nullable() })),
    options: z.record(z.string(), z.json()),
    seed: z.int(),
  }),
  policy_digest: z.string().describe("SHA-256 of the bytes of the policy file"),
  policy: z.strictObject({
    version: z.string(),
    rationale: z.string().nullable(),
    risk: z.string().nullable(),
    expected_impact: z.strictObject({
      alerts_per_day: Expectation.describe("of all triggers"),
      coverage_gain: Expectation.describe("difference of the recall of all triggers to the baseline"),
    }),
  }),
  input: z.strictObject({
    rows: Count.describe("of the logs"),
    duplicates: Count.describe("rows of a vehicle and time that a later row replaced"),
    dropped: Count.describe("rows without vehicle or time"),
  }),
  exposure: z.strictObject({
    km: z.number().nonnegative(),
    vehicle_days: Count.describe("distinct vehicles and UTC dates with rows"),
    vehicles: Count,
    days: Count.describe("distinct UTC dates with rows"),
    from: z.iso.datetime().optional().describe("time of the first row, UTC; left out without rows"),
    to: z.iso.datetime().optional().describe("time of the last row"),
  }),
  triggers: z.record(z.string(), TriggerScoreSchema).describe("every trigger of the policy, by id"),
  overall: TriggerScoreSchema.describe("all triggers together"),
  labels_of_other_triggers: Count.nullable().describe("labels whose trigger the policy lacks: not scored"),
  baseline: BaselineSchema.optional(),
  cohorts: CohortsSchema.optional(),
  regions: RegionsSchema.optional(),
  tile_boundaries: TileBoundariesSchema.optional(),
  map_match: MapMatchSchema.optional(),
});

export type BacktestFile = z.infer<typeof BacktestFileSchema>;
