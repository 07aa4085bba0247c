import { type Figures, figures } from "../score/metrics.js";
import { paretoFront } from "./pareto-front.js";
import { type SweepScope, sweepCounts } from "./sweep-counts.js";
import type { SweepTally } from "./sweep-tally.js";

/** Score of a trigger with one threshold. */
export type SweepPoint = {
  /** `enter` of the condition. */
  value: number;
} & Figures & {
    /** Whether it is on the front of misses and nuisances; for no point without labels. */
    pareto: boolean;
  };

/**
 * Scores every threshold of a sweep, ascending. Rates are null without exposure, and all that needs labels without a table of
 * labels.
 *
 * @param keep which vehicles count; all by default
 */
export function sweepPoints(
  tally: SweepTally,
  scope: SweepScope,
  keep: (vehicleId: string) => boolean = () => true,
): SweepPoint[] {
  const counts = sweepCounts(tally, scope, keep);
  const points = Array.from(tally.values, (value, i) => ({
    value,
    ...figures(counts.sums(i), scope.labels !== null),
  }));
  const front = paretoFront(points.map(({ fn, fp }) => ({ miss: fn, nuisance: fp })));
  return points.map((point, i) => ({ ...point, pareto: front[i] }));
}
