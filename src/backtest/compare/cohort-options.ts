import { InputError } from "../../core/errors.js";
import { type BootstrapOptions, checkBootstrapOptions, DEFAULT_BOOTSTRAP_OPTIONS } from "../score/bootstrap-options.js";

/** When a canary may go on, and when it must go back. */
export interface CohortOptions extends BootstrapOptions {
  /** Most alerts per distance of the canary, as a multiple of the control's. */
  maxRateRatio: number;
  /** Fewest, held only without labels: with labels recall tells whether alerts that are gone were needed. */
  minRateRatio: number;
  /** Most recall that the canary may lose. */
  maxRecallDrop: number;
  /** Vehicles that each cohort must have before anything is decided. */
  minVehicles: number;
  /** Events, or labels, that each cohort must have or should have had before a guardrail decides. */
  minEvents: number;
  /** Share of the vehicles of both cohorts that the rollout gave to the canary; null: not known, and not checked. */
  canaryShare: number | null;
}

export const DEFAULT_COHORT_OPTIONS: CohortOptions = Object.freeze({
  ...DEFAULT_BOOTSTRAP_OPTIONS,
  maxRateRatio: 1.25,
  minRateRatio: 0.8,
  maxRecallDrop: 0.05,
  minVehicles: 10,
  minEvents: 10,
  canaryShare: null,
});

/** @throws InputError for a limit that cannot be meant */
export function checkCohortOptions(options: CohortOptions): CohortOptions {
  checkBootstrapOptions(options);
  const refuse = (option: keyof CohortOptions, wanted: string): never => {
    throw new InputError(`${option} must be ${wanted}, got ${options[option]}`, { option });
  };
  if (!(options.maxRateRatio >= 1)) refuse("maxRateRatio", "1 or more");
  if (!(options.minRateRatio >= 0 && options.minRateRatio <= 1)) refuse("minRateRatio", "between 0 and 1");
  if (!(options.maxRecallDrop >= 0 && options.maxRecallDrop <= 1)) refuse("maxRecallDrop", "between 0 and 1");
  for (const option of ["minVehicles", "minEvents"] as const) if (!(options[option] >= 0)) refuse(option, "0 or more");
  const { canaryShare } = options;
  if (canaryShare !== null && !(canaryShare > 0 && canaryShare < 1)) refuse("canaryShare", "above 0 and below 1");
  return options;
}
