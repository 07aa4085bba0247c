import { z } from "zod";
import { IncidentMetricsSchema } from "./incident-schema.js";
import { SLO_RULE_NAMES, SLO_WINDOW_NAMES } from "./slo-rules.js";

const Count = z.int().nonnegative();
const Amount = z.number().nonnegative();
const Time = z.string().describe("ISO 8601, UTC");
const Window = z.enum(SLO_WINDOW_NAMES);
const byWindow = <T extends z.ZodType>(of: T) =>
  z.object(Object.fromEntries(SLO_WINDOW_NAMES.map((name) => [name, of])) as Record<z.infer<typeof Window>, T>);

const Alert = z.object({
  rule: z.enum(SLO_RULE_NAMES),
  start: Time.describe("of the first row with both windows above the threshold"),
  end: Time.describe("of the last such row of the run"),
});

const Episode = Alert.extend({
  rows: Count,
  bad: Amount.describe("in the rows of the run"),
  total: Amount,
  mostBad: Amount.describe("bad events in the long window when it holds most of them"),
  peakBurn: z.number().describe("largest burn rate of the long window"),
  budget: z.number().nullable().describe("share of the error budget of a whole window that the run burnt"),
  ongoing: z.boolean().describe("the run holds the last row"),
  few: z.boolean().describe("mostBad is below 10: a burn rate of so few events says little"),
  suppressed: z.boolean().describe("mostBad is below minBad, so it is not among the alerts"),
});

const Burn = z.object({
  rows: z.int().positive().describe("rows that the window counts"),
  last: z.number().describe("burn rate at the last row"),
  max: z.number(),
  maxAt: Time.nullable(),
});

const Pace = z.object({
  burn: z.number().describe("burn rate of this window at the last row"),
  seconds: Amount.nullable().describe("until nothing of the budget is left at this pace; 0: used up; null: never"),
  at: Time.nullable().describe("when that is; null for never, used up, or later than one window from the last row"),
});

const Outlook = z.object({
  from: Time.describe("first row of the last window"),
  to: Time,
  complete: z.boolean().describe("false: the input is shorter than the window, and the rest of it is yet to come"),
  bad: Amount,
  total: Amount,
  consumed: z.number().describe("share of the error budget of a whole window that is gone, at the traffic so far"),
  remaining: z.number(),
  exhaustedSince: Time.nullable().describe("row since which nothing remains; null: something does"),
  paces: z
    .object({ "1h": Pace, "6h": Pace, "3d": Pace })
    .describe("time to exhaustion if the burn rate of one goes on"),
});

const Points = z.object({
  rowsPerPoint: z.int().positive(),
  time: z.array(Time).describe("of the first row of each point"),
  burn: byWindow(z.array(z.number())).describe("largest burn rate of the rows of each point"),
  remaining: z.array(z.number()).describe("budget left at the last row of each point; empty without buckets"),
});

/** What `burnRates` finds. */
export const SloResultSchema = z.object({
  alerts: z.array(Alert).describe("by rule, then time"),
  errorBudget: z.object({
    consumed: z.number().describe("bad ÷ (total × (1 − target)) of all rows"),
    remaining: z.number().describe("1 − consumed; negative when more is gone than there was"),
  }),
  burn: byWindow(Burn),
  target: z.number().gt(0).lt(1),
  windowSeconds: z.number().positive(),
  bucketSeconds: z.number().positive().nullable().describe("null for fewer than two different times"),
  minBad: Amount.describe("bad events that the long window of an alert must hold at least"),
  rows: Count,
  from: Time.nullable(),
  to: Time.nullable(),
  bad: Amount,
  total: Amount,
  rules: z.array(
    z.object({
      rule: z.enum(SLO_RULE_NAMES),
      long: Window,
      short: Window,
      budgetShare: z.number(),
      threshold: z.number().describe("burn rate above which both windows must be"),
    }),
  ),
  episodes: z.array(Episode).describe("the alerts with their figures, and those that the low-traffic guard suppressed"),
  outlook: Outlook.nullable().describe("budget of the last window and how long it lasts; null without buckets"),
  points: Points.describe("thinned for charts"),
  warnings: z.array(z.string()),
});

/** Burn rates, alerts and budget of a service level objective: what `fleetlens slo` writes. */
export const SloFileSchema = SloResultSchema.extend({
  schema: z.literal("fleetlens.slo/1"),
  version: z.string().describe("of fleetlens"),
  createdFrom: z.object({
    inputs: z.array(z.object({ name: z.string(), sha256: z.string(), rows: z.int().nullable() })),
    options: z.record(z.string(), z.json()),
    seed: z.null(),
  }),
  incidents: IncidentMetricsSchema.optional().describe("mean times of the incidents of --incidents"),
});

export type SloResult = z.infer<typeof SloResultSchema>;
export type SloFile = z.infer<typeof SloFileSchema>;
export type SloEpisode = SloResult["episodes"][number];
