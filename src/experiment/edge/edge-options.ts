/** Limits of the quantised build; null: reported, not judged. */
export interface EdgeOptions {
  /** 1 − level of the intervals, default 0.05. */
  alpha?: number;
  /** Largest absolute difference of a score. */
  maxAbsDiff?: number | null;
  /** Largest 99 % quantile of the absolute differences. */
  maxP99Diff?: number | null;
  /** Least share of samples with the same highest score. */
  minAgreement?: number | null;
  /** Largest 95 % quantile of latency, ms. */
  maxLatencyP95?: number | null;
  /** Largest rise of the temperature, °C per hour. */
  maxThermalTrend?: number | null;
}

export const DEFAULT_EDGE_OPTIONS = Object.freeze({
  alpha: 0.05,
  maxAbsDiff: null as number | null,
  maxP99Diff: null as number | null,
  minAgreement: null as number | null,
  maxLatencyP95: null as number | null,
  maxThermalTrend: null as number | null,
});
