export interface OtaOptions {
  /** Failure rate that is bad (p1); half of it is good (p0). Default 0.02. */
  maxRate?: number;
  /** Chance that a fleet with the good rate is halted, over all its regions; also 1 − level of the intervals. Default 0.05. */
  alpha?: number;
  /** Chance that a region with the bad rate is accepted, default 0.05. */
  beta?: number;
}

export const DEFAULT_OTA_OPTIONS = Object.freeze({ maxRate: 0.02, alpha: 0.05, beta: 0.05 });
