import { orderLog } from "../replay/order-log.js";
import type { Exposure } from "../score/exposure.js";
import type { ColumnarLog, LabelTable, Policy, SweepTarget } from "../types.js";
import { createSweeper, type SweeperOptions } from "./create-sweeper.js";
import { type SweepPoint, sweepPoints } from "./sweep-points.js";

/** Options of a sweep of one log. */
export interface SweepOptions extends SweeperOptions {
  /** What was driven; null leaves rates undefined. */
  exposure: Exposure | null;
}

/**
 * Replays a log at every threshold of a condition, in one pass, and scores each against labels. The events are those of
 * {@link replay} of {@link withThreshold}.
 *
 * @param log rows in any order: {@link orderLog} puts them into order first
 * @returns one point a threshold, ascending
 * @throws InputError as {@link createSweeper} does
 * @example
 * const target = parseSweepTarget("hard_brake.brake.enter=-0.4:-0.1:0.05", policy);
 * const points = sweep(policy, log, target, labels);
 * points.map(({ value, tp, fp, fn }) => [value, tp, fp, fn]);
 */
export function sweep(
  policy: Policy,
  log: ColumnarLog,
  target: SweepTarget,
  labels: LabelTable | null = null,
  { exposure = null, ...options }: Partial<SweepOptions> = {},
): SweepPoint[] {
  const sweeper = createSweeper(policy, target, labels, options);
  sweeper.push(orderLog(log).log);
  return sweepPoints(sweeper.finish(), { triggerId: target.trigger, labels, exposure });
}
