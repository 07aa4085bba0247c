import type { Series } from "../core/series.js";
import type { Forecast } from "./types.js";

/** A forecast that went badly, with what was known and what came. Arrays are views of the panel, not copies. */
export interface KeptForecast {
  training: Series;
  actual: Float64Array;
  forecast: Forecast;
  mase: number;
  /** Sum of the absolute errors over the observed steps. */
  absoluteError: number;
}

/** Keeps the forecasts with the largest MASE of those that it is offered, and the error of all of them. */
export class WorstForecasts {
  readonly #most: number;
  #kept: KeptForecast[] = [];
  #total = 0;

  /** @param most how many are kept */
  constructor(most: number) {
    this.#most = most;
  }

  /** Forecasts without a finite MASE count in the total only. */
  offer(candidate: KeptForecast): void {
    this.#total += candidate.absoluteError;
    const last = this.#kept.at(-1);
    const full = this.#kept.length === this.#most;
    if (!Number.isFinite(candidate.mase) || (full && last && !isWorse(candidate, last))) return;
    const at = this.#kept.findIndex((kept) => isWorse(candidate, kept));
    this.#kept.splice(at < 0 ? this.#kept.length : at, 0, candidate);
    if (this.#kept.length > this.#most) this.#kept.pop();
  }

  /** The worst first; ties by id. */
  get kept(): readonly KeptForecast[] {
    return this.#kept;
  }

  /** Sum of the absolute errors of all that was offered. */
  get totalAbsoluteError(): number {
    return this.#total;
  }
}

function isWorse(a: KeptForecast, b: KeptForecast): boolean {
  return a.mase > b.mase || (a.mase === b.mase && a.training.id < b.training.id);
}
