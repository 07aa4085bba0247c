import { pinball } from "./metrics.js";
import { DECILES } from "./score-row.js";
import type { Forecast } from "./types.js";

/** Levels of the intervals that a backtest judges, in per cent. */
export const TALLY_LEVELS = [80, 95] as const;
type Level = (typeof TALLY_LEVELS)[number];

/** How one model did at each step of the horizon. Arrays have `horizon` entries; NaN where nothing could be scored. */
export interface StepScores {
  /** Scored values at the step: pairs of a series and an origin with an actual value. */
  n: Float64Array;
  /** Mean absolute error in units of the in-sample naive error (the scale of MASE). */
  mase: Float64Array;
  /** Share of the values inside the interval, 0 to 1. */
  coverage: Record<Level, Float64Array>;
  /** Mean width of the interval in the same units as `mase`. */
  width: Record<Level, Float64Array>;
}

/** Errors of all series together, so that large series count by their size; NaN when all actual values are 0. */
export interface PooledScores {
  /** Σ |error| ÷ Σ |actual|. */
  wape: number;
  /** 2 Σ pinball loss ÷ Σ |actual|, averaged over the deciles. */
  wql: number;
}

/** How honest one quantile is: the share of values that came out below it should be its probability. */
export interface QuantileShare {
  probability: number;
  /** Share of values strictly below the quantile forecast. */
  below: number;
  /** Share of values at or below it; larger than `below` where values repeat, as zeros of an idle queue do. */
  at_or_below: number;
  /** Standard error of the middle of both, clustered by series; NaN with fewer than two series. */
  se: number;
}

/**
 * Running sums of one model over series and origins, so that no forecast need be kept.
 *
 * Memory: a few counters for each series and step, a fraction of what the forecasts of one origin take. They are kept
 * by series because the origins of one series err together, and the uncertainty has to be told from whole series.
 */
export class ModelTally {
  readonly #horizon: number;
  readonly #series: number;
  readonly #scaled: Float64Array;
  readonly #error: Float64Array;
  readonly #width: Record<Level, Float64Array>;
  /** By series and step. */
  readonly #values: Uint16Array;
  readonly #hits: Record<Level, Uint16Array>;
  /** By series and decile. */
  readonly #below: Uint32Array;
  readonly #ties: Uint32Array;
  #absoluteActual = 0;
  #absoluteError = 0;
  #pinball = 0;

  /** @param series number of series of the panel, @param horizon steps ahead */
  constructor(series: number, horizon: number) {
    this.#series = series;
    this.#horizon = horizon;
    this.#scaled = new Float64Array(horizon);
    this.#error = new Float64Array(horizon);
    this.#width = { 80: new Float64Array(horizon), 95: new Float64Array(horizon) };
    this.#values = new Uint16Array(series * horizon);
    this.#hits = { 80: new Uint16Array(series * horizon), 95: new Uint16Array(series * horizon) };
    this.#below = new Uint32Array(series * DECILES.length);
    this.#ties = new Uint32Array(series * DECILES.length);
  }

  /**
   * Adds one forecast.
   *
   * @param series position of the series in the panel
   * @param scale in-sample naive error; 0 and NaN leave out what is measured in it
   */
  add(series: number, actual: Float64Array, f: Forecast, scale: number): void {
    const at = series * this.#horizon;
    const bands = TALLY_LEVELS.map((level) => ({
      lo: f.lo[level],
      hi: f.hi[level],
      width: this.#width[level],
      hits: this.#hits[level],
    }));
    for (let h = 0; h < this.#horizon; h++) {
      const y = actual[h];
      if (Number.isNaN(y)) continue;
      this.#values[at + h]++;
      this.#absoluteActual += Math.abs(y);
      this.#absoluteError += Math.abs(y - f.mean[h]);
      for (const { lo, hi, hits } of bands) if (y >= lo[h] && y <= hi[h]) hits[at + h]++;
      if (!(scale > 0)) continue;
      this.#scaled[h]++;
      this.#error[h] += Math.abs(y - f.mean[h]) / scale;
      for (const { lo, hi, width } of bands) width[h] += (hi[h] - lo[h]) / scale;
    }
    for (const [d, p] of DECILES.entries()) this.#addQuantile(series * DECILES.length + d, p, actual, f.quantiles[p]);
  }

