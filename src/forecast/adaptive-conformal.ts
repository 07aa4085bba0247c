import { InputError } from "../core/errors.js";
import { quantileSelect } from "../core/statistics.js";

export interface AdaptiveConformalOptions {
  /** Interval level in per cent, between 0 and 100. */
  level: number;
  /** Step of the miss rate after each value; default 0.005. Larger follows faster and swings more. */
  gamma?: number;
  /** Absolute errors kept, newest last; default 500. */
  window?: number;
}

/**
 * Intervals for a stream of forecasts that hold their coverage in the long run whatever the errors do, drift included
 * (adaptive conformal inference, Gibbs & Candès 2021): the share of misses over T values differs from the wanted one by
 * at most (max(α, 1 − α) + γ) / (γ·T).
 *
 * @example
 * const stream = new AdaptiveConformal({ level: 90 });
 * for (const { forecast, actual } of hours) {
 *   const { lo, hi } = stream.interval(forecast);
 *   stream.observe(forecast, actual);
 * }
 */
export class AdaptiveConformal {
  private readonly wanted: number;
  private readonly gamma: number;
  private readonly window: number;
  private readonly errors: number[] = [];
  private alpha: number;

  /** @throws InputError for a level outside (0, 100), a gamma not above 0 or a window of no whole number of at least 1 */
  constructor({ level, gamma = 0.005, window = 500 }: AdaptiveConformalOptions) {
    if (!(level > 0 && level < 100)) throw new InputError(`level must lie between 0 and 100, got ${level}`, { level });
    if (!(gamma > 0)) throw new InputError(`gamma must be above 0, got ${gamma}`, { gamma });
    if (!(Number.isInteger(window) && window >= 1)) {
      throw new InputError(`window must be a whole number of at least 1, got ${window}`, { window });
    }
    this.wanted = 1 - level / 100;
    this.gamma = gamma;
    this.window = window;
    this.alpha = this.wanted;
  }

  /** Miss rate in use now; it leaves [0, 1] for a while when the errors grow or shrink fast. */
  get missRate(): number {
    return this.alpha;
  }

  /** Interval around a forecast: infinite before the first error and while only that would do, empty in the reverse case. */
  interval(forecast: number): { lo: number; hi: number } {
    const width = this.width();
    return { lo: forecast - width, hi: forecast + width };
  }

  /** Takes in what came of a forecast; call it once for each, in order of time. A missing actual (NaN) changes nothing. */
  observe(forecast: number, actual: number): void {
    if (!Number.isFinite(forecast)) throw new InputError(`forecast must be finite, got ${forecast}`, { forecast });
    if (Number.isNaN(actual)) return;
    const error = Math.abs(actual - forecast);
    this.alpha += this.gamma * (this.wanted - (error > this.width() ? 1 : 0));
    this.errors.push(error);
    if (this.errors.length > this.window) this.errors.shift();
  }

  private width(): number {
    if (this.alpha <= 0 || this.errors.length === 0) return Number.POSITIVE_INFINITY;
    if (this.alpha >= 1) return 0;
    const n = this.errors.length;
    const level = ((1 - this.alpha) * (n + 1)) / n;
    return level > 1 ? Number.POSITIVE_INFINITY : quantileSelect(Float64Array.from(this.errors), level);
  }
}
