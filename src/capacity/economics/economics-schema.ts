import { z } from "zod";

const Money = z.number().describe("mean over the scenarios, for all hours together");
const Share = z
  .number()
  .min(0)
  .max(1 + 1e-9);

const Commitment = z.object({
  family: z.string().describe("`_all` for a savings plan"),
  term: z.string().describe("1y or 3y; savings_plan_1y or savings_plan_3y"),
  gpus: z.number().nullable().describe("reserved GPUs; null for a savings plan, which is money"),
  hourly_usd: z.number().describe("paid every hour, used or not"),
  coverage: Share.describe("GPU-hours of the family served by it; of a savings plan: of all families"),
  utilisation: Share.nullable().describe("part of what is paid for that is used; null when nothing is bought"),
});

const Purchased = Commitment.extend({
  price: z.number().nullable().describe("per GPU-hour"),
  at_limit: z.boolean().describe("true when max_commit (or max_hourly_usd) keeps it from being larger"),
  break_even_utilisation: z
    .number()
    .nullable()
    .describe("price ÷ on demand: use from which it pays; of a savings plan: at its highest discount"),
  break_even_months: z.number().nullable().describe("of full use, until on demand had cost as much as the whole term"),
  pays_over_renewal_after_months: z
    .number()
    .nullable()
    .describe(
      "3y only: how long the need must last to cost less than one-year terms renewed; null: never, or no 1y price",
    ),
  beyond_horizon_usd: z.number().describe("still owed when the demand ends, if it is bought at the start"),
});

/** Economics of commitments: what `fleetlens capacity` writes as capacity.json. Money is that of all hours together. */
export const CapacityEconomicsSchema = z.object({
  schema: z.literal("fleetlens.capacity/1"),
  version: z.string().describe("of fleetlens"),
  createdFrom: z.object({
    inputs: z.array(z.object({ name: z.string(), sha256: z.string(), rows: z.int().nullable() })),
    options: z.record(z.string(), z.json()),
    seed: z.int().nullable().describe("of sampling the quantiles; null when nothing was drawn"),
  }),
  currency: z.string(),
  families: z.array(z.string()),
  scenarios: z.int().positive(),
  hours: z.int().positive(),
  first_hour: z.int(),
  expected_cost: Money.describe("of the recommended purchase, existing commitments included"),
  on_demand_only_cost: Money.describe("nothing bought anew and no spot: existing commitments, the rest on demand"),
  no_new_commitment_cost: Money.describe("existing commitments, spot and on demand"),
  perfect_foresight_cost: Money.describe("every scenario with the commitments that were best for it alone"),
  cvar95: z.number().describe("mean cost of the worst 5 % of the scenarios under the recommended purchase"),
  saving: Money.describe("on_demand_only_cost − expected_cost"),
  regret: Money.describe("expected_cost − perfect_foresight_cost: the price of not knowing the demand"),
  risk: z
    .object({ level: z.number(), weight: z.number(), cvar: z.number() })
    .nullable()
    .describe("what was minimised: (1 − weight) × expected cost + weight × CVaR; null: the expected cost alone"),
  method: z.enum(["quantiles", "cutting_planes"]),
  gap: z.number().describe("most by which the minimised cost may be above the optimum, relative; 0: exact"),
  scenario_cost: z.object({ min: z.number(), median: z.number(), p95: z.number(), max: z.number() }),
  cost_split: z.object({
    reservations: z.number(),
    savings_plans: z.number(),
    spot: z.number(),
    on_demand: z.number(),
    idle: z.number().describe("part of reservations and savings_plans that nothing used"),
  }),
  coverage: Share.describe("GPU-hours served by commitments"),
  utilisation: Share.nullable().describe("part of the money paid for commitments that was used"),
  by_family: z.array(
    z.object({
      family: z.string(),
      gpu_hours: z.number(),
      on_demand_price: z.number(),
      spot_price: z.number().nullable().describe("with its overhead; null when spot is not offered or no cheaper"),
      reserved_gpu_hours: z.number(),
      savings_plan_gpu_hours: z.number(),
      spot_gpu_hours: z.number(),
      on_demand_gpu_hours: z.number(),
      cost: z.number().describe("idle money of savings plans apart"),
      cost_per_gpu_hour: z.number().nullable(),
      demand_curve: z
        .array(z.number())
        .describe("GPUs wanted, or more, in 0, 1, … 100 % of the hours of all scenarios: from the peak to the least"),
    }),
  ),
  commitments: z.array(Purchased).describe("every offer, also those of which nothing is bought"),
  existing: z.array(
    z.object({
      family: z.string(),
      term: z.string(),
      gpus: z.number().nullable(),
      hourly_usd: z.number(),
      hours: z.int().describe("of the demand that it still covers"),
      utilisation: Share.nullable().describe("of reservations by file order; of savings plans all together"),
    }),
  ),
  nodes: z
    .object({
      expected_cost: Money.describe("with whole nodes"),
      rule: z.string(),
      rows: z.array(
        z.object({
          family: z.string(),
          term: z.string(),
          node_type: z.string(),
          gpus_per_node: z.int().positive(),
          nodes: z.int(),
          gpus: z.number(),
          hourly_usd: z.number(),
          rounding: z.enum(["exact", "down", "up"]),
          on_demand_price_hour: z.number().describe("of the node, by the catalogue"),
        }),
      ),
    })
    .nullable()
    .describe("reservations in whole nodes of the catalogue; null without one"),
  chargeback: z.object({
    bill: z.number(),
    of: z
      .enum(["usage", "demand", "bill"])
      .describe("demand: the expected bill, when no usage by team is given; bill: an actual one"),
    rule: z.object({ name: z.string(), share_cost: z.string(), idle_cost: z.string() }),
    rows: z
      .array(
        z.object({
          team: z.string().describe("`_unassigned`: nobody is named; `_idle`: what nobody used"),
          family: z.string(),
          gpu_hours: z.number(),
          share_cost: z.number(),
          idle_cost: z.number(),
          total: z.number(),
        }),
      )
      .describe("as in chargeback.parquet; the totals add up to the bill"),
  }),
  throughput: z
    .object({
      method: z.literal("change_of_mean").describe("changes of the level of a pool, beside the course of its day"),
      alpha: z.number(),
      drop: z.number().describe("least relative drop of the level that counts"),
      pools: z.int(),
      regressions: z.array(z.string()),
      rows: z
        .array(
          z.object({
            pool: z.string(),
            hours: z.int().describe("hours with a value"),
            status: z.enum(["changed", "steady", "too-short"]),
            change_hour: z.int().nullable().describe("first hour at the new level; null without a change"),
            hour_low: z.int().nullable(),
            hour_high: z.int().nullable().describe("ends of the 95 % interval of change_hour"),
            level_before: z.number().nullable().describe("mean since the change before"),
            level_after: z.number().nullable(),
            change: z.number().nullable().describe("level after ÷ before − 1"),
            p_value: z.number().nullable(),
            p_adjusted: z.number().nullable(),
            regression: z.boolean().describe("slower here, beyond chance and enough to matter, and slower still"),
          }),
        )
        .describe("as in throughput_regressions.parquet"),
    })
    .nullable()
    .describe("null without throughput by pool"),
  warnings: z.array(z.string()),
});
export type CapacityEconomics = z.infer<typeof CapacityEconomicsSchema>;
