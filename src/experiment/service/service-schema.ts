import { z } from "zod";
import { SloResultSchema } from "../../incident/index.js";
import { gateFileSchema } from "../gate-file.js";
import { LimitCheckSchema } from "../limit-check.js";

const Count = z.int().nonnegative();
const Amount = z.number().nonnegative();
const Bound = z.number().nullable();
const Estimate = z.object({ value: Bound, lower: Bound, upper: Bound });
const { target, windowSeconds, alerts, errorBudget, burn, bad, total } = SloResultSchema.shape;

/** What `gateService` finds. */
export const ServiceGateSchema = z.object({
  budget: z
    .object({
      target,
      window_seconds: windowSeconds,
      bad,
      total,
      consumed: errorBudget.shape.consumed,
      remaining: errorBudget.shape.remaining.describe(
        "of the last window at the traffic so far; without buckets of all rows",
      ),
      burn: burn.describe("burn rates by window"),
      alerts: alerts.describe("of the multiwindow rules"),
      ongoing: z.array(z.string()).describe("rules that fire at the last row"),
    })
    .nullable(),
  cost: z
    .object({
      cost: Amount,
      inferences: Amount,
      ...Estimate.shape,
      unit: z.enum(["day", "row"]).describe("what the interval takes for independent"),
      units: Count,
    })
    .nullable()
    .describe("per 1,000 inferences"),
  mitigation: z
    .object({
      n: Count,
      open: Count.describe("not mitigated yet, or without a start; left out"),
      mean: Estimate,
      median: Estimate,
      p90: Estimate,
    })
    .nullable()
    .describe("seconds from start to mitigation"),
  defects: z
    .object({ escaped: Count, caught: Count, ...Estimate.shape })
    .nullable()
    .describe("value: escaped ÷ (escaped + caught), Clopper & Pearson"),
  checks: z.array(LimitCheckSchema),
  decision: z.enum(["pass", "hold", "fail"]).describe("fail if a check fails, pass if all pass, hold otherwise"),
  warnings: z.array(z.string()),
});

export const ServiceFileSchema = gateFileSchema("service", ServiceGateSchema);

export type ServiceGate = z.infer<typeof ServiceGateSchema>;
export type ServiceFile = z.infer<typeof ServiceFileSchema>;
