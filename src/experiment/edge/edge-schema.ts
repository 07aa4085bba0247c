import { z } from "zod";
import { gateFileSchema } from "../gate-file.js";
import { LimitCheckSchema } from "../limit-check.js";

const Count = z.int().nonnegative();
const Share = z.number().min(0).max(1);
const Bound = z.number().nullable();

/** What `gateEdge` finds. */
export const EdgeGateSchema = z.object({
  samples: Count,
  classes: Count.describe("scores of a sample"),
  difference: z
    .object({
      max: z.number().nonnegative(),
      p99: z.number().nonnegative(),
      row: z.int().positive().describe("row of the largest difference, from 1"),
      class: z.string(),
    })
    .nullable()
    .describe("|quantised − float| over all finite scores"),
  not_finite: Count.describe("samples with a score of the quantised build that is missing or not finite"),
  agreement: z
    .object({ agreed: Count, rate: Share.nullable(), lower: Share.nullable(), upper: Share.nullable() })
    .nullable()
    .describe("samples whose highest score is of the same class, Wilson's interval; null for one class"),
  latency: z
    .object({ q: z.number(), n: Count, value: Bound, lower: Bound, upper: Bound })
    .nullable()
    .describe("ms, interval by order statistics; null without a column"),
  thermal: z
    .object({
      slope: Bound.describe("°C per hour, Theil & Sen"),
      lower: Bound,
      upper: Bound,
      score: z.int().describe("Mann & Kendall: pairs that go up less pairs that go down"),
      p: Share.nullable(),
      points: Count.describe("points compared; of more than 2,000 rows these are means of neighbours"),
      neighbour_correlation: Bound.describe(
        "of the residuals; well above 0: the interval is too short and p too small",
      ),
    })
    .nullable()
    .describe("null without the columns temperature_c and time"),
  checks: z.array(LimitCheckSchema),
  decision: z.enum(["pass", "hold", "fail"]).describe("fail if a check fails, pass if all pass, hold otherwise"),
  warnings: z.array(z.string()),
});

export const EdgeFileSchema = gateFileSchema("edge", EdgeGateSchema);

export type EdgeGate = z.infer<typeof EdgeGateSchema>;
export type EdgeFile = z.infer<typeof EdgeFileSchema>;
