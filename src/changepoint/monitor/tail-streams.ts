import { type Detection, NOTHING } from "./detection.js";
import type { MonitorTuning } from "./monitor-tuning.js";
import { excessOf, type Limits, limitsOf, remember, type TailHistory } from "./tail-history.js";

/** How streams are judged together. */
export interface StreamRule<N extends string> {
  /** Words for a value that left its history, and the limit that it passed. */
  words: Readonly<Record<N, (x: number, limit: number) => string>>;
  margin: (tuning: Readonly<MonitorTuning>) => number;
  /** Smallest margin in smallest steps of the values. */
  steps: number;
}

const namesOf = <N extends string>({ words }: StreamRule<N>): N[] => Object.keys(words) as N[];

/**
 * The stream whose next value is furthest out of its history.
 *
 * @param quantum smallest step that the values have made
 */
export function judgeStreams<N extends string>(
  rule: StreamRule<N>,
  histories: Readonly<Record<N, TailHistory>>,
  x: Readonly<Record<N, number>>,
  quantum: number,
  tuning: Readonly<MonitorTuning>,
): Detection {
  let best: Detection = NOTHING;
  for (const name of namesOf(rule)) {
    const limits = limitsOf(histories[name], rule.margin(tuning), rule.steps * quantum, tuning.youth);
    const excess = limits === null ? 0 : excessOf(histories[name], limits, x[name]);
    const strength = Math.abs(excess);
    if (strength <= best.strength) continue;
    const limit = excess > 0 ? (limits as Limits).high : (limits as Limits).low;
    best = { strength, reason: () => rule.words[name](x[name], limit) };
  }
  return best;
}

/**
 * Makes the values a part of the histories.
 *
 * @param limited whether they count as no further out than the limits, so that an incident does not become normal at once
 */
export function learnStreams<N extends string>(
  rule: StreamRule<N>,
  histories: Readonly<Record<N, TailHistory>>,
  x: Readonly<Record<N, number>>,
  limited: boolean,
  quantum: number,
  tuning: Readonly<MonitorTuning>,
): void {
  for (const name of namesOf(rule)) {
    const history = histories[name];
    const limits = limited ? limitsOf(history, rule.margin(tuning), rule.steps * quantum, tuning.youth) : null;
    remember(history, limits ? Math.max(limits.low, Math.min(limits.high, x[name])) : x[name], tuning);
  }
}
