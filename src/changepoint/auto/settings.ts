/** The constants of automatic detection. None belongs to a series; docs/benchmarks/changepoint.md shows what ±20 % do. */
export interface AutoSettings {
  /** Penalty of a change: this times the parameters it adds (its location is one) times ln n. */
  penaltyFactor: number;
  /**
   * Least noise variance of the search as a share of the series' variance around a straight line: what people mark as a
   * change is large against the whole series, not only against the noise from one point to the next.
   */
  visibleVariance: number;
  /** An observation this many standard deviations of the noise off the running median is drawn in before the search. */
  spikeSigma: number;
  /**
   * Most that autocorrelation may raise the noise variance, (1 + φ) / (1 − φ); 9 is φ = 0.8. A series more persistent
   * than that wanders, and people see its turns as changes.
   */
  mostInflation: number;
  /** Share of the detrended variance that a season must explain to be removed. */
  seasonShare: number;
  /** Steps in the same direction from which on evenly spaced ones are a rhythm, such as a monthly payment. */
  rhythmSteps: number;
  /** Most relative spread of the distances between the steps of a rhythm; 1 where steps come at random. */
  rhythmSpread: number;
  /** Largest p-value of a change, over all its locations. */
  significance: number;
  /** Least ratio of two standard deviations that are a change of the spread. */
  spreadRatio: number;
}

export const AUTO_SETTINGS: Readonly<AutoSettings> = Object.freeze({
  penaltyFactor: 1.5,
  visibleVariance: 0.2,
  spikeSigma: 4,
  mostInflation: 9,
  seasonShare: 0.5,
  rhythmSteps: 8,
  rhythmSpread: 0.4,
  significance: 0.05,
  spreadRatio: 2,
});

/** Autocorrelation at which the inflation is reached. */
export const mostPhi = (settings: AutoSettings): number => (settings.mostInflation - 1) / (settings.mostInflation + 1);
