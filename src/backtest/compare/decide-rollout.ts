import type { CohortBalance } from "./cohort-balance.js";
import type { CohortOptions } from "./cohort-options.js";
import type { Guardrail } from "./guardrails.js";

export type RolloutVerdict = "roll_forward" | "hold" | "roll_back";

/** A probability below which the split of the vehicles is not taken for chance. */
const SAMPLE_RATIO_ALPHA = 0.001;

/** How far kilometres per vehicle-day of the cohorts may differ, as a multiple either way. */
const MOST_DRIVING_RATIO = 1.25;

/**
 * What to do with a canary: hold where the cohorts cannot be compared; roll back where a guardrail fails; roll forward where
 * every guardrail passes; hold otherwise.
 */
export function decideRollout(
  guardrails: readonly Guardrail[],
  balance: CohortBalance,
  options: CohortOptions,
): { verdict: RolloutVerdict; reasons: string[] } {
  const obstacles = incomparable(balance, options);
  if (obstacles.length > 0) return { verdict: "hold", reasons: obstacles };
  if (guardrails.length === 0) return { verdict: "hold", reasons: ["no events and no labels in either cohort"] };
  const having = (verdict: Guardrail["verdict"]) => guardrails.filter((guardrail) => guardrail.verdict === verdict);
  const [failed, open] = [having("fail"), having("hold")];
  if (failed.length > 0) return { verdict: "roll_back", reasons: failed.map(words) };
  if (open.length > 0) return { verdict: "hold", reasons: open.map(words) };
  return { verdict: "roll_forward", reasons: guardrails.map(words) };
}

function incomparable(
  { canary, control, driving_ratio, sample_ratio }: CohortBalance,
  options: CohortOptions,
): string[] {
  const reasons = Object.entries({ canary, control })
    .filter(([, { vehicles }]) => vehicles < options.minVehicles)
    .map(([name, { vehicles }]) => `${name} has ${vehicles} vehicles, and ${options.minVehicles} are needed`);
  if (sample_ratio && sample_ratio.p_value < SAMPLE_RATIO_ALPHA)
    reasons.push(
      `the canary has ${short(sample_ratio.share)} of the vehicles where ${sample_ratio.expected_share} was planned (p = ${short(sample_ratio.p_value)})`,
    );
  const { lower, upper } = driving_ratio;
  if ((lower ?? 0) > MOST_DRIVING_RATIO || (upper ?? Number.POSITIVE_INFINITY) < 1 / MOST_DRIVING_RATIO)
    reasons.push(
      `the cohorts do not drive alike: kilometres per vehicle-day at a ratio of ${short(driving_ratio.value)}`,
    );
  return reasons;
}

function words({ trigger, check, value, lower, upper, limit, reason }: Guardrail): string {
  return `${trigger ?? "all triggers"}: ${check} ${short(value)} (${short(lower)} to ${short(upper)}), limit ${limit}: ${reason}`;
}

const short = (value: number | null): string => (value === null ? "unknown" : String(Number(value.toPrecision(3))));
