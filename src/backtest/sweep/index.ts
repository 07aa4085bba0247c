/**
 * Sweeps of a threshold: every value in one pass, scored, with the Pareto front and a recommended value.
 *
 * Options of `fleetlens backtest` that belong here:
 *
 * - `--sweep TRIGGER.CONDITION.enter=LO:HI:STEP`: {@link parseSweepTarget}
 * - `--split vehicle`: `split` of {@link SafetyBalanceOptions}
 * - `--miss-cost NUISANCES`, `--max-nuisance PER_1000_KM`, `--min-recall SHARE`: `rule`, at most one; the greatest F1 without
 * - `--seed N`: `seed`, of the split and of the intervals
 *
 * A run is {@link createSweeper} on each worker, {@link mergeTallies}, {@link sweepResult}.
 */
export { type BalanceRule, type Choice, chooseThreshold } from "./choose-threshold.js";
export { createSweeper, DEFAULT_SWEEPER_OPTIONS, type Sweeper, type SweeperOptions } from "./create-sweeper.js";
export { paretoFront } from "./pareto-front.js";
export { parseSweepTarget } from "./parse-sweep-target.js";
export {
  DEFAULT_SAFETY_BALANCE_OPTIONS,
  type SafetyBalance,
  type SafetyBalanceOptions,
  type Share,
  safetyBalance,
} from "./safety-balance.js";
export { splitVehicles, type VehicleSplit } from "./split-vehicles.js";
export { type SweepOptions, sweep } from "./sweep.js";
export type { SweepScope } from "./sweep-counts.js";
export { type SweepPoint, sweepPoints } from "./sweep-points.js";
export { type SweepInput, sweepResult } from "./sweep-result.js";
export { type SweepFile, SweepFileSchema, type SweepResult, SweepSchema } from "./sweep-schema.js";
export { mergeTallies, type SweepTally } from "./sweep-tally.js";
export { MAX_SWEEP_POINTS, sweepValues } from "./sweep-values.js";
export { withThreshold } from "./with-threshold.js";
