import { z } from "zod";
import { SloResultSchema } from "../../incident/index.js";
import { gateFileSchema } from "../gate-file.js";
import { LimitCheckSchema } from "../limit-check.js";

const Count = z.int().nonnegative();
const Amount = z.number().nonnegative();
const Bound = z.number().nullable();
const Estimate = z.object({ value: Bound, lower: Bound, upper: Bound });
const { target, windowSeconds, alerts, burn, from, bad, total } = SloResultSchema.shape;

/** What `gateService` finds. */
export const ServiceGateSchema = z.object({
  budget: z
    .object({
      target,
      window_seconds: windowSeconds,
      from: from.describe("first row of the last window: bad, total, consumed and remaining are of the rows from here"),
      bad: bad.describe("bad requests of the last window"),
      total: total.describe("all requests of the last window"),
      consumed: z
        .number()
        .describe(
          "share of the error budget of a whole window that is gone; where less than a window has passed, the rest is taken to bring as much traffic an hour as there was so far",
        ),
      remaining: z.number().describe("1 − consumed; negative when more is gone than there was"),
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
