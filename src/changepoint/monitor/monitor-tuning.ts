/** Constants of the method. They were chosen on generated KPIs (`fixtures/kpi-families.ts`), not on labelled data. */
export interface MonitorTuning {
  /** Observations before anything is reported. */
  warmUp: number;
  /** Observations by which a history lags behind, so that a slow rise is not taken for its own past. */
  lag: number;
  /** A history covers the last one to two times this many observations. */
  generation: number;
  /** Share of a history that is its tail, on each side. */
  tail: number;
  /** Margin beyond the records of single values, as a part of the range between the tails. */
  valueMargin: number;
  /** The same for medians. */
  levelMargin: number;
  /** The margin of a history of n observations is larger by the factor 1 + youth / n. */
  youth: number;
  /** Observations of the short median of a level shift, and of the long one. */
  shortMedian: number;
  longMedian: number;
  /** Margin beyond the records of the statistics of the detectors of lasting changes. */
  sustainedMargin: number;
  /** Their average number of observations to a false alarm, and how long their own history must be before they count. */
  sustainedRunLength: number;
  sustainedHistory: number;
  /** Fewest equal or missing observations in a row that are a finding. */
  flat: number;
  /** A run of equal or missing observations is a finding beyond this many times the longest before. */
  flatMargin: number;
  /** A season is used when it leaves less than this part of the error without it. */
  seasonGain: number;
  /** Observations without a finding that end an episode. */
  quiet: number;
  /** Observations after which the level of an episode becomes the normal one. */
  settle: number;
}

export const DEFAULT_MONITOR_TUNING: Readonly<MonitorTuning> = Object.freeze({
  warmUp: 100,
  lag: 100,
  generation: 5000,
  tail: 0.005,
  valueMargin: 0.2,
  levelMargin: 0.3,
  youth: 150,
  shortMedian: 11,
  longMedian: 31,
  sustainedMargin: 3,
  sustainedRunLength: 100_000,
  sustainedHistory: 1400,
  flat: 6,
  flatMargin: 2,
  seasonGain: 0.7,
  quiet: 31,
  settle: 150,
});
