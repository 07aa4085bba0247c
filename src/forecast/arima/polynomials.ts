/**
 * Polynomial in the backshift operator, (1 − Σ short[i]·B^(i+1)) · (1 − Σ seasonal[j]·B^((j+1)·period)), kept as its two
 * factors: filtering by them costs as many products as there are coefficients, however long the season. Moving averages
 * are written with the same minus signs (so their coefficients are those of R and statsmodels with the sign turned).
 */
export interface LagPolynomial {
  short: Float64Array;
  seasonal: Float64Array;
  /** Season length in steps, ≥ 1. */
  period: number;
}

/** Longest lag of a polynomial. */
export function degree({ short, seasonal, period }: LagPolynomial): number {
  return short.length + period * seasonal.length;
}

/** Coefficients c of 1 − Σ c[k]·B^k with both factors multiplied out; c[0] is 0, length degree + 1. */
export function expand({ short, seasonal, period }: LagPolynomial): Float64Array {
  const c = new Float64Array(short.length + period * seasonal.length + 1);
  c.set(short, 1);
  for (let j = 0; j < seasonal.length; j++) {
    const lag = (j + 1) * period;
    c[lag] += seasonal[j];
    for (let i = 0; i < short.length; i++) c[lag + i + 1] -= seasonal[j] * short[i];
  }
  return c;
}

// The three loops below are most of an estimation's time, so the first values, of which not all lags exist, have a loop
// of their own and the others are free of that question.

function applyFactor(x: Float64Array, c: Float64Array, stride: number): void {
  const whole = Math.min(x.length, c.length * stride);
  for (let t = x.length - 1; t >= whole; t--) {
    let value = x[t];
    for (let k = 0, at = t - stride; k < c.length; k++, at -= stride) value -= c[k] * x[at];
    x[t] = value;
  }
  for (let t = whole - 1; t >= stride; t--) {
    let value = x[t];
    for (let k = 0, at = t - stride; at >= 0; k++, at -= stride) value -= c[k] * x[at];
    x[t] = value;
  }
}

function divideFactor(x: Float64Array, c: Float64Array, stride: number): void {
  const n = x.length;
  const whole = Math.min(n, c.length * stride);
  for (let t = stride; t < whole; t++) {
    let value = x[t];
    for (let k = 0, at = t - stride; at >= 0; k++, at -= stride) value += c[k] * x[at];
    x[t] = value;
  }
  for (let t = whole; t < n; t++) {
    let value = x[t];
    for (let k = 0, at = t - stride; k < c.length; k++, at -= stride) value += c[k] * x[at];
    x[t] = value;
  }
}

function divideFactorBackward(x: Float64Array, c: Float64Array, stride: number): void {
  const n = x.length;
  const whole = Math.max(0, n - c.length * stride);
  for (let t = n - 1 - stride; t >= whole; t--) {
    let value = x[t];
    for (let k = 0, at = t + stride; at < n; k++, at += stride) value += c[k] * x[at];
    x[t] = value;
  }
  for (let t = Math.min(whole, n) - 1; t >= 0; t--) {
    let value = x[t];
    for (let k = 0, at = t + stride; k < c.length; k++, at += stride) value += c[k] * x[at];
    x[t] = value;
  }
}

/** x ← polynomial(B)·x in place, with zeros before the first value. */
export function applyPolynomial(x: Float64Array, polynomial: LagPolynomial): void {
  if (polynomial.short.length) applyFactor(x, polynomial.short, 1);
  if (polynomial.seasonal.length) applyFactor(x, polynomial.seasonal, polynomial.period);
}

/** x ← x / polynomial(B) in place, with zeros before the first value: the inverse of {@link applyPolynomial}. */
export function divideByPolynomial(x: Float64Array, polynomial: LagPolynomial): void {
  if (polynomial.short.length) divideFactor(x, polynomial.short, 1);
  if (polynomial.seasonal.length) divideFactor(x, polynomial.seasonal, polynomial.period);
}

/** The transpose of {@link divideByPolynomial}: runs from the end, with zeros after the last value. */
export function divideBackward(x: Float64Array, polynomial: LagPolynomial): void {
  if (polynomial.short.length) divideFactorBackward(x, polynomial.short, 1);
  if (polynomial.seasonal.length) divideFactorBackward(x, polynomial.seasonal, polynomial.period);
}

/**
 * Coefficients of the autoregression with these partial autocorrelations, by the Durbin–Levinson recursion; stationary
 * exactly when all of them lie inside (−1, 1) (Monahan 1984).
 */
export function fromPartials(partials: ArrayLike<number>): Float64Array {
  const c = new Float64Array(partials.length);
  for (let k = 0; k < c.length; k++) {
    c[k] = partials[k];
    for (let i = 0, j = k - 1; i <= j; i++, j--) {
      const [low, high] = [c[i], c[j]];
      c[i] = low - c[k] * high;
      c[j] = high - c[k] * low;
    }
  }
  return c;
}

/** Partial autocorrelations of an autoregression (the inverse of {@link fromPartials}); null when not stationary. */
export function toPartials(coefficients: ArrayLike<number>): Float64Array | null {
  const c = Float64Array.from(coefficients);
  for (let k = c.length - 1; k >= 0; k--) {
    const partial = c[k];
    const rest = 1 - partial * partial;
    if (!(rest > 0)) return null;
    for (let i = 0, j = k - 1; i <= j; i++, j--) {
      const [low, high] = [c[i], c[j]];
      c[i] = (low + partial * high) / rest;
      c[j] = (high + partial * low) / rest;
    }
  }
  return c;
}

/** Whether all roots of 1 − Σ c[k]·z^(k+1) lie outside the circle of this radius. */
export function rootsOutside(coefficients: Float64Array, radius: number): boolean {
  return toPartials(coefficients.map((c, k) => c * radius ** (k + 1))) !== null;
}
