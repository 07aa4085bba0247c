import type { Judgement } from "./drift-schema.js";
import type { Effect } from "./types.js";

/** A test and an effect that have not been judged. */
export interface Finding {
  test: string;
  /** Null: no test, since a side has no values, or too many levels to know any of them. */
  p: number | null;
  effect: Effect;
  /** Values of the smaller side. */
  n: number;
  /** Rows a side at which no drift is called stable with 80 % power. */
  rowsNeeded: number | null;
}

/**
 * Whether an effect is drift: significant and at least the threshold. It is stable where its interval lies below the
 * threshold, or where it is significant and smaller. Neither, or too few rows: inconclusive.
 */
export function judge(
  { test, p, effect, n, rowsNeeded }: Finding,
  pAdjusted: number | null,
  { alpha, minN }: { alpha: number; minN: number },
): Judgement {
  const told = (verdict: Judgement["verdict"], reason: Judgement["reason"]): Judgement => ({
    test: { name: test, p, p_adjusted: pAdjusted },
    effect,
    verdict,
    reason,
    n_needed: verdict === "inconclusive" && rowsNeeded !== null ? Math.max(minN, rowsNeeded) : null,
  });
  if (n === 0) return told("inconclusive", "no_values");
  if (n < minN) return told("inconclusive", "few_rows");
  if (pAdjusted === null || effect.value === null) return told("inconclusive", "too_many_levels");
  const significant = pAdjusted <= alpha;
  const large = Math.abs(effect.value) >= effect.threshold;
  if (significant) return large ? told("drift", "") : told("stable", "negligible");
  const farthest = Math.max(Math.abs(effect.lower!), Math.abs(effect.upper!));
  return farthest < effect.threshold ? told("stable", "") : told("inconclusive", "wide_interval");
}
