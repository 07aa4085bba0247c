import { noncentralTSf, normalCdf, normalQuantile, studentQuantile } from "../../core/distributions.js";
import { InputError } from "../../core/errors.js";

export interface SampleSizeOptions {
  /** Two-sided level, default 0.05. */
  alpha?: number;
  /** Chance to find the effect, default 0.8. */
  power?: number;
  /** Rows of b for each row of a, default 1. */
  ratio?: number;
}

export const DEFAULT_SAMPLE_SIZE_OPTIONS = Object.freeze({ alpha: 0.05, power: 0.8, ratio: 1 });

const FEWEST = 2;
const MOST = 1e15;

function check(effectSize: number, { alpha, power, ratio }: Required<SampleSizeOptions>): void {
  const refuse = (name: string, value: number, expected: string) => {
    throw new InputError(`${name} must be ${expected}, got ${value}`, { [name]: value });
  };
  if (!(alpha > 0 && alpha < 1)) refuse("alpha", alpha, "above 0 and below 1");
  if (!(power > alpha && power < 1)) refuse("power", power, "above alpha and below 1");
  if (!(ratio > 0 && ratio < Number.POSITIVE_INFINITY)) refuse("ratio", ratio, "a number above 0");
  if (!(Math.abs(effectSize) > 0 && Math.abs(effectSize) < Number.POSITIVE_INFINITY)) {
    refuse("effect size", effectSize, "a number other than 0");
  }
}

/** Rows of arm a, at least 2, at which a power that grows with them is as wanted. */
function rowsFor(power: number, powerAt: (n: number) => number): number {
  if (powerAt(FEWEST) >= power) return FEWEST;
  let high = 2 * FEWEST;
  while (powerAt(high) < power) {
    high *= 2;
    if (high > MOST) throw new InputError(`the effect is too small: ${MOST} rows do not show it`);
  }
  let low = high / 2;
  for (let step = 0; step < 55; step++) {
    const middle = (low + high) / 2;
    if (powerAt(middle) < power) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Cohen's h: difference of the arcsine-transformed shares, 2·asin √target − 2·asin √baseline. */
export function arcsineEffect(baseline: number, target: number): number {
  for (const share of [baseline, target]) {
    if (!(share >= 0 && share <= 1)) throw new InputError(`a share must lie in 0 to 1, got ${share}`, { share });
  }
  return 2 * Math.asin(Math.sqrt(target)) - 2 * Math.asin(Math.sqrt(baseline));
}

/**
 * Rows of arm a (not rounded, at least 2) at which a two-sided z test tells two shares apart, by Cohen's (1988) arcsine
 * effect size; statsmodels' `NormalIndPower`. Arm b has `ratio` times as many.
 *
 * @example sampleSizeProportions(0.10, 0.12) // 3834.5957
 */
export function sampleSizeProportions(baseline: number, target: number, options: SampleSizeOptions = {}): number {
  const settings = { ...DEFAULT_SAMPLE_SIZE_OPTIONS, ...options };
  const effect = Math.abs(arcsineEffect(baseline, target));
  check(effect, settings);
  const { alpha, power, ratio } = settings;
  const critical = -normalQuantile(alpha / 2);
  return rowsFor(power, (n) => {
    const shift = effect * Math.sqrt((n * ratio) / (1 + ratio));
    return normalCdf(shift - critical) + normalCdf(-shift - critical);
  });
}

/**
 * Rows of arm a (not rounded, at least 2) at which a two-sided t test tells two means apart, by the noncentral t
 * distribution; statsmodels' `TTestIndPower`. Arm b has `ratio` times as many.
 *
 * @param effectSize difference of means ÷ standard deviation within the arms (Cohen's d)
 * @example sampleSizeMeans(0.2, { power: 0.9 }) // 526.3332
 */
export function sampleSizeMeans(effectSize: number, options: SampleSizeOptions = {}): number {
  const settings = { ...DEFAULT_SAMPLE_SIZE_OPTIONS, ...options };
  check(effectSize, settings);
  const { alpha, power, ratio } = settings;
  return rowsFor(power, (n) => {
    const degrees = n * (1 + ratio) - 2;
    if (!(degrees > 0)) return 0;
    const shift = Math.abs(effectSize) * Math.sqrt((n * ratio) / (1 + ratio));
    const critical = -studentQuantile(alpha / 2, degrees);
    return noncentralTSf(critical, degrees, shift) + noncentralTSf(critical, degrees, -shift);
  });
}
