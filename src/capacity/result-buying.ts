import { z } from "zod";
import { EstimateSchema, Instant, Probability } from "./result-parts.js";

/** Ways to pay for the same demand. */
export const PurchaseOption = z.enum(["on_demand", "today", "recommended"]);
export type PurchaseOption = z.infer<typeof PurchaseOption>;

const CostsSchema = z
  .object({ on_demand: EstimateSchema, today: EstimateSchema, recommended: EstimateSchema })
  .describe("cost over the horizon of serving the demand in full");

/** Purchase advice for one pool. Prices are per node-hour. */
export const PoolPurchaseSchema = z.object({
  pool: z.string(),
  price: z.object({ onDemand: z.number(), spot: z.number().nullable() }),
  existing: z.array(z.object({ kind: z.string(), nodes: z.int(), until: z.string().nullable(), price: z.number() })),
  existingNodes: z.int().describe("committed nodes at the start of the horizon"),
  terms: z.array(
    z.object({
      term: z.string(),
      price: z.number(),
      ratio: z.number().describe("commit price ÷ on-demand price: the utilisation from which a commitment pays"),
      levelAlone: z.int().describe("committed nodes, existing ones included, if this were the only term"),
      buy: z.int().describe("nodes to commit now for this term"),
      marginalUtilisation: z.number().nullable().describe("share of path-hours that need the last node bought"),
    }),
  ),
  committedNodes: z.int().describe("existing at the start + bought now"),
  spot: z
    .object({
      overhead: z.number().describe("expected extra hours by interruption: lost work and restarts (Daly 2006)"),
      effectivePrice: z.number().describe("spot price × (1 + overhead)"),
      used: z.boolean().describe("true when that is below the on-demand price"),
      nodeHours: EstimateSchema,
      share: EstimateSchema.describe("of the pool's node-hours"),
    })
    .nullable(),
  costs: CostsSchema,
});
export type PoolPurchase = z.infer<typeof PoolPurchaseSchema>;

/** Nodes to hold for some hours of a week in which the pool may not be enough. */
export const ReserveWindowSchema = z.object({
  pool: z.string(),
  weekStart: Instant,
  from: Instant,
  to: Instant,
  nodes: z.int().positive().describe("need at the highest level − have"),
  pShortfall: Probability,
});
export type ReserveWindow = z.infer<typeof ReserveWindowSchema>;

/** Commitments, spot, reserves and what each way of paying costs. */
export const BuyingSchema = z.object({
  scenario: z.string(),
  currency: z.string(),
  hours: z.int().positive(),
  pools: z.array(PoolPurchaseSchema),
  costs: CostsSchema,
  saving: EstimateSchema.describe("today − recommended, path by path"),
  distribution: z
    .array(z.object({ option: PurchaseOption, from: z.number(), to: z.number(), share: Probability }))
    .describe("histogram of the cost over the paths, the same bins for each option"),
  reserveWindows: z.array(ReserveWindowSchema),
});
export type Buying = z.infer<typeof BuyingSchema>;

/** Cost of the budget month against the budget. */
export const BudgetSchema = z.object({
  month: z.string(),
  currency: z.string(),
  budget: z.number(),
  coveredHours: z.int().describe("hours of the month that the horizon covers"),
  monthHours: z.int(),
  comparable: z.number().describe("budget × covered ÷ month hours: what the costs are compared with"),
  options: z.array(
    z.object({
      option: PurchaseOption,
      cost: EstimateSchema,
      pOverBudget: Probability,
      position: EstimateSchema.describe("comparable budget − cost; negative is over budget"),
    }),
  ),
});
export type Budget = z.infer<typeof BudgetSchema>;
