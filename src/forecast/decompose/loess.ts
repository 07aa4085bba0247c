/** How one loess pass smooths. */
export interface Smoother {
  /** Points in a local fit; odd, at least 3. */
  window: number;
  /** Degree of the local polynomial: 0 a mean, 1 a line. */
  degree: 0 | 1;
  /** The fit is made at every `jump`-th point and drawn straight in between; at least 1. */
  jump: number;
}

/**
 * Smooths an evenly spaced series by local regression with tricube weights (Cleveland 1979; Cleveland et al. 1990).
 *
 * @param y values at 0, 1, …, n − 1; n ≥ 1
 * @param weights robustness weights, `weights[t]` for `y[t]`; null for all ones
 * @param out receives the n fitted values; must not be `y`
 */
export function loess(y: Float64Array, smoother: Smoother, weights: Float64Array | null, out: Float64Array): void {
  const n = y.length;
  const half = (smoother.window - 1) / 2;
  // Far from the ends all points share one set of weights, and a line through a symmetric window is its mean.
  const kernel = weights === null && smoother.window < n ? symmetricKernel(half) : null;
  const scratch = new Float64Array(smoother.window);
  const fitAt = (i: number): number => {
    if (kernel !== null && i >= half && i + half < n) return convolve(y, i, kernel);
    const value = loessAt(y, i, smoother, weights, scratch);
    return Number.isNaN(value) ? y[i] : value;
  };
  const jump = Math.max(1, Math.min(smoother.jump, n - 1));
  let last = 0;
  out[0] = fitAt(0);
  while (last < n - 1) {
    const next = Math.min(last + jump, n - 1);
    out[next] = fitAt(next);
    const slope = (out[next] - out[last]) / (next - last);
    for (let i = last + 1; i < next; i++) out[i] = out[last] + slope * (i - last);
    last = next;
  }
}

/** Tricube weight at distance `r` with bandwidth `h`: next to the centre exactly 1, at the rim exactly 0. */
function tricube(r: number, h: number): number {
  if (r > 0.999 * h) return 0;
  if (r <= 0.001 * h) return 1;
  const u = r / h;
  const v = 1 - u * u * u;
  return v * v * v;
}

/** Weights of a full window by distance from its centre, adding up to 1 over both sides. */
function symmetricKernel(half: number): Float64Array {
  const kernel = Float64Array.from({ length: half + 1 }, (_, d) => tricube(d, half));
  let total = kernel[0];
  for (let d = 1; d <= half; d++) total += 2 * kernel[d];
  return kernel.map((w) => w / total);
}

function convolve(y: Float64Array, i: number, kernel: Float64Array): number {
  let sum = kernel[0] * y[i];
  for (let d = 1; d < kernel.length; d++) sum += kernel[d] * (y[i - d] + y[i + d]);
  return sum;
}

/**
 * Local fit at one place, which may lie one step outside of the series; NaN where all weights are zero.
 *
 * The window is the nearest `window` points; a window wider than the series widens the bandwidth instead.
 */
export function loessAt(
  y: Float64Array,
  x: number,
  { window, degree }: Smoother,
  weights: Float64Array | null,
  scratch: Float64Array = new Float64Array(window),
): number {
  const n = y.length;
  const left = Math.max(0, Math.min(x - (window - 1) / 2, n - window));
  const right = Math.min(n - 1, left + window - 1);
  const h = Math.max(x - left, right - x) + (window > n ? Math.floor((window - n) / 2) : 0);
  let total = 0;
  let first = 0;
  let level = 0;
  for (let j = left; j <= right; j++) {
    let w = tricube(Math.abs(j - x), h);
    if (weights !== null) w *= weights[j];
    scratch[j - left] = w;
    total += w;
    first += w * (j - x);
    level += w * y[j];
  }
  if (!(total > 0)) return Number.NaN;
  level /= total;
  if (degree === 0) return level;
  // A second pass: about the centre nothing cancels, even where robustness leaves a few far points.
  const centre = first / total;
  let variance = 0;
  let covariance = 0;
  for (let j = left; j <= right; j++) {
    const d = j - x - centre;
    const wd = scratch[j - left] * d;
    variance += wd * d;
    covariance += wd * y[j];
  }
  // Points as good as in one place have no slope.
  if (!(Math.sqrt(variance / total) > 0.001 * (n - 1))) return level;
  return level - (covariance / variance) * centre;
}
