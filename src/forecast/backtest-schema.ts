import { z } from "zod";
import { FINDING_KINDS } from "./diagnose.js";
import { FREQUENCIES } from "./frequency.js";

/** Null where a figure is not defined. */
const figure = z.number().nullable();
const figures = z.array(figure);
const share = z.number().min(0).max(1).nullable();
/** ISO 8601 instant in UTC, or the number of the step where times are numbered. */
const when = z.union([z.string(), z.int()]);

const ModelSchema = z.object({
  rank: z.int().min(1).describe("1 for the smallest MASE; equal ones share a rank"),
  model: z.string(),
  smape: figure,
  mase: figure.describe("mean over series and origins"),
  mase_lo: figure.describe("95 % bootstrap interval, as all *_lo and *_hi here"),
  mase_hi: figure,
  rmsse: figure,
  wql: figure,
  wql_lo: figure,
  wql_hi: figure,
  msis_95: figure,
  coverage_80: share,
  coverage_80_lo: share,
  coverage_80_hi: share,
  coverage_95: share,
  coverage_95_lo: share,
  coverage_95_hi: share,
  pooled_wape: figure.describe("Σ |error| ÷ Σ |actual| over all series and origins: large series count by their size"),
  pooled_wql: figure.describe("the same of the quantile loss of the nine deciles"),
  dm_p_value: share.describe("Diebold–Mariano against the best; null for the best"),
  dm_p_holm: share.describe("adjusted for the number of comparisons"),
  skill: figure.describe("1 − MASE ÷ MASE of the baseline; null for the baseline"),
  skill_lo: figure,
  skill_hi: figure,
  steps: z
    .object({
      n: z.array(z.int().nonnegative()),
      mase: figures,
      coverage_80: z.array(share),
      coverage_95: z.array(share),
      width_80: figures,
      width_95: figures,
    })
    .describe("by step of the horizon; errors and widths in units of the in-sample naive error"),
  design_effect_80: z.number().min(1).describe("of the coverage of a step, clusters = series"),
  design_effect_95: z.number().min(1),
  reliability: z
    .array(
      z.object({
        probability: z.number(),
        below: share.describe("share of values below the quantile forecast"),
        at_or_below: share,
        se: figure.describe("standard error of the middle of both, clustered by series"),
      }),
    )
    .describe("the nine deciles"),
  series_mase: z.array(z.number()).describe("mean MASE of each series, ascending; of many series 200 quantiles"),
});

const ShownSchema = z.object({
  id: z.string(),
  origin: when.describe("time or step of the last value that the model saw"),
  mase: z.number(),
  baseline_mase: figure.describe("of seasonal naive on the same steps"),
  mae: z.number().describe("mean absolute error in the unit of the series"),
  error_share: share.describe("of the model's absolute error over all series from this origin"),
  history: figures.describe("the end of what the model saw"),
  actual: figures.describe("what came; all further arrays are as long"),
  forecast: z.array(z.number()),
  lo_80: z.array(z.number()),
  hi_80: z.array(z.number()),
  lo_95: z.array(z.number()),
  hi_95: z.array(z.number()),
  seasonal_naive: z.array(z.number()),
  findings: z.array(z.object({ kind: z.enum(FINDING_KINDS), figures: z.record(z.string(), z.number()) })),
});

const LossesSchema = z.object({
  count: z.int().nonnegative().describe("series whose mean MASE is larger than that of the baseline"),
  of: z.int().nonnegative(),
  series: z
    .array(z.object({ id: z.string(), mase: z.number(), baseline_mase: z.number() }))
    .describe("the largest differences first"),
});

const SeriesSchema = z.object({
  id: z.string(),
  mase: figure,
  baseline_mase: figure,
  coverage_80: share,
  coverage_95: share,
});

const QualitySchema = z.object({
  series: z.int().nonnegative().describe("in the input"),
  scored: z.int().nonnegative(),
  least_history: z.int().describe("observed values before an origin that a series needs to be scored there"),
  left_out: z.array(z.object({ id: z.string(), values: z.int().nonnegative() })).describe("the first ones by position"),
  partly_scored: z.int().nonnegative().describe("series scored at some origins only"),
  unscaled: z.array(z.string()).describe("the first series without a MASE at some origin"),
  unscaled_count: z.int().nonnegative(),
  actual_steps: z.int().nonnegative().describe("steps of all series and origins that were to be scored"),
  missing_steps: z.int().nonnegative().describe("of these, without an actual value"),
  notes: z
    .array(z.object({ note: z.string(), series: z.int().min(1) }))
    .describe("warnings of the forecasts from the last origin, … for their numbers"),
});

const NeuralSchema = z.object({
  backend: z.string().describe("that its networks were trained on"),
  weights_sha256: z.string().nullable().describe("of the file of --weights; null: trained before each origin"),
  joins: z
    .array(
      z.object({
        steps_before_end: z.int(),
        joined: z.boolean(),
        as: z
          .enum(["component", "member"])
          .nullable()
          .describe("beside the pool and the empirical mix, or a member of the pool"),
        gain: figure.describe("fall of the mean absolute error at the origins inside the training part, as a share"),
        se: figure.describe("its standard error; it joins where the gain is more than twice that, and a thousandth"),
        series: z.int().nonnegative(),
        origins: z.int().nonnegative(),
      }),
    )
    .describe("whether it joined the forecasts of auto from each origin; empty without auto"),
});

/** The result of `fleetlens forecast-backtest --result`. */
export const ForecastBacktestSchema = z.object({
  schema: z.literal("fleetlens.forecast-backtest/1"),
  version: z.string(),
  createdFrom: z.object({
    inputs: z.array(z.object({ name: z.string(), sha256: z.string(), rows: z.int() })),
    options: z.record(z.string(), z.json()),
    seed: z.int(),
  }),
  as_of: z.string().describe("ISO 8601 instant: --as-of, else the last observation"),
  value: z.string().describe("what is forecast: the column's name"),
  frequency: z.enum(FREQUENCIES),
  horizon: z.int().min(1),
  step: z.int().min(1).describe("steps between origins"),
  season: z.array(z.int()),
  scale_season: z.int().min(1).describe("season of the naive forecast that scales errors"),
  baseline: z.string().nullable().describe("model that skill and losses compare with; null when it was not run"),
  sampling: z.object({ unit: z.enum(["series", "origins"]), count: z.int().min(1) }),
  origins: z.array(z.object({ steps_before_end: z.int(), time: when.nullable(), series: z.int() })),
  models: z.array(ModelSchema).min(1).describe("best first"),
  shown: z.array(ShownSchema).describe("worst forecasts of the best model from the last origin, worst first"),
  losses: LossesSchema.nullable().describe("of the best model; null without a baseline, or when that is the best"),
  series: z.array(SeriesSchema).describe("the best model by series: the 50 with the largest mean MASE, largest first"),
  quality: QualitySchema,
  neural: NeuralSchema.optional().describe("the neural model, where there was one"),
  warnings: z.array(z.string()),
});
export type ForecastBacktest = z.infer<typeof ForecastBacktestSchema>;
export type BacktestModel = ForecastBacktest["models"][number];
export type ShownSeries = ForecastBacktest["shown"][number];
