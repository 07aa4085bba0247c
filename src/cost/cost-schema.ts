import { z } from "zod";
import { COST_DIMENSIONS } from "./types.js";

const Day = z.iso.date();
const Month = z.string().regex(/^\d{4}-\d{2}$/);
const Exact = z
  .string()
  .regex(/^-?\d+(\.\d+)?$/)
  .describe("decimal text, exact");
const Money = z.number().describe("currency units, rounded to the smallest coin");
const Share = z.number();
const Dimension = z.enum(COST_DIMENSIONS);
const Place = { dimension: z.enum(["total", ...COST_DIMENSIONS]), name: z.string().nullable().describe("null: total") };
const Sums = { billed: Exact, effective: Exact };

const Estimate = z.object({
  mean: Money,
  median: Money,
  lo_80: Money,
  hi_80: Money,
  lo_95: Money,
  hi_95: Money,
});

const MonthEnd = z.object({
  ...Place,
  month_to_date: Money.describe("cost of the month's complete days so far"),
  status: z.enum(["ok", "complete", "too-short"]),
  reason: z.string().nullable().describe("why there is no forecast"),
  days_ahead: z.int().min(0),
  level_from: Day.nullable().describe("first day of the history that the forecast uses: the present level began there"),
  month_end: Estimate.nullable().describe("cost of the whole month"),
  backtest: z
    .object({
      origins: z.int().describe("past days from which the same span was forecast"),
      typical_miss: Share.nullable().describe("median miss, as a share of the forecast"),
      widened: z.number().describe("factor by which the misses widened the interval"),
    })
    .nullable(),
});

const BudgetStatus = z.object({
  ...Place,
  budget: z.number(),
  month_to_date: Money,
  used_share: Share,
  month_end: Estimate.nullable(),
  p_over: z.number().min(0).max(1).nullable().describe("probability that the month ends above the budget"),
  status: z.enum(["over", "likely-over", "at-risk", "within", "unknown"]),
});

const Change = z.object({
  ...Place,
  day: Day.describe("first day of the new level"),
  day_low: Day,
  day_high: Day.describe("ends of the 95 % interval of the day"),
  kind: z.enum(["mean", "slope", "variance", "count", "distribution"]),
  before_per_day: Money,
  after_per_day: Money,
  per_day: Money.describe("after − before"),
  relative: z.number().nullable(),
  probability: z.number(),
  p_value: z.number().describe("adjusted for the number of looks (Benjamini–Hochberg)"),
  drivers: z
    .array(
      z.object({
        dimension: Dimension,
        name: z.string(),
        per_day: Money,
        share: z.number().describe("of the change; above 1 where others fell"),
      }),
    )
    .describe("in each other dimension the value that moved most"),
});

const RecommendationSchema = z.object({
  kind: z.enum(["idle-pool", "under-used-pool", "unused-commitment"]),
  name: z.string(),
  by: z.enum(["resource", "pool", "commitment"]),
  saving_per_month: Money,
  saving_low: Money.describe("the part of it that is sure"),
  cost_per_month: Money.describe("at the mean day of the last 30 complete ones"),
  utilisation: Share.nullable(),
  committed_share: Share.describe("of the cost, covered by commitments"),
  days: z.int().nullable().describe("days that were measured; null: not told"),
  confidence: z.enum(["high", "medium", "low"]),
  how: z.string().describe("how the saving is computed"),
});

const ShowbackRowSchema = z.object({
  team: z.string().describe("`_untagged`, `_credits`, `_prepaid` and `_shared` are no teams"),
  direct: Money,
  shared: Money,
  credits: Money,
  prepaid: Money,
  total: Money,
});

/** Everything that the analysis finds: the result of `fleetlens cost` without its head. */
export const CostAnalysisSchema = z.object({
  currency: z.string(),
  basis: z.enum(["effective", "billed"]).describe("which cost days, budgets, forecast and changes count"),
  as_of: z.iso.datetime().describe("days from here on are to come"),
  month: Month,
  span: z.object({
    from: Day,
    to: Day.describe("exclusive"),
    days: z.int(),
    empty_days: z.int().describe("days without any charge"),
  }),
  bill: z.object({
    ...Sums,
    charges: z.int(),
    by_category: z.array(z.object({ category: z.string().describe("corrections apart, as `correction`"), ...Sums })),
    by_month: z.array(z.object({ month: Month, ...Sums, credits: Exact, corrections: Exact, unused: Exact })),
  }),
  month_to_date: z.object({
    from: Day,
    to: Day.describe("exclusive"),
    days: z.int(),
    days_in_month: z.int(),
    cost: Money.describe("before credits"),
    credits: Money,
    booked_after: Money.describe("cost that the bill already holds for later days of the month"),
  }),
  forecast: MonthEnd,
  teams: z.array(MonthEnd),
  budgets: z.array(BudgetStatus),
  daily: z.object({
    days: z.array(Day),
    total: z.array(Money.nullable()).describe("null: no charge at all on the day"),
    credits: z.array(Money),
    dimensions: z.record(
      Dimension,
      z.array(
        z.object({
          name: z.string().describe("`_rest`: all others; `_none`: the bill names none"),
          total: Money,
          values: z.array(Money),
        }),
      ),
    ),
  }),
  changes: z.array(Change),
  recommendations: z.array(RecommendationSchema),
  showback: z.object({
    rule: z.record(z.string(), z.string()),
    months: z.array(
      z.object({
        month: Month,
        billed: Exact,
        bill: Money,
        difference: Exact.describe("parts − bill before rounding: 0"),
        rows: z.array(ShowbackRowSchema).describe("their totals add up to the bill"),
      }),
    ),
  }),
  untagged: z.object({ charges: z.int(), cost: Money, share: Share.nullable().describe("of the cost of the span") }),
  warnings: z.array(z.string()),
});
export type CostAnalysis = z.infer<typeof CostAnalysisSchema>;
export type CostMonthEnd = z.infer<typeof MonthEnd>;
export type CostBudget = z.infer<typeof BudgetStatus>;
export type CostChange = z.infer<typeof Change>;
export type Recommendation = z.infer<typeof RecommendationSchema>;

/** What `fleetlens cost` writes as cost.json. */
export const CostFileSchema = z.object({
  schema: z.literal("fleetlens.cost/1"),
  version: z.string().describe("of fleetlens"),
  createdFrom: z.object({
    inputs: z.array(z.object({ name: z.string(), sha256: z.string(), rows: z.int().nullable() })),
    options: z.record(z.string(), z.json()),
    seed: z.int().nullable(),
  }),
  ...CostAnalysisSchema.shape,
  source: z.object({
    format: z.enum(["focus", "cur"]),
    version: z.string().nullable().describe("of FOCUS, by its columns; null for a CUR"),
    rows: z.int(),
    duplicates: z.int().describe("rows that were left out because the same charge came before"),
    rejected: z.int(),
    rejected_rows: z
      .array(z.object({ file: z.string(), line: z.int(), field: z.string(), reason: z.string() }))
      .describe("at most 100"),
  }),
});
export type CostFile = z.infer<typeof CostFileSchema>;
