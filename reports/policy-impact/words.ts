import type { BacktestFile } from "../../src/backtest/index.js";
import { brief, type Estimate, estimateWords, shareWords } from "../estimate-words.js";

export type TriggerScore = BacktestFile["overall"];
export type MetricName = keyof TriggerScore["intervals"];

/** A figure of a score and its interval. */
export const estimateOf = (score: TriggerScore, metric: MetricName): Estimate => ({
  value: score[metric],
  lower: score.intervals[metric].lower,
  upper: score.intervals[metric].upper,
});

/** `0.8 (0.7 to 0.9)` as per cent. */
export const shareEstimate = (score: TriggerScore, metric: "precision" | "recall" | "f1"): string =>
  estimateWords(estimateOf(score, metric), shareWords);

/** `12.3 (10 to 15)`. */
export const rateEstimate = (score: TriggerScore, metric: MetricName): string =>
  estimateWords(estimateOf(score, metric));

/** `409 km`; without positions nothing is known of distances. */
export const drivenWords = (km: number): string => (km > 0 ? `${brief(km)} km` : "an unknown distance (no positions)");

/** The triggers of a result, and before them all together where there are several. */
export function withAll(result: BacktestFile): [string, TriggerScore][] {
  const triggers = triggersOf(result);
  return triggers.length > 1 ? [["all triggers", result.overall], ...triggers] : triggers;
}

/** Triggers of a result in its order. */
export const triggersOf = ({ triggers }: BacktestFile): [string, TriggerScore][] => Object.entries(triggers);
