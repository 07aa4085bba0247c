export interface CanaryOptions {
  /** Largest loss of a class's recall that passes, as a share; default 0.015. */
  maxRegression?: number;
  /** 1 − level of the two-sided intervals, default 0.05. */
  alpha?: number;
  /** Rows of a class that each arm must have for a verdict, default 30. */
  minN?: number;
  /** Largest increase of a latency quantile that passes, as a share of prod's; default null: latency is not judged. */
  maxLatencyIncrease?: number | null;
  /** Steps of the rollout, % of the traffic, ascending; default 1, 5, 25, 50, 100. */
  steps?: readonly number[];
  /** Share of the traffic that the canary has now, %; default null: no next step is told. */
  step?: number | null;
}

export const DEFAULT_CANARY_OPTIONS = Object.freeze({
  maxRegression: 0.015,
  alpha: 0.05,
  minN: 30,
  maxLatencyIncrease: null as number | null,
  steps: Object.freeze([1, 5, 25, 50, 100]) as readonly number[],
  step: null as number | null,
});
