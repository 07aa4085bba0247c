import { z } from "zod";
import { InputError } from "../core/errors.js";
import { problemText, schemaProblems } from "../core/schema-problems.js";
import { COST_DIMENSIONS, type CostDimension } from "./types.js";

const Amount = z.number().positive().describe("a month, in the bill's currency");
const Amounts = z.record(z.string(), Amount).default({});

/** Monthly budgets, as `fleetlens cost --budget` reads them. */
export const BudgetFileSchema = z
  .strictObject({
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .optional()
      .describe("must be the bill's"),
    total: Amount.optional(),
    region: Amounts,
    service: Amounts,
    team: Amounts,
    family: Amounts,
  })
  .describe("Monthly budgets by total, region, service, team and GPU family");
export type BudgetFile = z.infer<typeof BudgetFileSchema>;

/** One budget. */
export interface Budget {
  dimension: "total" | CostDimension;
  /** Null of the total. */
  name: string | null;
  amount: number;
}

/**
 * Budgets from parsed YAML, the total first.
 *
 * @throws InputError with the first problems, each with its path
 */
export function parseBudgets(value: unknown, currency: string, file = "budgets"): Budget[] {
  const parsed = BudgetFileSchema.safeParse(value);
  if (!parsed.success) {
    const problems = schemaProblems(BudgetFileSchema, value, parsed.error);
    throw new InputError(`${file}: ${problemText(problems)}`, { file, problems });
  }
  const { total, currency: own } = parsed.data;
  if (own !== undefined && own !== currency) {
    throw new InputError(`${file}: the budgets are in ${own}, the bill is in ${currency}`, { file });
  }
  return [
    ...(total === undefined ? [] : [{ dimension: "total" as const, name: null, amount: total }]),
    ...COST_DIMENSIONS.flatMap((dimension) =>
      Object.entries(parsed.data[dimension]).map(([name, amount]) => ({ dimension, name, amount })),
    ),
  ];
}
