import { z } from "zod";
import { METRICS } from "../score/metrics.js";
import { Count, FIGURES_SHAPE, METRIC_INTERVAL_SHAPE } from "../score/score-schema.js";

const Interval = z.object(METRIC_INTERVAL_SHAPE);

const Rule = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("f1") }).describe("the greatest F1"),
  z
    .object({ kind: z.literal("miss_cost"), nuisances: z.number().positive() })
    .describe("the least fp + nuisances × fn"),
  z
    .object({ kind: z.literal("max_nuisance"), per_1000km: z.number().nonnegative() })
    .describe("the fewest misses within that many nuisances per 1000 km"),
  z
    .object({ kind: z.literal("min_recall"), recall: z.number().positive().max(1) })
    .describe("the fewest nuisances with that recall or more"),
]);

const Share = z.object({ vehicles: Count, labels: Count });

/** What a sweep finds. */
export const SweepSchema = z.object({
  target: z.object({
    trigger: z.string(),
    condition: z.string(),
    signal: z.string(),
    unit: z.string().nullable(),
    op: z.enum(["<", "<=", ">", ">="]),
    enter: z.number().describe("of the policy"),
    exit: z.number().describe("of the policy; moves along with enter"),
    low: z.number(),
    high: z.number(),
    step: z.number(),
  }),
  points: z
    .array(
      z.object({
        value: z.number().describe("enter"),
        exit: z.number().describe("that went with it"),
        ...FIGURES_SHAPE,
        pareto: z.boolean().describe("no other threshold has both fewer misses and fewer nuisances"),
      }),
    )
    .describe("one a threshold, ascending"),
  pareto: z.object({
    values: z.array(z.number()).describe("thresholds on the front of misses (fn) and nuisances (fp)"),
    in_sample: z.literal(true).describe("the front is chosen on the labels that it is scored on"),
  }),
  choice: z.object({
    rule: Rule,
    split: z.enum(["none", "vehicle"]).describe("vehicle: picked on half of the vehicles, scored on the rest"),
    value: z.number().nullable().describe("the threshold that the rule picks"),
    reason: z.string().nullable().describe("why there is none"),
    in_sample: z.boolean().describe("true: scored on the labels that it was picked on, so it looks better than it is"),
    picked_on: Share,
    scored_on: Share,
    score: z
      .object({ ...FIGURES_SHAPE, intervals: z.record(z.enum(METRICS), Interval) })
      .nullable()
      .describe("of that threshold, on the vehicles that are scored; the intervals know nothing of the choice"),
  }),
});

/** What `fleetlens backtest --sweep` writes as sweep.json. */
export const SweepFileSchema = SweepSchema.extend({
  schema: z.literal("fleetlens.sweep/1"),
  version: z.string().describe("of fleetlens"),
  createdFrom: z.object({
    inputs: z.array(z.object({ name: z.string(), sha256: z.string(), rows: z.int().nullable() })),
    options: z.record(z.string(), z.json()),
    seed: z.int(),
  }),
});

export type SweepResult = z.infer<typeof SweepSchema>;
export type SweepFile = z.infer<typeof SweepFileSchema>;