  #addQuantile(cell: number, p: number, actual: Float64Array, quantile: Float64Array): void {
    for (let h = 0; h < this.#horizon; h++) {
      if (Number.isNaN(actual[h])) continue;
      this.#pinball += pinball(actual[h], quantile[h], p);
      if (actual[h] < quantile[h]) this.#below[cell]++;
      else if (actual[h] === quantile[h]) this.#ties[cell]++;
    }
  }

  /** Means by step of the horizon. */
  steps(): StepScores {
    const n = this.#overSeries(this.#values);
    const share = (counts: Float64Array) => counts.map((c, h) => c / n[h]);
    const perScaled = (sums: Float64Array) => sums.map((s, h) => s / this.#scaled[h]);
    return {
      n,
      mase: perScaled(this.#error),
      coverage: { 80: share(this.#overSeries(this.#hits[80])), 95: share(this.#overSeries(this.#hits[95])) },
      width: { 80: perScaled(this.#width[80]), 95: perScaled(this.#width[95]) },
    };
  }

  /** Errors of all series together. */
  pooled(): PooledScores {
    return {
      wape: this.#absoluteError / this.#absoluteActual,
      wql: (2 * this.#pinball) / DECILES.length / this.#absoluteActual,
    };
  }

  /**
   * How many times larger the variance of a step's coverage is than if every value were an independent draw (Kish's
   * 1965 design effect, clusters = series, pooled over steps); at least 1, and 1 for a single series.
   */
  designEffect(level: Level): number {
    const hits = this.#hits[level];
    const n = this.#overSeries(this.#values);
    const coverage = this.#overSeries(hits).map((c, h) => c / n[h]);
    let clustered = 0;
    let independent = 0;
    for (let h = 0; h < this.#horizon; h++) {
      const p = coverage[h];
      if (Number.isNaN(p)) continue;
      for (let i = h; i < hits.length; i += this.#horizon) clustered += (hits[i] - this.#values[i] * p) ** 2;
      independent += n[h] * p * (1 - p);
    }
    return this.#series > 1 && independent > 0 ? Math.max(1, clustered / independent) : 1;
  }

  /** The share of values below each decile. */
  reliability(): QuantileShare[] {
    const n = this.#perSeries(this.#values);
    const total = n.reduce((a, b) => a + b, 0);
    const clusters = n.filter((count) => count > 0).length;
    return DECILES.map((probability, d) => {
      const own = (counts: Uint32Array) => Float64Array.from(n, (_, i) => counts[i * DECILES.length + d]);
      const below = own(this.#below);
      const ties = own(this.#ties);
      const sum = (x: Float64Array) => x.reduce((a, b) => a + b, 0);
      const middle = (sum(below) + sum(ties) / 2) / total;
      const squares = n.reduce((s, count, i) => s + (below[i] + ties[i] / 2 - count * middle) ** 2, 0);
      return {
        probability,
        below: sum(below) / total,
        at_or_below: (sum(below) + sum(ties)) / total,
        se: clusters > 1 ? Math.sqrt((squares * clusters) / (clusters - 1)) / total : Number.NaN,
      };
    });
  }

  #overSeries(cells: Uint16Array): Float64Array {
    const out = new Float64Array(this.#horizon);
    for (let i = 0; i < cells.length; i++) out[i % this.#horizon] += cells[i];
    return out;
  }

  #perSeries(cells: Uint16Array): Float64Array {
    const out = new Float64Array(this.#series);
    for (let i = 0; i < cells.length; i++) out[Math.floor(i / this.#horizon)] += cells[i];
    return out;
  }
}
