import { figure } from "../capacity-plan/words.js";
import { brief, shareWords } from "../estimate-words.js";
import { durationWords } from "../queues/duration.js";

/** How a check is told to people. */
interface CheckWords {
  label: string;
  /** Whether the limit is the most or the least that passes. */
  side: "at most" | "at least";
  words: (value: number) => string;
}

const most = (label: string, words: (value: number) => string = brief): CheckWords => ({
  label,
  side: "at most",
  words,
});
const least = (label: string, words: (value: number) => string): CheckWords => ({ label, side: "at least", words });

const CHECKS: Readonly<Record<string, CheckWords>> = Object.freeze({
  not_finite: most("samples without a score", figure),
  max_abs_diff: most("largest difference of a score"),
  p99_abs_diff: most("99\u00a0% quantile of the differences"),
  agreement: least("agreement of the highest score", shareWords),
  latency_p95: most("95\u00a0% quantile of latency", (ms) => `${brief(ms)}\u00a0ms`),
  thermal_trend: most("trend of the temperature", (slope) => `${brief(slope)}\u00a0°C/h`),
  error_budget_remaining: least("error budget left", shareWords),
  ongoing_alerts: most("alerts that still fire", figure),
  cost_per_thousand: most("cost per 1,000 inferences", figure),
  mean_time_to_mitigation_seconds: most("mean time to mitigation", durationWords),
  defect_escape_rate: most("defects that escaped", shareWords),
});

/** Words of a check; one that is not known keeps its name. */
export function checkWords(check: string): CheckWords {
  return Object.hasOwn(CHECKS, check) ? CHECKS[check] : most(check);
}
