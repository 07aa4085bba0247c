/** Error, trend and season of a model: none, additive, additive damped, multiplicative. */
export interface EtsForm {
  error: "A" | "M";
  trend: "N" | "A" | "Ad";
  season: "N" | "A" | "M";
}

/** Smoothing parameters in the source-of-error form: after an error e the trend moves by beta·e, not alpha·beta·e. */
export interface EtsParameters {
  alpha: number;
  /** 0 without a trend. */
  beta: number;
  /** 0 without a season. */
  gamma: number;
  /** 1 without damping. */
  phi: number;
}

/** States before the first or after the last value. */
export interface EtsState {
  level: number;
  /** Slope per step; 0 without a trend. */
  trend: number;
  /** `season[j]` is the state of the j-th step after this moment; empty without a season. */
  season: Float64Array;
}

/**
 * Region in which smoothing parameters are sought: "usual" (0 < beta ≤ alpha < 1, 0 < gamma ≤ 1 − alpha,
 * 0.8 ≤ phi ≤ 0.98), "admissible" (the forecasts forget the distant past: Hyndman et al. 2008, chapter 10), or both.
 */
export type EtsBounds = "usual" | "admissible" | "both";

export interface EtsOptions extends EtsForm {
  /** Steps in a season, ≥ 2; needed with a season. */
  period?: number;
  /** Held at this value instead of estimated. */
  alpha?: number;
  beta?: number;
  gamma?: number;
  phi?: number;
  /** Default "both", as in R's `ets`. */
  bounds?: EtsBounds;
}

/** A fitted model. Arrays are as long as the series. */
export interface EtsFit {
  form: EtsForm;
  /** 1 without a season. */
  period: number;
  parameters: EtsParameters;
  /** States before the first value; seasonal ones sum to 0 (additive) or average 1 (multiplicative). */
  initial: EtsState;
  /** States after the last value. */
  final: EtsState;
  /**
   * Without the constant n/2·(log(2π/n) + 1), as R's `ets` and statsforecast have it: comparable between forms on the
   * same series, not with other families.
   */
  logLikelihood: number;
  /** Estimated smoothing parameters, free initial states and the error variance. */
  parameterCount: number;
  aic: number;
  /** Hurvich & Tsai (1989): aic + 2k(k + 1) / (n − k − 1). */
  aicc: number;
  bic: number;
  /** One-step forecasts. */
  fitted: Float64Array;
  /** y − fitted. */
  residuals: Float64Array;
  /** Residuals for additive errors, residuals / fitted for multiplicative ones. */
  innovations: Float64Array;
  /** Point forecasts of the next `horizon` steps. */
  forecast(horizon: number): Float64Array;
}
