/** What {@link alwaysValid} takes. */
export interface AlwaysValidOptions {
  /** Two-sided: the chance that the interval ever misses the truth, default 0.05. */
  alpha?: number;
  /** Rows of both arms together at which the interval is narrowest, default 5,000. */
  tunedRows?: number;
}

/** An interval that holds at all looks at once. */
export interface AlwaysValidInterval {
  lower: number;
  upper: number;
  /** Half of its width in standard errors: |z| at least this is a finding. */
  bound: number;
}

/** The x = rows·ρ² that makes the interval narrowest, where x = ln(1 + x) − 2 ln alpha; a contraction, so iterated. */
function narrowest(alpha: number): number {
  const u = -2 * Math.log(alpha);
  let x = u;
  for (let step = 0; step < 100; step++) x = u + Math.log1p(x);
  return x;
}

/**
 * Asymptotic confidence sequence of a difference of means: it may be looked at after every row, for ever, and covers
 * the truth at all of these looks at once with probability 1 − alpha, once samples are large (Waudby-Smith, Arbour,
 * Sinha, Kennedy & Ramdas 2024, "Time-uniform central limit theory", Theorem 2.2): effect ± se·√((x + 1) ÷ x·ln((x + 1) ÷ alpha²))
 * with x = rows·ρ², two-sided. ρ is set exactly so that the interval is narrowest at `tunedRows`.
 *
 * @param se standard error of the effect at this look
 * @param rows of both arms together
 * @example alwaysValid(0.3, 0.1, 5000) // lower -0.0035, upper 0.6035, bound 3.035: 1.96 would be valid once only
 */
export function alwaysValid(
  effect: number,
  se: number,
  rows: number,
  { alpha = 0.05, tunedRows = 5000 }: AlwaysValidOptions = {},
): AlwaysValidInterval {
  const x = (rows / tunedRows) * narrowest(alpha);
  const bound = Math.sqrt(((x + 1) / x) * (Math.log1p(x) - 2 * Math.log(alpha)));
  return { lower: effect - bound * se, upper: effect + bound * se, bound };
}
