import { z } from "zod";
import { BudgetSchema, BuyingSchema } from "./result-buying.js";
import { PeakWeeksSchema, QueueDemandSchema, ScenarioResultSchema, WeeklyRowSchema } from "./result-demand.js";
import { Instant, WeekSchema } from "./result-parts.js";
import { IoCheckSchema, PoolResultSchema, RiskCurveSchema } from "./result-pools.js";
import { MethodSchema, QualitySchema, ShowbackSchema, SloReportSchema } from "./result-usage.js";

/** Sections that may be absent because their input is. */
export const SectionName = z.enum([
  "pools",
  "packing",
  "risk",
  "simulated_waits",
  "buying",
  "budget",
  "io",
  "slo",
  "showback",
  "scenarios",
  "backtest",
]);
export type SectionName = z.infer<typeof SectionName>;

/** One decision, in words and with the figures that the words quote. */
export const DecisionSchema = z.object({
  kind: z.enum(["demand", "peak", "pool", "purchase", "reserve", "budget", "wait", "io", "scenario"]),
  text: z.string(),
  figures: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
});
export type Decision = z.infer<typeof DecisionSchema>;

/** Something the reader must know before the figures. */
export const PlanWarningSchema = z.object({
  severity: z.enum(["info", "warning", "error"]),
  section: z.string(),
  message: z.string(),
});
export type PlanWarning = z.infer<typeof PlanWarningSchema>;

/** The capacity plan: what `fleetlens plan` writes as JSON. Absent sections are null and say why in `absent`. */
export const CapacityPlanSchema = z.object({
  schema: z.literal("fleetlens.capacity-plan/1"),
  version: z.string().describe("of fleetlens"),
  createdFrom: z.object({
    inputs: z.array(z.object({ name: z.string(), sha256: z.string(), rows: z.int() })),
    options: z.record(z.string(), z.json()).describe("the plan file with its defaults filled in"),
    seed: z.int(),
  }),
  month: z.string().describe("YYYY-MM: names the output"),
  timeZone: z.string(),
  asOf: Instant.describe("--as-of, else the end of the observations"),
  levels: z.array(z.number()).describe("interval levels in per cent, ascending"),
  horizon: z.object({ start: Instant, end: Instant, hours: z.int().positive(), weeks: z.array(WeekSchema) }),
  planScenario: z
    .string()
    .describe("scenario of pools, risk, buying and I/O: all when there are scenarios, else baseline"),
  warnings: z.array(PlanWarningSchema),
  absent: z.array(z.object({ section: SectionName, reason: z.string() })),
  summary: z.array(DecisionSchema),
  demand: z.array(QueueDemandSchema).describe("queues by name, then _total"),
  weekly: z.array(WeeklyRowSchema).describe("by scenario (baseline, each, all), queue (_total last), week"),
  peakWeeks: PeakWeeksSchema,
  scenarios: z
    .array(ScenarioResultSchema)
    .describe("baseline, each scenario in order, then all; baseline alone without any"),
  pools: z.array(PoolResultSchema).nullable(),
  risk: z.array(RiskCurveSchema).nullable(),
  buying: BuyingSchema.nullable(),
  budget: BudgetSchema.nullable(),
  io: z.array(IoCheckSchema).nullable(),
  slo: SloReportSchema.nullable(),
  showback: ShowbackSchema.nullable(),
  quality: QualitySchema,
  method: MethodSchema,
});
export type CapacityPlan = z.infer<typeof CapacityPlanSchema>;
