export type AbRole = "primary" | "guardrail";
export type Better = "higher" | "lower";

/**
 * One metric of one experiment at one look: sums over all rows **so far**, as `fleetlens gate ab` reads them.
 * Arm a is the control, b the treatment.
 */
export interface AbLook {
  experiment: string;
  /** Looks of a metric are numbered without gaps from 0 or 1. */
  look: number;
  n_a: number;
  sum_a: number;
  sumsq_a: number;
  n_b: number;
  sum_b: number;
  sumsq_b: number;
  /** Share of the planned information, above 0 and at most 1, rising. NaN or absent: unknown (always-valid only). */
  information?: number;
  /** Default: the only metric. */
  metric?: string;
  /** Default primary. */
  role?: AbRole;
  /** Which way is good. Default: either way may be harm for a guardrail; a primary metric needs none. */
  better?: Better;
  /** Planned share of arm a, default 0.5; the same at all looks. */
  share_a?: number;
  /** Sums of a covariate known before the experiment, for CUPED: all six or none. */
  sum_x_a?: number;
  sumsq_x_a?: number;
  sum_xy_a?: number;
  sum_x_b?: number;
  sumsq_x_b?: number;
  sum_xy_b?: number;
}

/** Columns of the covariate. */
export const COVARIATE_COLUMNS = Object.freeze([
  "sum_x_a",
  "sumsq_x_a",
  "sum_xy_a",
  "sum_x_b",
  "sumsq_x_b",
  "sum_xy_b",
] as const);

/** A number of a look, or undefined where it is absent or NaN. */
export function given(value: number | undefined): number | undefined {
  return value === undefined || Number.isNaN(value) ? undefined : value;
}
