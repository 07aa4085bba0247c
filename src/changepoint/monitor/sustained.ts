import { type Detection, NOTHING, shown, stronger } from "./detection.js";
import type { MonitorTuning } from "./monitor-tuning.js";
import {
  clearSequential,
  type Evidence,
  newSequential,
  restartSequential,
  type Sequential,
  weighSequential,
} from "./sequential.js";
import { excessOf, type Limits, limitsOf, newTailHistory, remember, sizeOf, type TailHistory } from "./tail-history.js";

/** Detectors of lasting changes, each with the history of its own statistic. Plain data, so that it can be stored as JSON. */
export type Sustained = { detector: Sequential; history: TailHistory }[];

const KINDS = Object.freeze(["bocpd", "cusum", "pagehinkley", "edetector"] as const);

export const newSustained = ({ sustainedRunLength }: Readonly<MonitorTuning>): Sustained =>
  KINDS.map((kind) => ({ detector: newSequential(kind, sustainedRunLength), history: newTailHistory() }));

/** Takes an observation: what each detector says, in their order. */
export const weighSustained = (sustained: Sustained, level: number, z: number): Evidence[] =>
  sustained.map(({ detector }) => weighSequential(detector, level, z));

const limits = (history: TailHistory, { sustainedMargin, youth }: Readonly<MonitorTuning>): Limits | null =>
  limitsOf(history, sustainedMargin, 0, youth);

/** A detector's finding must pass its stated limit and, as observations rarely are independent, all of its own past. */
function judge(history: TailHistory, evidence: Evidence, tuning: Readonly<MonitorTuning>): Detection {
  const past = sizeOf(history) < tuning.sustainedHistory ? null : limits(history, tuning);
  if (past === null) return NOTHING;
  const excess = excessOf(history, past, evidence.statistic);
  const limit = excess > 0 ? past.high : past.low;
  return {
    strength: Math.min(evidence.strength, Math.abs(excess)),
    reason: () => `${evidence.reason()}; its past allows ${shown(Math.abs(limit))}`,
  };
}

/** The strongest of the detectors. */
export const judgeSustained = (
  sustained: Sustained,
  evidence: readonly Evidence[],
  tuning: Readonly<MonitorTuning>,
): Detection =>
  evidence.reduce<Detection>((best, one, k) => stronger(best, judge(sustained[k].history, one, tuning)), NOTHING);

/**
 * Makes the statistics a part of their histories, after they were judged.
 *
 * Once one of the detectors has found something all begin anew.
 *
 * @param limited whether they count as no further out than the limits
 */
export function learnSustained(
  sustained: Sustained,
  evidence: readonly Evidence[],
  limited: boolean,
  tuning: Readonly<MonitorTuning>,
): void {
  const found = judgeSustained(sustained, evidence, tuning).strength >= 1;
  sustained.forEach(({ detector, history }, k) => {
    const { statistic } = evidence[k];
    const past = limited ? limits(history, tuning) : null;
    remember(history, past ? Math.max(past.low, Math.min(past.high, statistic)) : statistic, tuning);
    if (found) clearSequential(detector);
  });
}

/** Forgets what is past, after a change that has come to stay; the histories remain. */
export function restartSustained(sustained: Sustained): void {
  for (const { detector } of sustained) restartSequential(detector);
}
