import type { Term } from "./prices-file.js";

/** GPUs wanted by family, scenario and hour; the scenarios are equally likely. */
export interface DemandScenarios {
  families: readonly string[];
  scenarios: number;
  hours: number;
  /** Number of the first hour; the others follow without a gap. */
  firstHour: number;
  /** By family; scenario-major, `scenarios × hours`. */
  gpus: readonly Float64Array[];
}

/**
 * What of a family's demand is left to buy, once existing commitments serve what they can. A further GPU held in an hour
 * replaces an on-demand GPU while fewer than `firm` are held, a spot GPU while fewer than `open` are, and nothing beyond.
 */
export interface OpenDemand {
  family: string;
  /** Per GPU-hour. */
  onDemand: number;
  /** Per GPU-hour with its overhead; the on-demand price when spot is not offered or no cheaper. */
  spot: number;
  /** GPUs, scenario-major. */
  open: Float64Array;
  /** The part of `open` that spot may not serve; the same array when spot does not pay. */
  firm: Float64Array;
}

/** GPUs reserved anew. */
export interface Reservation {
  family: string;
  term: Term;
  /** Per GPU-hour. */
  price: number;
  gpus: number;
}

/** Money an hour committed anew to a savings plan. */
export interface SavingsPlanPurchase {
  term: Term;
  hourly: number;
}

/** What to buy: reservations by family, then price; at most one savings plan. */
export interface Purchase {
  reservations: Reservation[];
  savingsPlan: SavingsPlanPurchase | null;
}
