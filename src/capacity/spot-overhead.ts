/** How often spot capacity is taken away, and what that costs in time. */
export interface SpotTerms {
  interruption_per_hour: number;
  /** Time between checkpoints. */
  checkpoint_minutes: number;
  restart_minutes: number;
}

/**
 * Expected extra time of work on spot, as a share of the work: with interruptions as a Poisson process of rate λ, work
 * in segments of τ between checkpoints and a restart of R takes e^{λR}·(e^{λτ} − 1)/λ per segment (Daly 2006, with free
 * checkpoints). About λ·(τ/2 + R) for small λ.
 */
export function spotOverhead({ interruption_per_hour, checkpoint_minutes, restart_minutes }: SpotTerms): number {
  const lost = (interruption_per_hour * checkpoint_minutes) / 60;
  const segment = lost > 0 ? Math.expm1(lost) / lost : 1;
  return Math.exp((interruption_per_hour * restart_minutes) / 60) * segment - 1;
}
