/** What a charge is, as FOCUS names it (lower case). */
export const CHARGE_CATEGORIES = ["usage", "purchase", "tax", "credit", "adjustment"] as const;
export type ChargeCategory = (typeof CHARGE_CATEGORIES)[number];

/** Ways to cut a bill. */
export const COST_DIMENSIONS = ["region", "service", "team", "family"] as const;
export type CostDimension = (typeof COST_DIMENSIONS)[number];

/** Which cost days, budgets and forecasts count: what was used (amortised), or what was invoiced. */
export type CostBasis = "effective" | "billed";

/** One line of a bill, whoever wrote it. */
export interface Charge {
  /** Epoch ms; the end is exclusive and after the start. */
  start: number;
  end: number;
  /** `YYYY-MM` of the invoice; null: the month of each day. */
  billingMonth: string | null;
  category: ChargeCategory;
  /** Corrects an invoice of the past. */
  correction: boolean;
  /** Invoiced, in units of 10^-18 of the currency (see `parseMoney`). */
  billed: bigint;
  /** Amortised: commitments at what their use costs. Same unit. */
  effective: bigint;
  /** `effective` is of a commitment that nothing used. */
  unused: boolean;
  /** Id of the commitment that covers or is the charge. */
  commitment: string | null;
  region: string | null;
  service: string;
  team: string | null;
  /** GPU family, see `gpuFamily`. */
  family: string;
  resource: string | null;
  pool: string | null;
}
